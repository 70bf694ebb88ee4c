"""The register as Arrow tables with the columns of ``raw_region`` and ``raw_boundary_event``.

Imported regions pass through as they are. Not here: writing to the warehouse (``warehousing``).
"""

from typing import TYPE_CHECKING

from dagster_project.regions.imported import ImportedRegions
from dagster_project.regions.model import BoundaryEvent, Region
from dagster_project.regions.register import Register

if TYPE_CHECKING:
    import pyarrow as pa

DAYS = frozenset({"valid_from", "valid_to", "happened_on"})


def rows_for_warehouse(register: Register) -> "pa.Table":
    """Give all regions with their intervals: the programme's own, then the imported ones."""
    import pyarrow as pa

    tables = [_table(Region.__slots__, register.own)]
    if isinstance(register.imports, ImportedRegions):
        tables.append(register.imports.table.cast(tables[0].schema))
    return pa.concat_tables(tables).rename_columns({"code": "region_code"})


def events_for_warehouse(register: Register) -> "pa.Table":
    """Give all boundary events."""
    return _table(BoundaryEvent.__slots__, register.events)


def _table(
    names: tuple[str, ...], rows: tuple[Region, ...] | tuple[BoundaryEvent, ...]
) -> "pa.Table":
    import pyarrow as pa

    schema = pa.schema([(name, pa.date32() if name in DAYS else pa.string()) for name in names])
    columns = {name: [getattr(row, name) for row in rows] for name in names}
    return pa.table(columns, schema)
