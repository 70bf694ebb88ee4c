-- generated from the programme's forms by `jiceng generate`; edit that
{{ totals_of_built_forms(
    columns={
        'form_id': 'string',
        'period': 'string',
        'region_level': 'string',
        'region_code': 'string',
        'boundary_date': 'date',
        'breakdown_column': 'string',
        'breakdown_code': 'string',
        'column_name': 'string',
        'value': 'decimal(38,6)',
        'obs_status': 'string',
        'units_expected': 'integer',
        'units_reported': 'integer',
        'units_unexpected': 'integer',
        'cells_missing': 'integer',
        'cells_questioned': 'integer',
        'is_complete': 'boolean',
    },
    totals=[
        ref('int_community_profile_totals'),
        ref('int_services_totals'),
        ref('int_staff_totals'),
        ref('int_facilities_totals'),
        ref('int_organisations_totals'),
        ref('int_self_governance_totals'),
    ],
) }}
