"""Importing a national code book: one file for good, or a mistake named by its line."""

import json
import lzma
from datetime import date
from itertools import chain

import pyarrow.parquet as pq
import pytest

from dagster_project.regions import importing
from dagster_project.regions.imported import imported_files
from dagster_project.regions.importing import import_code_books
from dagster_project.regions.model import RegionError
from tests.unit.regions.conftest import E20, E21, write_code_book

BOOK = {
    "provinces": {"44": "广东省"},
    "cities": {"4419": "东莞市", "4401": "广州市"},
    "areas": {"441900": "东莞市", "440105": "海珠区"},
    "streets": {"440105001": "赤岗街道", "441900003": "东城街道"},
    "villages": {
        "440105001002": "珠江帝景社区居委会",
        "441900003001": "岗贝社区",
        "440105001200": "某村",
    },
}


@pytest.fixture
def files(tmp_path):
    return write_code_book(tmp_path / "book", **BOOK)


def held(folder):
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def test_a_code_book_becomes_one_file_in_order_of_codes(files, tmp_path):
    report = import_code_books(files, E21, tmp_path / "held")
    rows = pq.read_table(report.path).to_pylist()
    assert held(tmp_path / "held") == [report.path.name]
    assert report.path.name.startswith("regions-2021-10-31-")
    assert [row["code"] for row in rows[:3]] == ["440000000000", "440100000000", "441900000000"]
    assert rows[-1] == {
        "level": "community",
        "code": "441900003001",
        "name": "岗贝社区",
        "kind": "RC",
        "parent_level": "street",
        "parent_code": "441900003000",
        "edition": E21,
        "source": report.path.stem,
    }
    kinds = {(row["level"], row["name"]): row["kind"] for row in rows}
    assert kinds["district", "海珠区"] == "DISTRICT"
    assert kinds["district", "东莞市"] == "CITY"
    assert kinds["community", "某村"] == "VC"


def renamed(paths):
    return [path.rename(path.with_name(f"{number}.txt")) for number, path in enumerate(paths)]


def packed(paths):
    for path in paths:
        path.with_name(f"{path.name}.xz").write_bytes(lzma.compress(path.read_bytes()))
    return [path.with_name(f"{path.name}.xz") for path in paths]


def in_gbk(paths):
    for path in paths:
        path.write_bytes(path.read_text("utf-8").encode("gb18030"))
    return paths


def with_mark_and_padding(paths):
    for path in paths:
        head, *lines = path.read_text("utf-8").splitlines()
        padded = [",".join([cells[0].ljust(12, "0"), *cells[1:]]) for cells in map(_cells, lines)]
        path.write_text("\r\n".join([head, *padded, ""]), "utf-8-sig")
    return paths


def _cells(line):
    return line.split(",")


def in_snake_case(paths):
    for path in paths:
        path.write_text(path.read_text("utf-8").replace("Code", "_code"), "utf-8")
    return paths


@pytest.mark.parametrize("dress", [renamed, packed, in_gbk, with_mark_and_padding, in_snake_case])
def test_a_file_is_known_by_its_columns_however_it_is_dressed(files, tmp_path, dress):
    plain = pq.read_table(import_code_books(files, E21, tmp_path / "plain").path)
    other = pq.read_table(import_code_books(dress(files)[::-1], E21, tmp_path / "other").path)
    assert other.drop_columns("source").equals(plain.drop_columns("source"))


def test_the_same_book_again_changes_nothing(files, tmp_path):
    first = import_code_books(files, E21, tmp_path / "held")
    before = first.path.stat()
    again = import_code_books(files[::-1], E21, tmp_path / "held")
    assert (again.path, again.already_held, first.already_held) == (first.path, True, False)
    assert again.path.stat() == before
    assert again.integrity == first.integrity


def test_another_book_for_the_same_edition_is_refused(files, tmp_path):
    first = import_code_books(files, E21, tmp_path / "held")
    changed = write_code_book(tmp_path / "new", streets={"440105001": "新街道"})
    with pytest.raises(RegionError, match=first.path.name):
        import_code_books(changed, E21, tmp_path / "held")
    import_code_books(changed, E20, tmp_path / "held")
    assert len(held(tmp_path / "held")) == 2


