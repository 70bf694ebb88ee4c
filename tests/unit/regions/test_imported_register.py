"""The register with imported code books beside the programme's own regions."""

import subprocess
import sys
from datetime import date, timedelta

import pytest

from dagster_project.regions.history import build_regions
from dagster_project.regions.importing import import_code_books
from dagster_project.regions.model import RegionError
from dagster_project.regions.register import Register, load_register
from dagster_project.regions.tables import rows_for_warehouse
from tests.unit.regions.conftest import E19, E20, E21, write_code_book

MERGER = date(2021, 4, 9)
DAY = timedelta(days=1)
FILE = {
    "province": "provinces",
    "city": "cities",
    "district": "areas",
    "street": "streets",
    "community": "villages",
}

# What three editions list: level, code, name, kind, editions. No region of the programme.
LISTED = [
    ("province", "35", "福建省", "PROVINCE", (E19, E20, E21)),
    ("city", "3505", "泉州市", "CITY", (E19, E20, E21)),
    ("district", "350521", "惠安县", "COUNTY", (E19, E20, E21)),
    ("district", "350527", "金门县", "COUNTY", (E19, E20, E21)),
    ("street", "350527000", "金门县", None, (E19, E20, E21)),
    ("street", "350521100", "旧名镇", "TOWN", (E19,)),
    ("street", "350521100", "新名镇", "TOWN", (E20, E21)),
    ("street", "350521101", "时有镇", "TOWN", (E19, E21)),
    ("street", "350521102", "撤销乡镇", "TOWN", (E19, E20)),
    ("street", "350521001", "新设街道", "STREET", (E21,)),
    ("community", "350521100001", "一社区", "RC", (E20, E21)),
    ("community", "350521100002", "二社区", "RC", (E21,)),
    ("community", "350521102200", "三村", "VC", (E20,)),
]


def import_listed(folder, listed, edition):
    levels = {}
    for level, code, name, _, editions in listed:
        if edition in editions:
            levels.setdefault(FILE[level], {})[code] = name
    import_code_books(write_code_book(folder / str(edition), **levels), edition, folder / "held")


@pytest.fixture
def imported(tmp_path):
    """Import a list of regions and give the folder that holds it."""

    def do(listed):
        for edition in sorted({day for *_, editions in listed for day in editions}):
            import_listed(tmp_path, listed, edition)
        return tmp_path / "held"

    return do


def test_imported_intervals_are_those_that_history_gives(imported, books):
    """Two ways, one meaning: plain Python for the programme, SQL for national code books."""
    register = load_register(imported_dir=imported(LISTED))
    padded = [(level, code.ljust(12, "0"), *rest) for level, code, *rest in LISTED]
    expected = [
        (one.level, one.code, one.name, one.kind, one.parent_code, one.valid_from, one.valid_to)
        for one in build_regions(books(padded))
    ]
    columns = ["level", "code", "name", "kind", "parent_code", "valid_from", "valid_to"]
    found = register.imports.table.select(columns).to_pylist()
    assert [tuple(row.values()) for row in found] == expected


def test_imported_regions_answer_like_the_programmes_own(imported):
    register = load_register(imported_dir=imported(LISTED))
    town = register.get("street", "350521100000", E21)
    assert (town.name, town.kind, town.parent_code) == ("新名镇", "TOWN", "350521000000")
    assert [one.name for one in register.children("district", "350521000000", E20)] == [
        "新名镇",
        "撤销乡镇",
    ]
    below = register.subtree("province", "350000000000", E21)
    assert [one.name for one in below] == [
        "福建省", "泉州市", "惠安县", "新设街道", "新名镇", "一社区", "二社区", "时有镇",
        "金门县", "金门县",
    ]  # fmt: skip
    assert len(register.units(E21, "350500000000")) == 6
    assert register.units(E21)[-1].code == "350527000000"
    assert register.find_by_name("二社区居委会", "350500000000", E21)[0].code == "350521100002"
    assert [one.level for one in register.by_code("350527000000", E21)] == ["district", "street"]
    assert register.get("street", "no code", E21) is None
    assert register.history("community", "350521100009") == []
    assert register.children("community", "350521100001", E21) == []


@pytest.mark.parametrize("many", [0, 1, 16])
def test_county_by_county_or_the_country_at_once_is_all_the_same(imported, monkeypatch, many):
    monkeypatch.setattr("dagster_project.regions.imported.MANY", many)
    register = load_register(imported_dir=imported(LISTED))
    names = [
        one.name
        for level, code, *_ in dict.fromkeys(row[:2] for row in LISTED)
        for one in register.history(level, code.ljust(12, "0"))
    ]
    assert sorted(names) == sorted(register.imports.table["name"].to_pylist())


