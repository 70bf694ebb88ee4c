"""Imports a national code book (统计用区划代码): CSV files become one Parquet file for good.

What is imported is a decision and is never changed: the same book again changes nothing, another
book for the same edition and level is refused. Not here: what the rows mean together with other
editions (``imported``).
"""

import io
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from dagster_project.messages import render
from dagster_project.regions.code_book import BookFile
from dagster_project.regions.codes import DIGITS, PARENT_LEVEL, WIDTH, kind_sql
from dagster_project.regions.imported import PATTERN
from dagster_project.regions.integrity import IntegrityReport, inspect_table
from dagster_project.regions.model import LEVELS, RegionError

if TYPE_CHECKING:
    import pyarrow as pa

FACTS = b"jiceng"
"""Under this key the Parquet file says which levels it holds."""

HASH_DIGITS = 12

ROWS_IN_A_GROUP = 50_000
"""So that reading one county touches one group of each level, not the whole country."""

OF_ONE_LEVEL = """
    select
        '{level}' as level,
        rpad(code, {width}, '0') as code,
        name,
        {kind} as kind,
        {parent_level} as parent_level,
        {parent_code} as parent_code,
        row_number() over () as line
    from {level}
"""

ALL_LEVELS = """
with listed as ({levels})
select
    listed.* exclude (line) replace (if(city.code is null, listed.kind, 'CITY') as kind),
    cast($edition as date) as edition,
    $source as source
from listed
left join listed as city
    on listed.level = 'district'
    and city.level = 'city'
    and city.code = listed.parent_code
    and city.name = listed.name
order by list_position($level_order, listed.level), listed.code, listed.line
"""
"""A district that bears its city's name is the city itself, which has no counties (东莞)."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What was imported, where it lies, and how sound it is.

    ``already_held``: the very same content had been imported before, and nothing was written.
    """

    path: Path
    edition: date
    already_held: bool
    integrity: IntegrityReport

    def lines(self, lang: str) -> list[str]:
        """Give the report as lines of text in one language, ``zh`` or ``en``."""
        code = "REGION_IMPORT_HELD" if self.already_held else "REGION_IMPORT_DONE"
        head = render(code, lang, edition=self.edition, path=self.path.name)
        return [head, *self.integrity.lines(lang)]


def import_code_books(files: Sequence[Path], edition: date, target_dir: Path) -> ImportReport:
    """Import the CSV files of one edition into ``regions-<edition>-<sha12>.parquet``.

    The files hold provinces, cities, districts, streets and villages, or some of these; each is
    known by its columns (``code``, ``name``, ``provinceCode``, ``cityCode``, ``areaCode``,
    ``streetCode``) and may be packed as ``.xz``. Codes may be short or padded to 12 digits.

    Raises:
        RegionError: a file is no code book or has an unreadable row (named by its line); or the
            edition is held already with other content.
    """
    books = _by_level(map(BookFile, files))
    target = target_dir / PATTERN.replace("*", f"{edition}-{_hash_of(books)}")
    held = target.is_file()
    if not held:
        _refuse_other_content(books, edition, target_dir)
    rows = _rows(books, edition, target.stem)
    if not held:
        _write(target, _parquet(rows, list(books)))
    return ImportReport(target, edition, held, inspect_table(rows))


def _by_level(files: Iterable[BookFile]) -> dict[str, BookFile]:
    books: dict[str, BookFile] = {}
    for file in files:
        first = books.setdefault(file.level, file)
        if first is not file:
            raise RegionError(
                "REGION_BOOK_LEVEL_TWICE", level=file.level, path=file.path, first=first.path
            )
    if not books:
        raise RegionError("REGION_BOOK_NONE")
    return {level: books[level] for level in LEVELS if level in books}


def _hash_of(books: dict[str, BookFile]) -> str:
    content = "".join(f"{level}:{book.digest}\n" for level, book in books.items())
    return sha256(content.encode()).hexdigest()[:HASH_DIGITS]


def _refuse_other_content(books: dict[str, BookFile], edition: date, target_dir: Path) -> None:
    """Two contents for one edition and level would leave open which of them counts."""
    for path in target_dir.glob(PATTERN.replace("*", f"{edition}-*")):
        if both := sorted(_levels_of(path) & set(books)):
            raise RegionError(
                "REGION_EDITION_HELD", edition=edition, path=path, levels=", ".join(both)
            )


def _levels_of(path: Path) -> set[str]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return set(json.loads(pq.read_schema(path).metadata[FACTS])["levels"])
    except (pa.ArrowInvalid, KeyError, TypeError) as error:
        raise RegionError("REGION_IMPORT_BROKEN", path=path, problem=error) from error


def _rows(books: dict[str, BookFile], edition: date, source: str) -> "pa.Table":
    """Give the books as one table of padded regions, repeated codes still in it."""
    import duckdb

    levels = "union all".join(_level_sql(level) for level in books)
    with duckdb.connect() as connection:
        for level, book in books.items():
            connection.register(level, book.rows())
        values = {"edition": edition, "source": source, "level_order": list(LEVELS)}
        return connection.sql(ALL_LEVELS.format(levels=levels), params=values).to_arrow_table()


def _level_sql(level: str) -> str:
    parent = PARENT_LEVEL[level]
    parent_code = f"rpad(substr(code, 1, {DIGITS[parent]}), {WIDTH}, '0')" if parent else "null"
    return OF_ONE_LEVEL.format(
        level=level,
        width=WIDTH,
        kind=kind_sql(level, "code", "name"),
        parent_level=f"'{parent}'" if parent else "null",
        parent_code=parent_code,
    )


def _parquet(rows: "pa.Table", levels: list[str]) -> bytes:
    import pyarrow.parquet as pq

    buffer = io.BytesIO()
    facts = json.dumps({"levels": levels}).encode()
    once = _once(rows).replace_schema_metadata({FACTS: facts})
    pq.write_table(once, buffer, compression="zstd", row_group_size=ROWS_IN_A_GROUP)
    return buffer.getvalue()


def _write(target: Path, data: bytes) -> None:
    """Put a file in place so that a kill or a power cut leaves it whole or not there at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _once(rows: "pa.Table") -> "pa.Table":
    """Keep the first row of each code; the rows are in order of their codes."""
    import pyarrow as pa
    import pyarrow.compute as pc

    before, after = rows.slice(0, max(rows.num_rows - 1, 0)), rows.slice(1)
    differs = [pc.not_equal(before[name], after[name]) for name in ("level", "code")]
    return pa.concat_tables([rows.slice(0, 1), after.filter(pc.or_(*differs))])
