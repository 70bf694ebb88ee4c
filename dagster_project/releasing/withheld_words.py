"""Findings as readers get them: of sensitive groups the place and the rule, and no figure.

A finding's words repeat figures of the row, of earlier ones and of others like it, and a refused
row has no place in the facts to be withheld at. So of a sensitive group nothing is told that may be
a figure, small or not; the sender has it in the returned workbook. Not here: which groups and which
figures (see ``withheld``).
"""

from dagster_project.messages import catalogue

CODE = "FINDING_WITHHELD"

TOLD = """
    with of_groups as (
        select rule_id, any_value(message_zh) as message_zh, any_value(message_en) as message_en,
            bool_or(contains(expression, chr(39) || groups.code || chr(39))) as is_of_group
        from raw_rule cross join sensitive_groups as groups
        group by rule_id
    ),
    about_groups as (
        select findings.submission_id, findings.finding_number
        from fct_findings as findings
        inner join sensitive_groups as groups on findings.form_id = groups.form_id
        where list_contains(string_split(findings.row_key, ','), groups.code) or (
            findings.row_key is null and (
                findings.value_text is not null
                or findings.rule_id in (select rule_id from raw_rule)
            )
        )
    ),
    withheld as (
        select findings.submission_id, findings.finding_number, true as is_withheld,
            coalesce(of_groups.message_zh || '——', '') as rule_zh,
            coalesce(of_groups.message_en || ' — ', '') as rule_en
        from fct_findings as findings
        left join of_groups on findings.rule_id = of_groups.rule_id
        where coalesce(of_groups.is_of_group, false)
            or (findings.submission_id, findings.finding_number) in (from about_groups)
    )
    select findings.* replace (
        case when is_withheld is null then value_text end as value_text,
        case when is_withheld is null then suggested_value end as suggested_value,
        case when is_withheld is null then answer_text end as answer_text,
        {words}
    )
    from fct_findings as findings
    left join withheld using (submission_id, finding_number)
"""


def told_findings() -> str:
    """Give the query of the findings that readers get; it needs ``sensitive_groups``."""
    message = catalogue()[CODE]
    words = (
        ("message_zh", "rule_zh", message["zh"]),
        ("message_en", "rule_en", message["en"]),
        ("remedy_zh", "''", message["remedy_zh"]),
        ("remedy_en", "''", message["remedy_en"]),
    )
    return TOLD.format(
        words=", ".join(
            f"case when is_withheld is null then {name} else {before} || {_literal(text)} end"
            f" as {name}"
            for name, before, text in words
        )
    )


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
