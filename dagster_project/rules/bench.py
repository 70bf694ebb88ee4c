"""Lays what is judged before DuckDB under fixed names: facts, submissions, regions, periods.

Queries of the printers name these; the caller's relations may be called anything. Not here: what
is asked of them.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from dagster_project.programme.period import MONTHS, Period, PeriodError

if TYPE_CHECKING:
    import duckdb

FAILED = "judged_rows"
"""Name under which the rows that failed stand in the connection, while their cells are sought."""
PERIOD_COLUMNS = "period, _period_end, _quarter, _months, _weeks"
"""What rules ask of periods; no form has a column that begins with an underscore."""


@dataclass(frozen=True, slots=True)
class Relations:
    """The names of the relations that are judged, in the connection.

    ``rows`` holds the form's columns with submission_id, row_number, source_row, period and
    respondent_code; ``submissions`` submission_id, form_id, respondent_code, period, sheet_name and
    header_row; ``region`` level, region_code, parent_code, name, valid_from and valid_to; the
    others the columns of raw_submission_column, raw_cell_status and the reader's totals. Where
    rules compare with other submissions: ``seen`` says which (submission_id, what, seen_id,
    respondent_code), ``reformed`` which units changed their borders in between (submission_id,
    what, unit_code), ``seen_rows`` the rows of each form.
    """

    rows: str
    submissions: str
    submission_columns: str
    cell_status: str
    totals: str
    region: str
    seen: str | None = None
    reformed: str | None = None
    seen_rows: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bench:
    """A connection in which queries find ``facts`` and the rest by their fixed names."""

    connection: "duckdb.DuckDBPyConnection"
    relations: Relations
    periods: str

    def ask(self, query: str) -> pa.Table:
        """Run a query over the fixed names and give its rows."""
        return self.connection.sql(f"{self._names()} from ({query})").to_arrow_table()

    def dicts(self, query: str) -> list[dict[str, Any]]:
        """Run a query that gives few rows and give them as dictionaries."""
        cursor = self.connection.execute(f"{self._names()} from ({query})")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    @contextmanager
    def showing(self, name: str, content: pa.Table) -> Iterator[None]:
        """Show a small table to the queries of a block."""
        self.connection.register(name, content)
        try:
            yield
        finally:
            self.connection.unregister(name)

    def _names(self) -> str:
        """Views for one query: nothing is left in the connection, nothing is copied."""
        names = self.relations
        return f"""
            with periods as not materialized ({self.periods}),
            submissions as not materialized (select * from {names.submissions}),
            submission_columns as not materialized (select * from {names.submission_columns}),
            cell_status as not materialized (select * from {names.cell_status}),
            totals as not materialized (select * from {names.totals}),
            regions as not materialized (select * from {names.region}),
            {"".join(self._others())}
            facts as not materialized (
                select r.*, p._period_end, p._quarter, p._months, p._weeks
                from {names.rows} as r
                left join periods as p on p.period = r.period
            )
        """

    def _others(self) -> Iterator[str]:
        """Views of the unit's other submissions: whose rows, seen for which judged one, as what."""
        names = self.relations
        if not names.seen:
            return
        yield f"seen as not materialized (select * from {names.seen}),"
        yield f"reformed as not materialized (select * from {names.reformed}),"
        for form_id, rows in names.seen_rows.items():
            yield f"""
            seen_{form_id} as not materialized (
                select s.submission_id as judged_id, s.what, x.*
                from {names.seen} as s join {rows} as x on x.submission_id = s.seen_id
            ),"""


def lay_out(connection: "duckdb.DuckDBPyConnection", relations: Relations) -> Bench:
    """Give a bench for the relations of one form."""
    labels = connection.execute(
        f"select period from {relations.rows} union select period from {relations.submissions}"
    ).fetchall()
    return Bench(connection, relations, periods_sql(label for (label,) in labels if label))


def periods_sql(labels: Iterable[str]) -> str:
    """Give a table of what rules ask of periods; a label that is no period is left out.

    >>> "(date '2015-12-31', 4, 3, 13)" in periods_sql(["2015-Q4"]).replace("'2015-Q4', ", "")
    True
    """
    rows = [row for label in sorted(labels) if (row := _period_row(label))]
    if rows:
        return f"select * from (values {', '.join(rows)}) as p ({PERIOD_COLUMNS})"
    nothing = "(null::varchar, null::date, null::int, null::int, null::int)"
    return f"select * from (values {nothing}) as p ({PERIOD_COLUMNS}) where false"


def _period_row(label: str) -> str | None:
    try:
        period = Period.parse(label)
    except PeriodError:
        return None
    quarter, weeks = (period.end.month + 2) // 3, ((period.end - period.start).days + 1) // 7
    months = MONTHS[period.period_type]
    return f"('{label}', date '{period.end}', {quarter}, {months}, {weeks})"
