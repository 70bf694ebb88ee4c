"""Lays what is judged before DuckDB under fixed names: facts, submissions, regions, periods.

Queries of the printers name these; the caller's relations may be called anything. Not here: what
is asked of them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from dagster_project.programme.period import MONTHS, Period, PeriodError

if TYPE_CHECKING:
    import duckdb

PERIODS = "judged_periods"
FAILED = "judged_rows"
"""Names under which small tables of the judge stand in the connection, while it judges."""

PERIOD_SCHEMA = pa.schema(
    [
        ("period", pa.string()),
        ("_period_end", pa.date32()),
        ("_quarter", pa.int64()),
        ("_months", pa.int64()),
        ("_weeks", pa.int64()),
    ]
)


@dataclass(frozen=True, slots=True)
class Relations:
    """The names of the relations that are judged, in the connection.

    ``rows`` holds the form's columns with submission_id, row_number, source_row, period and
    respondent_code; ``submissions`` submission_id, form_id, respondent_code, period, sheet_name and
    header_row; ``region`` level, region_code, name, valid_from and valid_to; the others the columns
    of raw_submission_column, raw_cell_status and the reader's totals.
    """

    rows: str
    submissions: str
    submission_columns: str
    cell_status: str
    totals: str
    region: str


@dataclass(frozen=True, slots=True)
class Bench:
    """A connection in which queries find ``facts`` and the rest by their fixed names."""

    connection: "duckdb.DuckDBPyConnection"
    relations: Relations

    def ask(self, query: str) -> pa.Table:
        """Run a query over the fixed names and give its rows."""
        return self.connection.sql(f"{self._names()} from ({query})").to_arrow_table()

    def dicts(self, query: str) -> list[dict[str, Any]]:
        """Run a query that gives few rows and give them as dictionaries."""
        rows: list[dict[str, Any]] = self.ask(query).to_pylist()
        return rows

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
            with periods as not materialized (select * from {PERIODS}),
            submissions as not materialized (select * from {names.submissions}),
            submission_columns as not materialized (select * from {names.submission_columns}),
            cell_status as not materialized (select * from {names.cell_status}),
            totals as not materialized (select * from {names.totals}),
            regions as not materialized (select * from {names.region}),
            facts as not materialized (
                select r.*, p._period_end, p._quarter, p._months, p._weeks
                from {names.rows} as r
                left join periods as p on p.period = r.period
            )
        """


@contextmanager
def laid_out(connection: "duckdb.DuckDBPyConnection", relations: Relations) -> Iterator[Bench]:
    """Give a bench for the relations of one form, for the length of a block."""
    labels = connection.execute(
        f"select period from {relations.rows} union select period from {relations.submissions}"
    ).fetchall()
    bench = Bench(connection, relations)
    with bench.showing(PERIODS, periods_table(label for (label,) in labels if label)):
        yield bench


def periods_table(labels: Iterator[str]) -> pa.Table:
    """Give what rules ask of reporting periods; one that is none is left out."""
    rows = [_period(label) for label in sorted(labels)]
    return pa.Table.from_pylist([row for row in rows if row], schema=PERIOD_SCHEMA)


def _period(label: str) -> dict[str, object] | None:
    try:
        period = Period.parse(label)
    except PeriodError:
        return None
    return {
        "period": label,
        "_period_end": period.end,
        "_quarter": (period.end.month + 2) // 3,
        "_months": MONTHS[period.period_type],
        "_weeks": ((period.end - period.start).days + 1) // 7,
    }
