"""How a town lays out its report: three ways that differ as towns do.

``classic``: table block at the right, two-row merged header, codes, totals as formulas.
``worded``: other column order, aliases, names for codes, total row first, a sheet of explanations.
``terse``: one header row with units, wages in 万元, line codes, numbers as text here and there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dagster_project.programme.model import Column, Form, Programme
from dagster_project.programme.period import Period
from dagster_project.samples.cells import Habits, Writer, grouped, writer_of
from dagster_project.samples.data import declared
from dagster_project.samples.grid import Cell, Grid, Sum
from dagster_project.samples.headers import (
    alias_of,
    grouped_header,
    header_with_unit,
    measures_of,
    reordered,
)
from dagster_project.samples.world import Table, Town

BLOCK_COLUMNS = 4
"""Columns from the right edge at which a table block or a label at the right stands."""
TEXT_EVERY = 3
"""In terse files every third row has its large numbers as text, as pasted from a web page."""


@dataclass(frozen=True, slots=True)
class Report:
    """One report of a town, before it is written."""

    form: Form
    town: Town
    period: Period
    table: Table
    sent_on: date
    number: int = 1
    reason: str | None = None
    is_calibrated: bool = True


class Layout:
    """One town's way to write one report; the subclasses differ in everything that is seen."""

    colon = "："
    habits = Habits()

    def __init__(self, report: Report, hand: dict[str, str], programme: Programme) -> None:
        """Take what to write, and the town's entry in the list of habits."""
        self.report = report
        self.hand = hand
        self.programme = programme
        self.texts = declared("texts")
        self.columns = self.columns_in_order()
        self.grid = Grid(self.sheet_name(), self.width(), self.properties())

    def columns_in_order(self) -> list[Column]:
        """Give the form's columns as this layout orders them."""
        return list(self.report.form.columns)

    def sheet_name(self) -> str:
        """Give the name of the sheet."""
        return self.report.form.table_number

    def width(self) -> int:
        """Give the number of sheet columns."""
        return len(self.columns)

    def written(self) -> Grid:
        """Give the sheet."""
        raise NotImplementedError

    @property
    def title(self) -> str:
        """Give the title, which says that the file is synthetic."""
        form = self.report.form.title.zh
        return str(self.texts["title"].format(town=self.report.town.name, form=form))

    @property
    def note(self) -> str:
        """Give the note: synthetic, and what was made equal to published figures."""
        extra = {"services": "note_services", "community_profile": "note_populations"}
        key = extra.get(self.report.form.form_id, "note_calibrated")
        if not self.report.is_calibrated:
            key = "note_usual"
        return f"{self.texts['note']}{self.texts[key]}"

    @property
    def period(self) -> str:
        """Give the period in the town's own words."""
        return period_words(self.report.period, self.hand["periods"])

    def labelled(self, key: str, value: object = "") -> str:
        """Give one entry of the block above the table, label and value in one cell."""
        return f"{self.texts['block'][key]}{self.colon}{value}"

    def properties(self) -> dict[str, str]:
        """Give the document properties."""
        form, town = self.report.form, self.report.town
        words = {"table": form.table_number, "form": form.title.en, "town": town.name}
        return {
            name: text.format(**words, period=self.report.period.label)
            for name, text in self.texts["properties"].items()
        }

    def writers(self, habits: Habits) -> list[Writer]:
        """Give one writer for each column in order."""
        return [writer_of(column, habits, self.programme) for column in self.columns]

    def body(self, habits: Habits) -> list[list[Cell]]:
        """Give the detail rows, written by the town's habits."""
        pairs = list(zip(self.columns, self.writers(habits), strict=True))
        return [
            [write(row.get(column.name)) for column, write in pairs] for row in self.report.table
        ]

    def totals(self, habits: Habits) -> list[Cell]:
        """Give the total of each additive column that has any value."""
        return [
            write(_total(column, self.report.table)) if column.is_additive else None
            for column, write in zip(self.columns, self.writers(habits), strict=True)
        ]

    def signing(self) -> list[str]:
        """Give the signing block; no person and no phone ever stands in it."""
        sent_on = self.texts["date"].format(d=self.report.sent_on)
        pairs = [*self.texts["signing"], [self.texts["reported"], sent_on]]
        return [f"{label}{self.colon}{value}" for label, value in pairs]


