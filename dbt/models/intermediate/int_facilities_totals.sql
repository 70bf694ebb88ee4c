-- generated from forms/facilities.yml by `jiceng generate`; edit that
{{ whole_period_config() }}

{{ totals_of_form(
    form_id='facilities',
    versioned=ref('int_facilities_versioned'),
    unit_column='unit_code',
    breakdown='facility_type',
    overlap=false,
    columns=additive_columns([
        'floor_area_m2',
        'service_area_m2',
        'office_area_m2',
        'six_services_open',
        'idle_converted_area_m2',
        'bookable_hours',
        'booked_hours',
        'visits',
        'self_service_terminals',
        'beds',
        'beds_occupied',
        'childcare_places',
        'childcare_enrolled',
        'psych_functions',
        'ph_physicians',
        'epi_investigators',
    ]),
) }}
