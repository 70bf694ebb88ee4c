{#- generated from indicators.csv by `jiceng generate`; edit that -#}
{% macro operands_of_services() %}
    {%- do return({
        'form_id': 'services',
        'period_type': 'M',
        'unit_column': 'unit_code',
        'of_department': false,
        'lookups': {
            'has_5e7faf69': {
                'form_id': "facilities",
                'unit_column': "unit_code",
                'where': "((r.facility_type = 'FISC') and (r.status = 'OPEN'))",
                'within': "street",
            },
        },
        'of_rows': {
            'services_0f2587b7': {
                'function': "sum",
                'value': "r.person_times",
                'where': "r.has_5e7faf69",
                'columns': ["person_times"],
            },
            'services_a4700819': {
                'function': "sum",
                'value': "r.rated_5",
                'columns': ["rated_5"],
            },
            'services_5bcf416c': {
                'function': "sum",
                'value': "r.rated_4",
                'columns': ["rated_4"],
            },
            'services_55a77155': {
                'function': "sum",
                'value': "r.rated_3",
                'columns': ["rated_3"],
            },
            'services_fd6f236f': {
                'function': "sum",
                'value': "r.rated_2",
                'columns': ["rated_2"],
            },
            'services_1506accf': {
                'function': "sum",
                'value': "r.rated_1",
                'columns': ["rated_1"],
            },
            'services_270b17b6': {
                'function': "sum",
                'value': "r.called_back",
                'columns': ["called_back"],
            },
            'services_5dee826a': {
                'function': "sum",
                'value': "r.completed",
                'columns': ["completed"],
            },
        },
        'of_community': {},
        'of_street': {},
    }) -%}
{% endmacro %}
