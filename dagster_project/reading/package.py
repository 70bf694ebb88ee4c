"""Zip files: their parts, taken at the directory's word only where the bytes bear it out.

What was read here can be packed anew, so that another reader sees these very bytes. Not here: what
the parts mean (see ``workbook_xlsx``, ``workbook_xlsb``, ``workbook_ods``, ``archive_zip``).
"""

import struct
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from io import BytesIO
from typing import NamedTuple
from zipfile import BadZipFile, ZipFile, ZipInfo

from dagster_project.reading.limits import (
    DEFLATE_LIMIT,
    MAX_BYTES_HERE,
    MAX_PARTS,
    MAX_RATIO,
    MAX_UNPACKED_BYTES,
    MAX_UNPACKED_HERE,
    SMALL_PACKAGE,
)
from dagster_project.reading.sheets import SheetError

LOCAL, ENTRY, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
ZIP64_LOCATOR, ZIP64_LOCATOR_SIZE = b"PK\x06\x07", 20
NEWEST = 20
"""The version that is needed to read a zip without newer features; others are read with care."""

_LOCAL = struct.Struct("<4s22sHH")
_STORED = struct.Struct("<4sHHHIIIIHH")
_STORED_ENTRY = struct.Struct("<4sHHHHIIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
STORED, DEFLATED = 0, 8
ENCRYPTED, UTF8 = 0x0001, 0x0800
ZIPPED_NAME_ENCODING = "cp437"
"""In which the standard library reads names that do not say they are UTF-8; every byte has a
character there, so that the bytes can be had back."""

CHUNK = 1 << 20
MOST_COMMON = 1 << 14
"""Bytes of a part that may well be the same in other files; those of cells never are."""


class Part(NamedTuple):
    """One part of a package: its name as written, and where and how its bytes lie."""

    name: str
    offset: int
    packed: int
    size: int
    checksum: int
    method: int
    flags: int


@dataclass(frozen=True)
class Package:
    """A zip file's parts by path: lower case, forward slashes, no slash at the beginning."""

    data: bytes
    parts: Mapping[str, Part]
    is_ambiguous: bool = False
    """Whether several parts have one path; the others are found under one made up for them."""
    kept: dict[str, bytes] = field(default_factory=dict, compare=False)
    """The parts of a small package that were read, for when they are asked for again."""

    def __contains__(self, path: str) -> bool:
        """Say whether there is a part of that path."""
        return path in self.parts

    def read(self, path: str) -> bytes:
        """Give a part's bytes, raising SheetError unless they are what the directory says."""
        if path in self.kept:
            return self.kept[path]
        part = self.parts[path]
        content = self._packed(part)
        if part.method == DEFLATED:
            content = _inflated(content, part)
        if len(content) != part.size or zlib.crc32(content) != part.checksum:
            raise broken(f"{part.name}: checksum")
        if self.unpacked <= MAX_UNPACKED_HERE:
            self.kept[path] = content
        return content

    def get(self, path: str) -> bytes:
        """Give a part's bytes, none where there is no such part."""
        return self.read(path) if path in self.parts else b""

    def check(self, paths: Iterable[str]) -> None:
        """Make sure that parts unpack to no more than the directory says, keeping none of it."""
        for path in paths:
            part = self.parts[path]
            if part.method != DEFLATED:
                continue
            stream = zlib.decompressobj(-zlib.MAX_WBITS)
            if _length(stream, self._packed(part), part.size + 1) > part.size:
                raise broken(f"{part.name}: size")

    def _packed(self, part: Part) -> bytes:
        """Give the bytes as they lie in the file, behind the part's own heading."""
        if part.flags & ENCRYPTED:
            raise SheetError("READ_FILE_ENCRYPTED")
        if part.method not in (STORED, DEFLATED):
            raise broken(f"{part.name}: method {part.method}")
        heading = self.data[part.offset : part.offset + _LOCAL.size]
        if len(heading) < _LOCAL.size or not heading.startswith(LOCAL):
            raise broken(f"{part.name}: heading")
        _, _, name, extra = _LOCAL.unpack(heading)
        start = part.offset + _LOCAL.size + name + extra
        return self.data[start : start + part.packed]

    @cached_property
    def unpacked(self) -> int:
        """Give the size of all parts together, as the directory says."""
        return sum(part.size for part in self.parts.values())


def _inflated(packed: bytes, part: Part) -> bytes:
    """Unpack a part, to no more than one byte beyond what it claims to have."""
    inflate = _inflate_small if part.size <= MOST_COMMON else _inflate
    try:
        return inflate(packed, part.size + 1)
    except zlib.error as error:
        raise broken(f"{part.name}: {error}") from error


def _inflate(packed: bytes, most: int) -> bytes:
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, most)


_inflate_small = lru_cache(maxsize=64)(_inflate)
"""Styles, relations and the like are the same in all workbooks of one template."""


