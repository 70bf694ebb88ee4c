{{ whole_period_config() }}

with indicators as (
    select
        indicator_id,
        period_type as own_period_type,
        since,
        factor,
        per,
        at_least,
        {{ rank_of_level('lowest_level') }} as lowest,
        coalesce({{ rank_of_level('highest_level') }}, 0) as highest
    from {{ source('raw', 'raw_indicator') }}
    where forms is not null
),

periods as (
    select * from {{ source('raw', 'raw_period') }}
),

-- The periods of an indicator: those of its own type that something came from, and years.
targets as (
    select
        indicators.*,
        periods.period,
        periods.period_type,
        periods.period_start,
        periods.period_end,
        periods.year
    from indicators
    inner join periods
        on periods.period_type in (indicators.own_period_type, 'A')
    where
        {{ periods_filter('periods.period') }}
        and (
            periods.period_type = 'A'
            or periods.period in (
                select sent.period from {{ ref('int_indicator_operands') }} as sent
            )
        )
),

terms as (
    select * from {{ source('raw', 'raw_indicator_term') }}
),

-- The periods of its forms that an indicator's period looks at, term by term.
spans as (
    {{ spans_of_terms() }}
),

operands as (
    select
        *,
        {{ rank_of_level('region_level') }} as level_rank
    from {{ ref('int_indicator_operands') }}
),

-- A term over its periods: the sum of those that are there, and how much of it there is.
summed as (
    {{ summed_terms() }}
),

joined as (
    select
        summed.indicator_id,
        summed.period,
        summed.region_level,
        summed.region_code,
        count(*) as terms_found,
        sum(case when summed.part = 'denominator' then 1 else 0 end) as denominators,
        count(case when summed.part = 'scope' and summed.value is null then 1 end) as scopes_untold,
        min(case when summed.part = 'scope' then summed.value end) as in_scope,
        count(
            case
                when summed.part in ('numerator', 'denominator') and summed.value is not null then 1
            end
        ) as terms_told,
        sum(case when summed.part = 'numerator' then summed.value end) as numerator,
        sum(case when summed.part = 'denominator' then summed.value end) as denominator,
        sum(summed.parts_missing) as parts_missing,
        {{ least_covered('units_expected', 'summed') }} as units_expected,
        {{ least_covered('units_reported', 'summed') }} as units_reported,
        sum(summed.cells_missing) as cells_missing,
        sum(summed.cells_questioned) as cells_questioned
    from summed
    group by summed.indicator_id, summed.period, summed.region_level, summed.region_code
),

needed as (
    select
        indicator_id,
        count(*) as terms,
        sum(case when part in ('numerator', 'denominator') then 1 else 0 end) as terms_to_tell
    from terms
    group by indicator_id
),

streaks as (
    {{ streaks_of_years() }}
),

judged as (
    select
        joined.*,
        targets.period_type,
        targets.period_end,
        targets.factor,
        targets.at_least,
        coalesce(streaks.years, 0) as streak,
        {{ length_of_period('targets') }} as length,
        {{ rank_of_level('joined.region_level') }} > targets.highest as is_above,
        coalesce(joined.in_scope = 0, false) as is_outside,
        joined.terms_told = needed.terms_to_tell and joined.scopes_untold = 0 as is_told,
        joined.terms_found = needed.terms and joined.parts_missing = 0 as is_whole,
        joined.terms_found < needed.terms or joined.units_expected = 0 as is_unasked
    from joined
    inner join targets
        on joined.indicator_id = targets.indicator_id and joined.period = targets.period
    inner join needed
        on joined.indicator_id = needed.indicator_id
    left join streaks
        on
            joined.indicator_id = streaks.indicator_id
            and joined.period = streaks.period
            and joined.region_level = streaks.region_level
            and joined.region_code = streaks.region_code
),

valued as (
    select
        *,
        case when is_whole then units_reported else 0 end as units_heard,
        is_whole
        and units_expected > 0
        and units_reported = units_expected
        and cells_missing = 0 as is_complete,
        case
            when is_above or is_outside or not is_told then null
            when denominators = 0 then cast(factor * numerator / length as decimal(38, 6))
            when denominator = 0 then null
            when at_least is not null then cast(streak as decimal(38, 6))
            else
                cast(
                    round(factor * cast(numerator as double) / cast(denominator as double), 6)
                    as decimal(38, 6)
                )
        end as value,
        not is_above and not is_outside and is_told and denominators > 0 as shows_parts
    from judged
),

reasoned as (
    select
        *,
        case
            when value is not null then null
            when is_above then 'not_additive'
            when is_outside then 'out_of_scope'
            when is_told then 'zero_denominator'
            when is_unasked then 'not_asked'
            when is_complete then 'not_applicable'
            else 'not_reported'
        end as reason
    from valued
)

select
    indicator_id,
    region_level,
    region_code,
    period,
    period_type,
    cast(period_end as date) as boundary_date,
    value,
    case when shows_parts then cast(numerator as decimal(38, 6)) end as numerator,
    case when shows_parts then cast(denominator as decimal(38, 6)) end as denominator,
    cast(units_expected as integer) as units_expected,
    cast(units_heard as integer) as units_reported,
    is_complete,
    case
        when reason = 'not_reported' then 'L'
        when reason = 'zero_denominator' and not is_complete then 'L'
        when reason is not null then 'M'
        when not is_complete then 'P'
        when cells_questioned > 0 then 'U'
        else 'A'
    end as obs_status,
    reason
from reasoned
