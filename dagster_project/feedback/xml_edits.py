"""Changes XML by replacing spans of its bytes, so that all the rest stays as the sender wrote it.

The parser only tells where things are; entities and document types are refused. Not here: what is
changed in which part.
"""

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import NamedTuple
from xml.parsers.expat import ExpatError, ParserCreate, XMLParserType

_OPENING = re.compile(rb"<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DECLARATION = re.compile(r"^<\?xml[^>]*\?>")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


class NotPatchableError(Exception):
    """A package that lacks what a workbook must have: it is written anew instead."""


class Edit(NamedTuple):
    """Bytes from start to end and what comes in their place; start = end inserts."""

    start: int
    end: int
    text: bytes


@dataclass(slots=True)
class Tag:
    """An element: its name without prefix, and where its bytes are.

    ``inside`` is right behind the opening tag, ``inside_end`` right before the closing one; both
    are ``end`` where the element is a single tag such as ``<a/>``.
    """

    name: str
    prefix: str
    attributes: Mapping[str, str]
    depth: int
    start: int
    inside: int
    inside_end: int = -1
    end: int = -1

    @property
    def is_single(self) -> bool:
        """Say whether the element is one tag, without a closing one."""
        return self.inside == self.end


def utf8(xml: bytes) -> bytes:
    """Give a part in UTF-8, whatever encoding of Unicode it comes in."""
    if not xml.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return xml
    return _DECLARATION.sub("", xml.decode("utf-16", "replace")).encode()


def parser_of() -> XMLParserType:
    """Give a parser that stops at a document type, where entities would be declared."""
    parser = ParserCreate("utf-8")

    def refuse(*_: object) -> None:
        raise NotPatchableError("DOCTYPE")

    parser.StartDoctypeDeclHandler = refuse
    return parser


def tags_of(xml: bytes, deepest: int) -> list[Tag]:
    """Give the elements down to a depth (the root has 0), in the order in which they begin."""
    found: list[Tag] = []
    opened: list[Tag | None] = []
    parser = parser_of()

    def begin(name: str, attributes: dict[str, str]) -> None:
        tag = None
        if len(opened) <= deepest:
            start = parser.CurrentByteIndex
            prefix, _, local = name.rpartition(":")
            inside = end_of_opening(xml, start)
            tag = Tag(local, f"{prefix}:" if prefix else "", attributes, len(opened), start, inside)
            found.append(tag)
        opened.append(tag)

    def finish(_: str) -> None:
        if tag := opened.pop():
            is_single = xml[tag.inside - 2 : tag.inside] == b"/>"
            tag.inside_end = tag.inside if is_single else parser.CurrentByteIndex
            tag.end = tag.inside if is_single else xml.index(b">", tag.inside_end) + 1

    parser.StartElementHandler, parser.EndElementHandler = begin, finish
    parse(parser, xml)
    return found


def parse(parser: XMLParserType, xml: bytes) -> None:
    """Run a parser over a part, raising NotPatchableError where it is no XML."""
    try:
        parser.ParseFile(BytesIO(xml))
    except ExpatError as error:
        raise NotPatchableError(str(error)) from error


def end_of_opening(xml: bytes, start: int) -> int:
    """Give the position right behind the opening tag that begins at a position."""
    match = _OPENING.match(xml, start)
    if match is None:
        raise NotPatchableError("tag")
    return match.end()


def edited(xml: bytes, edits: Iterable[Edit]) -> bytes:
    """Give XML with its edits made; insertions at one place stand in the order given.

    >>> edited(b"<a><b/></a>", [Edit(3, 7, b"<c/>"), Edit(7, 7, b"<d/>")])
    b'<a><c/><d/></a>'
    """
    return b"".join(_pieces(xml, sorted(edits, key=lambda edit: edit[:2])))


def _pieces(xml: bytes, edits: list[Edit]) -> Iterator[bytes]:
    position = 0
    for edit in edits:
        yield xml[position : edit.start]
        yield edit.text
        position = edit.end
    yield xml[position:]


def with_attribute(opening: bytes, name: str, value: object) -> bytes:
    """Give an opening tag with one attribute set.

    >>> with_attribute(b'<c r="A1"/>', "s", 3), with_attribute(b"<c s='1'>", "s", 3)
    (b'<c r="A1" s="3"/>', b'<c s="3">')
    """
    new = f' {name}="{escaped(str(value))}"'.encode()
    pattern = rb"\s" + name.encode() + rb"\s*=\s*(?:\"[^\"]*\"|'[^']*')"
    changed, count = re.subn(pattern, lambda _: new, opening, count=1)
    if count:
        return changed
    end = len(opening) - (2 if opening.endswith(b"/>") else 1)
    return opening[:end].rstrip() + new + opening[end:]


def inserted(xml: bytes, tag: Tag, content: bytes) -> Edit:
    """Give the edit that adds content at the end of an element, opening a single tag if need be."""
    if not tag.is_single:
        return Edit(tag.inside_end, tag.inside_end, content)
    opening = xml[tag.start : tag.inside]
    closing = f"</{tag.prefix}{tag.name}>".encode()
    return Edit(tag.start, tag.end, opening[:-2].rstrip() + b">" + content + closing)


def number_of(text: str | None) -> int:
    """Give the number that an attribute holds, 0 where it is absent or none.

    >>> number_of("12"), number_of(""), number_of(None)
    (12, 0, 0)
    """
    plain = (text or "").strip()
    return int(plain) if plain.isascii() and plain.isdigit() else 0


def escaped(text: str) -> str:
    r"""Give a text as it may stand in XML, without the characters that XML does not know.

    >>> escaped('a<b & "c"\x00')
    'a&lt;b &amp; &quot;c&quot;'
    """
    return _ILLEGAL.sub("", text).translate(_ESCAPES)
