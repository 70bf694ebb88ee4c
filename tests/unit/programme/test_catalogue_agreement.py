"""The declared programme says what the catalogue it was written from says.

Skipped where the catalogue is not at hand. Not here: whether the programme loads or hangs
together by itself.
"""

import csv
import os
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from dagster_project.programme.load import load_programme, plain_header
from dagster_project.programme.model import Column, Form, Programme, Rule

REPOSITORY = Path(__file__).parents[3]
REAL_DATA = REPOSITORY / os.environ.get("JICENG_REAL_DATA", "../shared/data")
CATALOGUE = REAL_DATA.parent / "catalogue"
FORMS = {
    "SG-101": "community_profile",
    "SG-102": "services",
    "SG-103": "staff",
    "SG-104": "facilities",
    "SG-105": "organisations",
    "SG-106": "self_governance",
    "SG-107": "population_groups",
    "SG-108": "appeals",
    "SG-109": "projects",
    "SG-110": "designations",
    "SG-111": "surveys",
    "SG-201": "department_measures",
}
DUE = {
    "次年1月20日": (1, 20),
    "次年1月31日": (1, 31),
    "次月5日": (1, 5),
    "季后10日": (1, 10),
    "季后15日": (1, 15),
    "季后20日": (1, 20),
    "调查结束后30日": (1, 30),  # of a survey that ended on the last day of the year
}
RESPONDENTS = {
    "street_town": "street_town",
    "street_town or commissioned surveyor": "street_town",  # the surveyor reports through it
    "district or city department": "department",
}
# Headers that two columns of one form would share: none, so no alias had to be left out.
ALIASES_LEFT_OUT: frozenset[tuple[str, str, str]] = frozenset()
# Apart only by the word in brackets: reading may strip units in brackets, never any bracket.
BRACKETS_MATTER = {"residents_15min_health", "residents_15min_centre", "residents_15min_party"}
UNIT_IN_BRACKETS = re.compile(
    r"\((?:人|人次|户|个|件|次|场|项|台|张|元|万元|平方米|平方公里|m2|km2|小时|学时|度|%)\)"
)
ANY_BRACKETS = re.compile(r"\([^)]*\)")

pytestmark = pytest.mark.skipif(not CATALOGUE.is_dir(), reason="the catalogue is not at hand")
Row = dict[str, str]
every_form = pytest.mark.parametrize("number", list(FORMS), ids=list(FORMS.values()))


def _rows(name: str, **wanted: str) -> list[Row]:
    with (CATALOGUE / name).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return [row for row in rows if all(row[key] == value for key, value in wanted.items())]


def _parts(text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split(";")))


@pytest.fixture(scope="module")
def programme() -> Programme:
    """Give the programme as committed."""
    return load_programme()


def _form(programme: Programme, number: str) -> Form:
    return programme.forms[FORMS[number]]


@every_form
def test_a_form_is_headed_as_in_the_catalogue(programme: Programme, number: str) -> None:
    form = _form(programme, number)
    (row,) = _rows("forms.csv", form=number)
    assert (form.table_number, form.title.zh, form.title.en) == (
        number,
        row["title_zh"],
        row["title_en"],
    )
    assert (form.period_type, form.respondents, form.grain.en) == (
        row["period_type"],
        RESPONDENTS[row["respondent"]],
        row["row_grain"],
    )
    assert (form.reference.zh, form.source_records_zh) == (row["reference"], row["source_records"])
    assert form.keys == _parts(row["keys"])
    assert (form.due.month_offset, form.due.day) == DUE[row["due"]]


def _declared(column: Column) -> dict[str, object]:
    return {
        "name": column.name,
        "header": column.header_zh,
        "aliases": column.aliases,
        "type": column.type,
        "unit": column.unit or "",
        "nullable": column.nullable,
        "code_list": column.code_list or "",
        "role": column.role,
        "add": (column.add_space, column.add_time),
    }


