"""The views under which landed submissions are laid before the judge.

Not here: judging them by themselves (see ``judging``) or against others (see ``comparing``).
"""

from dagster_project.programme.model import Form
from dagster_project.rules.judge import Relations
from dagster_project.warehousing.database import Connection

LANDED = ("submission", "column", "total", "cell_status", "finding")

LAID_OUT = Relations(
    rows="bench_row",
    submissions="bench_submission",
    submission_columns="bench_column",
    cell_status="bench_cell_status",
    totals="bench_total",
    region="raw_region",
)
"""What ``lay_out`` lays before the judge."""


def lay_out(connection: Connection, form: Form | None, submission_ids: list[int]) -> None:
    """Lay what is to be judged, and nothing else, before the judge."""
    connection.execute("create or replace temp table bench_id (submission_id bigint)")
    connection.execute("insert into bench_id select unnest(?)", [submission_ids])
    landed = {name: f"landing_{name}" for name in LANDED}
    if form:
        landed["row"] = f"landing_{form.form_id}"
    for name, table in landed.items():
        connection.execute(
            f"create or replace temp view bench_{name} as"
            f' from "{table}" semi join bench_id using (submission_id)'
        )
