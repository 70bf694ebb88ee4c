"""A desk on which a few rows of a form can be judged: small tables, as landing leaves them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb

from dagster_project.programme.model import Form, Programme
from dagster_project.rules.bench import Bench, Relations, lay_out
from dagster_project.rules.general import parts_of
from dagster_project.rules.judge import judge, row_test_sql
from dagster_project.rules.sql import Printer

RELATIONS = Relations(
    rows="landed", submissions="landed_submission", submission_columns="landed_column",
    cell_status="landed_status", totals="landed_total", region="held_region",
)  # fmt: skip
SQL_TYPE = {"boolean": "boolean", "integer": "bigint", "decimal": "decimal(18, 6)", "date": "date"}
PERIOD = {"M": "2015-12", "Q": "2015-Q4", "A": "2015"}
TOWN = "440113007000"
HEADER_ROW, FIRST_ROW = 4, 5

Rows = Sequence[Mapping[str, Any]]


def column_letters(number: int) -> str:
    """Give the sheet column in which the n-th column of a form stands on the desk, from 0."""
    return (chr(64 + number // 26) if number >= 26 else "") + chr(65 + number % 26)


@dataclass
class Desk:
    """Files of one form laid ready, each a list of rows."""

    form: Form
    programme: Programme
    connection: duckdb.DuckDBPyConnection = field(default_factory=duckdb.connect)
    period: str | None = None
    files: int = 0

    def __post_init__(self) -> None:
        """Create the tables, with the reporting town in the register."""
        types = [f'"{c.name}" {SQL_TYPE.get(c.type, "varchar")}' for c in self.form.columns]
        self.connection.execute(
            f"""
            create table landed (
                submission_id bigint, row_number integer, period varchar, respondent_code varchar,
                source_row integer, has_abnormal_cells boolean, {", ".join(types)});
            create table landed_submission (
                submission_id bigint, form_id varchar, respondent_code varchar, period varchar,
                sheet_name varchar, header_row integer);
            create table landed_column (
                submission_id bigint, column_name varchar, sheet_column varchar);
            create table landed_status (
                submission_id bigint, row_number integer, column_name varchar, obs_status varchar,
                raw_text varchar, sheet_cell varchar);
            create table landed_total (
                submission_id bigint, column_name varchar, value decimal(18, 6), cell varchar);
            create table held_region (
                level varchar, region_code varchar, name varchar, valid_from date, valid_to date,
                parent_code varchar);
            """
        )
        self.period = self.period or PERIOD[self.form.period_type]
        self.hold("street", TOWN, "样例镇")

    def hold(
        self,
        level: str,
        code: str,
        name: str = "样例",
        since: date | None = None,
        until: date | None = None,
        parent: str | None = None,
    ) -> None:
        """Put a region into the register."""
        self._insert("held_region", level, code, name, since, until, parent)

    def lay(self, rows: Rows, **submission: Any) -> int:
        """Lay a file down and give its submission number: 101, 201 and so on."""
        self.files += 1
        number = self.files * 100 + 1
        period = submission.get("period", self.period)
        town = submission.get("respondent_code", TOWN)
        self._insert(
            "landed_submission", number, self.form.form_id, town, period, "报表", HEADER_ROW
        )
        names = list(self.form.column_names)
        letters = [column_letters(at) for at in range(len(names))]
        self.connection.execute(
            "insert into landed_column select ?, unnest(?), unnest(?)", [number, names, letters]
        )
        if not rows:
            return number
        values = [value for at, row in enumerate(rows) for value in (
            number, at + 1, period, town, at + FIRST_ROW, False, *map(row.get, names))]  # fmt: skip
        marks = f"({', '.join('?' * (6 + len(names)))})"
        self.connection.execute(
            f"insert into landed values {', '.join([marks] * len(rows))}", values
        )
        return number

    def mark(
        self,
        file: int,
        place: tuple[int, str],
        status: str | None,
        raw: str,
        cell: str | None = None,
    ) -> None:
        """Note that a cell (row, column) holds something else than a plain value."""
        self._insert("landed_status", file, *place, status, raw, cell)

    def total(self, submission: int, column: str, value: Any, cell: str) -> None:
        """Note what the total row says."""
        self._insert("landed_total", submission, column, value, cell)

    def findings(self, *rule_ids: str) -> list[dict[str, Any]]:
        """Judge everything and give the findings, of some rules or all."""
        found = judge(self.connection, self.form, self.programme, RELATIONS).to_pylist()
        return [row for row in found if not rule_ids or row["rule_id"] in rule_ids]

    def bench(self) -> Bench:
        return lay_out(self.connection, RELATIONS)

    def truths(self, rule_id: str) -> dict[int, bool | None]:
        """Give whether a rule holds on all rows of each file: true, false, or None: cannot tell."""
        rules = self.programme.rules_of(self.form.form_id)
        rule = next(rule for rule in rules if rule.rule_id == rule_id)
        parts = parts_of(rule, self.form, self.programme)
        printer = Printer(self.form, rule.join_keys)
        tests = ", ".join(row_test_sql(printer, part) for part in parts)
        rows = printer.figures.beside("facts")
        found: dict[int, list[bool | None]] = {}
        for row in self.bench().dicts(f"select r.submission_id, {tests} from {rows} as r"):
            submission_id, *truths = row.values()
            found.setdefault(submission_id, []).extend(truths)
        return {file: _lowest(truths) for file, truths in found.items()}

    def _insert(self, table: str, *values: Any) -> None:
        marks = ", ".join("?" * len(values))
        self.connection.execute(f"insert into {table} values ({marks})", list(values))


def _lowest(truths: list[bool | None]) -> bool | None:
    return False if False in truths else None if None in truths else True
