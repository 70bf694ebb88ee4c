"""Pandera says of handed-over rows what the edit rules said of them."""

import pandera.pandas as pandera
import pyarrow as pa
import pytest
from pandera.errors import SchemaErrors

from dagster_project.programme.model import Programme
from dagster_project.rules.pandera_checks import rule_checks
from dagster_project.warehousing.schemas import frame_of
from tests.unit.rules.desk import Desk
from tests.unit.rules.drawn_rows import cells_of
from tests.unit.rules.engines import table_of

NOT_OF_ROWS = {"ALL-R01", "ALL-R06", "ALL-R07", "ALL-R08"}
"""Asked of the register, of the marks in cells, of the units that are missing, of the totals."""


def failing_checks(form, programme: Programme, rows: pa.Table) -> set[str]:
    schema = pandera.DataFrameSchema(checks=rule_checks(form, programme))
    try:
        schema.validate(frame_of(rows), lazy=True)
    except SchemaErrors as error:
        return set(error.failure_cases["check"].map(_rule_of(form, programme)))
    return set()


def _rule_of(form, programme):
    told = {f"{r.message.zh} / {r.message.en}": r.rule_id for r in programme.rules_of(form.form_id)}
    return lambda check: told.get(check, check)


@pytest.mark.parametrize("form_id", ["staff", "facilities", "services", "community_profile"])
def test_the_same_hard_rules_fail_in_pandera_as_in_duckdb(programme, form_id):
    form = programme.forms[form_id]
    seen = set()
    for seed in range(4):
        rows = cells_of(form, programme, seed, 6)
        desk = Desk(form, programme)
        desk.lay(rows)
        judged = {row["rule_id"] for row in desk.findings() if row["severity"] == "M"}
        found = failing_checks(form, programme, table_of(form, rows))
        assert found == judged - NOT_OF_ROWS
        seen |= found
    assert len(seen) > 3
