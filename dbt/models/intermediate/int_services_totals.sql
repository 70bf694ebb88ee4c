-- generated from forms/services.yml by `jiceng generate`; edit that
{{ whole_period_config() }}

{{ totals_of_form(
    form_id='services',
    versioned=ref('int_services_versioned'),
    breakdown='service_category',
    columns=additive_columns([
        'pending_opening',
        'accepted',
        'accepted_online',
        'accepted_terminal',
        'accepted_outreach',
        'completed',
        'completed_on_time',
        'completed_once',
        'referred_out',
        'referred_taken',
        'withdrawn',
        'pending_closing',
        'called_back',
        'archived',
        'archived_digital',
        'person_times',
        'activities',
        'activity_participants',
        'rated_5',
        'rated_4',
        'rated_3',
        'rated_2',
        'rated_1',
        'bad_rectified',
    ]),
) }}
