-- $note
{{ whole_period_config() }}

{{ totals_of_form(
    form_id='$form_id',
    versioned=ref('int_${form_id}_versioned'),
    breakdown=$breakdown,
    columns=additive_columns([
$measures,
    ]),
) }}
