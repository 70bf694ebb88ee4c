{#- Small words of fct_indicators: levels in order, lengths of periods, the least covered part. -#}

{% macro rank_of_level(column) -%}
    case {{ column }}
        {%- for level in ['community', 'street', 'district', 'city', 'province'] %}
        when '{{ level }}' then {{ loop.index }}
        {%- endfor %}
    end
{%- endmacro %}

{% macro months_of_type(column) -%}
    case {{ column }} when 'M' then 1 when 'Q' then 3 else 12 end
{%- endmacro %}

{% macro least_covered(column, relation) -%}
    {#-
        A column of the part of which the smallest share of units reported; of equal shares, of the
        part that expects most units, so that the answer never depends on the order of rows.
    -#}
    {%- set expected, reported = relation ~ '.units_expected', relation ~ '.units_reported' -%}
    min_by(
        {{ relation }}.{{ column }},
        coalesce(cast({{ reported }} as double) / nullif({{ expected }}, 0), 0)
        - cast({{ expected }} as double) / 1000000000
    )
{%- endmacro %}

{% macro length_of_period(targets) -%}
    {#- By what an indicator a week or a month is divided: whole weeks, or months. -#}
    case {{ targets }}.per
        when 'weeks' then cast(
            floor(
                ({{ days_between(targets ~ '.period_start', targets ~ '.period_end') }} + 1) / 7
            ) as integer
        )
        when 'months' then {{ months_of_type(targets ~ '.period_type') }}
        else 1
    end
{%- endmacro %}
