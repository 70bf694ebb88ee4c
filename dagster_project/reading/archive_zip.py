"""Plain zip files of reports: every member is opened, its sheets are named ``member/sheet``.

A bad member is refused alone. Not here: zips that are themselves a workbook (see ``formats``).
"""

from collections.abc import Collection, Iterator

from dagster_project.reading import formats
from dagster_project.reading.limits import LARGE_TEXT, MAX_ZIP_MEMBERS
from dagster_project.reading.package import (
    ENCRYPTED,
    UTF8,
    ZIPPED_NAME_ENCODING,
    Package,
    Part,
    open_package,
)
from dagster_project.reading.sheets import Sheet, SheetError

LITTER = ("__macosx/", ".ds_store", "thumbs.db", "desktop.ini")
"""What systems leave in folders, and no one sends on purpose."""


def open_zip(package: Package, words: Collection[str] = ()) -> list[Sheet]:
    """Open every member of a zip, raising SheetError where none may be.

    A member that cannot be read is a sheet with its problem, so that the others go on.
    """
    members = [*members_of(package)]
    if not members:
        raise SheetError("READ_FILE_EMPTY")
    if len(members) > MAX_ZIP_MEMBERS:
        raise SheetError(
            "READ_FILE_TOO_MANY_MEMBERS", count=str(len(members)), limit=str(MAX_ZIP_MEMBERS)
        )
    if all(package.parts[path].flags & ENCRYPTED for path, _ in members):
        raise SheetError("READ_FILE_ENCRYPTED")
    sheets: list[Sheet] = []
    for path, name in members:
        sheets += _opened(package, path, name, words)
        formats.check_all(sheets)
    return sheets


def lone_large(data: bytes) -> tuple[str, bytes] | None:
    """Give name and bytes of the one file in a plain zip, None where it is small or not alone.

    Raises:
        SheetError: where the zip is damaged or unpacks to too much.
    """
    package = open_package(data)
    members = [*members_of(package)] if formats.kind_of_package(package) == ".zip" else []
    if len(members) != 1 or package.parts[members[0][0]].size < LARGE_TEXT:
        return None
    path, name = members[0]
    return name, package.read(path)


def members_of(package: Package) -> Iterator[tuple[str, str]]:
    """Give path and name of each file in the zip, in its order; folders and litter left out."""
    for path, part in package.parts.items():
        if not part.name.endswith(("/", "\\")) and not any(word in path for word in LITTER):
            yield path, name_of(part)


def name_of(part: Part) -> str:
    """Give a member's name as its sender saw it.

    Zips without the mark for UTF-8 hold the bytes of the sender's own system, which the standard
    library takes for those of an old PC; on Chinese systems they are GBK.
    """
    if part.flags & UTF8 or part.name.isascii():
        return part.name
    raw = part.name.encode(ZIPPED_NAME_ENCODING, "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return part.name


def _sheets(data: bytes, words: Collection[str]) -> list[Sheet]:
    if formats.is_archive(data):
        raise SheetError("READ_FILE_NESTED")
    return formats.open_sheets(data, words)


def sheet_name_in(member: str, sheet_name: str) -> str:
    """Give the name under which a sheet of a file in a zip is known.

    >>> sheet_name_in("市桥/报表.xlsx", "Sheet1"), sheet_name_in("表.csv", "")
    ('市桥/报表.xlsx/Sheet1', '表.csv')
    """
    return f"{member}/{sheet_name}" if sheet_name else member


def _opened(package: Package, path: str, name: str, words: Collection[str]) -> list[Sheet]:
    """Give a member's sheets, or one that says why there are none."""
    try:
        sheets = _sheets(package.read(path), words)
    except SheetError as error:
        problem = SheetError(error.code, **(error.params | {"file": name}))
        return [Sheet(name, [], problem=problem, member=name)]
    for sheet in sheets:
        sheet.name, sheet.member = sheet_name_in(name, sheet.name), name
    return sheets
