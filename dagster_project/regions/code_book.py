"""Reads the CSV files of a national code book: which level each file holds, then its rows.

A file is known by its columns, never by its name; anything odd is named with file and line.
Not here: what is made of the rows (``importing``), whether they make sense (``integrity``).
"""

import csv
import io
import lzma
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagster_project.regions.codes import DIGITS, WIDTH
from dagster_project.regions.model import LEVELS, RegionError

if TYPE_CHECKING:
    import pyarrow as pa

PARENT_COLUMNS = {
    "street_code": "community",
    "area_code": "street",
    "city_code": "district",
    "province_code": "city",
}
"""The nearest parent a file names tells its level; the first of these that is there decides."""

NEEDED = ("code", "name")


@dataclass(frozen=True)
class BookFile:
    """One CSV file of a code book, plain or ``.xz``."""

    path: Path

    @cached_property
    def data(self) -> bytes:
        """Give the content, unpacked, as UTF-8."""
        if not self.path.is_file():
            raise RegionError("REGION_FILE_MISSING", path=self.path)
        try:
            packed = self.path.read_bytes()
            data = lzma.decompress(packed) if self.path.suffix == ".xz" else packed
        except lzma.LZMAError as error:
            raise RegionError("REGION_BOOK_BROKEN", path=self.path, problem=error) from error
        return data if _is_utf8(data) else _from_gb18030(data, self.path)

    @cached_property
    def digest(self) -> str:
        """Give the SHA-256 of the content."""
        return sha256(self.data).hexdigest()

    @cached_property
    def header(self) -> list[str]:
        """Give the names of the columns as they stand."""
        first = self.data.split(b"\n", 1)[0].decode("utf-8-sig").strip()
        return next(csv.reader([first]), [])

    @cached_property
    def columns(self) -> dict[str, str]:
        """Give the columns by their plain name: ``streetCode`` and ``street_code`` are one."""
        return {_plain(name): name for name in self.header}

    @cached_property
    def level(self) -> str:
        """Give the level the columns stand for; RegionError where this is no code book."""
        known = [column for column in (*NEEDED, *PARENT_COLUMNS) if column in self.columns]
        if not known:
            found = ", ".join(self.header)[:80]
            raise RegionError("REGION_BOOK_UNKNOWN", path=self.path, found=found)
        for column in NEEDED:
            if column not in self.columns:
                raise RegionError("REGION_BOOK_COLUMN_MISSING", path=self.path, column=column)
        return next((PARENT_COLUMNS[name] for name in PARENT_COLUMNS if name in known), LEVELS[0])

    def rows(self) -> "pa.Table":
        """Give code and name of every row as text, blanks around them cut off."""
        import pyarrow as pa
        import pyarrow.compute as pc

        table = self._parsed()
        columns = [pc.utf8_trim_whitespace(table[self.columns[name]]) for name in NEEDED]
        rows = pa.table(columns, names=list(NEEDED))
        self._refuse_bad_codes(rows["code"])
        return rows

    def _parsed(self) -> "pa.Table":
        import pyarrow as pa
        from pyarrow import csv as arrow_csv

        bad: list[Any] = []
        as_text = dict.fromkeys(self.header, pa.string())
        wanted = [self.columns[name] for name in NEEDED]
        try:
            table = arrow_csv.read_csv(
                io.BytesIO(self.data),
                parse_options=arrow_csv.ParseOptions(invalid_row_handler=_collect_into(bad)),
                convert_options=arrow_csv.ConvertOptions(
                    column_types=as_text, include_columns=wanted
                ),
            )
        except pa.ArrowInvalid as error:
            raise RegionError("REGION_BOOK_BROKEN", path=self.path, problem=error) from error
        if bad:
            self._refuse_bad_line()
        return table

    def _refuse_bad_line(self) -> None:
        expected = len(self.header)
        line, row = self._first_row(lambda row: len(row) != expected)
        raise RegionError(
            "REGION_BOOK_LINE_BAD", path=self.path, line=line, found=len(row), expected=expected
        )

    def _refuse_bad_codes(self, codes: "pa.ChunkedArray") -> None:
        """A code has the digits of its level, or twelve of which the rest are zeros."""
        import pyarrow.compute as pc

        digits = DIGITS[self.level]
        pattern = rf"^[0-9]{{{digits}}}(0{{{WIDTH - digits}}})?$"
        bad = codes.filter(pc.invert(pc.match_substring_regex(codes, pattern)))
        if len(bad):
            code, place = bad[0].as_py(), self.header.index(self.columns["code"])
            line, _ = self._first_row(lambda row: row[place].strip() == code)
            raise RegionError(
                "REGION_BOOK_CODE_BAD", path=self.path, line=line, found=code, digits=digits
            )

    def _first_row(self, wanted: Callable[[list[str]], bool]) -> tuple[int, list[str]]:
        """Find a row and its line again, slowly; only asked when reading has failed."""
        reader = csv.reader(io.StringIO(self.data.decode("utf-8-sig")))
        return next(((reader.line_num, row) for row in reader if row and wanted(row)), (0, []))


def _plain(name: str) -> str:
    """Write a column name as words: ``areaCode`` is ``area_code``."""
    words = name.strip()
    if words.isupper():
        return words.lower()
    return "".join(f"_{one}" if one.isupper() else one for one in words).lower().strip("_")


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _from_gb18030(data: bytes, path: Path) -> bytes:
    try:
        return data.decode("gb18030").encode("utf-8")
    except UnicodeDecodeError as error:
        raise RegionError("REGION_BOOK_ENCODING", path=path) from error


def _collect_into(bad: list[Any]) -> Any:
    def note(row: Any) -> str:
        bad.append(row)
        return "skip"

    return note
