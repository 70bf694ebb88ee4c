"""The register as Arrow tables with the columns of ``raw_region`` and ``raw_boundary_event``.

Imported regions pass through as they are. Not here: writing to the warehouse (``warehousing``).
"""

from typing import TYPE_CHECKING

from dagster_project.regions.imported import ImportedRegions
from dagster_project.regions.model import BoundaryEvent, Region
from dagster_project.regions.objects import arrow_of
from dagster_project.regions.register import Register

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection


def rows_for_warehouse(
    register: Register, connection: "DuckDBPyConnection | None" = None
) -> "pa.Table":
    """Give all regions with their intervals: the programme's own, then the imported ones."""
    import pyarrow as pa

    tables = [arrow_of(Region.__slots__, register.own, connection)]
    if isinstance(register.imports, ImportedRegions):
        tables.append(register.imports.table.cast(tables[0].schema))
    return pa.concat_tables(tables).rename_columns({"code": "region_code"})


def events_for_warehouse(register: Register) -> "pa.Table":
    """Give all boundary events."""
    return arrow_of(BoundaryEvent.__slots__, register.events)