def broken(problem: str) -> SheetError:
    """Give the error of a file that cannot be what it says it is."""
    return SheetError("READ_FILE_BROKEN", problem=problem[:200])


def _length(stream: "zlib._Decompress", packed: bytes, most: int) -> int:
    """Unpack piece by piece and give the length, or something beyond ``most``."""
    length = 0
    try:
        while packed and length <= most and not stream.eof:
            length += len(stream.decompress(packed, CHUNK))
            packed = stream.unconsumed_tail
    except zlib.error as error:
        raise broken(str(error)) from error
    return length


def stored(contents: Mapping[str, bytes]) -> bytes:
    """Give a zip of these parts, not compressed and of the plainest kind."""
    body, directory = bytearray(), bytearray()
    for name, content in contents.items():
        coded = name.encode()
        common = (UTF8, STORED, 0x21 << 16, zlib.crc32(content), len(content), len(content))
        entry = (ENTRY, 20, 20, *common, len(coded), 0, 0, 0, 0, 0, len(body))
        directory += _STORED_ENTRY.pack(*entry) + coded
        body += _STORED.pack(LOCAL, 20, *common, len(coded), 0) + coded + content
    count, start = len(contents), len(body)
    end = _END.pack(END, 0, 0, count, count, len(directory), start, 0)
    return bytes(body + directory) + end


def path_of(name: str) -> str:
    r"""Give a part's path in the form in which packages are asked for it.

    >>> path_of("\\XL\\Workbook.xml")
    'xl/workbook.xml'
    """
    return name.replace("\\", "/").lstrip("/").lower()


def open_package(data: bytes) -> Package:
    """Read a zip's directory, raising SheetError for one that is damaged or unpacks to too much."""
    package = _last_package(data) if len(data) <= MAX_BYTES_HERE else _package(data)
    unpacked = package.unpacked
    if unpacked > MAX_UNPACKED_BYTES or unpacked > max(len(data), SMALL_PACKAGE) * MAX_RATIO:
        raise SheetError("READ_FILE_UNPACKS_TOO_LARGE", size=str(unpacked >> 20))
    if len(data) * DEFLATE_LIMIT > MAX_UNPACKED_BYTES:
        package.check(package.parts)
    return package


def unpacked_size(data: bytes) -> int:
    """Give how many bytes a zip unpacks to at most, as its directory says; 0 where it is broken."""
    try:
        return _package(data).unpacked
    except SheetError:
        return 0


def _package(data: bytes) -> Package:
    """Read the directory as the standard library does: comments, bytes before the zip, zip64."""
    listed = _plain_directory(data)
    if listed is None:
        try:
            with ZipFile(BytesIO(data)) as archive:
                listed = [*map(_part, archive.infolist())]
        except (BadZipFile, ValueError, OSError, NotImplementedError, struct.error) as error:
            raise broken(str(error)) from error
    if len(listed) > MAX_PARTS:
        raise SheetError("READ_FILE_TOO_MANY_PARTS", count=str(len(listed)), limit=str(MAX_PARTS))
    parts: dict[str, Part] = {}
    for number, part in enumerate(listed):
        path = path_of(part.name)
        parts[f"{path}\n{number}" if path in parts else path] = part
    is_ambiguous = any("\n" in path for path in parts)
    return Package(data, parts, is_ambiguous)


_last_package = lru_cache(maxsize=1)(_package)
"""Several ask for the parts of a small file, one right after another."""


def _plain_directory(data: bytes) -> list[Part] | None:
    """Read a directory of the plainest kind, right before the end; None where it is any other.

    A twentieth of the time that a workbook takes would go into the standard library's own reading.
    """
    location = len(data) - _END.size
    if location < 0 or data.startswith(ZIP64_LOCATOR, max(location - ZIP64_LOCATOR_SIZE, 0)):
        return None
    mark, *_, size, start, comment = _END.unpack_from(data, location)
    if mark != END or comment or start + size != location:
        return None
    parts = []
    while start < location:
        if location - start < _STORED_ENTRY.size:
            return None
        (
            mark, _, version, flags, method, _, checksum, packed, unpacked, name_size,
            extra, comment, _, _, _, offset,
        ) = _STORED_ENTRY.unpack_from(data, start)  # fmt: skip
        start += _STORED_ENTRY.size + name_size
        name = data[start - name_size : start]
        if mark != ENTRY or extra or comment or version > NEWEST or not name.isascii() or 0 in name:
            return None
        parts.append(Part(name.decode(), offset, packed, unpacked, checksum, method, flags))
    return parts if start == location else None


def _part(info: ZipInfo) -> Part:
    return Part(
        info.filename, info.header_offset, info.compress_size, info.file_size, info.CRC,
        info.compress_type, info.flag_bits,
    )  # fmt: skip
