{#- generated from indicators.csv by `jiceng generate`; edit that -#}
{% macro operands_of_self_governance() %}
    {%- do return({
        'form_id': 'self_governance',
        'period_type': 'A',
        'unit_column': 'unit_code',
        'of_department': false,
        'lookups': {},
        'of_rows': {
            'self_governance_20e0b260': {
                'function': "count",
                'value': "r.unit_code",
                'where': "(r.consultation_mechanism = true)",
                'columns': ["unit_code", "consultation_mechanism"],
            },
            'self_governance_ef57240f': {
                'function': "count",
                'value': "r.unit_code",
                'where': "(r.sanshe_linkage = true)",
                'columns': ["unit_code", "sanshe_linkage"],
            },
            'self_governance_a06a13dd': {
                'function': "sum",
                'value': "r.voters_participated",
                'columns': ["voters_participated"],
            },
            'self_governance_50a7c02f': {
                'function': "sum",
                'value': "r.registered_voters",
                'columns': ["registered_voters"],
            },
            'self_governance_554b76b1': {
                'function': "count",
                'value': "r.unit_code",
                'where': "((r.election_method = 'DIRECT') and ((cast(nullif(regexp_extract(substr(r.unit_code, 10, 3), '^[0-9]{3}$', 0), '') as bigint) >= 1) and (cast(nullif(regexp_extract(substr(r.unit_code, 10, 3), '^[0-9]{3}$', 0), '') as bigint) <= 199)))",
                'columns': ["unit_code", "election_method"],
            },
            'self_governance_70674a75': {
                'function': "count",
                'value': "r.unit_code",
                'where': "((not (not (r.election_method is not null))) and ((cast(nullif(regexp_extract(substr(r.unit_code, 10, 3), '^[0-9]{3}$', 0), '') as bigint) >= 1) and (cast(nullif(regexp_extract(substr(r.unit_code, 10, 3), '^[0-9]{3}$', 0), '') as bigint) <= 199)))",
                'columns': ["unit_code", "election_method"],
            },
            'self_governance_1467eacb': {
                'function': "count",
                'value': "r.unit_code",
                'where': "(r.in_rural_programme = true)",
                'columns': ["unit_code", "in_rural_programme"],
            },
            'self_governance_1fe72c5f': {
                'function': "count",
                'value': "r.unit_code",
                'where': "(r.secretary_is_director = true)",
                'columns': ["unit_code", "secretary_is_director"],
            },
            'self_governance_bef2dd07': {
                'function': "sum",
                'value': "r.members_cross_appointed",
                'columns': ["members_cross_appointed"],
            },
            'self_governance_e8064bd4': {
                'function': "sum",
                'value': "r.team_members",
                'columns': ["team_members"],
            },
            'self_governance_4bc3f195': {
                'function': "count",
                'value': "r.unit_code",
                'where': "(r.legal_adviser = true)",
                'columns': ["unit_code", "legal_adviser"],
            },
            'self_governance_31fdefbb': {
                'function': "count",
                'value': "r.unit_code",
                'where': "((r.sub_mediation = true) and (r.sub_security = true) and (r.sub_health = true) and (r.sub_environment = true) and (r.sub_service = true) and ((cast(nullif(regexp_extract(substr(r.unit_code, 10, 3), '^[0-9]{3}$', 0), '') as bigint) >= 1) and (cast(nullif(regexp_extract(substr(r.unit_code, 10, 3), '^[0-9]{3}$', 0), '') as bigint) <= 199)))",
                'columns': ["unit_code", "sub_mediation", "sub_security", "sub_health", "sub_environment", "sub_service"],
            },
            'self_governance_19c034aa': {
                'function': "sum",
                'value': "r.law_literate_persons",
                'columns': ["law_literate_persons"],
            },
            'self_governance_86ea354a': {
                'function': "count",
                'value': "r.unit_code",
                'where': "(r.emergency_plan = true)",
                'columns': ["unit_code", "emergency_plan"],
            },
            'self_governance_f0f27b7b': {
                'function': "sum",
                'value': "r.emergency_drills",
                'columns': ["emergency_drills"],
            },
            'self_governance_6cfeff85': {
                'function': "sum",
                'value': "r.party_members_reporting",
                'columns': ["party_members_reporting"],
            },
            'self_governance_b534f1d6': {
                'function': "max",
                'value': "r.certificate_items",
                'columns': ["certificate_items"],
            },
            'self_governance_c04c96aa': {
                'function': "sum",
                'value': "r.signboards",
                'columns': ["signboards"],
            },
            'self_governance_6b0d7e31': {
                'function': "count",
                'value': "r.signboards",
                'columns': ["signboards"],
            },
            'self_governance_ffb98548': {
                'function': "sum",
                'value': "r.meetings",
                'columns': ["meetings"],
            },
            'self_governance_7e1c8c4b': {
                'function': "count",
                'value': "r.meetings",
                'columns': ["meetings"],
            },
            'self_governance_bd2baf11': {
                'function': "sum",
                'value': "r.ledgers",
                'columns': ["ledgers"],
            },
            'self_governance_9d952290': {
                'function': "count",
                'value': "r.ledgers",
                'columns': ["ledgers"],
            },
            'self_governance_54ef32f2': {
                'function': "sum",
                'value': "r.department_assessments",
                'columns': ["department_assessments"],
            },
            'self_governance_2864d832': {
                'function': "sum",
                'value': "r.veto_items",
                'columns': ["veto_items"],
            },
            'self_governance_3f1d2699': {
                'function': "sum",
                'value': "r.demand_surveys",
                'columns': ["demand_surveys"],
            },
        },
        'of_community': {},
        'of_street': {},
    }) -%}
{% endmacro %}
