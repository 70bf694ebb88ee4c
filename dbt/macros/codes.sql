{% macro codes_given(relation, lists) -%}
    {#- The codes that stand in some columns; `lists` maps the columns to their code lists. -#}
    {%- for column, list_id in lists.items() %}
    select distinct
        '{{ list_id }}' as list_id,
        '{{ column }}' as column_name,
        {{ column }} as code
    from {{ relation }}
    where {{ column }} is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
