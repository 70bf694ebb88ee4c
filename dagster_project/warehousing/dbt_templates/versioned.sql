-- $note
with reported as (
    select * from {{ ref('stg_$form_id') }}
),

versions as (
    {{ accepted_versions('$form_id') }}
),

periods as (
    select
        period,
        period_end
    from {{ source('raw', 'raw_period') }}
),

regions as (
    select
        level,
        region_code,
        parent_code,
        valid_from,
        valid_to
    from {{ source('raw', 'raw_region') }}
    where level in ($levels)
),

final as (
    select
        reported.*,
        versions.revision,
        versions.known_from,
        versions.known_to,
        units.level as region_level,
        streets.region_code as street_code,
        case units.level
            when 'district' then units.region_code
            else streets.parent_code
        end as district_code
    from reported
    inner join versions
        on reported.submission_id = versions.submission_id
    left join periods
        on reported.period = periods.period
    left join regions as units
        on
            reported.$unit_column = units.region_code
            and units.level = {{ level_of_code('reported.$unit_column') }}
            and {{ valid_on('units', 'periods.period_end') }}
    left join regions as streets
        on
            streets.level = 'street'
            and streets.region_code = case units.level
                when 'street' then units.region_code
                when 'community' then units.parent_code
            end
            and {{ valid_on('streets', 'periods.period_end') }}
)

select
$columns
from final
