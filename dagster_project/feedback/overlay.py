"""Colours of marks on sheets that colour cells by conditions of their own, which would hide ours.

Blanks of the programme do so while they are filled. Our conditions come first; the others keep
their order. Not here: sheets without conditions, where a cell's own fill is seen.
"""

import re
from collections.abc import Iterator, Mapping

from dagster_project.feedback.model import Cell, Mark
from dagster_project.feedback.sheet_cells import SheetMap
from dagster_project.feedback.styles import COLOURS, Styles
from dagster_project.feedback.xml_edits import Edit
from dagster_project.reading.text import address

OURS = '"jiceng"="jiceng"'
"""A condition that always holds, by which our rules are known again."""
OUR_RULES = len(COLOURS)

_PRIORITY = re.compile(rb"(<(?:\w+:)?cfRule\b[^>]*?\spriority\s*=\s*[\"'])(\d+)([\"'])")
_OF_OURS = re.compile(
    rb"<((?:\w+:)?)conditionalFormatting\b(?:(?!</\1conditionalFormatting>).)*"
    rb"(?:\"|&quot;)jiceng(?:\"|&quot;)=(?:\"|&quot;)jiceng(?:\"|&quot;)"
    rb"(?:(?!</\1conditionalFormatting>).)*</\1conditionalFormatting>",
    re.DOTALL,
)


def without_overlay(xml: bytes) -> bytes:
    """Give a sheet without the conditions of an earlier return."""
    return _OF_OURS.sub(b"", xml) if b"jiceng" in xml else xml


def overlay_edits(sheet: SheetMap, seen: Mapping[Cell, Mark], styles: Styles) -> Iterator[Edit]:
    """Give the edits that put the colours of marks before a sheet's own conditions, if any."""
    first = sheet.child("conditionalFormatting")
    if first is None or "dxfs" not in styles.lists:
        return
    for match in _PRIORITY.finditer(sheet.xml, first.start):
        priority = str(int(match[2]) + OUR_RULES).encode()
        yield Edit(match.start(2), match.end(2), priority)
    p = sheet.root.prefix
    rules = []
    for number, (level, colour) in enumerate(COLOURS.items(), start=1):
        cells = " ".join(address(*cell) for cell, one in seen.items() if one.level == level)
        if cells:
            formula = OURS.replace('"', "&quot;")
            rules.append(
                f'<{p}conditionalFormatting sqref="{cells}"><{p}cfRule type="expression"'
                f' dxfId="{styles.condition(colour)}" priority="{number}" stopIfTrue="1">'
                f"<{p}formula>{formula}</{p}formula></{p}cfRule></{p}conditionalFormatting>"
            )
    yield Edit(first.start, first.start, "".join(rules).encode())
