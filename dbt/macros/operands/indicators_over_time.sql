{#-
    How fct_indicators goes over time: which periods of a form a term looks at, what it is over
    them, and how many years in a row a value was good enough. Each reads the CTEs of the model:
    targets, terms, periods, spans, operands.
-#}

{% macro spans_of_terms() -%}
    select
        targets.indicator_id,
        targets.period,
        targets.lowest,
        terms.term_number,
        terms.part,
        terms.sign,
        terms.operand_id,
        parts.period as part_period,
        case
            when terms.time_rule = 'sum_since'
                then
                    cast(
                        ((targets.year - targets.since) * 12 + month(targets.period_end))
                        / {{ months_of_type('terms.period_type') }} as integer
                    )
            else count(*) over (
                partition by targets.indicator_id, targets.period, terms.term_number
            )
        end as parts_needed
    from targets
    inner join terms
        on targets.indicator_id = terms.indicator_id
    inner join periods as parts
        on terms.period_type = parts.period_type and parts.period_end <= targets.period_end
    where
        case terms.time_rule
            when 'sum_over_period' then parts.period_start >= targets.period_start
            when 'sum_over_year' then parts.year = targets.year
            when 'sum_since' then parts.year >= targets.since
            else parts.period_end = targets.period_end
        end
{%- endmacro %}

{% macro summed_terms() -%}
    select
        spans.indicator_id,
        spans.period,
        spans.term_number,
        spans.part,
        operands.region_level,
        operands.region_code,
        spans.sign * sum(operands.value) as value,
        min(spans.parts_needed) - count(*) as parts_missing,
        {{ least_covered('units_expected', 'operands') }} as units_expected,
        {{ least_covered('units_reported', 'operands') }} as units_reported,
        sum(operands.cells_missing) as cells_missing,
        sum(operands.cells_questioned) as cells_questioned
    from spans
    inner join operands
        on
            spans.operand_id = operands.operand_id
            and spans.part_period = operands.period
            and spans.lowest <= operands.level_rank
    group by
        spans.indicator_id, spans.period, spans.term_number, spans.part, spans.sign,
        operands.region_level, operands.region_code
{%- endmacro %}

{% macro streaks_of_years() -%}
    {#- Years in a row, up to the target's, whose value is at least what is asked. -#}
    select
        indicator_id,
        period,
        region_level,
        region_code,
        sum(case when years_back = place then 1 else 0 end) as years
    from (
        select
            history.*,
            row_number() over (
                partition by indicator_id, period, region_level, region_code
                order by years_back
            ) as place
        from (
            select
                targets.indicator_id,
                targets.period,
                operands.region_level,
                operands.region_code,
                targets.year - years.year + 1 as years_back,
                max(targets.at_least) as at_least,
                max(targets.factor)
                * cast({{ sum_of_part('numerator') }} as double)
                / nullif(cast({{ sum_of_part('denominator') }} as double), 0) as value
            from targets
            inner join terms
                on targets.indicator_id = terms.indicator_id
            inner join periods as years
                on terms.period_type = years.period_type and targets.year >= years.year
            inner join operands
                on terms.operand_id = operands.operand_id and years.period = operands.period
            where targets.at_least is not null
            group by
                targets.indicator_id, targets.period, operands.region_level,
                operands.region_code, targets.year, years.year
        ) as history
        where history.value >= history.at_least
    ) as met
    group by indicator_id, period, region_level, region_code
{%- endmacro %}

{% macro sum_of_part(part) -%}
    sum(case when terms.part = '{{ part }}' then terms.sign * operands.value end)
{%- endmacro %}
