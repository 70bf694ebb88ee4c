{#- generated from indicators.csv by `jiceng generate`; edit that -#}
{% macro operands_of_organisations() %}
    {%- do return({
        'form_id': 'organisations',
        'period_type': 'Q',
        'unit_column': 'unit_code',
        'of_department': false,
        'lookups': {},
        'of_rows': {
            'organisations_581e8114': {
                'function': "sum",
                'value': "r.orgs_closing",
                'where': "(r.org_type in ('SERVICE', 'CHARITY', 'CULTURE', 'AFFAIRS', 'MUTUAL', 'RURAL'))",
                'columns': ["orgs_closing", "org_type"],
            },
            'organisations_2dbfc0ce': {
                'function': "sum",
                'value': "r.orgs_closing",
                'where': "(r.org_type = 'VOLUNTEER')",
                'columns': ["orgs_closing", "org_type"],
            },
            'organisations_4b3b6f7a': {
                'function': "sum",
                'value': "r.orgs_closing",
                'where': "(r.org_type = 'FOUNDATION')",
                'columns': ["orgs_closing", "org_type"],
            },
            'organisations_f7bcdf6b': {
                'function': "sum",
                'value': "r.orgs_closing",
                'where': "(r.org_type = 'MUTUAL')",
                'columns': ["orgs_closing", "org_type"],
            },
            'organisations_3762928c': {
                'function': "sum",
                'value': "r.orgs_closing",
                'where': "(r.org_type = 'SW_AGENCY')",
                'columns': ["orgs_closing", "org_type"],
            },
            'organisations_8b0f061e': {
                'function': "sum",
                'value': "r.taking_over",
                'columns': ["taking_over"],
            },
        },
        'of_community': {},
        'of_street': {},
    }) -%}
{% endmacro %}
