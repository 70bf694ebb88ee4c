"""A workbook with everything that must survive marking, and findings to mark it with."""

import io
import struct
import zlib
from datetime import datetime

import openpyxl
import pytest
import xlsxwriter

from dagster_project.feedback.model import Summary

SHEET = "报表'2015"


def finding(cell, severity="M", sheet=SHEET, **more):
    """A finding as a verdict records it."""
    plain = {
        "rule_id": "SG-103-R02", "severity": severity, "scope": "row", "sheet_name": sheet,
        "row_number": 1, "column_name": "joined", "cell": cell, "value_text": "12",
        "related_cells": None, "message_zh": "期末人数=期初人数+本期增加-本期减少：期末人数=12",
        "message_en": "closing = opening + joined - departed", "remedy_zh": "请核对后重新报送。",
        "remedy_en": "Check and send again.",
    }  # fmt: skip
    return plain | more


def picture():
    """A picture of one point."""

    def chunk(kind, content):
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(b"\0\xff\0\0"))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + pixels + chunk(b"IEND", b"")


@pytest.fixture(scope="session")
def original():
    """Styles, widths, merges, formulas, a drop-down, a chart, a picture, names, a comment."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    page, other = book.add_worksheet(SHEET), book.add_worksheet("说明")
    money = book.add_format(
        {"num_format": "0.00", "bold": True, "border": 1, "bg_color": "#00FF00"}
    )
    page.set_column(1, 3, 17.5, money)
    page.set_column(5, 5, None, None, {"hidden": True})
    page.set_row(20, 33, money)
    page.merge_range(0, 0, 0, 6, "社区服务队伍季报", book.add_format({"align": "center"}))
    page.merge_range(3, 0, 5, 0, "合并", money)
    for row in range(6, 19):
        page.write_row(row, 0, [f"单位{row}", row * 1.5, row], money)
        page.write_formula(row, 4, f"=B{row + 1}+C{row + 1}", None, row * 2.5)
    page.write_comment("B8", "经办人：已核", {"author": "样例"})
    page.data_validation("C7:C19", {"validate": "list", "source": ["1", "2"]})
    page.conditional_format(
        "B7:B19", {"type": "cell", "criteria": ">", "value": 5, "format": money}
    )
    page.insert_image("H2", "one.png", {"image_data": io.BytesIO(picture())})
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": [SHEET, 6, 1, 18, 1]})
    other.insert_chart("B2", chart)
    other.write("A1", '=HYPERLINK("x")')
    book.define_name("全区", "='说明'!$A$1")
    other.print_area(0, 0, 5, 5)
    page.repeat_rows(2)
    page.freeze_panes(6, 1)
    other.activate()
    book.close()
    return stream.getvalue()


@pytest.fixture(scope="session")
def summary():
    return Summary(
        "SG-103", "社区服务队伍季报", "440113007000", "市桥街道", "2015-Q4", "refused",
        datetime.fromisoformat("2016-01-05T09:30"), datetime.fromisoformat("2016-01-05T10:00"),
        synthetic=True, rows=13,
    )  # fmt: skip


def opened(content):
    """Open a workbook, formulas as formulas."""
    return openpyxl.load_workbook(io.BytesIO(content))
