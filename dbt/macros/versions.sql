{#- All accepted revisions of a form's rows, with the regions that they lay in at the period's end. -#}

{% macro versioned_rows(form_id, reported, unit_column, levels) -%}
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
    from {{ reported }} as reported
    inner join ({{ accepted_versions(form_id) }}) as versions
        on reported.submission_id = versions.submission_id
    left join {{ source('raw', 'raw_period') }} as periods
        on reported.period = periods.period
    left join ({{ regions_of_levels(levels) }}) as units
        on
            reported.{{ unit_column }} = units.region_code
            and units.level = {{ level_of_code('reported.' ~ unit_column) }}
            and {{ valid_on('units', 'periods.period_end') }}
    left join ({{ regions_of_levels(['street']) }}) as streets
        on
            streets.region_code = case units.level
                when 'street' then units.region_code
                when 'community' then units.parent_code
            end
            and {{ valid_on('streets', 'periods.period_end') }}
{%- endmacro %}

{% macro regions_of_levels(levels) -%}
    {#- Fewer regions to join: a street's form names no city. -#}
    select
        level,
        region_code,
        parent_code,
        valid_from,
        valid_to
    from {{ source('raw', 'raw_region') }}
    where level in ('{{ levels | join("', '") }}')
{%- endmacro %}
