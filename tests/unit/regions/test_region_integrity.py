"""What is odd in a set of regions is counted and shown."""

from datetime import date

import pytest

from dagster_project.regions.importing import import_code_books
from dagster_project.regions.integrity import CHECKS, inspect_register
from dagster_project.regions.register import load_register
from tests.unit.regions.conftest import E21, write_code_book

SOUND = {
    "provinces": {"44": "广东省"},
    "cities": {"4401": "广州市"},
    "areas": {"440105": "海珠区"},
    "streets": {"440105001": "赤岗街道"},
    "villages": {"440105001002": "珠江帝景社区居委会"},
}

ODD = {
    "REGION_CHECK_ORPHAN": ("villages", {"440105002001": "无街道社区"}, "440105002001 无街道社区"),
    "REGION_CHECK_CODE": ("streets", {"440105700": "某处"}, "440105700000 某处"),
    "REGION_CHECK_NAME_BLANK": ("streets", {"440105002": " "}, "440105002000"),
    "REGION_CHECK_NAME_QUESTION": ("streets", {"440105100": "麦?镇"}, "440105100000 麦?镇"),
    "REGION_CHECK_NAME_BRACKETS": (
        "streets",
        {"440105400": "开发区（东区）"},
        "440105400000 开发区（东区）",
    ),
    "REGION_CHECK_NAME_UNWRITABLE": (
        "villages",
        {"440105001201": "莫\ue170村"},
        "440105001201 莫\ue170村",
    ),
    "REGION_CHECK_VIRTUAL": (
        "villages",
        {"440105001498": "赤岗虚拟社区"},
        "440105001498 赤岗虚拟社区",
    ),
    "REGION_CHECK_CITY_WITHOUT_COUNTY": ("cities", {"4419": "东莞市"}, "441900000000 东莞市"),
    "REGION_CHECK_COLLISION": ("streets", {"440105000": "海珠区"}, "440105000000"),
    "REGION_CHECK_STREET_NAME": ("streets", {"440105003": "赤岗街道"}, "赤岗街道 × 2"),
}


def report_on(folder, book):
    return import_code_books(
        write_code_book(folder / "book", **book), E21, folder / "held"
    ).integrity


def test_a_sound_book_has_nothing_odd(tmp_path):
    report = report_on(tmp_path, SOUND)
    assert dict(report.counts) == dict.fromkeys(
        ("province", "city", "district", "street", "community"), 1
    )
    assert not any(check.found for check in report.checks)
    assert report.lines("zh")[-1] == "未发现异常。"


@pytest.mark.parametrize(
    ("code", "file", "added", "example"), [(c, *v) for c, v in ODD.items()], ids=ODD
)
def test_an_oddity_is_counted_with_an_example(tmp_path, code, file, added, example):
    report = report_on(tmp_path, SOUND | {file: SOUND[file] | added})
    check = next(one for one in report.checks if one.code == code)
    assert check.found == 1
    assert check.examples[0].startswith(example)
    for lang in ("zh", "en"):
        assert any(example in line for line in report.lines(lang))


def test_every_check_has_a_case_here():
    assert {*ODD, "REGION_CHECK_REPEATED"} == set(CHECKS)


def test_a_city_whose_only_district_bears_its_name_has_no_counties(tmp_path):
    book = SOUND | {
        "cities": SOUND["cities"] | {"6202": "嘉峪关市"},
        "areas": SOUND["areas"] | {"620201": "嘉峪关市"},
    }
    report = report_on(tmp_path, book)
    assert report.found("REGION_CHECK_CITY_WITHOUT_COUNTY") == 1
    assert report.found("REGION_CHECK_COLLISION") == 0


@pytest.mark.parametrize(
    ("on", "brackets"), [(date(2016, 1, 1), 2), (E21, 0)], ids=["2016", "2021"]
)
def test_the_programmes_own_regions_are_sound(on, brackets):
    """Shenzhen's bonded zones had brackets till 2020; four street names are borne twice."""
    report = inspect_register(load_register(), on)
    odd = {check.code: check.found for check in report.checks}
    assert odd.pop("REGION_CHECK_NAME_BRACKETS") == brackets
    assert odd.pop("REGION_CHECK_STREET_NAME") == 4
    assert set(odd.values()) == {0}
