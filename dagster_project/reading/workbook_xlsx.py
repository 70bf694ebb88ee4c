"""Workbooks of XML in a zip (.xlsx, .xlsm, newer .et): calamine for the values, a side-car beside.

Macros are never run. Not here: what the side-car finds (see ``side_car_xlsx``), how the zip is
read (see ``package``).
"""

import html
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from python_calamine import CalamineWorkbook

from dagster_project.reading.calamine import bounded, load_sheet, open_workbook, worksheet_names
from dagster_project.reading.extent_xlsx import as_utf8, check_extent, in_usual_form, is_near
from dagster_project.reading.limits import MAX_UNPACKED_HERE
from dagster_project.reading.package import Package, path_of, stored
from dagster_project.reading.sheets import Sheet, SheetError
from dagster_project.reading.side_car_xlsx import Formulas, add_side_car, shown_styles
from dagster_project.reading.struck_out import struck_styles, with_marks

_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^<>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^<>]*>")
_ATTRIBUTE = re.compile(r"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_CALCULATES_LATER = re.compile(rb"\sfullCalcOnLoad=[\"'](?:1|true)[\"']")
WORKBOOK, STYLES, TEXTS = "officeDocument", "styles", "sharedStrings"
TYPES, ROOT = "[content_types].xml", "_rels/.rels"


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook's package with the paths of its parts; sheets by name."""

    package: Package
    seen: dict[str, bytes]
    others: tuple[str, ...]
    sheets: dict[str, str]
    styles: Mapping[int, int]
    struck: frozenset[int]
    calculates_later: bool


def open_xlsx(package: Package) -> list[Sheet]:
    """Open a workbook of XML in a zip, raising SheetError for what is none or is unsafe.

    Calamine is given parts that were unpacked and looked at here, packed anew: it cannot see
    anything else, whatever the file's own directory says. Only of workbooks that unpack to very
    much it gets the file itself, in a process that may die.
    """
    book, formulas = _book(package), Formulas()
    small = package.unpacked <= MAX_UNPACKED_HERE
    pages = {path: page(package, path) for path in book.sheets.values() if small}
    data = _repacked(book, pages) if small else _measured(book)
    with bounded(), open_workbook(data) as workbook:
        sheets = [
            _sheet(workbook, entry, book, pages, formulas) for entry in worksheet_names(workbook)
        ]
    if book.calculates_later:
        formulas.doubt()
    return sheets


def is_bounded(package: Package) -> bool:
    """Say whether a workbook is read within time and memory that its size alone bounds."""
    if package.unpacked > MAX_UNPACKED_HERE:
        return False
    try:
        sheets = _book(package).sheets.values()
        return all(is_near(in_usual_form(read_xml(package, path))) for path in sheets)
    except SheetError:
        return True


def page(package: Package, path: str) -> bytes | SheetError:
    """Give a sheet's XML, or why it cannot be read."""
    try:
        xml = in_usual_form(read_xml(package, path))
        check_extent(xml)
    except SheetError as problem:
        return problem
    return xml


def _measured(book: Book) -> bytes:
    """Give the file as it is, once its texts unpack to no more than they claim."""
    book.package.check(path for path in book.others if path in book.package)
    return book.package.data


def _repacked(book: Book, pages: Mapping[str, bytes | SheetError]) -> bytes:
    """Pack what was looked at anew, each part under its own name."""
    contents = {path: with_marks(book.package.get(path)) for path in book.others} | book.seen
    contents |= {path: with_marks(xml) for path, xml in pages.items() if isinstance(xml, bytes)}
    parts = book.package.parts
    return stored({parts[path].name: xml for path, xml in contents.items() if path in parts})


def _book(package: Package) -> Book:
    """Find the parts of a workbook by their relations, wherever in the package they lie."""
    roots = relations_of(package, ROOT, "")
    path = next((path for kind, path in roots.values() if kind == WORKBOOK), "xl/workbook.xml")
    if path not in package:
        raise SheetError("READ_FILE_FORMAT", kind=".zip")
    folder, name = posixpath.split(path)
    own = posixpath.join(folder, "_rels", f"{name}.rels")
    relations = relations_of(package, own, folder)
    by_kind = dict(relations.values())
    texts, styles = by_kind.get(TEXTS, ""), by_kind.get(STYLES, "")
    seen = {part: read_xml(package, part) for part in (path, styles)}
    return Book(
        package,
        seen,
        (TYPES, ROOT, own, texts),
        {
            sheet.get("name", ""): relations.get(sheet.get("id", ""), ("", ""))[1]
            for sheet in _tags(_SHEET, seen[path])
        },
        shown_styles(seen[styles]),
        struck_styles(seen[styles]),
        bool(_CALCULATES_LATER.search(seen[path])),
    )


def _sheet(
    workbook: CalamineWorkbook,
    entry: tuple[int, str, bool],
    book: Book,
    pages: Mapping[str, bytes | SheetError],
    formulas: Formulas,
) -> Sheet:
    """Read one sheet; the XML is looked at first, before anything is laid out in memory."""
    index, name, hidden = entry
    path = book.sheets.get(name, "")
    xml = pages[path] if path in pages else page(book.package, path)
    if isinstance(xml, SheetError):
        return Sheet(name, [], hidden=hidden, problem=xml)
    try:
        sheet = load_sheet(workbook, index, name, hidden=hidden)
        if sheet.problem is None:
            add_side_car(sheet, xml, book.styles, formulas, book.struck)
    except SheetError as problem:
        return Sheet(name, [], hidden=hidden, problem=problem)
    return sheet


def read_xml(package: Package, path: str) -> bytes:
    """Give a part's XML, empty where there is none; one that declares entities is refused."""
    xml = as_utf8(package.get(path))
    if b"<!DOCTYPE" in xml[:4096] or b"<!ENTITY" in xml[:4096]:
        raise SheetError("READ_FILE_ENTITIES")
    return xml


def relations_of(package: Package, path: str, folder: str) -> Mapping[str, tuple[str, str]]:
    """Give kind and path of each relation that a part has to others, by its identifier."""
    return _relations(read_xml(package, path), folder)


@lru_cache(maxsize=64)
def _relations(xml: bytes, folder: str) -> Mapping[str, tuple[str, str]]:
    """Give relations from their XML, which is the same in all workbooks of one template."""
    found = {}
    for relation in _tags(_RELATION, xml):
        target = relation.get("Target", "").replace("\\", "/")
        whole = target if target.startswith("/") else posixpath.join(folder, target)
        kind = relation.get("Type", "").rsplit("/", 1)[-1]
        found[relation.get("Id", "")] = (kind, path_of(posixpath.normpath(whole)))
    return found


def _tags(pattern: re.Pattern[bytes], xml: bytes) -> Iterator[dict[str, str]]:
    """Give the attributes of each matching tag, by name without prefix."""
    for match in pattern.finditer(xml):
        pairs = _ATTRIBUTE.findall(match[0].decode("utf-8", "replace"))
        yield {
            name.split(":")[-1]: html.unescape(double or single) for name, double, single in pairs
        }
