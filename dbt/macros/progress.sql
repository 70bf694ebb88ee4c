{#- How a value is held against a figure of a plan: bounds, regions, time, spread. -#}

{% macro low_end(figure) -%}
    {#- The least value that meets a figure of a plan; null where any is low enough. -#}
    case when {{ figure }}.comparator in ('>=', '=', 'range') then {{ figure }}.value end
{%- endmacro %}

{% macro high_end(figure) -%}
    {#- The greatest value that meets a figure of a plan; null where none is too high. -#}
    case {{ figure }}.comparator
        when '<=' then {{ figure }}.value
        when '=' then {{ figure }}.value
        when 'range' then {{ figure }}.value_high
    end
{%- endmacro %}

{% macro code_start(level, code) -%}
    {#- The digits that the codes of all regions below a city or district begin with. -#}
    substr({{ code }}, 1, case when {{ level }} = 'city' then 4 else 6 end)
{%- endmacro %}

{% macro years_between(first_day, second_day) -%}
    {#- 365.25 days: a year with its share of the leap day. -#}
    ({{ days_between(first_day, second_day) }} / 365.25)
{%- endmacro %}

{% macro t_quantile(degrees) -%}
    {#-
        Student's t that 95 % of projections stay within, by degrees of freedom (97.5 % on each side).
        Beyond 30 that of 30 stays: an interval up to 4 % too wide, never one too narrow.
    -#}
    case
    {%- for quantile in [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
        2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
        2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
    ] %}
        when {{ degrees }} = {{ loop.index }} then {{ quantile }}
    {%- endfor %}
        when {{ degrees }} > 30 then 2.042
    end
{%- endmacro %}
