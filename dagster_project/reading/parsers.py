"""Gives the parser of every column of a form, made once and kept.

Not here: how a cell of each type is read (see ``numbers``, ``codes``, ``plain_values``).
"""

from dataclasses import dataclass, field
from datetime import date

from dagster_project.programme.model import REGION_LIST, Column, Programme
from dagster_project.reading.codes import code_parser
from dagster_project.reading.column_plans import Plans
from dagster_project.reading.dates import date_parser
from dagster_project.reading.numbers import decimal_parser, integer_parser
from dagster_project.reading.odd import Parser
from dagster_project.reading.plain_values import boolean_parser, text_parser
from dagster_project.reading.register import Units
from dagster_project.reading.unit_cells import region_parser

MOST_KEPT = 2_000
"""Parsers of unit columns, one per respondent and date; a district has some 20 units."""

Key = tuple[str, str, int, str | None, date | None]


@dataclass(slots=True)
class Parsers:
    """The parsers of one programme's columns."""

    programme: Programme
    units: Units
    asked: dict[str, Units] = field(default_factory=dict)
    _made: dict[Key, Parser] = field(default_factory=dict)
    plans: Plans = field(default_factory=Plans)

    def of(
        self, form_id: str, column: Column, factor: int, respondent: str | None, on: date
    ) -> Parser:
        """Give the parser of a column whose cells are in units of ``factor``."""
        is_region = column.code_list == REGION_LIST
        key = (form_id, column.name, factor, *((respondent, on) if is_region else (None, None)))
        if key not in self._made:
            if len(self._made) > MOST_KEPT:
                self._made.clear()
            self._made[key] = (
                region_parser(column, self.asked.get(form_id, self.units), respondent, on)
                if is_region
                else self._parser(column, factor)
            )
        return self._made[key]

    def _parser(self, column: Column, factor: int) -> Parser:
        if column.type == "integer":
            return integer_parser(column, factor)
        if column.type == "decimal":
            return decimal_parser(column, factor)
        if column.type == "boolean":
            return boolean_parser(column)
        if column.type == "date":
            return date_parser(column)
        if column.type == "code" or column.code_list:
            codelist = self.programme.codelists.get(column.code_list or "")
            return code_parser(column, codelist)
        return text_parser(column)
