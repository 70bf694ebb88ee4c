"""The plan of a blank: which columns and rows it has, and where they stand on its sheet.

Pure places and words, worked out once and used by every sheet of the blank. Not here: writing
(see ``template``), formulas (see ``template_checks``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

from dagster_project.errors import JicengError
from dagster_project.feedback.texts import filled, say
from dagster_project.messages import catalogue
from dagster_project.programme.model import REGION_LIST, CodeList, Column, Form, Programme
from dagster_project.programme.period import Period
from dagster_project.reading.form_headers import header_text
from dagster_project.reading.text import column_letters, plain
from dagster_project.regions.model import Region
from dagster_project.regions.register import Register

SPARE_ROWS = 20
"""Rows below those listed: for the street itself, and for what is new this period."""
SPARE_ROWS_UNLISTED = 300
"""Rows of a form whose rows cannot be listed beforehand: the largest town has 160 facilities."""
MOST_SHEET_NAME = 31
QUARTERS = "一二三四"
Row = Mapping[str, Any]


class TemplateError(JicengError):
    """A blank was asked for that cannot be: an unknown unit, or a period of another kind."""


@dataclass(frozen=True, slots=True)
class Field:
    """One column of the sheet: a form's column, or the words beside its codes (``is_label``)."""

    column: Column
    header: str
    is_label: bool = False


@dataclass(frozen=True)
class Plan:
    """One blank: form, unit, period, its fields from left to right and its rows from the top."""

    form: Form
    programme: Programme
    unit: Region
    below: tuple[Region, ...]
    period: Period
    previous: tuple[Row, ...] = ()
    version: str = ""

    @cached_property
    def name(self) -> str:
        """Give the name of the sheet that is filled in."""
        return self.form.title.zh[:MOST_SHEET_NAME]

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """Give the columns of the sheet."""
        found = []
        known = {plain(column.header_zh) for column in self.form.columns}
        for column in self.form.columns:
            found.append(Field(column, header_of(column)))
            label = column.header_zh.removesuffix("代码") + say("TEMPLATE_NAME_ENDING")
            is_region = column.code_list == REGION_LIST and column.name == self.form.unit_column
            if is_region and column.header_zh.endswith("代码") and plain(label) not in known:
                found.append(Field(column, label, is_label=True))
        return tuple(found)

    @cached_property
    def names(self) -> dict[str, str]:
        """Map codes of the unit and of what lies below it to names."""
        return {region.code: region.name for region in (*self.below, self.unit)}

    @cached_property
    def places(self) -> dict[str, int]:
        """Map form columns to sheet columns, from 0."""
        return {one.column.name: n for n, one in enumerate(self.fields) if not one.is_label}

    @cached_property
    def listed(self) -> tuple[Row, ...]:
        """Give the rows that are there beforehand: what is known of each, mostly its keys."""
        if self.form.lists_all_units:
            return tuple(self._all_rows())
        if self.form.unit_column not in self.form.keys:
            return self.previous  # a register is sent back with its changes
        return ()

    def _all_rows(self) -> list[Row]:
        """Give the rows of the period before; of units that had none, one for every code."""
        unit, breakdown = self.form.unit_column, self.form.breakdown
        codes = self.list_of(breakdown).codes if breakdown in self.form.keys and breakdown else ()
        if not codes:
            return [{unit: region.code} for region in self.below]
        named = {row.get(unit) for row in self.previous}
        known = [{key: row.get(key) for key in self.form.keys} for row in self.previous]
        standing = {region.code for region in (*self.below, self.unit)}
        new = [
            {unit: region.code, str(breakdown): code.code}
            for region, code in product(self.below, codes)
            if region.code not in named
        ]
        return [*(row for row in known if row[unit] in standing), *new]

    def list_of(self, name: str | None) -> CodeList:
        """Give the code list of a column."""
        return self.programme.codelists[self.form.column(name or "").code_list or ""]

    @property
    def first_row(self) -> int:
        """Give the first row of details, from 0: title, note, block, header, line codes, total."""
        return self.header_row + 3

    @property
    def header_row(self) -> int:
        """Give the row of headers."""
        return 8 if self.programme.is_synthetic else 7

    @property
    def total_row(self) -> int:
        """Give the row of totals, right under the header so that rows below may be added."""
        return self.header_row + 2

    @property
    def spare_rows(self) -> int:
        """Give how many blank rows stand below those listed."""
        return SPARE_ROWS if self.listed else SPARE_ROWS_UNLISTED

    @property
    def last_row(self) -> int:
        """Give the last row that can be filled in."""
        return self.first_row + len(self.listed) + self.spare_rows - 1

    def letters(self, column: str) -> str:
        """Give the letters of a form column's sheet column."""
        name = column if column in self.places else self.form.unit_column
        return column_letters(self.places[name])

    def span(self, column: str, *, sheet: bool = True) -> str:
        """Give the reference of all cells of a column."""
        at = self.letters(column)
        prefix = f"'{self.name}'!" if sheet else ""
        return f"{prefix}${at}${self.first_row + 1}:${at}${self.last_row + 1}"

    def previous_of(self, row: Row) -> Row | None:
        """Give what the unit reported in the row of the same key a period before."""
        return self._by_key.get(tuple(row.get(key) for key in self.form.keys))

    @cached_property
    def _by_key(self) -> dict[tuple[Any, ...], Row]:
        return {tuple(row.get(key) for key in self.form.keys): row for row in self.previous}


def plan(form: Form, unit: str, period: str, programme: Programme, register: Register) -> Plan:
    """Work out a blank, raising TemplateError for a unit or period that cannot report the form."""
    when = Period.parse(period)
    if when.period_type != form.period_type:
        raise TemplateError("FEEDBACK_PERIOD_KIND", form=form.table_number, period=period)
    levels = ("street",) if form.respondents == "street_town" else ("district", "city")
    found = (register.get(level, unit, when.end) for level in levels)
    region = next((one for one in found if one), None)
    if region is None:
        raise TemplateError("FEEDBACK_UNIT_UNKNOWN", unit=unit, day=when.end.isoformat())
    below = tuple(register.children(region.level, region.code, when.end))
    return Plan(form.in_period(period), programme, region, below, when)


def header_of(column: Column) -> str:
    """Give a column's header with its unit in brackets, as long as the reader knows it then."""
    unit = catalogue().get(f"FEEDBACK_UNIT_{(column.unit or '').upper()}")
    if unit is None:
        return column.header_zh
    header = f"{column.header_zh}（{unit['zh']}）"
    is_same = header_text(header).key == header_text(column.header_zh).key
    return header if is_same else column.header_zh


def period_words(period: Period) -> str:
    """Give a period as officials write it, such as 2015年四季度."""
    return filled(
        f"PERIOD_{period.period_type}",
        year=period.start.year,
        month=period.start.month,
        quarter=QUARTERS[(period.start.month - 1) // 3],
    )
