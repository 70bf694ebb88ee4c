{#- generated from indicators.csv by `jiceng generate`; edit that -#}
{% macro operands_of_surveys() %}
    {%- do return({
        'form_id': 'surveys',
        'period_type': 'A',
        'unit_column': 'unit_code',
        'of_department': false,
        'lookups': {},
        'of_rows': {
            'surveys_c7edd4fd': {
                'function': "count",
                'distinct': "distinct ",
                'value': "r.unit_code",
                'where': "(r.survey_object = 'SERVICE')",
                'columns': ["unit_code", "survey_object"],
            },
            'surveys_d68c5f11': {
                'function': "sum",
                'value': "r.very_satisfied",
                'where': "(r.survey_object = 'SERVICE')",
                'columns': ["very_satisfied", "survey_object"],
            },
            'surveys_97488722': {
                'function': "sum",
                'value': "r.satisfied",
                'where': "(r.survey_object = 'SERVICE')",
                'columns': ["satisfied", "survey_object"],
            },
            'surveys_d55ebdcb': {
                'function': "sum",
                'value': "r.valid_answers",
                'where': "(r.survey_object = 'SERVICE')",
                'columns': ["valid_answers", "survey_object"],
            },
        },
        'of_community': {
            'surveys_f93e6596': {
                'sql': "cast(round(cast(max(case when (r.survey_object = 'SERVICE') then r.target_population end) * (case when count(case when (r.survey_object = 'SERVICE') then r.row_number end) > 0 then sum(case when (r.survey_object = 'SERVICE') then r.very_satisfied end) else 0 end + case when count(case when (r.survey_object = 'SERVICE') then r.row_number end) > 0 then sum(case when (r.survey_object = 'SERVICE') then r.satisfied end) else 0 end) as double) / nullif(case when count(case when (r.survey_object = 'SERVICE') then r.row_number end) > 0 then sum(case when (r.survey_object = 'SERVICE') then r.valid_answers end) else 0 end, 0), 6) as decimal(38, 6))",
                'rows': "coalesce((r.survey_object = 'SERVICE'), true)",
                'columns': ["very_satisfied", "survey_object", "satisfied", "target_population", "valid_answers"],
            },
            'surveys_804b8a17': {
                'sql': "case when nullif(case when count(case when (r.survey_object = 'SERVICE') then r.row_number end) > 0 then sum(case when (r.survey_object = 'SERVICE') then r.valid_answers end) else 0 end, 0) is not null and (case when count(case when (r.survey_object = 'SERVICE') then r.row_number end) > 0 then sum(case when (r.survey_object = 'SERVICE') then r.very_satisfied end) else 0 end + case when count(case when (r.survey_object = 'SERVICE') then r.row_number end) > 0 then sum(case when (r.survey_object = 'SERVICE') then r.satisfied end) else 0 end) is not null then max(case when (r.survey_object = 'SERVICE') then r.target_population end) end",
                'rows': "coalesce((r.survey_object = 'SERVICE'), true)",
                'columns': ["very_satisfied", "survey_object", "satisfied", "target_population", "valid_answers"],
            },
            'surveys_1982da33': {
                'sql': "cast(round(cast(max(case when (r.survey_object = 'AWARENESS') then r.target_population end) * case when count(case when (r.survey_object = 'AWARENESS') then r.row_number end) > 0 then sum(case when (r.survey_object = 'AWARENESS') then r.answered_yes end) else 0 end as double) / nullif(case when count(case when (r.survey_object = 'AWARENESS') then r.row_number end) > 0 then sum(case when (r.survey_object = 'AWARENESS') then r.valid_answers end) else 0 end, 0), 6) as decimal(38, 6))",
                'rows': "coalesce((r.survey_object = 'AWARENESS'), true)",
                'columns': ["answered_yes", "survey_object", "target_population", "valid_answers"],
            },
            'surveys_3c55d294': {
                'sql': "case when nullif(case when count(case when (r.survey_object = 'AWARENESS') then r.row_number end) > 0 then sum(case when (r.survey_object = 'AWARENESS') then r.valid_answers end) else 0 end, 0) is not null and case when count(case when (r.survey_object = 'AWARENESS') then r.row_number end) > 0 then sum(case when (r.survey_object = 'AWARENESS') then r.answered_yes end) else 0 end is not null then max(case when (r.survey_object = 'AWARENESS') then r.target_population end) end",
                'rows': "coalesce((r.survey_object = 'AWARENESS'), true)",
                'columns': ["answered_yes", "survey_object", "target_population", "valid_answers"],
            },
            'surveys_b893da77': {
                'sql': "cast(round(cast(max(case when (r.survey_object = 'HAPPINESS') then r.target_population end) * (case when count(case when (r.survey_object = 'HAPPINESS') then r.row_number end) > 0 then sum(case when (r.survey_object = 'HAPPINESS') then r.very_satisfied end) else 0 end + case when count(case when (r.survey_object = 'HAPPINESS') then r.row_number end) > 0 then sum(case when (r.survey_object = 'HAPPINESS') then r.satisfied end) else 0 end) as double) / nullif(case when count(case when (r.survey_object = 'HAPPINESS') then r.row_number end) > 0 then sum(case when (r.survey_object = 'HAPPINESS') then r.valid_answers end) else 0 end, 0), 6) as decimal(38, 6))",
                'rows': "coalesce((r.survey_object = 'HAPPINESS'), true)",
                'columns': ["very_satisfied", "survey_object", "satisfied", "target_population", "valid_answers"],
            },
            'surveys_ad8b751a': {
                'sql': "case when nullif(case when count(case when (r.survey_object = 'HAPPINESS') then r.row_number end) > 0 then sum(case when (r.survey_object = 'HAPPINESS') then r.valid_answers end) else 0 end, 0) is not null and (case when count(case when (r.survey_object = 'HAPPINESS') then r.row_number end) > 0 then sum(case when (r.survey_object = 'HAPPINESS') then r.very_satisfied end) else 0 end + case when count(case when (r.survey_object = 'HAPPINESS') then r.row_number end) > 0 then sum(case when (r.survey_object = 'HAPPINESS') then r.satisfied end) else 0 end) is not null then max(case when (r.survey_object = 'HAPPINESS') then r.target_population end) end",
                'rows': "coalesce((r.survey_object = 'HAPPINESS'), true)",
                'columns': ["very_satisfied", "survey_object", "satisfied", "target_population", "valid_answers"],
            },
            'surveys_53580de6': {
                'sql': "cast(round(cast(max(case when (r.survey_object = 'CONVENIENCE') then r.target_population end) * (case when count(case when (r.survey_object = 'CONVENIENCE') then r.row_number end) > 0 then sum(case when (r.survey_object = 'CONVENIENCE') then r.very_satisfied end) else 0 end + case when count(case when (r.survey_object = 'CONVENIENCE') then r.row_number end) > 0 then sum(case when (r.survey_object = 'CONVENIENCE') then r.satisfied end) else 0 end) as double) / nullif(case when count(case when (r.survey_object = 'CONVENIENCE') then r.row_number end) > 0 then sum(case when (r.survey_object = 'CONVENIENCE') then r.valid_answers end) else 0 end, 0), 6) as decimal(38, 6))",
                'rows': "coalesce((r.survey_object = 'CONVENIENCE'), true)",
                'columns': ["very_satisfied", "survey_object", "satisfied", "target_population", "valid_answers"],
            },
            'surveys_b47156d0': {
                'sql': "case when nullif(case when count(case when (r.survey_object = 'CONVENIENCE') then r.row_number end) > 0 then sum(case when (r.survey_object = 'CONVENIENCE') then r.valid_answers end) else 0 end, 0) is not null and (case when count(case when (r.survey_object = 'CONVENIENCE') then r.row_number end) > 0 then sum(case when (r.survey_object = 'CONVENIENCE') then r.very_satisfied end) else 0 end + case when count(case when (r.survey_object = 'CONVENIENCE') then r.row_number end) > 0 then sum(case when (r.survey_object = 'CONVENIENCE') then r.satisfied end) else 0 end) is not null then max(case when (r.survey_object = 'CONVENIENCE') then r.target_population end) end",
                'rows': "coalesce((r.survey_object = 'CONVENIENCE'), true)",
                'columns': ["very_satisfied", "survey_object", "satisfied", "target_population", "valid_answers"],
            },
            'surveys_cce678a5': {
                'sql': "cast(round(cast(max(case when (r.survey_object = 'BELONGING') then r.target_population end) * (case when count(case when (r.survey_object = 'BELONGING') then r.row_number end) > 0 then sum(case when (r.survey_object = 'BELONGING') then r.very_satisfied end) else 0 end + case when count(case when (r.survey_object = 'BELONGING') then r.row_number end) > 0 then sum(case when (r.survey_object = 'BELONGING') then r.satisfied end) else 0 end) as double) / nullif(case when count(case when (r.survey_object = 'BELONGING') then r.row_number end) > 0 then sum(case when (r.survey_object = 'BELONGING') then r.valid_answers end) else 0 end, 0), 6) as decimal(38, 6))",
                'rows': "coalesce((r.survey_object = 'BELONGING'), true)",
                'columns': ["very_satisfied", "survey_object", "satisfied", "target_population", "valid_answers"],
            },
            'surveys_052cbbb7': {
                'sql': "case when nullif(case when count(case when (r.survey_object = 'BELONGING') then r.row_number end) > 0 then sum(case when (r.survey_object = 'BELONGING') then r.valid_answers end) else 0 end, 0) is not null and (case when count(case when (r.survey_object = 'BELONGING') then r.row_number end) > 0 then sum(case when (r.survey_object = 'BELONGING') then r.very_satisfied end) else 0 end + case when count(case when (r.survey_object = 'BELONGING') then r.row_number end) > 0 then sum(case when (r.survey_object = 'BELONGING') then r.satisfied end) else 0 end) is not null then max(case when (r.survey_object = 'BELONGING') then r.target_population end) end",
                'rows': "coalesce((r.survey_object = 'BELONGING'), true)",
                'columns': ["very_satisfied", "survey_object", "satisfied", "target_population", "valid_answers"],
            },
            'surveys_8cee0def': {
                'sql': "cast(round(cast(max(case when (r.survey_object = 'PROPERTY') then r.target_population end) * (case when count(case when (r.survey_object = 'PROPERTY') then r.row_number end) > 0 then sum(case when (r.survey_object = 'PROPERTY') then r.very_satisfied end) else 0 end + case when count(case when (r.survey_object = 'PROPERTY') then r.row_number end) > 0 then sum(case when (r.survey_object = 'PROPERTY') then r.satisfied end) else 0 end) as double) / nullif(case when count(case when (r.survey_object = 'PROPERTY') then r.row_number end) > 0 then sum(case when (r.survey_object = 'PROPERTY') then r.valid_answers end) else 0 end, 0), 6) as decimal(38, 6))",
                'rows': "coalesce((r.survey_object = 'PROPERTY'), true)",
                'columns': ["very_satisfied", "survey_object", "satisfied", "target_population", "valid_answers"],
            },
            'surveys_8d6dda44': {
                'sql': "case when nullif(case when count(case when (r.survey_object = 'PROPERTY') then r.row_number end) > 0 then sum(case when (r.survey_object = 'PROPERTY') then r.valid_answers end) else 0 end, 0) is not null and (case when count(case when (r.survey_object = 'PROPERTY') then r.row_number end) > 0 then sum(case when (r.survey_object = 'PROPERTY') then r.very_satisfied end) else 0 end + case when count(case when (r.survey_object = 'PROPERTY') then r.row_number end) > 0 then sum(case when (r.survey_object = 'PROPERTY') then r.satisfied end) else 0 end) is not null then max(case when (r.survey_object = 'PROPERTY') then r.target_population end) end",
                'rows': "coalesce((r.survey_object = 'PROPERTY'), true)",
                'columns': ["very_satisfied", "survey_object", "satisfied", "target_population", "valid_answers"],
            },
            'surveys_dfb95cc1': {
                'sql': "cast(round(cast(max(case when (r.survey_object = 'OWNERS') then r.target_population end) * (case when count(case when (r.survey_object = 'OWNERS') then r.row_number end) > 0 then sum(case when (r.survey_object = 'OWNERS') then r.very_satisfied end) else 0 end + case when count(case when (r.survey_object = 'OWNERS') then r.row_number end) > 0 then sum(case when (r.survey_object = 'OWNERS') then r.satisfied end) else 0 end) as double) / nullif(case when count(case when (r.survey_object = 'OWNERS') then r.row_number end) > 0 then sum(case when (r.survey_object = 'OWNERS') then r.valid_answers end) else 0 end, 0), 6) as decimal(38, 6))",
                'rows': "coalesce((r.survey_object = 'OWNERS'), true)",
                'columns': ["very_satisfied", "survey_object", "satisfied", "target_population", "valid_answers"],
            },
            'surveys_5889cba0': {
                'sql': "case when nullif(case when count(case when (r.survey_object = 'OWNERS') then r.row_number end) > 0 then sum(case when (r.survey_object = 'OWNERS') then r.valid_answers end) else 0 end, 0) is not null and (case when count(case when (r.survey_object = 'OWNERS') then r.row_number end) > 0 then sum(case when (r.survey_object = 'OWNERS') then r.very_satisfied end) else 0 end + case when count(case when (r.survey_object = 'OWNERS') then r.row_number end) > 0 then sum(case when (r.survey_object = 'OWNERS') then r.satisfied end) else 0 end) is not null then max(case when (r.survey_object = 'OWNERS') then r.target_population end) end",
                'rows': "coalesce((r.survey_object = 'OWNERS'), true)",
                'columns': ["very_satisfied", "survey_object", "satisfied", "target_population", "valid_answers"],
            },
            'surveys_36cabda8': {
                'sql': "cast(round(cast(max(case when (r.survey_object = 'SECURITY') then r.target_population end) * (case when count(case when (r.survey_object = 'SECURITY') then r.row_number end) > 0 then sum(case when (r.survey_object = 'SECURITY') then r.very_satisfied end) else 0 end + case when count(case when (r.survey_object = 'SECURITY') then r.row_number end) > 0 then sum(case when (r.survey_object = 'SECURITY') then r.satisfied end) else 0 end) as double) / nullif(case when count(case when (r.survey_object = 'SECURITY') then r.row_number end) > 0 then sum(case when (r.survey_object = 'SECURITY') then r.valid_answers end) else 0 end, 0), 6) as decimal(38, 6))",
                'rows': "coalesce((r.survey_object = 'SECURITY'), true)",
                'columns': ["very_satisfied", "survey_object", "satisfied", "target_population", "valid_answers"],
            },
            'surveys_533fca73': {
                'sql': "case when nullif(case when count(case when (r.survey_object = 'SECURITY') then r.row_number end) > 0 then sum(case when (r.survey_object = 'SECURITY') then r.valid_answers end) else 0 end, 0) is not null and (case when count(case when (r.survey_object = 'SECURITY') then r.row_number end) > 0 then sum(case when (r.survey_object = 'SECURITY') then r.very_satisfied end) else 0 end + case when count(case when (r.survey_object = 'SECURITY') then r.row_number end) > 0 then sum(case when (r.survey_object = 'SECURITY') then r.satisfied end) else 0 end) is not null then max(case when (r.survey_object = 'SECURITY') then r.target_population end) end",
                'rows': "coalesce((r.survey_object = 'SECURITY'), true)",
                'columns': ["very_satisfied", "survey_object", "satisfied", "target_population", "valid_answers"],
            },
            'surveys_f2c3101b': {
                'sql': "cast(round(cast(max(case when (r.survey_object = 'HEALTH_KNOWLEDGE') then r.target_population end) * case when count(case when (r.survey_object = 'HEALTH_KNOWLEDGE') then r.row_number end) > 0 then sum(case when (r.survey_object = 'HEALTH_KNOWLEDGE') then r.answered_yes end) else 0 end as double) / nullif(case when count(case when (r.survey_object = 'HEALTH_KNOWLEDGE') then r.row_number end) > 0 then sum(case when (r.survey_object = 'HEALTH_KNOWLEDGE') then r.valid_answers end) else 0 end, 0), 6) as decimal(38, 6))",
                'rows': "coalesce((r.survey_object = 'HEALTH_KNOWLEDGE'), true)",
                'columns': ["answered_yes", "survey_object", "target_population", "valid_answers"],
            },
            'surveys_e490f8de': {
                'sql': "case when nullif(case when count(case when (r.survey_object = 'HEALTH_KNOWLEDGE') then r.row_number end) > 0 then sum(case when (r.survey_object = 'HEALTH_KNOWLEDGE') then r.valid_answers end) else 0 end, 0) is not null and case when count(case when (r.survey_object = 'HEALTH_KNOWLEDGE') then r.row_number end) > 0 then sum(case when (r.survey_object = 'HEALTH_KNOWLEDGE') then r.answered_yes end) else 0 end is not null then max(case when (r.survey_object = 'HEALTH_KNOWLEDGE') then r.target_population end) end",
                'rows': "coalesce((r.survey_object = 'HEALTH_KNOWLEDGE'), true)",
                'columns': ["answered_yes", "survey_object", "target_population", "valid_answers"],
            },
            'surveys_e8435549': {
                'sql': "cast(round(cast(max(case when (r.survey_object = 'FP_KNOWLEDGE') then r.target_population end) * case when count(case when (r.survey_object = 'FP_KNOWLEDGE') then r.row_number end) > 0 then sum(case when (r.survey_object = 'FP_KNOWLEDGE') then r.answered_yes end) else 0 end as double) / nullif(case when count(case when (r.survey_object = 'FP_KNOWLEDGE') then r.row_number end) > 0 then sum(case when (r.survey_object = 'FP_KNOWLEDGE') then r.valid_answers end) else 0 end, 0), 6) as decimal(38, 6))",
                'rows': "coalesce((r.survey_object = 'FP_KNOWLEDGE'), true)",
                'columns': ["answered_yes", "survey_object", "target_population", "valid_answers"],
            },
            'surveys_b16631a6': {
                'sql': "case when nullif(case when count(case when (r.survey_object = 'FP_KNOWLEDGE') then r.row_number end) > 0 then sum(case when (r.survey_object = 'FP_KNOWLEDGE') then r.valid_answers end) else 0 end, 0) is not null and case when count(case when (r.survey_object = 'FP_KNOWLEDGE') then r.row_number end) > 0 then sum(case when (r.survey_object = 'FP_KNOWLEDGE') then r.answered_yes end) else 0 end is not null then max(case when (r.survey_object = 'FP_KNOWLEDGE') then r.target_population end) end",
                'rows': "coalesce((r.survey_object = 'FP_KNOWLEDGE'), true)",
                'columns': ["answered_yes", "survey_object", "target_population", "valid_answers"],
            },
        },
        'of_street': {},
    }) -%}
{% endmacro %}