class Classic(Layout):
    """The printed form: table block at the right, grouped header, formulas in the total row."""

    def written(self) -> Grid:
        """Give the sheet."""
        grid = self.grid
        grid.add_line("title", self.title)
        grid.add_line("note", self.note)
        self._block()
        self._header()
        first = len(grid.rows)
        for cells in self.body(self.habits):
            grid.add("body", cells)
        grid.add("total", self._total_row(first))
        grid.add("plain", [])
        places = range(0, self.width(), max(1, self.width() // len(self.signing())))
        grid.add_at("signing", dict(zip(places, self.signing(), strict=False)))
        return grid

    def _block(self) -> None:
        report, right = self.report, self.width() - BLOCK_COLUMNS
        rows = [
            (self.labelled("code", report.town.code), ("table", report.form.table_number)),
            (self.labelled("name", report.town.name), ("issuing_body", "")),
            (self.labelled("period", self.period), ("approval", "")),
            (self.labelled("number", report.number), ("valid_until", "")),
            (self._kind_or_reason(), ("measures", measures_of(report.form))),
        ]
        for left, (key, value) in rows:
            self.grid.add_at("block", {0: left, right: self.labelled(key, value)})

    def _kind_or_reason(self) -> str:
        if self.report.reason:
            return self.labelled("reason", self.report.reason)
        period_type = self.report.form.period_type
        return self.labelled("period_type", self.texts["period_types"][period_type])

    def _header(self) -> None:
        header = grouped_header(self.report.form)
        row = self.grid.add("header", header.upper)
        self.grid.add("header", header.lower)
        inside = {c for first, last in header.groups for c in range(first, last + 1)}
        merges = [(row, first, row, last) for first, last in header.groups if last > first]
        merges += [(row, c, row + 1, c) for c in range(self.width()) if c not in inside]
        self.grid.merges.extend(sorted(merges))

    def _total_row(self, first: int) -> list[Cell]:
        last = len(self.grid.rows) - 1
        totals = self.totals(self.habits)
        as_sums = [Sum(t, first, last) if isinstance(t, int | float) else t for t in totals]
        return [self.texts["total"], *as_sums[1:]]


class Worded(Layout):
    """Words for codes: aliases, labels, serial numbers, total first, a sheet of explanations."""

    habits = Habits(labels=True, dates="date")

    def columns_in_order(self) -> list[Column]:
        """Give the columns in another order than the form's."""
        return reordered(self.report.form)

    def sheet_name(self) -> str:
        """Name the sheet 报表."""
        return str(self.texts["sheet"])

    def width(self) -> int:
        """Count the serial number as well."""
        return len(self.columns) + 1

    def written(self) -> Grid:
        """Give the sheet."""
        grid, habits = self.grid, self._habits()
        grid.add_line("title", self.title)
        self._block()
        grid.add("header", [self.texts["serial"], *map(alias_of, self.columns)])
        grid.add("total", [None, self.texts["total"], *self.totals(habits)[1:]])
        for serial, cells in enumerate(self.body(habits), start=1):
            grid.add("body", [serial, *cells])
        grid.add_line("note", self.note, merged=False)
        grid.add_line("signing", "    ".join(self.signing()), merged=False)
        grid.text_sheet = (self.texts["explanation_sheet"], self.texts["explanation"])
        return grid

    def _block(self) -> None:
        """Write labels and values in cells of their own."""
        report, right = self.report, self.width() - BLOCK_COLUMNS
        pairs: list[tuple[str, Cell]] = [
            ("unit", report.town.name),
            ("period", self.period),
            ("number", report.number),
        ]
        if report.reason:
            pairs.append(("reason", report.reason))
        for key, value in pairs:
            self.grid.add_at("block", {0: self.labelled(key), 2: value})
        table = {right: self.labelled("table"), right + 1: report.form.table_number}
        self.grid.add_at("block", table)
        self.grid.add_at("block", {right: self.labelled("measures", measures_of(report.form))})

    def _habits(self) -> Habits:
        if not self.hand.get("unit_names"):
            return self.habits
        units = [*self.report.town.communities, self.report.town.itself]
        return Habits(labels=True, dates="date", unit_names={u.code: u.name for u in units})


class Terse(Layout):
    """One header row with units in brackets, wages in 万元, line codes, a note at the foot."""

    colon = ":"
    habits = Habits(letters=True, dates="date_slashes", ten_thousands=True)

    def written(self) -> Grid:
        """Give the sheet."""
        grid = self.grid
        grid.add_line("title", self.title)
        self._block()
        grid.add("header", [header_with_unit(column) for column in self.columns])
        codes: list[str] = self.texts["line_codes"]
        grid.add("header", [*codes, *range(1, self.width() - len(codes) + 1)])
        for place, cells in enumerate(self.body(self.habits)):
            as_text = place % TEXT_EVERY == 0
            grid.add("body", [grouped(cell) for cell in cells] if as_text else cells)
        grid.add("plain", [])
        grid.add("total", [self.texts["total"], *map(grouped, self.totals(self.habits)[1:])])
        grid.add_line("note", self.note, merged=False)
        grid.add_line("note", self.texts["footer"], merged=False)
        for text in self.signing():
            grid.add_line("signing", text, merged=False)
        return grid

    def _block(self) -> None:
        report, right = self.report, self.width() - BLOCK_COLUMNS
        table = self.labelled("table", report.form.table_number)
        self.grid.add_at("block", {0: self.labelled("unit", report.town.name), right: table})
        period = self.labelled("period", self.period)
        self.grid.add_at("block", {0: period, right: self.labelled("number", report.number)})
        if report.reason:
            self.grid.add_at("block", {0: self.labelled("reason", report.reason)})


LAYOUTS: dict[str, Callable[..., Layout]] = {
    "classic": Classic,
    "worded": Worded,
    "terse": Terse,
}


def lay_out(report: Report, programme: Programme) -> Grid:
    """Give the sheet that a town makes of a report."""
    hand = declared("towns")["towns"][report.town.code]
    return LAYOUTS[hand["layout"]](report, hand, programme).written()


def period_words(period: Period, style: str) -> str:
    """Give a period as a town writes it, such as 2015年四季度 or 2015年第4季度."""
    texts = declared("texts")
    quarter = (period.start.month + 2) // 3
    return str(
        texts["periods"][style][period.period_type].format(
            year=period.start.year,
            month=period.start.month,
            quarter=quarter,
            quarter_zh=texts["quarters_zh"][quarter - 1],
        )
    )


def _total(column: Column, table: Table) -> Decimal | int | None:
    values = [row[column.name] for row in table if row.get(column.name) is not None]
    numbers = [Decimal(str(value)) for value in values]
    return _in_type(sum(numbers), column) if numbers else None


def _in_type(value: Decimal | int, column: Column) -> Decimal | int:
    """Give a sum in the type of its column."""
    return int(value) if column.type == "integer" else Decimal(value)
