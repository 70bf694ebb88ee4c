{#- Which submissions and units count: said once, used by every form. -#}

{% macro accepted_states() -%}
    'accepted', 'accepted_with_questions'
{%- endmacro %}

{% macro missing_statuses() -%}
    {#- Not reported, missing, below the smallest unit, suppressed. M is not applicable: nothing is missing. -#}
    'L', 'O', 'N', 'Q'
{%- endmacro %}

{% macro accepted_versions(form_id) -%}
    select
        submission_id,
        revision,
        known_from,
        known_to
    from {{ source('raw', 'raw_submission') }}
    where form_id = '{{ form_id }}' and state in ({{ accepted_states() }})
{%- endmacro %}

{% macro rolled_up_levels() %}
    {#- The levels up which a unit's figures are summed. Unit tests put a shorter list in its place. -#}
    {%- do return(['street', 'district', 'city', 'province']) -%}
{% endmacro %}

{% macro level_of_code(code) -%}
    {#- The highest level that a padded code can stand for: codes of cities without counties collide. -#}
    case
        {%- for level, digits in [('province', 2), ('city', 4), ('district', 6), ('street', 9)] %}
        when substr({{ code }}, {{ digits + 1 }}) = '{{ '0' * (12 - digits) }}' then '{{ level }}'
        {%- endfor %}
        else 'community'
    end
{%- endmacro %}

{% macro reporting_units(form_id) -%}
    {#-
        Each unit that was expected or is heard of in a period. Flags are 0 and 1, so that they add
        up to numbers of units. A period from which nothing was sent has no totals yet:
        fct_reporting says that it is not due, or missing.
    -#}
    select
        heard.period,
        heard.respondent_code,
        max(heard.is_expected) as is_expected,
        max(heard.is_in_force) as is_in_force
    from (
        select period, unit_code as respondent_code, 1 as is_expected, 0 as is_in_force
        from {{ source('raw', 'raw_expected') }}
        where
            form_id = '{{ form_id }}'
            and {{ periods_filter() }}
            and period in (
                select sent.period
                from {{ source('raw', 'raw_submission') }} as sent
                where sent.form_id = '{{ form_id }}'
            )
        union all
        select period, respondent_code, 0 as is_expected, 1 as is_in_force
        from {{ source('raw', 'raw_submission') }}
        where
            form_id = '{{ form_id }}'
            and state in ({{ accepted_states() }})
            and known_to is null
            and {{ periods_filter() }}
    ) as heard
    group by heard.period, heard.respondent_code
{%- endmacro %}

{% macro places_of_units(units) -%}
    {#-
        The regions to which each reporting unit counts on the last day of the period, and the
        communities in it. `unit_code` is empty but for these: their rows alone are theirs. Where the
        register does not hold a region, its code says what it belongs to.
    -#}
    select
        above.period,
        above.boundary_date,
        above.respondent_code,
        '' as unit_code,
        levels.region_level,
        case levels.region_level
            when 'street' then above.respondent_code
            when 'district' then above.district_code
            when 'city' then above.city_code
            else coalesce(cities.parent_code, substr(above.city_code, 1, 2) || '0000000000')
        end as region_code,
        above.is_expected,
        above.is_in_force
    from (
        select
            known.*,
            coalesce(
                districts.parent_code, substr(known.district_code, 1, 4) || '00000000'
            ) as city_code
        from (
            select
                units.*,
                periods.period_end as boundary_date,
                coalesce(
                    streets.parent_code, substr(units.respondent_code, 1, 6) || '000000'
                ) as district_code
            from {{ units }} as units
            left join {{ source('raw', 'raw_period') }} as periods
                on units.period = periods.period
            left join {{ source('raw', 'raw_region') }} as streets
                on
                    units.respondent_code = streets.region_code
                    and streets.level = 'street'
                    and {{ valid_on('streets', 'periods.period_end') }}
        ) as known
        left join {{ source('raw', 'raw_region') }} as districts
            on
                known.district_code = districts.region_code
                and districts.level = 'district'
                and {{ valid_on('districts', 'known.boundary_date') }}
    ) as above
    left join {{ source('raw', 'raw_region') }} as cities
        on
            above.city_code = cities.region_code
            and cities.level = 'city'
            and {{ valid_on('cities', 'above.boundary_date') }}
    cross join (
        {%- for level in rolled_up_levels() %}
        select '{{ level }}' as region_level {{- ' union all' if not loop.last }}
        {%- endfor %}
    ) as levels
    union all
    select
        units.period,
        periods.period_end as boundary_date,
        units.respondent_code,
        communities.region_code as unit_code,
        'community' as region_level,
        communities.region_code,
        units.is_expected,
        units.is_in_force
    from {{ units }} as units
    inner join {{ source('raw', 'raw_period') }} as periods
        on units.period = periods.period
    inner join {{ source('raw', 'raw_region') }} as communities
        on
            units.respondent_code = communities.parent_code
            and communities.level = 'community'
            and {{ valid_on('communities', 'periods.period_end') }}
{%- endmacro %}
