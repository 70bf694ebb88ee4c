"""Which cells are marked: those suspected or named, else the header or the row's label.

Not here: how they are marked (see ``mark``).
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from dagster_project.feedback.model import Cell, FindingRow, Layout, Mark, Marks
from dagster_project.feedback.sheet_cells import cell_of
from dagster_project.rules.wording import suspect_cells

_FIRST = re.compile(r"[A-Za-z]{1,3}\d{1,7}")


def marks_of(
    findings: Sequence[FindingRow], layouts: Sequence[Layout], names: Mapping[str, str]
) -> Marks:
    """Give the cells to be marked, by the sheets of the workbook that goes back.

    ``names`` maps the sender's sheets to those. A finding on a file as a whole marks no cell.
    """
    by_sheet = {layout.sheet_name: layout for layout in layouts}
    marks: Marks = {}
    for finding in findings:
        name = finding.get("sheet_name")
        if name is None or name not in names:
            continue
        sheet = marks.setdefault(names[name], {})
        suspects = [cell_of(one) for one in suspect_cells(finding)]
        for cell in suspects or filter(None, [_cell(finding, by_sheet.get(name))]):
            sheet.setdefault(cell, Mark()).findings.append(finding)
        for cell in _operands(finding) if suspects else ():
            if cell not in suspects:
                sheet.setdefault(cell, Mark()).beside.append(finding)
    return marks


def _operands(finding: FindingRow) -> Iterator[Cell]:
    """Give the cells that a rule reckons with, ranges left out."""
    named = (finding.get("related_cells") or "").split(";")
    for address in dict.fromkeys([finding.get("cell") or "", *named]):
        if _FIRST.fullmatch(address):
            yield cell_of(address)


def _cell(finding: FindingRow, layout: Layout | None) -> Cell | None:
    """Give the cell that a finding names, or the one that stands for what it names."""
    if match := _FIRST.match(finding.get("cell") or ""):
        return cell_of(match[0])
    if layout is None:
        return None
    row, column = finding.get("row_number"), finding.get("column_name")
    letters = layout.columns.get(column or "") or next(iter(layout.columns.values()), "A")
    number = layout.source_rows.get(row) if row else None
    return cell_of(f"{letters}{number or layout.header_row}")
