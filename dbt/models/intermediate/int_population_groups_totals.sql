-- generated from forms/population_groups.yml by `jiceng generate`; edit that
{{ whole_period_config() }}

{{ totals_of_form(
    form_id='population_groups',
    versioned=ref('int_population_groups_versioned'),
    unit_column='unit_code',
    breakdown='population_group',
    overlap=true,
    columns=additive_columns([
        'persons_opening',
        'persons_added',
        'actively_found',
        'persons_removed',
        'persons_closing',
        'visited_persons',
        'served_sw_ytd',
        'person_times',
        'assistance_amount',
        'home_self_care',
        'home_purchased_care',
        'institutional_care',
        'institutional_out_of_area',
        'childcare_full',
        'childcare_half',
        'childcare_hourly',
        'childcare_temp',
        'jobs_found',
        'reports_received',
    ]),
) }}
