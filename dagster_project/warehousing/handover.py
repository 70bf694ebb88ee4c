"""The hand-over of accepted rows to dbt: pandera holds them against form and hard rules once more.

The edit rules have decided in SQL; a failure here says that the two engines disagree, and stops the
partition. Not here: the schemas (see ``schemas``, ``rules.pandera_checks``).
"""

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from dagster_project.programme.load import form_hash
from dagster_project.programme.model import Form, Programme
from dagster_project.rules.pandera_checks import rule_checks
from dagster_project.warehousing.database import Connection
from dagster_project.warehousing.schemas import failures, schema_for

if TYPE_CHECKING:
    import pandera.pandas as pandera


def handover_failures(
    connection: Connection, form: Form, programme: Programme, rows: pa.Table
) -> list[str]:
    """Give what is wrong with accepted rows of a form, a line a column and check; empty is good.

    Rules speak of the rows that they judged: what was accepted under an earlier programme stays
    accepted until somebody judges it again.
    """
    now = form_hash(programme, form.form_id)
    query = "select submission_id from raw_submission where form_id = ? and programme_hash = ?"
    judged = connection.execute(query, [form.form_id, now]).fetchall()
    numbers = pa.array([number for (number,) in judged], pa.int64())
    current = rows.filter(pc.is_in(rows["submission_id"], numbers))
    return [
        *failures(schema_for(form, programme), rows),
        *failures(_rules_schema(form, programme), current),
    ]


def _rules_schema(form: Form, programme: Programme) -> "pandera.DataFrameSchema":
    import pandera.pandas as pandera

    return pandera.DataFrameSchema(checks=rule_checks(form, programme))
