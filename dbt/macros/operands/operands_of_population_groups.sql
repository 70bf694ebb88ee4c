{#- generated from indicators.csv by `jiceng generate`; edit that -#}
{% macro operands_of_population_groups() %}
    {%- do return({
        'form_id': 'population_groups',
        'period_type': 'Q',
        'unit_column': 'unit_code',
        'of_department': false,
        'lookups': {},
        'of_rows': {
            'population_groups_e18aaba6': {
                'function': "sum",
                'value': "r.served_sw_ytd",
                'where': "(r.population_group in ('DIBAO', 'TEKUN', 'DISABLED', 'MINOR_AT_RISK', 'MINOR_LEFT', 'VAGRANT', 'VETERAN_DIFF'))",
                'columns': ["served_sw_ytd", "population_group"],
            },
            'population_groups_3f750a58': {
                'function': "sum",
                'value': "r.persons_closing",
                'where': "(r.population_group in ('DIBAO', 'TEKUN', 'DISABLED', 'MINOR_AT_RISK', 'MINOR_LEFT', 'VAGRANT', 'VETERAN_DIFF'))",
                'columns': ["persons_closing", "population_group"],
            },
            'population_groups_0046734f': {
                'function': "sum",
                'value': "r.home_self_care",
                'where': "(r.population_group = 'ELDER60')",
                'columns': ["home_self_care", "population_group"],
            },
            'population_groups_ecf704f9': {
                'function': "sum",
                'value': "r.persons_closing",
                'where': "(r.population_group = 'ELDER60')",
                'columns': ["persons_closing", "population_group"],
            },
            'population_groups_d64050af': {
                'function': "sum",
                'value': "r.home_purchased_care",
                'where': "(r.population_group = 'ELDER60')",
                'columns': ["home_purchased_care", "population_group"],
            },
            'population_groups_97e294d8': {
                'function': "sum",
                'value': "r.institutional_care",
                'where': "(r.population_group = 'ELDER60')",
                'columns': ["institutional_care", "population_group"],
            },
        },
        'of_community': {},
        'of_street': {},
    }) -%}
{% endmacro %}
