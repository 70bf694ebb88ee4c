-- generated from indicators.csv by `jiceng generate`; edit that
{{ form_period_config() }}

{{ operands_of_forms(forms_with_operands()) }}
