-- generated from forms/appeals.yml by `jiceng generate`; edit that
{{ whole_period_config() }}

{{ totals_of_form(
    form_id='appeals',
    versioned=ref('int_appeals_versioned'),
    unit_column='unit_code',
    breakdown='channel',
    overlap=false,
    columns=additive_columns([
        'pending_opening',
        'received',
        'proactive',
        'returned',
        'disputed',
        'direct_dispatched',
        'response_due',
        'responded_on_time',
        'closed',
        'closed_on_time',
        'pending_closing',
        'overdue',
        'called_back',
        'confirmed_resolved',
        'satisfied',
        'repeated',
        'warnings',
        'warnings_defused',
        'mediated',
        'handling_hours',
    ]),
) }}
