"""How the command's answers look in a terminal: tables and a progress line, Chinese first.

Not here: what the answers are. Words stand in ``messages/console.yml``.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from dagster_project.messages import render
from dagster_project.programme.reasons import label
from dagster_project.releasing.sources import plain_number

if TYPE_CHECKING:
    from pathlib import Path

    from dagster_project.answering import Question
    from dagster_project.collecting.answers import Answer
    from dagster_project.collecting.verify import VerifyReport
    from dagster_project.defs.build import BuildReport
    from dagster_project.programme.model import DormantRule, Programme
    from dagster_project.programme.plan import Plan
    from dagster_project.rejudging import Rejudged
    from dagster_project.releasing.comparison import Comparison
    from dagster_project.releasing.manifest import Manifest
    from dagster_project.releasing.questions import Question as StandardQuestion
    from dagster_project.releasing.sources import Explanation, Source
    from dagster_project.releasing.status import Status
    from dagster_project.samples.write import SampleReport

SHOWN = 12
"""Rows of a long list that are shown: a screen, not a scroll; SQL gives the rest."""

WIDTH_OF_A_FILE = 140
"""Where there is no terminal, tables still need room for a file name beside a message."""

LANGUAGES = ("zh", "en")
BY_STATE = ("form_id", "period", "state", "units")
TROUBLES = (
    "form_id", "period", "unit_code", "name", "state", "on_time", "days_late", "questions",
)  # fmt: skip
FILES = ("state", "file", "form_id", "period", "received_at")
FINDINGS = ("file", "severity", "rule", "sheet", "cell", "value", "message")
COMPARISON = ("indicator", "as_of", "published", "computed", "equal")
SOURCES = ("keys", "value", "status", "file", "sheet", "cell", "raw", "archive")
SLEEPING = ("rule", "status", "reason")
QUESTIONS = (
    "form_id",
    "unit_code",
    "period",
    "rule",
    "column",
    "row_key",
    "cell",
    "value",
    "message",
)
REJUDGED = (
    "file", "form_id", "unit_code", "period", "before", "after", "findings_before",
    "findings_after",
)  # fmt: skip
ANSWERS = (
    "form_id", "unit_code", "period", "periods", "rule", "column", "row_key", "answer_reason",
    "answer_text", "by", "answered_at",
)  # fmt: skip

screen = Console()
if not screen.is_terminal:
    screen = Console(width=WIDTH_OF_A_FILE)


def say(code: str, **params: object) -> None:
    """Print one message, Chinese and English on one line."""
    words = "  ".join(render(code, lang, **params) for lang in LANGUAGES)
    screen.print(words, highlight=False, markup=False, soft_wrap=True)


def lines(texts: Iterable[str]) -> None:
    """Print plain lines."""
    for text in texts:
        screen.print(text, highlight=False, markup=False, soft_wrap=True)


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """Show what runs now, as one moving line on a terminal and plain lines elsewhere."""
    if not screen.is_terminal:
        yield lambda what, done, total: say("BUILD_STEP", what=what, done=done, total=total)
        return
    with screen.status("") as spinner:
        yield lambda what, done, total: spinner.update(
            render("BUILD_STEP", "zh", what=what, done=done, total=total)
        )


def samples_written(report: "SampleReport", delivered: int) -> None:
    """Say what the samples are, and how many were sent."""
    say("SAMPLES_ARE_SYNTHETIC")
    say("SAMPLES_WRITTEN", files=len(report.deliveries), delivered=delivered)


def built(report: "BuildReport") -> None:
    """Say what a build did."""
    for what in report.failed:
        say("BUILD_FAILED", what=what)
    if report.release is None:
        say("BUILD_NOTHING")
        return
    code = "BUILD_RELEASED" if report.is_new else "BUILD_NO_CHANGE"
    say(code, partitions=report.partitions, release=report.release.release_id)


def release(manifest: "Manifest | None") -> None:
    """Say which release is in force."""
    if manifest:
        say("RELEASE_IN_FORCE", release=manifest.release_id, as_of=manifest.as_of)
        if manifest.synthetic:
            say("SAMPLES_ARE_SYNTHETIC")


def status(found: "Status") -> None:
    """Show who reported, who is in trouble, files with a fate of their own, and findings."""
    _table("STATUS_BY_STATE", BY_STATE, found.by_state, len(found.by_state))
    _table("STATUS_TROUBLES", TROUBLES, found.troubles)
    _table("STATUS_FILES", FILES, found.files)
    _table("STATUS_FINDINGS", FINDINGS, found.findings)


def comparison(plan: "Plan", found: Sequence["Comparison"]) -> bool:
    """Show a plan's published figures beside the computed ones; gives whether all are equal."""
    rows = [
        (
            one.figure.name.zh,
            str(one.figure.as_of),
            _number(one.figure.value),
            _number(one.computed),
            "=" if one.is_equal else "≠",
        )
        for one in found
    ]
    _table("COMPARISON", COMPARISON, rows, len(rows), title=plan.title.zh)
    for one in found:
        if one.figure.differs_because:
            lines([f"≠ {one.figure.name.zh}: {one.figure.differs_because.zh}。"])
            lines([f"≠ {one.figure.name.en}: {one.figure.differs_because.en}."])
    say("COMPARISON_PROVES")
    return all(one.is_as_declared for one in found)


def verified(report: "VerifyReport") -> None:
    """Say whether the archive is whole."""
    for lang in LANGUAGES:
        lines(report.lines(lang))


