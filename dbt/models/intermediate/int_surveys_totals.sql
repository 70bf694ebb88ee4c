-- generated from forms/surveys.yml by `jiceng generate`; edit that
{{ whole_period_config() }}

{{ totals_of_form(
    form_id='surveys',
    versioned=ref('int_surveys_versioned'),
    unit_column='unit_code',
    breakdown='survey_object',
    overlap=true,
    columns=additive_columns([
        'target_population',
        'sample_size',
        'valid_answers',
        'very_satisfied',
        'satisfied',
        'basically_satisfied',
        'dissatisfied',
        'very_dissatisfied',
        'no_opinion',
        'answered_yes',
        'answered_no',
    ]),
) }}
