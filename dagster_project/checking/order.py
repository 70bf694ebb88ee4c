"""The order in which a person looks for findings: the sheet as a whole, then cell by cell.

Not here: the findings themselves.
"""

import re
from collections.abc import Iterable
from typing import Any

_CELL = re.compile(r"([A-Z]+)([0-9]+)")


def in_order(
    findings: Iterable[dict[str, Any]], sheet_name: str | None = None
) -> tuple[dict[str, Any], ...]:
    """Sort findings by sheet (the report's own first), row, column and rule."""
    return tuple(sorted(findings, key=lambda finding: _place(finding, sheet_name)))


def cell_place(cell: str | None) -> tuple[int, int]:
    """Give row and column of an address or of a range's first cell, zeros where there is none.

    >>> cell_place("AB12:AB15"), cell_place(None)
    ((12, 28), (0, 0))
    """
    found = _CELL.match(cell or "")
    if not found:
        return 0, 0
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]), column


def _place(
    finding: dict[str, Any], sheet_name: str | None
) -> tuple[bool, str, tuple[int, int], str, str]:
    sheet = finding["sheet_name"] or sheet_name or ""
    return (
        sheet != (sheet_name or ""), sheet, cell_place(finding["cell"]), finding["rule_id"],
        finding["value_text"] or "",
    )  # fmt: skip
