-- generated from forms/community_profile.yml by `jiceng generate`; edit that
{{ whole_period_config() }}

{{ totals_of_form(
    form_id='community_profile',
    versioned=ref('int_community_profile_versioned'),
    unit_column='unit_code',
    breakdown=none,
    overlap=false,
    columns=additive_columns([
        'area_km2',
        'households',
        'registered_population',
        'permanent_population',
        'floating_population',
        'pop_age_0_2',
        'pop_age_60_plus',
        'pop_age_65_plus',
        'pop_age_80_plus',
        'grids',
        'residents_groups',
        'residential_estates',
        'estates_with_owners_committee',
        'estates_with_party_org',
        'estates_smart_security',
        'estates_elder_norm',
        'estates_renovated',
        'residents_15min_health',
        'residents_15min_centre',
        'residents_15min_party',
        'record_complete_households',
    ]),
) }}
