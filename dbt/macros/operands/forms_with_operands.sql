{#- generated from indicators.csv by `jiceng generate`; edit that -#}
{% macro forms_with_operands() %}
    {%- do return([
        operands_of_community_profile(),
        operands_of_services(),
        operands_of_staff(),
        operands_of_facilities(),
        operands_of_organisations(),
        operands_of_self_governance(),
        operands_of_population_groups(),
        operands_of_appeals(),
        operands_of_projects(),
        operands_of_designations(),
        operands_of_surveys(),
        operands_of_department_measures(),
    ]) -%}
{% endmacro %}
