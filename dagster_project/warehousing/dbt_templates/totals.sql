-- $note
{{ whole_period_config() }}

{{ totals_of_form(
    form_id='$form_id',
    versioned=ref('int_${form_id}_versioned'),
    unit_column='$unit_column',
    breakdown=$breakdown,
    overlap=$overlap,
    columns=additive_columns([
$measures,
    ]),
) }}
