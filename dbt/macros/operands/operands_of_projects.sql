{#- generated from indicators.csv by `jiceng generate`; edit that -#}
{% macro operands_of_projects() %}
    {%- do return({
        'form_id': 'projects',
        'period_type': 'Q',
        'unit_column': 'unit_code',
        'of_department': false,
        'lookups': {},
        'of_rows': {
            'projects_d532fe91': {
                'function': "sum",
                'value': "r.paid_closing",
                'where': "(r.project_type = 'FACILITY')",
                'columns': ["paid_closing", "project_type"],
            },
            'projects_8c20e9d8': {
                'function': "count",
                'value': "r.project_code",
                'where': "((r.project_type = 'FACILITY') and (r.status = 'FINISHED'))",
                'columns': ["project_code", "project_type", "status"],
            },
            'projects_f4fa58db': {
                'function': "sum",
                'value': "r.paid_closing",
                'where': "(r.project_type in ('MS_WORKS', 'MS_GOODS', 'MS_SERVICE'))",
                'columns': ["paid_closing", "project_type"],
            },
            'projects_6f9aa060': {
                'function': "count",
                'value': "r.project_code",
                'where': "((r.project_type in ('MS_WORKS', 'MS_GOODS', 'MS_SERVICE')) and (r.status in ('RUNNING', 'FINISHED')))",
                'columns': ["project_code", "project_type", "status"],
            },
            'projects_587cb12d': {
                'function': "sum",
                'value': "r.paid_in_period",
                'where': "(r.project_type = 'GP_ASSIST')",
                'columns': ["paid_in_period", "project_type"],
            },
            'projects_0f118d51': {
                'function': "sum",
                'value': "r.beneficiaries",
                'where': "(r.project_type in ('MS_WORKS', 'MS_GOODS', 'MS_SERVICE'))",
                'columns': ["beneficiaries", "project_type"],
            },
            'projects_b65bd55f': {
                'function': "sum",
                'value': "r.budget_amount",
                'where': "((r.project_type = 'ASSIST_FUND') and (year(r.approved_on) = year(r._period_end)))",
                'columns': ["budget_amount", "project_type", "approved_on"],
            },
            'projects_cec458be': {
                'function': "sum",
                'value': "r.quantity_bought",
                'where': "(r.count_unit in ('POST', 'SERVICE', 'PROJECT'))",
                'columns': ["quantity_bought", "count_unit"],
            },
            'projects_b0ae3036': {
                'function': "sum",
                'value': "r.contract_amount",
                'where': "(r.project_type = 'GRANT_PREMISES')",
                'columns': ["contract_amount", "project_type"],
            },
            'projects_b8e9dd28': {
                'function': "count",
                'value': "r.contract_amount",
                'where': "(r.project_type = 'GRANT_PREMISES')",
                'columns': ["contract_amount", "project_type"],
            },
            'projects_480a998c': {
                'function': "sum",
                'value': "r.contract_amount",
                'where': "(r.project_type = 'GRANT_ELDER_ROOM')",
                'columns': ["contract_amount", "project_type"],
            },
            'projects_2b93e4b7': {
                'function': "count",
                'value': "r.contract_amount",
                'where': "(r.project_type = 'GRANT_ELDER_ROOM')",
                'columns': ["contract_amount", "project_type"],
            },
            'projects_e0231bbd': {
                'function': "sum",
                'value': "r.contract_amount",
                'where': "(r.project_type = 'GRANT_STARTUP')",
                'columns': ["contract_amount", "project_type"],
            },
            'projects_09fed3e2': {
                'function': "count",
                'value': "r.contract_amount",
                'where': "(r.project_type = 'GRANT_STARTUP')",
                'columns': ["contract_amount", "project_type"],
            },
            'projects_9e2aa63e': {
                'function': "sum",
                'value': "r.paid_in_period",
                'where': "(r.project_type in ('GP_SW', 'FISC'))",
                'columns': ["paid_in_period", "project_type"],
            },
            'projects_0e890865': {
                'function': "sum",
                'value': "r.paid_in_period",
                'where': "(r.project_type in ('GP_SW', 'GP_ASSIST', 'GP_ELDER', 'GP_OTHER', 'FISC'))",
                'columns': ["paid_in_period", "project_type"],
            },
        },
        'of_community': {},
        'of_street': {},
    }) -%}
{% endmacro %}
