"""A check as lines for a person, in one language; what a sender wrote cannot move the cursor.

Lines, not tables: a finding has a sentence, and a terminal is narrow. Words stand in
``messages/checking.yml``. Not here: what is said (see ``model``).
"""

import unicodedata
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from dagster_project.checking.model import CheckReport, FileCheck, SubmissionCheck
from dagster_project.collecting.inbox import readable_name
from dagster_project.messages import render
from dagster_project.programme.reasons import label
from dagster_project.rules.wording import suspected

Finding = dict[str, Any]
INDENT = "  "
OF_THE_CHECK = "CHECK_"
"""How codes begin that speak of a path or of the question asked: told in both languages."""


def lines_of(report: CheckReport, lang: str) -> Iterator[str]:
    """Give the whole printout in ``zh`` or ``en``."""
    for file in report.files:
        yield visible(readable_name(str(file.path)))
        yield from (INDENT + visible(line) for line in _file(file, lang))
        yield ""
    rows = sum(file.rows for file in report.files)
    yield render("CHECKED_TOTALS", lang, files=len(report.files), rows=rows, **report.counts)
    if any(file.submissions for file in report.files):
        yield render("CHECKED_NOT", lang, rules=_rules_not_run(report, lang))


def visible(text: str) -> str:
    r"""Give a text on one line, without characters that a terminal would obey.

    >>> visible("1\n2\x1b[2J")
    '1 2�[2J'
    """
    return "".join(map(_shown, text))


def _shown(character: str) -> str:
    if character in "\t\r\n":
        return " "
    return "�" if unicodedata.category(character) in ("Cc", "Cf") else character


def _file(file: FileCheck, lang: str) -> Iterator[str]:
    if file.findings or not file.submissions:
        yield render("CHECKED_RESULT", lang, state=_state("unreadable", lang))
        yield from _findings(file.findings, lang)
    yield from chain.from_iterable(_submission(one, lang) for one in file.submissions)


def _submission(one: SubmissionCheck, lang: str) -> Iterator[str]:
    unknown = render("CHECKED_UNKNOWN", lang)
    titles = {"title": one.title_zh, "title_en": one.title_en}
    yield render("CHECKED_FORM", lang, number=one.table_number, **titles)
    unit = " ".join(filter(None, (one.unit_name, one.unit_code))) or unknown
    place = {"unit": unit, "period": one.period or unknown, "sheet": one.sheet_name or "—"}
    yield render("CHECKED_PLACE", lang, rows=one.rows, **place)
    hard = sum(finding["severity"] == "M" for finding in one.findings)
    answered = sum(bool(finding["answer_reason"]) for finding in one.findings)
    counted = "CHECKED_RESULT_ANSWERED" if answered else "CHECKED_RESULT_COUNTED"
    code = counted if one.findings else "CHECKED_RESULT"
    counts = {"hard": hard, "soft": len(one.findings) - hard, "answered": answered}
    yield render(code, lang, state=_state(one.state, lang), **counts)
    yield from _findings(one.findings, lang)


def _state(state: str, lang: str) -> str:
    return render(f"CHECKED_STATE_{state.upper()}", lang)


def _findings(findings: Iterable[Finding], lang: str) -> Iterator[str]:
    for number, finding in enumerate(findings, start=1):
        yield _headline(number, finding, lang)
        is_ours = finding["rule_id"].startswith(OF_THE_CHECK)
        for spoken in (lang, *(other for other in ("zh", "en") if is_ours and other != lang)):
            message, remedy = finding[f"message_{spoken}"], finding[f"remedy_{spoken}"]
            yield INDENT + render("CHECKED_WRONG", spoken, message=message)
            if suspicion := suspected(finding, spoken):
                yield INDENT + render("CHECKED_SUSPECT", spoken, suspicion=suspicion)
            yield INDENT + (
                _answer(finding, spoken) or render("CHECKED_REMEDY", spoken, remedy=remedy)
            )


def _answer(finding: Finding, lang: str) -> str:
    """Give the answer to a question, empty where there is none."""
    if not finding["answer_reason"]:
        return ""
    said = dict.fromkeys((label(finding["answer_reason"], lang), finding["answer_text"]))
    place = finding["answer_cell"] or "—"
    return render("CHECKED_ANSWERED", lang, place=place, answer="；".join(said))


def _headline(number: int, finding: Finding, lang: str) -> str:
    severity = render("CHECKED_HARD" if finding["severity"] == "M" else "CHECKED_SOFT", lang)
    value = None if finding["scope"] == "file" else finding["value_text"]
    words = "" if value in (None, "") else render("CHECKED_VALUE", lang, value=value)
    place = {"place": _place(finding, lang), "severity": severity}
    return render("CHECKED_FINDING", lang, number=number, value=words, **place).rstrip()


def _place(finding: Finding, lang: str) -> str:
    """Give sheet and cell as a formula would name them."""
    sheet, cell = finding["sheet_name"], finding["cell"]
    whole = render("CHECKED_WHOLE_SHEET" if sheet else "CHECKED_WHOLE_FILE", lang)
    return "!".join(filter(None, (sheet, cell or whole)))


def _rules_not_run(report: CheckReport, lang: str) -> str:
    rules = list(dict.fromkeys(rule.rule_id for rule in report.rules_not_run))
    if not rules:
        return ""
    return render("CHECKED_NOT_RULES", lang, count=len(rules), rules=", ".join(rules))
