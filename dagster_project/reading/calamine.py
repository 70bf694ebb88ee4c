"""The one place that calls calamine, the workbook parser, and keeps its failures in bounds.

Not here: what calamine loses (see ``workbook_xlsx`` and ``workbook_xls``).
"""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from zipfile import BadZipFile

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from dagster_project.reading.model import Cell
from dagster_project.reading.sheets import Merge, Sheet, SheetError, check_size


@contextmanager
def bounded() -> Iterator[None]:
    """Turn whatever a broken workbook makes a parser raise into a SheetError.

    Calamine's panics arrive as a PanicException, which derives from BaseException and which no
    module exports: it is told by its name, and everything else passes.
    """
    try:
        yield
    except PasswordError:
        raise SheetError("READ_FILE_ENCRYPTED") from None
    except (
        CalamineError,
        BadZipFile,
        zlib.error,
        OSError,
        EOFError,
        ValueError,
        NotImplementedError,
    ) as error:
        raise SheetError("READ_FILE_BROKEN", problem=str(error)[:200]) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise SheetError("READ_FILE_BROKEN", problem=str(error)[:200]) from error


def open_workbook(data: bytes) -> CalamineWorkbook:
    """Open a workbook's bytes."""
    with bounded():
        return CalamineWorkbook.from_filelike(BytesIO(data))


def worksheet_names(workbook: CalamineWorkbook) -> Iterator[tuple[int, str, bool]]:
    """Give index, name and whether it is hidden, of each sheet that holds cells."""
    for index, entry in enumerate(workbook.sheets_metadata):
        if entry.typ == SheetTypeEnum.WorkSheet:
            yield index, entry.name, entry.visible != SheetVisibleEnum.Visible


def load_sheet(workbook: CalamineWorkbook, index: int, name: str, *, hidden: bool) -> Sheet:
    """Read one sheet's values and merged ranges, with its problem where it cannot be read."""
    try:
        with bounded():
            loaded = workbook.get_sheet_by_index(index)
            return Sheet(name, grid_of(loaded), merges_of(loaded), hidden=hidden)
    except SheetError as problem:
        return Sheet(name, [], hidden=hidden, problem=problem)


def grid_of(loaded: CalamineSheet) -> list[list[Cell]]:
    """Give a sheet's cells from A1 on; an area skipped would shift every address."""
    row, column = loaded.end or (0, 0)
    check_size(row + 1, column + 1)
    return loaded.to_python(skip_empty_area=False)  # type: ignore[return-value]


def merges_of(loaded: CalamineSheet) -> list[Merge]:
    """Give the merged ranges of a sheet."""
    return [(*first, *last) for first, last in loaded.merged_cell_ranges or ()]
