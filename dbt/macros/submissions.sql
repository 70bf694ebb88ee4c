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

{% macro places_of_form(form_id) -%}
    {#-
        Two rows for each unit that was expected or is heard of in a period: its street and its
        district. Flags are 0 and 1, so that they add up to numbers of units. A period from which
        nothing was sent has no totals yet: fct_reporting says that it is not due, or missing.
    -#}
    select
        units.period,
        units.respondent_code,
        levels.region_level,
        case levels.region_level
            when 'street' then units.respondent_code
            else
                coalesce(streets.parent_code, substr(units.respondent_code, 1, 6) || '000000')
        end as region_code,
        units.is_expected,
        units.is_in_force
    from (
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
    ) as units
    cross join (select 'street' as region_level union all select 'district') as levels
    left join {{ source('raw', 'raw_period') }} as periods
        on units.period = periods.period
    left join {{ source('raw', 'raw_region') }} as streets
        on
            units.respondent_code = streets.region_code
            and streets.level = 'street'
            and {{ valid_on('streets', 'periods.period_end') }}
{%- endmacro %}
