"""Tables of one file that are one report: rows continued on another sheet, or further columns.

Two tables of the same form, unit and period are joined where no key stands in both, or where the
same keys stand in both and no other column does; else the sender is asked to keep one. Not here:
header and titles repeated within a sheet (see ``tables_in_sheet``).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from dagster_project.programme.model import Form
from dagster_project.reading.content import content_hash
from dagster_project.reading.findings import Findings
from dagster_project.reading.model import Finding, ReadSubmission, Value
from dagster_project.reading.sheets import Sheet
from dagster_project.reading.text import address
from dagster_project.reading.transposed import COLUMNS, address_every_cell

Keys = list[tuple[Value, ...]]


@dataclass(slots=True)
class Part:
    """One table as it was read, with the sheet (turned, where it was) that its cells stand on."""

    form: Form
    submission: ReadSubmission
    sheet: Sheet


def joined(parts: list[Part]) -> Iterator[ReadSubmission]:
    """Give the submissions of a file, numbered, those that are one report joined."""
    wholes: dict[tuple[str, str | None, str | None], Part] = {}
    loose: list[ReadSubmission] = []
    for part in parts:
        one = part.submission
        key = (one.form_id, one.respondent_code, one.period)
        whole = wholes.get(key)
        if whole is None or None in key:
            wholes.setdefault(key, part)
        elif _join(whole, part):
            continue
        else:
            findings = Findings(one.sheet_name)
            findings.add("READ_SUBMISSION_TWICE", first=whole.submission.sheet_name)
            one.findings += findings.found
        loose.append(one)
    for ordinal, submission in enumerate(loose, start=1):
        submission.ordinal = ordinal
        yield submission


def _join(whole: Part, part: Part) -> bool:
    """Take one table into another where they complement each other; says whether they do."""
    keys, more = _keys(whole), _keys(part)
    if not keys or not more or len(set(more)) < len(more) or len(set(keys)) < len(keys):
        return False
    if not set(keys) & set(more):
        _append_rows(whole, part)
    elif set(keys) == set(more) and _columns(whole) & _columns(part) <= set(whole.form.keys):
        _add_columns(whole, part, [more.index(key) for key in keys])
    else:
        return False
    whole.submission.findings = _still_missing(whole)
    _accept_grand_totals(whole)
    whole.submission.content_hash = content_hash(whole.form, whole.submission)
    return True


def _keys(part: Part) -> Keys:
    """Give the keys of all rows, none where one is incomplete."""
    values = part.submission.values
    keys = list(zip(*(values[name] for name in part.form.keys), strict=True))
    return [] if any(None in key for key in keys) else keys


def _columns(part: Part) -> set[str]:
    return {one.column_name for one in part.submission.columns}


def _append_rows(whole: Part, part: Part) -> None:
    """Let the rows of another table follow; its cells keep their own addresses."""
    first, other = whole.submission, part.submission
    if part.sheet.name != whole.sheet.name or set(first.columns) != set(other.columns):
        _address(part, whole)
    count = len(first.source_rows)
    for name, values in other.values.items():
        first.values[name] += values
    first.source_rows += other.source_rows
    first.cell_status += [
        one._replace(row_number=one.row_number + count) for one in other.cell_status
    ]
    first.abnormal_rows |= {row + count for row in other.abnormal_rows}
    first.findings += [_moved(one, count) for one in other.findings]
    first.columns += [c for c in other.columns if c.column_name not in _columns(whole)]
    _join_totals(first, other, whole, part)


def _add_columns(whole: Part, part: Part, order: list[int]) -> None:
    """Take the further columns of the same rows; ``order`` gives the place of each row's own."""
    first, other = whole.submission, part.submission
    _address(part, whole)
    new = _columns(part) - _columns(whole)
    rows = {place + 1: number + 1 for number, place in enumerate(order)}
    for name in new:
        first.values[name] = [other.values[name][place] for place in order]
    first.cell_status += [
        one._replace(row_number=rows[one.row_number])
        for one in other.cell_status
        if one.column_name in new
    ]
    kept = [one for one in other.findings if one.column_name in new or one.column_name is None]
    first.findings += [
        replace(one, row_number=rows[one.row_number]) if one.row_number else one for one in kept
    ]
    first.abnormal_rows |= {rows[row] for row in other.abnormal_rows}
    first.columns += [one for one in other.columns if one.column_name in new]
    _join_totals(first, other, whole, part)


def _address(part: Part, whole: Part) -> None:
    """Write every cell's address out, with its sheet where that is another one."""
    if part.submission.orientation == COLUMNS and part.sheet.name == whole.sheet.name:
        return
    prefix = "" if part.sheet.name == whole.sheet.name else f"'{part.sheet.name}'!"
    if part.submission.orientation == COLUMNS:
        statuses = part.submission.cell_status
        part.submission.cell_status = [
            one._replace(sheet_cell=f"{prefix}{one.sheet_cell}") for one in statuses
        ]
        return
    address_every_cell(
        part.submission, part.sheet, lambda row, column: f"{prefix}{address(row, column)}"
    )


def _join_totals(first: ReadSubmission, other: ReadSubmission, whole: Part, part: Part) -> None:
    """Add the totals of two pages; where only one has any, they are those of the whole."""
    if other.total_row is None:
        return
    if first.total_row is None:
        first.total_row, first.total_source_row = dict(other.total_row), other.total_source_row
        first.total_cells = _total_cells(other, part, whole)
        return
    first.total_cells = _total_cells(first, whole, whole) | {
        name: cell
        for name, cell in _total_cells(other, part, whole).items()
        if name not in first.total_row
    }
    for name, value in other.total_row.items():
        first.total_row[name] = first.total_row.get(name, 0) + value


def _total_cells(one: ReadSubmission, part: Part, whole: Part) -> dict[str, str]:
    if one.total_cells:
        return dict(one.total_cells)
    columns = {column.column_name: column.sheet_column for column in one.columns}
    prefix = "" if part.sheet.name == whole.sheet.name else f"'{part.sheet.name}'!"
    return {name: f"{prefix}{columns[name]}{one.total_source_row}" for name in one.total_row or {}}


def _accept_grand_totals(whole: Part) -> None:
    """Drop what was said of a total that is not its own page's sum, but the whole report's."""
    submission, kept = whole.submission, []
    for finding in submission.findings:
        total, name = dict(finding.params).get("total"), finding.column_name or ""
        values = submission.values.get(name, [])
        if total is None or finding.cell is None or Decimal(total) != _sum(values):
            kept.append(finding)
        elif submission.total_row is not None:
            other = finding.sheet_name != submission.sheet_name
            prefix = f"'{finding.sheet_name}'!" if other else ""
            submission.total_row[name] = Decimal(total)
            submission.total_cells[name] = prefix + finding.cell
    submission.findings = kept


def _sum(values: list[Value]) -> Decimal:
    return sum((Decimal(one) for one in values if isinstance(one, int | Decimal)), Decimal(0))


def _moved(finding: Finding, count: int) -> Finding:
    return (
        replace(finding, row_number=finding.row_number + count) if finding.row_number else finding
    )


def _still_missing(whole: Part) -> list[Finding]:
    """Drop what was missing in one table and stands in the other; say nothing twice."""
    columns = _columns(whole)
    kept = [
        one
        for one in whole.submission.findings
        if not (one.rule_id == "READ_COLUMN_MISSING" and one.column_name in columns)
    ]
    return list(dict.fromkeys(kept))
