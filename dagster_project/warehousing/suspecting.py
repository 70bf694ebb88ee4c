"""Names the cells that are probably wrong in submissions that hard rules refuse.

The unit's own earlier submissions say which values are likely: those that were in force when the
submission came in, however deliveries are batched. Not here: how cells are suspected (see
``rules.localising``), in which words it is told (see ``rules.wording``).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from dagster_project.programme.model import Form, Programme
from dagster_project.programme.period import Period
from dagster_project.rules.bench import lay_out
from dagster_project.rules.gate import refuses
from dagster_project.rules.judge import active_rules
from dagster_project.rules.places import Places, places_of
from dagster_project.rules.suspects import Lead, Suspect
from dagster_project.rules.whole_files import is_about_totals
from dagster_project.warehousing.bench_views import LAID_OUT
from dagster_project.warehousing.database import Connection, rows_of
from dagster_project.warehousing.shelf import Shelf

if TYPE_CHECKING:
    from dagster_project.rules.hard_rules import ReadyRules

MOST_EARLIER = 8
"""Periods looked back at: two years of quarters; older figures say little of today's."""
AT_ONCE = 50
"""Submissions whose rows are held at a time, with the earlier ones: some ten thousand rows."""
NO_SUSPECT = {"suspect_cells": None, "suspect_reason": None, "suggested_value": None}
"""What a finding says of suspects where there are none."""

Findings = Mapping[int, list[dict[str, Any]]]
Rows = list[dict[str, Any]]


@dataclass
class Search:
    """One search through submissions of a form that are laid out as ``bench_``.

    ``shelf`` holds the submissions accepted before; without one only the file itself is looked at.
    """

    connection: Connection
    programme: Programme
    form: Form
    shelf: Shelf | None
    submissions: Sequence[Mapping[str, Any]]
    """Rows of ``landing_submission``."""

    def name_suspects(self, findings: Findings) -> None:
        """Write into the findings of hard rules which cells are probably wrong, and why."""
        blamed = {
            landed["submission_id"]: [
                one for one in findings[landed["submission_id"]] if self._is_blamed(one)
            ]
            for landed in self.submissions
            if landed["period"]
        }
        broken = [one for one in self.submissions if blamed.get(one["submission_id"])]
        for at in range(0, len(broken), AT_ONCE):
            chunk = broken[at : at + AT_ONCE]
            sheets = self._sheets(chunk)
            for landed in chunk:
                number = landed["submission_id"]
                wrong = [one for one in findings[number] if one["rule_id"] in self._of_totals]
                totals = {one["column_name"]: Decimal(one["value_text"]) for one in wrong}
                leads = self._leads(landed, totals, sheets)
                for finding in blamed[number]:
                    if lead := _lead_of(finding, leads):
                        finding.update(self._told(number, finding, lead, sheets))
                for finding in wrong:
                    finding.update(_mending(finding, blamed[number]))

    @cached_property
    def _rules(self) -> set[str]:
        return {rule.rule_id for rule in active_rules(self.form, self.programme)}

    @cached_property
    def _of_totals(self) -> set[str]:
        """Give the rules that a total agrees with its rows."""
        rules = active_rules(self.form, self.programme)
        return {rule.rule_id for rule in rules if is_about_totals(rule)}

    def _is_blamed(self, finding: Mapping[str, Any]) -> bool:
        """Say whether a finding is of a hard rule on a row."""
        is_hard = refuses(finding["severity"], finding["scope"])
        return is_hard and finding["rule_id"] in self._rules and finding["row_number"] is not None

    def _leads(
        self, landed: Mapping[str, Any], totals: Mapping[str, Decimal], sheets: "_Sheets"
    ) -> list[Lead]:
        from dagster_project.rules.localising import Localiser

        form, rules = self.form, _ready_rules(self.programme, self.form.form_id)
        conditions = rules.conditions(landed["period"], landed["respondent_code"])
        localiser = Localiser.ready(form, conditions, rules.codes)
        history: dict[tuple[Any, ...], Rows] = defaultdict(list)
        for number in self._earlier(landed):
            for row in sheets.rows[number]:
                history[tuple(row[key] for key in form.keys)].append(row)
        own = sheets.rows[landed["submission_id"]]
        return localiser.leads(own, history, totals=totals)

    def _earlier(self, landed: Mapping[str, Any]) -> list[int]:
        """Give what the unit had in force for earlier periods, the latest last."""
        if self.shelf is None or not landed["respondent_code"]:
            return []
        place = self.form.form_id, landed["respondent_code"]
        own, before = Period.parse(landed["period"]), self.shelf.sent_of(landed)
        known = (
            self.shelf.in_force(*place, label, before) for label in self.shelf.sent.get(place, {})
        )
        ended = sorted((one.end, one.submission_id) for one in known if one and one.end < own.end)
        return [number for _, number in ended[-MOST_EARLIER:]]

    def _sheets(self, chunk: Sequence[Mapping[str, Any]]) -> "_Sheets":
        """Take the rows of some submissions and of those before them, and where the former are."""
        broken = [one["submission_id"] for one in chunk]
        wanted = [*broken, *(number for one in chunk for number in self._earlier(one))]
        query = f"from landing_{self.form.form_id} where submission_id in (select unnest($1))"
        rows: dict[int, Rows] = defaultdict(list)
        for row in rows_of(self.connection, f"{query} order by all", [wanted]):
            rows[row["submission_id"]].append(row)
        listed = ", ".join(map(str, broken))
        keys = self.connection.sql(
            f"select submission_id, row_number from bench_row where submission_id in ({listed})"
        )
        places = places_of(lay_out(self.connection, LAID_OUT), keys.to_arrow_table())
        query = "select submission_id, column_name, unit_factor from bench_column"
        found = self.connection.execute(f"{query} where submission_id in ({listed})").fetchall()
        return _Sheets(rows, places, {(number, name): factor for number, name, factor in found})

    def _told(
        self, number: int, finding: Mapping[str, Any], lead: Lead, sheets: "_Sheets"
    ) -> dict[str, str | None]:
        """Give the likeliest of the cells that a finding names, several where they are equal."""
        cells = {cell: one for one in lead.suspects if (cell := sheets.cell(number, one))}
        named = {finding["cell"], *(finding["related_cells"] or "").split(";")}
        own = {cell: one for cell, one in cells.items() if cell in named} or cells
        first = min((one.rank for one in own.values()), default=0)
        likeliest = {cell: one for cell, one in own.items() if one.rank == first}
        if not likeliest:
            return {}
        alone = next(iter(likeliest.values())) if len(likeliest) == 1 else None
        return {
            "suspect_cells": ";".join(likeliest),
            "suspect_reason": alone.reason_code if alone else None,
            "suggested_value": self._suggested(number, alone, sheets) if alone else None,
        }

    def _suggested(self, number: int, suspect: Suspect, sheets: "_Sheets") -> str | None:
        """Give a value as a person would type it into the cell."""
        value, column = suspect.suggested_value, self.form.column(suspect.column_name)
        codelist = self.programme.codelists.get(column.code_list or "")
        code = str(int(value)) if isinstance(value, bool) else value
        if codelist and code in codelist.by_code:
            return codelist.by_code[code].name_zh
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            shown = Decimal(value) / (sheets.factors.get((number, column.name)) or 1)
            return f"{shown.normalize():f}"
        return None if value is None else str(value)


