"""What published tables are made from: every input changes the fingerprint, no other does."""

import duckdb
import pytest

from dagster_project.warehousing.built import PartitionKey, mark_built, mark_reference
from dagster_project.warehousing.made_from import tables_made_from
from dagster_project.warehousing.tables import STATE_TABLES

FORMS = ("staff", "services")


@pytest.fixture
def connection():
    with duckdb.connect() as opened:
        opened.execute(STATE_TABLES)
        opened.execute("create view dim_region as select 1 as one")
        opened.execute("create table dim_period (period varchar)")
        yield opened


def partition(form_id: str, period: str):
    return lambda connection: mark_built(connection, {PartitionKey(form_id, period): "p2"})


def reference(name: str):
    return lambda connection: mark_reference(connection, name, "p2")


STAFF = {"fct_staff", "hist_staff"}
DIMENSIONS = {"dim_region", "dim_period"}


@pytest.mark.parametrize(
    ("change", "changed"),
    [
        (partition("staff", "2015-Q4"), STAFF),
        (partition("staff", "2016-Q1"), STAFF),
        (reference("models staff"), STAFF),
        (reference("reference"), DIMENSIONS),
        (reference("dimensions"), DIMENSIONS),
        (reference("models dimension"), DIMENSIONS),
        (reference("calendar"), {"dim_period"}),
    ],
    ids=["partition", "new partition", "models", "declared", "judged", "dimension models", "year"],
)
def test_what_changes_is_made_again_and_nothing_else(connection, change, changed):
    mark_built(connection, {PartitionKey("staff", "2015-Q4"): "p1"})
    mark_built(connection, {PartitionKey("services", "2015-12"): "p1"})
    before = tables_made_from(connection, FORMS)
    change(connection)
    after = tables_made_from(connection, FORMS)
    assert {name for name in after if after[name] != before[name]} == changed
    assert after.keys() == {"fct_services", "hist_services", *STAFF, *DIMENSIONS}