def _catalogued(row: Row) -> dict[str, object]:
    place = (row["form"], row["column"])
    return {
        "name": row["column"],
        "header": row["header_zh"],
        "aliases": tuple(
            alias for alias in _parts(row["aliases_zh"]) if (*place, alias) not in ALIASES_LEFT_OUT
        ),
        "type": row["type"],
        "unit": row["unit"],
        "nullable": row["nullable"] == "Y",
        "code_list": row["code_list"],
        "role": row["role"],
        "add": (row["add_space"], row["add_time"]),
    }


@every_form
def test_columns_are_those_of_the_catalogue_in_its_order(programme: Programme, number: str) -> None:
    rows = sorted(_rows("form_columns.csv", form=number), key=lambda row: int(row["seq"]))
    columns = _form(programme, number).columns
    assert [_declared(column) for column in columns] == [_catalogued(row) for row in rows]


@every_form
def test_definitions_are_in_two_languages_and_keep_the_catalogue_note(
    programme: Programme, number: str
) -> None:
    form = _form(programme, number)
    for row in _rows("form_columns.csv", form=number):
        column = form.column(row["column"])
        assert column.definition_zh, column.name
        assert column.definition_en, column.name
        assert row["definition_zh"] in column.definition_zh, column.name


def _shared_headers(form: Form, ignored: re.Pattern[str]) -> dict[str, set[str]]:
    owners: dict[str, set[str]] = {}
    for column in form.columns:
        for words in (column.header_zh, *column.aliases):
            owners.setdefault(ignored.sub("", plain_header(words)), set()).add(column.name)
    return {words: names for words, names in owners.items() if len(names) > 1}


@every_form
def test_no_two_columns_answer_to_one_header(programme: Programme, number: str) -> None:
    assert not _shared_headers(_form(programme, number), UNIT_IN_BRACKETS)


@every_form
def test_headers_that_differ_only_in_brackets_are_known(programme: Programme, number: str) -> None:
    shared = _shared_headers(_form(programme, number), ANY_BRACKETS)
    assert all(names == BRACKETS_MATTER for names in shared.values())


def _same_rules(rules: Iterable[Rule], number: str) -> None:
    declared = [
        {
            "rule_id": rule.rule_id,
            "scope": rule.scope,
            "severity": rule.severity,
            "join_keys": rule.join_keys,
            "applies_when": rule.applies_when or "",
            "expression": rule.expression,
            "message_zh": rule.message.zh,
            "message_en": rule.message.en,
        }
        for rule in rules
    ]
    assert declared == [
        {**row, "join_keys": _parts(row["join_keys"])}
        for full in _rows("form_rules.csv", form=number)
        for row in [{key: value for key, value in full.items() if key != "form"}]
    ]


@every_form
def test_rules_are_those_of_the_catalogue(programme: Programme, number: str) -> None:
    _same_rules(_form(programme, number).rules, number)


def test_general_rules_are_those_of_the_catalogue(programme: Programme) -> None:
    _same_rules(programme.general_rules, "ALL")


def _attributes(text: str) -> set[tuple[str, str]]:
    """Give the named attributes; the catalogue's bare words got names in the code lists."""
    pairs = (part.partition("=") for part in _parts(text))
    return {(name, value) for name, equals, value in pairs if equals}


def test_every_code_is_that_of_the_catalogue(programme: Programme) -> None:
    """Only the quotations of the plans are left out."""
    kept = ("code", "name_zh", "name_en", "parent_code", "definition")
    for list_id, codelist in programme.codelists.items():
        rows = _rows("codelists.csv", list_id=list_id)
        declared = [{name: getattr(code, name) or "" for name in kept} for code in codelist.codes]
        assert declared == [{name: row[name] for name in kept} for row in rows]
        for code, row in zip(codelist.codes, rows, strict=True):
            assert _attributes(row["attributes"]) <= set(code.attributes.items()), code.code
