"""A workbook's zip package with some parts changed or added; the others are copied byte for byte.

Nothing is packed anew that was not changed, which is quick and keeps images, themes and macros.
Not here: what stands in the parts.
"""

import posixpath
import struct
import zlib
from dataclasses import dataclass, field

from dagster_project.feedback.xml_edits import (
    NotPatchableError,
    edited,
    escaped,
    inserted,
    tags_of,
    utf8,
)
from dagster_project.reading.package import DEFLATED, Package, Part, open_package, path_of

_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_ENTRY = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
VERSION = 20
"""Version 2.0 of the format: deflate and folders, all that a workbook needs."""
UTF8_NAME = 0x0800
NO_TIME, NO_DAY = 0, 0x21
"""1 January 1980, the first day that a zip knows: the same bytes whenever it is written."""
PACKED_AT = 6
TYPES = "[content_types].xml"
STRICT = b"purl.oclc.org/ooxml"


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation of a part: its identifier, the last word of its kind, the path it leads to."""

    identifier: str
    kind: str
    path: str


@dataclass(slots=True)
class PackageEdits:
    """A package being changed; paths are lower case, as ``reading.package`` has them."""

    package: Package
    changed: dict[str, bytes] = field(default_factory=dict)
    added: dict[str, str] = field(default_factory=dict)
    """Path and name of parts that the package did not have."""

    @classmethod
    def of(cls, data: bytes) -> "PackageEdits":
        """Open a workbook's bytes, raising SheetError where they are no sound zip."""
        return cls(open_package(data))

    def __contains__(self, path: str) -> bool:
        """Say whether there is a part, in the original or added."""
        return path in self.changed or path in self.package

    def read(self, path: str) -> bytes:
        """Give a part as it stands now, in UTF-8."""
        if path in self.changed:
            return self.changed[path]
        if path not in self.package:
            raise NotPatchableError(path)
        return utf8(self.package.read(path))

    def write(self, path: str, xml: bytes) -> None:
        """Change a part."""
        self.changed[path] = xml

    def add(self, stem: str, ending: str, content: bytes, content_type: str) -> str:
        """Add a part under the first free number behind a name, and give its path."""
        number = 1
        while path_of(f"{stem}{number}{ending}") in self:
            number += 1
        return self.place(f"{stem}{number}{ending}", content, content_type)

    def place(self, name: str, content: bytes, content_type: str) -> str:
        """Add a part under a name that is free, and give its path."""
        self.added[path_of(name)] = name
        self.write(path_of(name), content)
        if name.endswith(".vml"):
            self._declare(f'Default Extension="vml" ContentType="{content_type}"', "vml")
        else:
            self._declare(f'Override PartName="/{name}" ContentType="{content_type}"')
        return path_of(name)

    def name_of(self, path: str) -> str:
        """Give a part's name as it is written in the package."""
        return self.added.get(path) or path_of_name(self.package.parts[path].name)

    def _declare(self, declaration: str, extension: str = "") -> None:
        xml = self.read(TYPES)
        root, *known = tags_of(xml, 1)
        if extension and any(
            tag.attributes.get("Extension", "").lower() == extension for tag in known
        ):
            return
        self.write(
            TYPES, edited(xml, [inserted(xml, root, f"<{root.prefix}{declaration}/>".encode())])
        )

    def relations(self, path: str) -> list[Relation]:
        """Give the relations of a part, none where it has none; "" is the package itself."""
        rels = _relations_path(path)
        if rels not in self:
            return []
        folder = posixpath.dirname(path)
        found = []
        for tag in tags_of(self.read(rels), 1)[1:]:
            of = tag.attributes
            if of.get("TargetMode") == "External":
                continue
            target = of.get("Target", "").replace("\\", "/")
            whole = target if target.startswith("/") else posixpath.join(folder, target)
            kind = of.get("Type", "").rsplit("/", 1)[-1]
            found.append(Relation(of.get("Id", ""), kind, path_of(posixpath.normpath(whole))))
        return found

    def relate(self, path: str, kind: str, target: str) -> str:
        """Add a relation from a part to another and give its identifier."""
        rels = _relations_path(path)
        if rels not in self:
            folder, name = posixpath.split(self.name_of(path))
            self.added[rels] = posixpath.join(folder, "_rels", f"{name}.rels")
            self.write(rels, _NO_RELATIONS)
        xml = self.read(rels)
        root, *known = tags_of(xml, 1)
        taken = {tag.attributes.get("Id") for tag in known}
        identifier = next(
            name for n in range(1, len(taken) + 2) if (name := f"rId{n}") not in taken
        )
        line = (
            f'<{root.prefix}Relationship Id="{identifier}" Type="{self.namespace}/{kind}"'
            f' Target="/{escaped(self.name_of(target))}"/>'
        )
        self.write(rels, edited(xml, [inserted(xml, root, line.encode())]))
        return identifier

    @property
    def namespace(self) -> str:
        """Give the namespace of relations: ISO strict workbooks have one of their own."""
        is_strict = STRICT in self.read("_rels/.rels")
        return _STRICT_RELATIONS if is_strict else _USUAL_RELATIONS

    @property
    def main_namespace(self) -> str:
        """Give the namespace of sheets, styles and comments."""
        return _STRICT_MAIN if self.namespace == _STRICT_RELATIONS else _USUAL_MAIN

    def content(self) -> bytes:
        """Give the bytes of the changed package; the parts stand in their old order."""
        names = {path: path_of_name(part.name) for path, part in self.package.parts.items()}
        pieces, directory, position = [], [], 0
        for path, name in (names | self.added).items():
            written, entry = self._written(path, name.encode(), position)
            pieces.append(written)
            directory.append(entry)
            position += len(written)
        entries = b"".join(directory)
        count = len(directory)
        end = _END.pack(b"PK\5\6", 0, 0, count, count, len(entries), position, 0)
        return b"".join([*pieces, entries, end])

    def _written(self, path: str, name: bytes, position: int) -> tuple[bytes, bytes]:
        """Give the bytes of a part with its heading, and its entry in the directory."""
        if path in self.changed:
            content = self.changed[path]
            stream = zlib.compressobj(PACKED_AT, zlib.DEFLATED, -zlib.MAX_WBITS)
            packed = stream.compress(content) + stream.flush()
            method, checksum, size = DEFLATED, zlib.crc32(content), len(content)
        else:
            part = self.package.parts[path]
            packed, method, checksum, size = (
                _packed(self.package, part),
                *part[5:6],
                part[4],
                part[3],
            )
        flags = 0 if name.isascii() else UTF8_NAME
        about = (flags, method, NO_TIME, NO_DAY, checksum, len(packed), size, len(name), 0)
        heading = _LOCAL.pack(b"PK\3\4", VERSION, *about)
        entry = _ENTRY.pack(b"PK\1\2", VERSION, VERSION, *about, 0, 0, 0, 0, position)
        return heading + name + packed, entry + name


_USUAL_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT_RELATIONS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_USUAL_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_NO_RELATIONS = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships'
    b' xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
)


def path_of_name(name: str) -> str:
    """Give a part's name with the slashes that the format wants."""
    return name.replace("\\", "/").lstrip("/")


def _relations_path(path: str) -> str:
    folder, name = posixpath.split(path)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _packed(package: Package, part: Part) -> bytes:
    """Give a part's bytes as they lie in the file, behind their heading."""
    name, extra = struct.unpack_from("<HH", package.data, part.offset + 26)
    start = part.offset + _LOCAL.size + name + extra
    return package.data[start : start + part.packed]
