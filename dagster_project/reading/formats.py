"""Bytes to sheets: the format is told by the bytes, never by the file's name.

Not here: how each format is opened (see ``workbook_xlsx``, ``workbook_xls``, ``text_table``).
"""

from collections.abc import Callable

from dagster_project.reading.sheets import Sheet, SheetError

MAX_FILE_BYTES = 256 << 20
"""A street's report is 10-500 kB and a district's yearly csv under 200 MB; more is a mistake."""

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK"


def open_sheets(data: bytes) -> list[Sheet]:
    """Open a file's sheets, raising SheetError where its bytes are no table we can read."""
    if len(data) > MAX_FILE_BYTES:
        raise SheetError(
            "READ_FILE_TOO_LARGE", size=f"{len(data) >> 20}", limit=f"{MAX_FILE_BYTES >> 20}"
        )
    if not data.strip(b"\0 \t\r\n"):
        raise SheetError("READ_FILE_EMPTY")
    return _opener(data)(data)


def _opener(data: bytes) -> Callable[[bytes], list[Sheet]]:
    """Choose the reader of a format; each loads its library only when it is needed."""
    if data.startswith(ZIP):
        from dagster_project.reading.workbook_xlsx import open_xlsx

        return open_xlsx
    if data.startswith(OLE2):
        from dagster_project.reading.workbook_xls import open_xls

        return open_xls
    from dagster_project.reading.text_table import open_text

    return open_text
