"""The stylesheet of a workbook with what marking needs added at the ends of its lists.

No style that was there changes: a marked cell's is copied and given another fill. Not here: which
cells are marked.
"""

from dataclasses import dataclass, field

from dagster_project.feedback.xml_edits import (
    Edit,
    NotPatchableError,
    Tag,
    edited,
    inserted,
    number_of,
    tags_of,
    with_attribute,
)

RED, AMBER = "FFFF8080", "FFFFC000"
"""What must be corrected and what must be explained; black text stays readable on both."""
PINK = "FFFFE1E1"
"""What a broken rule reckons with besides the cell that is suspected."""
COLOURS = {"hard": RED, "soft": AMBER, "beside": PINK}
GREY = "FFD9D9D9"
FONT = "宋体"
"""There on every Chinese machine, with WPS as with Excel."""

FONTS = {
    "normal": "",
    "bold": "<b/>",
    "link": '<u/><color rgb="FF0563C1"/>',
    "warning": '<b/><color rgb="FFC00000"/>',
}
SIZES = {"title": 16}
NORMAL_SIZE = 10
DEPTH_OF_FORMATS = 2
"""Stylesheet, list, entry."""


@dataclass(slots=True)
class Styles:
    """A stylesheet being added to; indexes are those of the workbook's own lists."""

    xml: bytes
    lists: dict[str, Tag] = field(default_factory=dict)
    formats: list[Tag] = field(default_factory=list)
    known_fills: list[Tag] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    new: dict[str, list[bytes]] = field(default_factory=dict)
    copies: dict[tuple[int, str], int] = field(default_factory=dict)
    fills: dict[str, int] = field(default_factory=dict)
    conditions: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, xml: bytes) -> "Styles":
        """Find the lists of a stylesheet, raising NotPatchableError where one is missing."""
        styles = cls(xml)
        tags = tags_of(xml, DEPTH_OF_FORMATS)
        for tag in tags:
            if tag.depth == 1:
                styles.lists[tag.name] = tag
        for name in ("fonts", "fills", "borders", "cellXfs"):
            if name not in styles.lists:
                raise NotPatchableError(name)
            inside = [
                tag
                for tag in tags
                if tag.depth == DEPTH_OF_FORMATS and _within(tag, styles.lists[name])
            ]
            styles.counts[name] = len(inside)
            if name == "cellXfs":
                styles.formats = inside
            if name == "fills":
                styles.known_fills = inside
        if dxfs := styles.lists.get("dxfs"):
            styles.counts["dxfs"] = sum(
                tag.depth == DEPTH_OF_FORMATS and _within(tag, dxfs) for tag in tags
            )
        return styles

    def filled(self, style: int, colour: str) -> int:
        """Give the index of a style that is another but for its fill."""
        key = style, colour
        if key not in self.copies:
            self.copies[key] = self._copied(style, self.fill(colour))
        return self.copies[key]

    def _copied(self, style: int, fill: int) -> int:
        """Add a style that is another but for its fill."""
        if not self.formats:
            raise NotPatchableError("cellXfs")
        old = self.formats[style if self._knows(style) else 0]
        opening = with_attribute(self.xml[old.start : old.inside], "fillId", fill)
        opening = with_attribute(opening, "applyFill", 1)
        return self.add("cellXfs", opening + self.xml[old.inside : old.end])

    def fill_of(self, style: int) -> str:
        """Give the XML of a style's fill, as it is kept to be put back one day."""
        index = number_of(self.formats[style].attributes.get("fillId")) if self._knows(style) else 0
        if index >= len(self.known_fills):
            return ""
        tag = self.known_fills[index]
        return self.xml[tag.start : tag.end].decode()

    def is_marked(self, style: int) -> bool:
        """Say whether a style's fill is one of ours."""
        fill = self.fill_of(style)
        return any(colour in fill for colour in COLOURS.values())

    def refilled(self, style: int, fill: str) -> int:
        """Give the index of a style with the fill it had before it was marked."""
        if not self.is_marked(style):
            return style
        key = style, fill
        if key not in self.copies:
            index = self.add("fills", fill.encode()) if fill.startswith("<") else 0
            self.copies[key] = self._copied(style, index)
        return self.copies[key]

    def _knows(self, style: int) -> bool:
        return style < len(self.formats)

    def fill(self, colour: str) -> int:
        """Give the index of a plain fill of a colour."""
        if colour not in self.fills:
            p = self.lists["fills"].prefix
            text = (
                f'<{p}fill><{p}patternFill patternType="solid"><{p}fgColor rgb="{colour}"/>'
                f'<{p}bgColor indexed="64"/></{p}patternFill></{p}fill>'
            )
            self.fills[colour] = self.add("fills", text.encode())
        return self.fills[colour]

    def condition(self, colour: str) -> int:
        """Give the index of a conditional format that fills with a colour."""
        if colour not in self.conditions:
            p = self.lists["dxfs"].prefix
            text = (
                f'<{p}dxf><{p}fill><{p}patternFill patternType="solid"><{p}fgColor rgb="{colour}"/>'
                f'<{p}bgColor rgb="{colour}"/></{p}patternFill></{p}fill></{p}dxf>'
            )
            self.conditions[colour] = self.add("dxfs", text.encode())
        return self.conditions[colour]

    def add(self, name: str, element: bytes) -> int:
        """Add to a list and give the index there."""
        self.new.setdefault(name, []).append(element)
        return self.counts[name] + len(self.new[name]) - 1

    def for_sheet(self) -> dict[str, int]:
        """Add the styles of the first sheet and give their indexes by name."""
        fonts = {name: self._font(inside, NORMAL_SIZE) for name, inside in FONTS.items()}
        fonts["title"] = self._font("<b/>", SIZES["title"])
        border = self._border()
        return {
            "title": self._format(fonts["title"], 0, 0, across="center"),
            "label": self._format(fonts["bold"], 0, 0),
            "value": self._format(fonts["normal"], 0, 0),
            "warning": self._format(fonts["warning"], 0, 0),
            "header": self._format(fonts["bold"], self.fill(GREY), border, across="center"),
            "cell": self._format(fonts["normal"], 0, border),
            "middle": self._format(fonts["normal"], 0, border, across="center"),
            "link": self._format(fonts["link"], 0, border, across="center"),
            "hard": self._format(fonts["normal"], self.fill(RED), border, across="center"),
            "soft": self._format(fonts["normal"], self.fill(AMBER), border, across="center"),
        }

    def _font(self, inside: str, size: int) -> int:
        p = self.lists["fonts"].prefix
        marks, colour = _ordered(inside, p)
        text = (
            f'<{p}font>{marks}<{p}sz val="{size}"/>{colour}<{p}name val="{FONT}"/>'
            f'<{p}charset val="134"/></{p}font>'
        )
        return self.add("fonts", text.encode())

    def _border(self) -> int:
        p = self.lists["borders"].prefix
        sides = "".join(
            f'<{p}{side} style="thin"><{p}color indexed="64"/></{p}{side}>'
            for side in ("left", "right", "top", "bottom")
        )
        return self.add("borders", f"<{p}border>{sides}<{p}diagonal/></{p}border>".encode())

    def _format(self, font: int, fill: int, border: int, across: str = "left") -> int:
        p = self.lists["cellXfs"].prefix
        text = (
            f'<{p}xf numFmtId="49" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0"'
            ' applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">'
            f'<{p}alignment horizontal="{across}" vertical="center" wrapText="1"/></{p}xf>'
        )
        return self.add("cellXfs", text.encode())

    def written(self) -> bytes:
        """Give the stylesheet with all that was added, the lists counted again."""
        edits = []
        for name, elements in self.new.items():
            tag = self.lists[name]
            opening = self.xml[tag.start : tag.inside]
            counted = with_attribute(opening, "count", self.counts[name] + len(elements))
            if tag.is_single:
                closing = f"</{tag.prefix}{name}>".encode()
                whole = counted[:-2].rstrip() + b">" + b"".join(elements) + closing
                edits.append(Edit(tag.start, tag.end, whole))
            else:
                edits += [
                    Edit(tag.start, tag.inside, counted),
                    inserted(self.xml, tag, b"".join(elements)),
                ]
        return edited(self.xml, edits)


def _within(tag: Tag, other: Tag) -> bool:
    return other.start < tag.start < other.end


def _ordered(inside: str, prefix: str) -> tuple[str, str]:
    """Split a font's marks: a size stands between bold or underlined and the colour."""
    marks, mark, colour = inside.partition("<color")
    return marks.replace("<", f"<{prefix}"), f"<{prefix}color{colour}" if mark else ""


EMPTY = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<styleSheet xmlns="{main}">'
    '<fonts count="1"><font><sz val="11"/><name val="宋体"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    "</styleSheet>"
)
"""The stylesheet of a workbook that has none."""
