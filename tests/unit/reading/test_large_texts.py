"""Large texts are read in columns, and give to the last cell what the reader of cells gives."""

import csv
from datetime import date
from decimal import Decimal
from io import StringIO
from random import Random

import pytest

from dagster_project.reading import archive_zip
from dagster_project.reading import batch as batch_module
from dagster_project.reading import file as file_module
from dagster_project.reading import findings as findings_module
from dagster_project.reading import formats as formats_module
from dagster_project.reading.batch import BatchReader, ReadItem
from dagster_project.reading.large import blocks, cells, content
from dagster_project.reading.large.table import read_large_text
from dagster_project.reading.limits import seconds_for
from tests.fixtures.small_files import zipped

CODES = ("440113007001", "440113007002", "440113007003", "440113007999")
ODD = ("", "—", "约30", "1,234", "１２", "12人", "未报", "三", "(5)", "-4", "007", "12.50", "1e3",
       "#N/A", "无", "12.3456789", "99999999999", "13800138000", " 8 ", "其中", "x", "0.0",
       "3万")  # fmt: skip
REMARKS = (
    "",
    "",
    "正常",
    "换行\n第二行",
    '带"引号"',
    "半角,逗号",
    "见附件第3页",
    "电话13800138000",
    "全部",
)
FOOT = (["注：本表为合成样例"], ["单位负责人：样例", "", "填表人：样例"], ["第1页 共1页"], [""])
SEEDS = range(40)


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch):
    """Cut small files into several blocks, and let few texts count as many."""
    monkeypatch.setattr(blocks, "HEAD_BYTES", 3_000)
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 5_000)
    monkeypatch.setattr(blocks, "TAIL_BYTES", 500)
    monkeypatch.setattr(cells, "FEW", 6)
    monkeypatch.setattr(content, "AT_ONCE", 20)


def _value(dice, column, programme, number, odd):
    """Draw a cell as a file of text holds it."""
    if dice.random() < odd:
        return dice.choice(ODD)
    if column.name == "unit_code":
        return dice.choice(CODES[:3])
    if column.code_list and column.type != "boolean":
        code = dice.choice(programme.codelists[column.code_list].codes[:4])
        return dice.choice((code.code, code.code, code.name_zh))
    drawn = {
        "boolean": dice.choice(("1", "0", "是", "否")),
        "integer": str(dice.randrange(10 ** dice.randint(1, 6))),
        "decimal": str(Decimal(dice.randrange(10**8)).scaleb(-dice.randint(0, 3))),
        "date": date(2010 + dice.randrange(6), 1 + dice.randrange(12), 7).isoformat(),
        "code": f"440113007001-{number:05d}",
        "text": dice.choice(REMARKS),
        "string": f"某某服务站{number}号",
    }
    return drawn[column.type]


def _drawn(seed, programme):
    """Draw a file: its bytes, in one of the encodings, with whatever towns put around a table."""
    dice = Random(seed)
    form = programme.forms[dice.choice(("facilities", "facilities", "staff"))]
    columns = list(form.columns)
    if dice.random() < 0.3:
        dice.shuffle(columns)
    serial = dice.random() < 0.3
    odd = dice.choice((0, 0, 0.003, 0.05))
    rows = [
        [_value(dice, c, programme, n, odd) for c in columns] for n in range(dice.randint(30, 150))
    ]
    if dice.random() < 0.2:
        rows += rows[:3]
    headers = [column.header_zh for column in columns]
    details = [[str(n), *row] for n, row in enumerate(rows, 1)] if serial else [*map(list, rows)]
    if dice.random() < 0.3:
        details.insert(dice.randrange(len(details)), [""] * len(headers))
    if dice.random() < 0.15:
        details.insert(dice.randrange(len(details)), ["一、城区"])
    if dice.random() < 0.15:
        details[dice.randrange(len(details))] += ["", "多出的一格"]
    if dice.random() < 0.1:
        details.insert(dice.randrange(len(details)), ["", "", *["7"] * (len(headers) - 2)])
    total = _total(dice, columns, rows, serial)
    if total:
        details.insert(0 if dice.random() < 0.3 else len(details), total)
    head = [[f"{form.title.zh}"], ["填报单位代码：440113007000", "", f"表号：{form.table_number}"]]
    head.append(["报告期：2015年四季度"])
    foot = dice.sample(FOOT, dice.randint(0, len(FOOT)))
    lines = [*head, ["序号", *headers] if serial else headers, *details, *foot]
    return _written(dice, lines)


def _total(dice, columns, rows, serial):
    if dice.random() < 0.4:
        return None
    cells = ["合计"]
    for place, column in enumerate(columns):
        if column.is_additive and place:
            figures = [row[place] for row in rows]
            plain = all(figure.replace(".", "", 1).isdigit() for figure in figures)
            right = sum(map(Decimal, figures)) if plain else 5
            cells.append(str(right + (dice.random() < 0.1)))
        elif place:
            cells.append("")
    return ["", *cells] if serial else cells