def explanation(found: "Explanation", manifest: "Manifest | None") -> None:
    """Show the path of a figure."""
    release(manifest)
    units = f"  {found.units_reported}/{found.units_expected}" if found.units_expected else ""
    figure = f"{found.table}.{found.column} = {_number(found.value)}{units}"
    lines([figure])
    for one in found.operands:
        name = f"{one.text}  {one.period}  = {_number(one.value)}"
        _table("EXPLAIN_OPERAND", SOURCES, _source_rows(one.sources), title=f"{one.part}: {name}")
    if not found.operands:
        _table("EXPLAIN_SOURCES", SOURCES, _source_rows(found.sources))


def questions(found: "Sequence[Question]") -> None:
    """Show the open questions, each as ``jiceng answer`` wants it named."""
    named = ("form_id", "respondent_code", "period", "rule_id", "column_name", "row_key", "cell",
             "value_text", "message_zh")  # fmt: skip
    rows = [tuple(one[name] for name in named) for one in found]
    _table("ANSWER_OPEN_QUESTIONS", QUESTIONS, rows, len(rows))


def questions_asked(found: "Sequence[StandardQuestion]") -> None:
    """List the questions that have an SQL, each with its number."""
    for one in found:
        lines([f"{one.number:>2}  {one.zh}", f"    {one.en}"])


def answered(
    asked: "StandardQuestion", names: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Show a question's answer: the columns under the names the SQL gives them."""
    table = Table(title=f"{asked.zh}\n{asked.en}", title_justify="left", title_style="bold")
    for name in names:
        table.add_column(name, overflow="fold")
    _fill(table, rows, len(rows))


def answers(given: "Sequence[Answer]") -> None:
    """Show all answers that the office gave, in the order in which they were given."""
    rows = [
        (
            one.form_id, one.respondent_code, one.period, one.periods, one.rule_id,
            one.column_name, one.row_key, label(one.reason, "zh"), one.text, one.decided_by,
            f"{one.decided_at:%Y-%m-%d %H:%M}",
        )
        for one in given
    ]  # fmt: skip
    _table("ANSWER_GIVEN", ANSWERS, rows, len(rows))


def rejudged(found: "Sequence[Rejudged]", *, dry_run: bool) -> None:
    """Say what new verdicts change: how many states became which, then file by file."""
    if not found:
        say("REJUDGED_NOTHING")
        return
    say("REJUDGED", count=len(found))
    states = Counter((one.before.state, one.after.state) for one in found)
    for (before, after), count in sorted(states.items()):
        say("REJUDGED_STATES", before=before, after=after, count=count)
    rows = [
        (
            one.original_name, one.after.form_id, one.after.respondent_code, one.after.period,
            one.before.state, one.after.state, len(one.before.findings), len(one.after.findings),
        )
        for one in found
        if one.is_changed
    ]  # fmt: skip
    _table("REJUDGED_CHANGES", REJUDGED, rows, len(rows))
    say("REJUDGED_DRY_RUN" if dry_run else "REJUDGED_RECORDED")


def generated(changed: Sequence["Path | str"], left: Sequence["Path | str"]) -> None:
    """Say which generated files changed, and which copies were left for somebody's own changes."""
    say("GENERATED", count=len(changed))
    lines(str(path) for path in changed)
    if left:
        say("GENERATED_NOT_OVER", count=len(left))
        lines(str(path) for path in left)


def programme(found: "Programme", sleeping: Sequence["DormantRule"]) -> None:
    """Show what the programme holds and which rules do not run, with the reason."""
    columns = sum(len(form.columns) for form in found.forms.values())
    rules = sum(len(form.rules) for form in found.forms.values()) + len(found.general_rules)
    counts = {"forms": len(found.forms), "columns": columns, "rules": rules}
    say("PROGRAMME_HOLDS", **counts, lists=len(found.codelists))
    rows = [(rule.rule_id, rule.status, rule.reason) for rule in sleeping]
    _table("PROGRAMME_SLEEPING", SLEEPING, rows, len(rows))


def _source_rows(sources: "Sequence[Source]") -> list[tuple[str, ...]]:
    return [_source_row(one) for one in sources]


def _source_row(one: "Source") -> tuple[str, ...]:
    keys = " ".join(f"{name}={value}" for name, value in one.keys.items())
    raw = one.raw_text or ""
    value, status = _number(one.value), one.obs_status or ""
    place = (one.original_name, one.sheet_name, one.cell)
    return (keys, value, status, *place, raw, one.archive_path)


def _table(
    code: str,
    headers: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    shown: int = SHOWN,
    title: str = "",
) -> None:
    heading = "  ".join(render(code, lang, count=len(rows), title=title) for lang in LANGUAGES)
    table = Table(title=heading, title_justify="left", title_style="bold", header_style="dim")
    for header in headers:
        table.add_column(_heading(header), overflow="fold")
    _fill(table, rows, shown)


def _fill(table: Table, rows: Sequence[tuple[Any, ...]], shown: int) -> None:
    for row in rows[:shown]:
        table.add_row(*("" if value is None else str(value) for value in row))
    screen.print(table)
    if len(rows) > shown:
        say("TABLE_CUT", more=len(rows) - shown)


def _heading(name: str) -> str:
    """Give a column's name in both languages, one below the other: side by side is too wide."""
    return "\n".join(render(f"COLUMN_{name.upper()}", lang) for lang in LANGUAGES)


def _number(value: Any) -> str:
    """Give a number as people write it, a dash where there is none."""
    return "—" if value is None else plain_number(value)