def test_what_the_programme_holds_is_not_taken_from_a_code_book(imported):
    listed = [
        ("province", "44", "别名省", "PROVINCE", (E21,)),
        ("district", "440113", "别名区", "DISTRICT", (E21,)),
        ("street", "440113990", "外来街道", None, (E21,)),
        ("district", "440118", "增城区", "DISTRICT", (E21,)),
        ("community", "440118001001", "某社区", "RC", (E21,)),
    ]
    register = load_register(imported_dir=imported(listed))
    assert register.get("district", "440113000000", E21).name == "番禺区"
    assert register.imports.table["code"].to_pylist() == ["440113990000", "440118001001"]
    names = [one.name for one in register.children("district", "440113000000", E21)]
    assert len(names) == 17
    assert names[-1] == "外来街道"
    assert register.get("province", "440000000000", E21).name == "广东省"


def test_what_lies_below_a_merged_district_comes_and_goes_with_the_decree(imported):
    """Else the communities of Xiacheng would hang on a street that had ended months before."""
    listed = [
        ("community", "330103002001", "甲社区", "RC", (E20,)),
        ("community", "330105013001", "甲社区", "RC", (E21,)),
        ("community", "330105001001", "乙社区", "RC", (E20, E21)),
        ("community", "140781202200", "三佳村委会", "VC", (E20,)),
        ("community", "140781103211", "三佳村委会", "VC", (E21,)),
        ("community", "140781001099", "新社区", "RC", (E21,)),
    ]
    register = load_register(imported_dir=imported(listed))
    spans = {
        one.code: (one.valid_from, one.valid_to)
        for code in [row[1] for row in listed]
        for one in register.history("community", code)
    }
    announced = date(2021, 3, 18)
    assert spans == {
        "330103002001": (None, MERGER),
        "330105013001": (MERGER, None),
        "330105001001": (None, None),
        "140781202200": (None, announced),
        "140781103211": (announced, None),
        "140781001099": (E21, None),
    }
    for on in (MERGER - DAY, MERGER):
        city = register.subtree("city", "330100000000", on)
        assert [one.name for one in city if one.level == "community"].count("甲社区") == 1


def test_only_the_newest_edition_imported_still_begins_with_its_streets(imported):
    register = load_register(
        imported_dir=imported([("community", "330105013001", "甲社区", "RC", (E21,))])
    )
    assert register.get("community", "330105013001", MERGER - DAY) is None
    assert register.get("community", "330105013001", MERGER).valid_from == MERGER


def test_the_warehouse_gets_both_in_one_table(imported):
    own = load_register()
    both = rows_for_warehouse(load_register(imported_dir=imported(LISTED)))
    alone = rows_for_warehouse(own)
    assert alone.num_rows == len(own.own)
    assert both.num_rows == alone.num_rows + len(LISTED) + 1
    assert both.schema == alone.schema
    assert both.slice(0, alone.num_rows).equals(alone)


def test_a_damaged_import_is_named_when_it_is_needed(tmp_path):
    broken = tmp_path / "regions-2021-10-31-000000000000.parquet"
    broken.write_bytes(b"no parquet")
    register = load_register(imported_dir=tmp_path)
    assert register.get("district", "440113000000", E21).name == "番禺区"
    with pytest.raises(RegionError, match=broken.name):
        register.get("district", "350521000000", E21)
    with pytest.raises(RegionError, match=broken.name):
        import_code_books(write_code_book(tmp_path, provinces={"35": "福建省"}), E21, tmp_path)


def test_an_empty_folder_is_as_good_as_none(tmp_path):
    assert load_register(imported_dir=tmp_path).own == load_register().own
    assert load_register(imported_dir=tmp_path / "absent").own == load_register().own
    assert Register([]).units(E21) == []


def test_asking_imported_regions_loads_no_pandas(imported):
    """Handing pyarrow one Python object imports pandas: a second for a command that needs none."""
    command = (
        "import sys; from datetime import date; from pathlib import Path;"
        "from dagster_project.regions.register import load_register;"
        "from dagster_project.regions.tables import rows_for_warehouse, events_for_warehouse;"
        "register = load_register(imported_dir=Path(sys.argv[1]));"
        "register.get('street', '350521100000', date(2021, 10, 31));"
        "rows_for_warehouse(register); events_for_warehouse(register);"
        "print('pandas' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", command, imported(LISTED)],
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stdout.strip() == "False"
