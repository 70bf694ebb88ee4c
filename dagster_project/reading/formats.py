"""Bytes to sheets: the format is told by the bytes, never by the file's name.

Not here: how each format is opened (see the ``workbook_`` modules, ``text_table``, ``html_table``,
``archive_zip``), which files are opened in a process of their own (see ``guard``).
"""

from collections.abc import Callable, Collection, Mapping
from importlib import import_module

from dagster_project.reading.limits import LARGE_TEXT, MAX_FILE_BYTES, MAX_GRID_CELLS, MAX_SHEETS
from dagster_project.reading.package import Package, broken, open_package
from dagster_project.reading.sheets import Sheet, SheetError

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
BARE_BIFF = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x08\x00",
             b"\x09\x08\x10\x00")  # fmt: skip
"""How the records of a workbook begin that lies in no container: Excel 2 to 5, and 97."""

SIGNATURES = {
    b"%PDF": "PDF", b"\xff\xd8\xff": "JPEG", b"\x89PNG": "PNG", b"GIF8": "GIF", b"II*\0": "TIFF",
    b"MM\0*": "TIFF", b"BM": "BMP", b"Rar!": "RAR", b"7z\xbc\xaf\x27\x1c": "7z",
    b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"{\\rtf": "RTF", b"MZ": "EXE",
    b"SQLite format 3": "SQLite", b"PAR1": "Parquet", b"MIME-Version:": "MHTML",
}  # fmt: skip
"""What is often sent by mistake, by its first bytes."""

LETTERS_ONLY = frozenset({"BMP", "EXE", "bzip2"})
"""Kinds whose few first letters might begin a text as well; a table of text has no zero byte."""

PARTS = {
    "xl/workbook.bin": ".xlsb", "xl/workbook.xml": ".xlsx", "word/document.xml": ".docx",
    "ppt/presentation.xml": ".pptx",
}  # fmt: skip
OPENERS = {
    ".xls": ("workbook_xls", "open_xls"),
    "markup": ("html_table", "open_markup"),
    "text": ("text_table", "open_text"),
}
PACKAGE_OPENERS = {
    ".xlsx": ("workbook_xlsx", "open_xlsx"),
    ".xlsb": ("workbook_xlsb", "open_xlsb"),
    ".ods": ("workbook_ods", "open_ods"),
    ".zip": ("archive_zip", "open_zip"),
}
"""Module and function that opens each kind, from bytes or from a zip's parts; loaded when the first
such file comes."""


WORDED = frozenset({"text", "markup", ".zip"})
"""Kinds that may hold text whose encoding must be told from its words."""

Opener = Callable[..., list[Sheet]]


def open_sheets(
    data: bytes, words: Collection[str] = (), package: Package | None = None
) -> list[Sheet]:
    """Open a file's sheets, raising SheetError where its bytes are no table we can read.

    Args:
        data: the bytes of the file.
        words: words that its tables may be expected to hold, for texts that name no encoding.
        package: the file's parts, where it is a zip that was opened before.
    """
    if len(data) > MAX_FILE_BYTES:
        raise SheetError(
            "READ_FILE_TOO_LARGE", size=f"{len(data) >> 20}", limit=f"{MAX_FILE_BYTES >> 20}"
        )
    if not data.strip(b"\0 \t\r\n"):
        raise SheetError("READ_FILE_EMPTY")
    if data.startswith(ZIP):
        package = package or open_package(data)
        kind = kind_of_package(package)
        opener = _opener(PACKAGE_OPENERS, kind)
        if kind != ".zip" and package.is_ambiguous:
            raise broken("two parts of one name")
        sheets = opener(package, words) if kind in WORDED else opener(package)
    else:
        kind = kind_of(data)
        opener = _opener(OPENERS, kind)
        sheets = opener(data, words) if kind in WORDED else opener(data)
    check_all(sheets)
    return sheets


def kind_of(data: bytes) -> str:
    r"""Tell what a file that is no zip is: one of ``OPENERS``, or the name of what is no table.

    >>> kind_of(b"a,b"), kind_of(b"%PDF-1.4 \0"), kind_of(OLE2), kind_of(b"<table><tr><td>")
    ('text', 'PDF', '.xls', 'markup')
    """
    if data.startswith((OLE2, *BARE_BIFF)):
        return ".xls"
    for signature, kind in SIGNATURES.items():
        if data.startswith(signature) and (kind not in LETTERS_ONLY or b"\0" in data[:4096]):
            return kind
    return "markup" if _is_markup(data) else "text"


def kind_of_package(package: Package) -> str:
    """Tell what a zip file is by the parts that only one kind has."""
    if kind := next((kind for path, kind in PARTS.items() if path in package), None):
        return kind
    if "content.xml" in package:
        kind = package.get("mimetype")[:80].decode("latin-1").rpartition("opendocument.")[2]
        return ".ods" if kind.startswith("spreadsheet") or not kind else f"OpenDocument {kind}"
    if "[content_types].xml" in package:
        types = package.read("[content_types].xml")
        return ".xlsb" if b"sheet.binary" in types else ".xlsx"
    return ".zip"


def is_large_text(data: bytes) -> bool:
    """Say whether a file is a text so large that it is read in columns where it can be."""
    return LARGE_TEXT <= len(data) <= MAX_FILE_BYTES and (
        not data.startswith(ZIP) and kind_of(data) == "text"
    )


def is_archive(data: bytes) -> bool:
    """Say whether a file is a plain zip of others."""
    return data.startswith(ZIP) and kind_of_package(open_package(data)) == ".zip"


def _is_markup(data: bytes) -> bool:
    """Say whether a text is HTML or XML, in whichever encoding of Unicode."""
    head = data[:2048].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    return head.startswith((b"<html", b"<!doctype", b"<?xml", b"<table", b"<meta", b"<!--",
                            b"<head", b"<body", b"<style", b"<div"))  # fmt: skip


def _opener(openers: Mapping[str, tuple[str, str]], kind: str) -> Opener:
    if kind not in openers:
        raise SheetError("READ_FILE_FORMAT", kind=kind)
    module, name = openers[kind]
    opener: Opener = getattr(import_module(f"dagster_project.reading.{module}"), name)
    return opener


def check_all(sheets: list[Sheet]) -> None:
    """Refuse a file whose sheets are too many, or too large together."""
    if len(sheets) > MAX_SHEETS:
        raise SheetError("READ_FILE_TOO_MANY_SHEETS", count=str(len(sheets)), limit=str(MAX_SHEETS))
    cells = sum(len(sheet.grid) * len(sheet.grid[0]) for sheet in sheets if sheet.grid)
    if cells > MAX_GRID_CELLS:
        raise SheetError("READ_FILE_TOO_MANY_CELLS", count=str(cells), limit=str(MAX_GRID_CELLS))
