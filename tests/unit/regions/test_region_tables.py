"""The tables for the warehouse have the columns that it lands."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
import yaml

import dagster_project
from dagster_project.regions.register import Register, load_register
from dagster_project.regions.tables import events_for_warehouse, rows_for_warehouse

TYPES = {"string": pa.string(), "date": pa.date32()}


@pytest.mark.parametrize(
    ("name", "make"),
    [("raw_region", rows_for_warehouse), ("raw_boundary_event", events_for_warehouse)],
    ids=["regions", "events"],
)
@pytest.mark.parametrize("register", [load_register(), Register([])], ids=["declared", "empty"])
def test_the_columns_are_those_the_warehouse_declares(name, make, register):
    path = Path(dagster_project.__file__).parent / "warehousing" / "raw_tables.yml"
    declared = yaml.safe_load(path.read_text("utf-8"))[name]["columns"]
    table = make(register)
    types = {column: TYPES[about["type"]] for column, about in declared.items()}
    assert dict(zip(table.schema.names, table.schema.types, strict=True)) == types
    assert table.num_rows == (len(register.own) if name == "raw_region" else len(register.events))


def test_a_row_says_what_the_region_says():
    rows = rows_for_warehouse(load_register()).to_pylist()
    assert next(row for row in rows if row["region_code"] == "440113118000") == {
        "level": "street",
        "region_code": "440113118000",
        "name": "沙湾镇",
        "kind": "TOWN",
        "parent_level": "district",
        "parent_code": "440113000000",
        "valid_from": None,
        "valid_to": date(2021, 10, 31),
        "source": "国家统计局统计用区划代码 2019-10-31",
    }
