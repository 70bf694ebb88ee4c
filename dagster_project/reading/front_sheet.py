"""A front sheet (封面) that says for all sheets of a workbook who reports, and for which period.

It fills in what is said nowhere nearer to the table. Not here: blocks above a table (see
``cover``), which of several sources counts (see ``sources``).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from dagster_project.reading.cover import RESPONDENT, Cover, read_cover
from dagster_project.reading.headers import DEEPEST_HEADER
from dagster_project.reading.periods import named_periods
from dagster_project.reading.sheets import Sheet
from dagster_project.reading.sheets_unread import is_companion
from dagster_project.reading.tables_in_sheet import Table

PERIOD = frozenset({"period", "period_type"})
NamesUnit = Callable[[str], bool]


def with_front(
    tables: Iterable[Table], others: Sequence[Sheet], file_name: str, names_unit: NamesUnit
) -> Iterator[Table]:
    """Give tables with what a front sheet says of them all.

    Args:
        tables: the tables of a file.
        others: the sheets without a table; where several name a unit or a period, none counts.
        file_name: where it, or a sheet's name, names a unit, that of the front is left aside.
        names_unit: says whether a text names a unit that reports.
    """
    fronts: dict[str, list[Cover]] = {}
    for member, cover in _fronts(others):
        fronts.setdefault(member, []).append(cover)
    for table in tables:
        found = fronts.get(table.sheet.member, [])
        if len(found) != 1:
            yield table
            continue
        name = table.sheet.name
        has_unit, has_period = map(names_unit, (name, file_name)), named_periods(name).periods
        nearer = (RESPONDENT if any(has_unit) else set()) | (PERIOD if has_period else set())
        yield replace(table, cover=table.cover.over(found[0].without(nearer), same_form=False))


def _fronts(sheets: Iterable[Sheet]) -> Iterator[tuple[str, Cover]]:
    """Give the blocks that name a unit or a period, each with the file of a zip that it is in.

    Where they stand is on no table's sheet.
    """
    for sheet in sheets:
        if sheet.hidden or sheet.problem or is_companion(sheet.name):
            continue
        cover = read_cover(sheet.grid[:DEEPEST_HEADER])
        named = {name: found for name, found in cover.fields.items() if found.text}
        if named.keys() & (RESPONDENT | PERIOD):
            placeless = {n: replace(one, row=None, column=None) for n, one in named.items()}
            yield sheet.member, Cover(placeless)
