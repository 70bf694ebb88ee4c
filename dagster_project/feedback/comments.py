"""Comments on cells: the part with their texts, and the shapes that show them (VML).

Comments that are there stay; where one stands on a marked cell, our text comes after it. Not here:
what the texts say (see ``texts``).
"""

import re
from collections.abc import Mapping

from dagster_project.feedback.model import Cell
from dagster_project.feedback.package_edits import PackageEdits
from dagster_project.feedback.xml_edits import Edit, Tag, edited, escaped, inserted, tags_of
from dagster_project.reading.text import address

COMMENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
SHAPE_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
SHAPES_A_BLOCK = 1024
"""Excel numbers shapes in blocks of so many; ``idmap`` lists the blocks that are taken."""
LAST_COLUMN, LAST_ROW = 16_383, 1_048_575
WIDTH = 5
"""Columns that the box of a comment covers: about 320 points of the usual width."""
CHARACTERS_A_LINE = 26
FEWEST_LINES, MOST_LINES = 5, 24
BOX_COLOUR = "#FFFFE1"
"""The yellow that comments have in Excel and WPS."""

_SHAPE = re.compile(rb"_x0000_s(\d+)")
_CLOSING = re.compile(rb"</(?:\w+:)?xml\s*>\s*$")
_TEXT_BOX = b'_x0000_t202"'


def comments_part(xml: bytes, texts: Mapping[Cell, str], author: str) -> tuple[bytes, set[Cell]]:
    """Give a part of comments with texts added, and the cells that had no comment before."""
    tags = tags_of(xml, 3)
    root = tags[0]
    authors = next(tag for tag in tags if tag.name == "authors")
    listed = next(tag for tag in tags if tag.name == "commentList")
    number = sum(tag.name == "author" for tag in tags)
    p = root.prefix
    known = {tag.attributes.get("ref", ""): tag for tag in tags if tag.name == "comment"}
    edits = [inserted(xml, authors, f"<{p}author>{escaped(author)}</{p}author>".encode())]
    added = []
    fresh = set()
    for cell, text in texts.items():
        if there := known.get(address(*cell)):
            edits.append(_appended(xml, tags, there, text))
        else:
            fresh.add(cell)
            added.append(_comment(p, cell, number, text))
    edits.append(inserted(xml, listed, "".join(added).encode()))
    return edited(xml, edits), fresh


def _appended(xml: bytes, tags: list[Tag], comment: Tag, text: str) -> Edit:
    inside = next(
        (tag for tag in tags if tag.name == "text" and comment.start < tag.start < comment.end),
        None,
    )
    if inside is None:
        return inserted(
            xml,
            comment,
            f"<{comment.prefix}text>{_run(comment.prefix, text)}</{comment.prefix}text>".encode(),
        )
    return inserted(xml, inside, _run(comment.prefix, f"\n\n{text}").encode())


def _comment(prefix: str, cell: Cell, author: int, text: str) -> str:
    p = prefix
    return (
        f'<{p}comment ref="{address(*cell)}" authorId="{author}"><{p}text>{_run(p, text)}'
        f"</{p}text></{p}comment>"
    )


def _run(p: str, text: str) -> str:
    return (
        f'<{p}r><{p}rPr><{p}sz val="9"/><{p}color indexed="81"/><{p}rFont val="宋体"/>'
        f'<{p}charset val="134"/></{p}rPr><{p}t xml:space="preserve">{escaped(text)}</{p}t></{p}r>'
    )


def no_comments(namespace: str) -> bytes:
    """Give a part of comments without any."""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<comments xmlns="{namespace}"><authors></authors><commentList></commentList></comments>'
    ).encode()


def with_shapes(vml: bytes, texts: Mapping[Cell, str]) -> bytes:
    """Give a drawing with a box for each comment, hidden until somebody points at the cell."""
    first = max((int(number) for number in _SHAPE.findall(vml)), default=SHAPES_A_BLOCK) + 1
    shapes = "".join(
        _shape(first + place, cell, text) for place, (cell, text) in enumerate(texts.items())
    )
    vml = _with_blocks(vml, first, first + len(texts))
    head = b"" if _TEXT_BOX in vml else _BOX
    closing = _CLOSING.search(vml)
    at = closing.start() if closing else len(vml)
    return vml[:at] + head + shapes.encode() + vml[at:]


def _with_blocks(vml: bytes, first: int, last: int) -> bytes:
    """List the blocks of numbers that the new shapes take."""
    blocks = {
        str(number // SHAPES_A_BLOCK) for number in (*range(first, last, SHAPES_A_BLOCK), last)
    }

    def listed(match: re.Match[bytes]) -> bytes:
        known = match[2].decode().split(",")
        return match[1] + ",".join(sorted({*known, *blocks}, key=_number)).encode() + match[3]

    return re.sub(rb"(<o:idmap\b[^>]*?\bdata=\")([^\"]*)(\")", listed, vml, count=1)


def _number(text: str) -> int:
    return int(text) if text.strip().isdigit() else 0


def no_shapes() -> bytes:
    """Give a drawing without shapes."""
    return (
        b'<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:'
        b'office" xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit">'
        b'<o:idmap v:ext="edit" data="1"/></o:shapelayout></xml>'
    )


_BOX = (
    b'<v:shapetype xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:'
    b'office:office" id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,'
    b'l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/>'
    b"</v:shapetype>"
)


def _shape(number: int, cell: Cell, text: str) -> str:
    row, column = cell
    left = min(column + 1, LAST_COLUMN - WIDTH)
    top = max(0, min(row - 1, LAST_ROW - MOST_LINES))
    lines = sum(1 + len(line) // CHARACTERS_A_LINE for line in text.split("\n"))
    bottom = top + min(max(lines, FEWEST_LINES), MOST_LINES)
    anchor = f"{left}, 12, {top}, 4, {left + WIDTH}, 0, {bottom}, 4"
    return (
        '<v:shape xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:'
        'office:office" xmlns:x="urn:schemas-microsoft-com:office:excel"'
        f' id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;visibility:hidden"'
        f' fillcolor="{BOX_COLOUR}" o:insetmode="auto"><v:fill color2="{BOX_COLOUR}"/>'
        '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
        '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill>"
        f"<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
    )


def comment_sheet(
    edits: PackageEdits, path: str, drawing: str | None, texts: Mapping[Cell, str], author: str
) -> str | None:
    """Add comments to a sheet; gives the relation that its XML must newly lead to, if any.

    ``drawing`` is the identifier of the relation that the sheet leads to already.
    """
    relations = edits.relations(path)
    there = next((one.path for one in relations if one.kind == "comments"), None)
    old = edits.read(there) if there else no_comments(edits.main_namespace)
    content, fresh = comments_part(old, texts, author)
    if there:
        edits.write(there, content)
    else:
        there = edits.add("xl/comments", ".xml", content, COMMENT_TYPE)
        edits.relate(path, "comments", there)
    boxes = {cell: text for cell, text in texts.items() if cell in fresh}
    shapes = next((one.path for one in relations if one.identifier == drawing), None)
    if shapes and shapes in edits:
        edits.write(shapes, with_shapes(edits.read(shapes), boxes))
        return None
    made = edits.add("xl/drawings/vmlDrawing", ".vml", with_shapes(no_shapes(), boxes), SHAPE_TYPE)
    return edits.relate(path, "vmlDrawing", made)