def _written(dice, lines):
    stream = StringIO(newline="")
    ends = dice.choice(("\n", "\r\n"))
    quoting = dice.choice((csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    writer = csv.writer(
        stream, delimiter=dice.choice(",,\t;"), lineterminator=ends, quoting=quoting
    )
    width = max(map(len, lines)) if dice.random() < 0.5 else 0
    writer.writerows([*line, *[""] * (width - len(line))] for line in lines)
    text = stream.getvalue()
    text = text.removesuffix(ends) if dice.random() < 0.3 else text
    return text.encode(dice.choice(("gb18030", "gb18030", "utf-8", "utf-8-sig")))


def _tables(reader, data, monkeypatch, tmp_path, large):
    monkeypatch.setattr(file_module, "is_large_text", lambda _: large)
    path = tmp_path / "报表.csv"
    path.write_bytes(data)
    return batch_module._read(reader, [ReadItem(7, path, "报表.csv")])


@pytest.mark.parametrize("seed", SEEDS)
def test_both_ways_of_reading_agree(seed, reader, programme, monkeypatch, tmp_path):
    data = _drawn(seed, programme)
    in_columns = _tables(reader, data, monkeypatch, tmp_path, large=True)
    by_cells = _tables(reader, data, monkeypatch, tmp_path, large=False)
    for name, expected in by_cells.items():
        assert in_columns[name].to_pylist() == expected.to_pylist(), name
        assert in_columns[name].schema == expected.schema


def test_most_drawn_files_are_read_in_columns(reader, programme):
    """The comparison says nothing where columns are given up, as for rows of figures alone."""
    read = [read_large_text(reader, _drawn(seed, programme), "报表.csv") for seed in SEEDS]
    assert sum(one is not None for one in read) > 0.8 * len(read)


def test_very_many_cells_with_one_problem_are_counted_not_listed(reader, programme, monkeypatch):
    """A column of a million unreadable cells would be a million findings."""
    monkeypatch.setattr(findings_module, "MOST_ALIKE", 5)
    form = programme.forms["facilities"]
    dice = Random(1)
    rows = [
        [
            "很多" if c.name == "visits" else _value(dice, c, programme, number, 0)
            for c in form.columns
        ]
        for number in range(40)
    ]
    head = [["填报单位代码：440113007000"], ["报告期：2015年四季度"]]
    head.append([column.header_zh for column in form.columns])
    lines = ["\t".join(cell.replace("\n", "") for cell in row) for row in [*head, *rows]]
    submission = read_large_text(reader, "\n".join(lines).encode(), "报表.csv")
    unreadable = [one for one in submission.findings if one.rule_id == "READ_CELL_NUMBER"]
    (more,) = (one for one in submission.findings if one.rule_id == "READ_MORE_ALIKE")
    assert len(unreadable) == 5
    assert (more.column_name, more.severity) == ("visits", "M")
    assert dict(more.params)["count"] == "35"


def _large_text(programme):
    """Give a text that is large only where so few bytes are called large."""
    form = programme.forms["facilities"]
    head = [["填报单位代码：440113007000"], ["报告期：2015年四季度"]]
    head.append([column.header_zh for column in form.columns])
    dice = Random(3)
    rows = [[_value(dice, c, programme, number, 0) for c in form.columns] for number in range(60)]
    lines = ["\t".join(cell.replace("\n", "") for cell in row) for row in [*head, *rows]]
    return "\n".join(lines).encode()


def test_a_large_text_alone_in_a_small_zip_is_read_in_columns(reader, programme, monkeypatch):
    """A district zips its yearly text: 8 M cells of it would be refused, as text it is not."""
    text = _large_text(programme)
    data = zipped({"年度/设施.csv": text})
    for module in (file_module, formats_module, archive_zip):
        monkeypatch.setattr(module, "LARGE_TEXT", len(text))
    assert len(data) < len(text)
    (in_zip,) = reader.read(data, "四季度.zip").submissions
    (alone,) = reader.read(text, "四季度.csv").submissions
    assert in_zip.columnar is not None
    assert in_zip.sheet_name == "年度/设施.csv"
    assert in_zip.content_hash == alone.content_hash
    (beside,) = reader.read(zipped({"a.csv": text, "说明.txt": "见附表"}), "a.zip").submissions
    assert beside.columnar is None
    assert beside.content_hash == alone.content_hash


@pytest.mark.parametrize(("spare", "processes"), [(0, 1), (1, 0)], ids=["large", "small"])
def test_a_small_zip_of_a_large_text_is_read_in_a_process_with_limits(
    spare, processes, programme, monkeypatch, tmp_path
):
    """Its bytes were few, so that it was taken apart in the build's own process."""
    text = _large_text(programme)
    path = tmp_path / "设施.zip"
    path.write_bytes(zipped({"设施.csv": text}))
    monkeypatch.setattr(batch_module, "LARGE_TEXT", len(text) + spare)
    item = ReadItem(7, path, path.name)
    with BatchReader(None, None, {}) as reader:
        batch = reader.read([item], 1)
        assert len(reader._workers.running) == processes
    assert batch.rows["facilities"].num_rows == 60


def test_a_zip_has_the_time_of_what_it_unpacks_to(tmp_path):
    text = b"a,b\n" * (4 << 20)
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"a.csv": text}))
    assert path.stat().st_size < 1 << 20
    assert batch_module._seconds(ReadItem(1, path, "a.zip")) == seconds_for(len(text))


ENDS = ("\n", "\r\n", "\r", "\r\r\n", "\n\r", "")


@pytest.mark.parametrize("width", [1, 2, 3])
def test_rows_end_where_the_csv_module_ends_them(width):
    """Arrow's parser and the csv module agree on line ends of every kind, or Arrow is not asked."""
    dice, answered = Random(width), 0
    for _ in range(2_000):
        rows = [
            ",".join(dice.choice("x ") for _ in range(width)) for _ in range(dice.randint(1, 6))
        ]
        text = "".join(row + dice.choice(ENDS) for row in rows)
        found = blocks._by_arrow(text, ",", width)
        exact = blocks.in_columns(blocks._rows(text, blocks.TextStream(b"", "utf-8"), ","), width)
        answered += found is not None
        assert found is None or found.columns == exact.columns
    assert answered
