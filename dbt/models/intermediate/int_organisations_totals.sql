-- generated from forms/organisations.yml by `jiceng generate`; edit that
{{ whole_period_config() }}

{{ totals_of_form(
    form_id='organisations',
    versioned=ref('int_organisations_versioned'),
    unit_column='unit_code',
    breakdown='org_type',
    overlap=false,
    columns=additive_columns([
        'orgs_opening',
        'orgs_new',
        'orgs_removed',
        'orgs_closing',
        'orgs_registered',
        'orgs_filed',
        'orgs_managed',
        'with_party_org',
        'taking_over',
        'activities',
        'participants',
        'purchase_amount',
        'donations_received',
    ]),
) }}
