{#- generated from indicators.csv by `jiceng generate`; edit that -#}
{% macro operands_of_appeals() %}
    {%- do return({
        'form_id': 'appeals',
        'period_type': 'M',
        'unit_column': 'unit_code',
        'of_department': false,
        'lookups': {},
        'of_rows': {
            'appeals_b0c70e69': {
                'function': "sum",
                'value': "r.responded_on_time",
                'columns': ["responded_on_time"],
            },
            'appeals_8b2d5a02': {
                'function': "sum",
                'value': "r.response_due",
                'columns': ["response_due"],
            },
            'appeals_cd355f9f': {
                'function': "sum",
                'value': "r.confirmed_resolved",
                'columns': ["confirmed_resolved"],
            },
            'appeals_0292c233': {
                'function': "sum",
                'value': "r.called_back",
                'columns': ["called_back"],
            },
            'appeals_889e6f95': {
                'function': "sum",
                'value': "r.satisfied",
                'columns': ["satisfied"],
            },
        },
        'of_community': {},
        'of_street': {},
    }) -%}
{% endmacro %}
