"""How long it takes to mark a workbook of 720 cells: the sender's own, an older one, a text.

The median of fifty files of each kind, and the work done by the processor. Run with ``make bench``.
"""

import io
import statistics
import time

import xlwt

from dagster_project.feedback.mark import mark
from dagster_project.feedback.model import Summary
from tests.fixtures.workbooks import Sheet, as_calculated_xlsx

FILES, ROWS, COLUMNS = 50, 36, 20
BAR_SECONDS = 0.050
"""What the programme asks for, as the median of the sender's own workbooks."""
SUMMARY = Summary("SG-103", "社区服务队伍季报", "440113007000", "市桥街道", "2015-Q4", "refused")


def rows():
    return [[f"单位{row}", *(row * column for column in range(1, COLUMNS))] for row in range(ROWS)]


def older():
    book = xlwt.Workbook()
    sheet = book.add_sheet("报表")
    for number, cells in enumerate(rows()):
        for column, cell in enumerate(cells):
            sheet.write(number, column, cell)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def findings(sheet):
    words = {
        f"{kind}_{lang}": "期末人数=12" for kind in ("message", "remedy") for lang in ("zh", "en")
    }
    return [
        {
            "rule_id": "SG-103-R02", "severity": "MQ"[number % 2], "sheet_name": sheet,
            "cell": f"C{number + 2}", "value_text": "12", "column_name": "joined", **words,
        }
        for number in range(10)
    ]  # fmt: skip


def test_marking_fifty_files_of_each_kind():
    text = "\n".join(",".join(map(str, cells)) for cells in rows()).encode("gb18030")
    kinds = {
        "own": (as_calculated_xlsx(Sheet(rows())), "表.xlsx", "报表"),
        "older": (older(), "表.xls", "报表"),
        "text": (text, "表.csv", ""),
    }
    medians = {}
    for kind, (data, name, sheet) in kinds.items():
        taken, began = [], time.process_time()
        for _ in range(FILES):
            start = time.perf_counter()
            mark(data, name, findings(sheet), SUMMARY)
            taken.append(time.perf_counter() - start)
        worked = (time.process_time() - began) / FILES
        medians[kind] = statistics.median(taken)
        print(f"{kind}: median {medians[kind] * 1000:.1f} ms, worked {worked * 1000:.1f} ms")
    assert medians["own"] <= BAR_SECONDS