def test_the_levels_of_one_edition_may_come_apart(files, tmp_path):
    import_code_books(files[:3], E21, tmp_path / "held")
    import_code_books(files[3:], E21, tmp_path / "held")
    levels = [
        json.loads(pq.read_schema(path).metadata[importing.FACTS])["levels"]
        for path in sorted((tmp_path / "held").iterdir())
    ]
    assert sorted(chain.from_iterable(levels)) == sorted(
        ["province", "city", "district", "street", "community"]
    )


def test_a_kill_while_writing_leaves_nothing_that_counts(files, tmp_path, monkeypatch):
    def killed(*_args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(importing.os, "fsync", killed)
        with pytest.raises(KeyboardInterrupt):
            import_code_books(files, E21, tmp_path / "held")
    assert imported_files(tmp_path / "held") == []
    report = import_code_books(files, E21, tmp_path / "held")
    assert not report.already_held
    assert imported_files(tmp_path / "held") == [report.path]


def test_a_repeated_code_counts_once_and_is_reported(files, tmp_path):
    with files[3].open("a", encoding="utf-8") as lines:
        lines.write("440105001,又一街道,440105,44,4401\n")
    report = import_code_books(files, E21, tmp_path / "held")
    streets = [row for row in pq.read_table(report.path).to_pylist() if row["level"] == "street"]
    assert [row["name"] for row in streets] == ["赤岗街道", "东城街道"]
    assert report.integrity.found("REGION_CHECK_REPEATED") == 1


STREETS = "code,name,areaCode,provinceCode,cityCode\n440105001,赤岗街道,440105,44,4401\n"
BAD = {
    "a letter in a code": (f"{STREETS}44010500X,某街道,440105,44,4\n", "REGION_BOOK_CODE_BAD", 3),
    "a code Excel has spoilt": (f"{STREETS}4.40E+11,某街道,4,4,4\n", "REGION_BOOK_CODE_BAD", 3),
    "a code of another level": (f"{STREETS}\n440105,某街道,4,4,4\n", "REGION_BOOK_CODE_BAD", 4),
    "no code": (f"{STREETS},某街道,440105,44,4401\n", "REGION_BOOK_CODE_BAD", 3),
    "a value too few": (f"{STREETS}440105002,某街道,440105,44\n", "REGION_BOOK_LINE_BAD", 3),
    "a comma in a name": (f"{STREETS}440105002,某,街道,440105,4,4\n", "REGION_BOOK_LINE_BAD", 3),
    "no name column": ("code,title,areaCode\n4,赤岗街道,4\n", "REGION_BOOK_COLUMN_MISSING", None),
    "another table": ("月份,人数\n2015-12,3\n", "REGION_BOOK_UNKNOWN", None),
    "an empty file": ("", "REGION_BOOK_UNKNOWN", None),
}  # fmt: skip


@pytest.mark.parametrize(("content", "code", "line"), BAD.values(), ids=BAD)
def test_what_cannot_be_read_is_named_and_nothing_is_written(tmp_path, content, code, line):
    path = tmp_path / "book.csv"
    path.write_text(content, "utf-8")
    with pytest.raises(RegionError) as raised:
        import_code_books([path], E21, tmp_path / "held")
    assert raised.value.code == code
    assert str(path) in raised.value.text("zh")
    assert line is None or f"line {line}" in raised.value.text("en")
    assert held(tmp_path / "held") == []


NO_TEXT = {
    "not packed": ("streets.csv.xz", b"code,name", "REGION_BOOK_BROKEN"),
    "no known encoding": ("streets.csv", b"code,name\n44,\xff\xff\n", "REGION_BOOK_ENCODING"),
    "a workbook": ("streets.csv", b"PK\x03\x04\x14\x00\x06\x00", "REGION_BOOK_UNKNOWN"),
}


@pytest.mark.parametrize(("name", "data", "code"), NO_TEXT.values(), ids=NO_TEXT)
def test_a_file_of_another_kind_is_named(tmp_path, name, data, code):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(RegionError) as raised:
        import_code_books([tmp_path / name], E21, tmp_path / "held")
    assert raised.value.code == code


def test_two_files_of_one_level_are_refused(files, tmp_path):
    with pytest.raises(RegionError, match="street"):
        import_code_books([files[3], files[3]], E21, tmp_path / "held")


@pytest.mark.parametrize("paths", [[], ["absent.csv"]], ids=["none", "absent"])
def test_no_file_is_an_error(tmp_path, paths):
    with pytest.raises(RegionError):
        import_code_books([tmp_path / path for path in paths], date(2021, 1, 1), tmp_path)
