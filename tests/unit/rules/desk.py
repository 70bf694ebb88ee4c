"""A desk on which a few rows of a form can be judged: small tables in memory, as landing leaves them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb

from dagster_project.programme.model import Form, Programme
from dagster_project.rules.bench import Bench, Relations, lay_out
from dagster_project.rules.general import parts_of
from dagster_project.rules.judge import judge, row_test_sql

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
                level varchar, region_code varchar, name varchar, valid_from date, valid_to date);
            """
        )
        self.period = self.period or PERIOD[self.form.period_type]
        self.hold("street", TOWN, "样例镇")

    def hold(
        self, level: str, code: str, name: str = "样例", since: date | None = None, until: date | None = None
    ) -> None:
        """Put a region into the register."""
        self._insert("held_region", level, code, name, since, until)

    def lay(self, rows: Rows, **submission: Any) -> int:
        """Lay a file down and give its submission number: 101, 201, …"""
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
        self, submission: int, row: int, column: str, status: str | None, raw: str, cell: str | None = None
    ) -> None:
        """Note that a cell holds something else than a plain value."""
        self._insert("landed_status", submission, row, column, status, raw, cell)

    def total(self, submission: int, column: str, value: Any, cell: str) -> None:
        """Note what the total row says."""
        self._insert("landed_total", submission, column, value, cell)

    def findings(self, *rule_ids: str) -> list[dict[str, Any]]:
        """Judge everything and give the findings, of some rules or all."""
        found = judge(self.connection, self.form, self.programme, RELATIONS).to_pylist()
        return [row for row in found if not rule_ids or row["rule_id"] in rule_ids]

    def bench(self) -> Bench:
        return lay_out(self.connection, RELATIONS)

    def truth(self, rule_id: str, submission: int) -> bool | None:
        """Give whether a rule holds on all rows of a file: true, false, or None for cannot tell."""
        rules = self.programme.rules_of(self.form.form_id)
        rule = next(rule for rule in rules if rule.rule_id == rule_id)
        tests = [row_test_sql(self.form, part) for part in parts_of(rule, self.form, self.programme)]
        values = [
            value
            for row in self.bench().dicts(
                f"select {', '.join(tests)} from facts as r where r.submission_id = {submission}"
            )
            for value in row.values()
        ]
        return False if False in values else None if None in values else True

    def _insert(self, table: str, *values: Any) -> None:
        marks = ", ".join("?" * len(values))
        self.connection.execute(f"insert into {table} values ({marks})", list(values))
