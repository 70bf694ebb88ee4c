-- generated from forms/projects.yml by `jiceng generate`; edit that
{{ whole_period_config() }}

{{ totals_of_form(
    form_id='projects',
    versioned=ref('int_projects_versioned'),
    unit_column='unit_code',
    breakdown='project_type',
    overlap=false,
    columns=additive_columns([
        'quantity_bought',
        'budget_amount',
        'contract_amount',
        'paid_opening',
        'paid_in_period',
        'paid_closing',
        'beneficiaries',
        'kpi_total',
        'kpi_met',
    ]),
) }}