@dataclass(frozen=True, slots=True)
class _Sheets:
    """The rows of some submissions, the places of their cells, and by what columns are multiplied.

    A column in 万元 has the factor 10000.
    """

    rows: Mapping[int, Rows]
    places: Places
    factors: Mapping[tuple[int, str], int]

    def cell(self, number: int, suspect: Suspect) -> str | None:
        """Give a suspect's address."""
        key = (number, suspect.row_number, suspect.column_name)
        rows = (one for one in self.rows[number] if one["row_number"] == suspect.row_number)
        return self.places.address(key, next(rows)["source_row"])


@lru_cache(maxsize=64)
def _ready_rules(programme: Programme, form_id: str) -> "ReadyRules":
    from dagster_project.rules.hard_rules import ReadyRules

    return ReadyRules(programme.forms[form_id], programme)


def _mending(total: Mapping[str, Any], named: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Give the suspect in a total's column, whose suggested value lets the total agree as well."""
    of_column = (one for one in named if one["column_name"] == total["column_name"])
    sure = (one for one in of_column if one["suggested_value"] is not None)
    same = (one for one in sure if one["suspect_cells"] == one["cell"])
    return next(({name: one[name] for name in NO_SUSPECT} for one in same), {})


def _lead_of(finding: Mapping[str, Any], leads: Sequence[Lead]) -> Lead | None:
    """Give what is known of a finding's row and rule, else of its row, else of its rule."""
    of_row = [one for one in leads if one.row_number == finding["row_number"]]
    of_rule = [one for one in leads if finding["rule_id"] in one.rules]
    both = [one for one in of_row if one in of_rule]
    return next(iter([*both, *of_row]), None)
