"""The indicators say what the catalogue says; a mistake in them is named with its row."""

import re

import pytest

from dagster_project.programme.load import ProgrammeError, load_programme
from dagster_project.rules.formula import formulas_by_id, taken_apart
from dagster_project.rules.programme import checked_programme
from tests.fixtures.catalogue import catalogue_rows, needs_catalogue
from tests.unit.programme.test_load import broken, root  # noqa: F401 - a fixture

PERIOD_RULES = {
    "last": "last",
    "last (cumulative)": "last_cumulative",
    "last (cumulative since plan start)": "last_cumulative",
    "last (cumulative since 2011)": "last_cumulative",
    "last in year": "last_in_year",
    "latest term": "latest_term",
    "latest round": "latest_round",
    "event": "event",
    "year": "year",
    "years up to the period": "streak",
    "sum over the period": "sum_over_period",
    "sum over the year": "sum_over_year",
    "hours: sum over the year; persons: last": "sum_over_year",
    "sum since plan start": "sum_since",
}
GRAINS = {
    "district or city": "district_or_city",
    "community x service category": "community",
    "community x population group": "community",
}
WITHOUT_SCOPE = {"urban area"}
"""Every district-level unit is one urban area (A28)."""


@needs_catalogue
def test_every_concept_of_the_catalogue_is_declared_once(programme):
    named = {row["indicator_id"] for row in catalogue_rows("indicators.csv")}
    declared = [one.indicator_id for one in programme.indicators]
    assert sorted(declared) == sorted(named)
    assert len(declared) == 234


@needs_catalogue
def test_formulas_and_rules_are_those_of_the_catalogue(programme):
    catalogued = {row["indicator_id"]: row for row in catalogue_rows("indicator_sources.csv")}
    for one in programme.indicators:
        row = catalogued[one.indicator_id]
        assert one.formula == row["formula"], one.indicator_id
        assert one.aggregation == row["aggregation"], one.indicator_id
        assert one.grain == GRAINS.get(row["grain"], row["grain"]), one.indicator_id
        assert one.period_rule == PERIOD_RULES[row["period_rule"]], one.indicator_id
        assert bool(one.scope) == (row["scope"] not in {"", *WITHOUT_SCOPE}), one.indicator_id
        assert one.is_judged_by_unit == ("mean per" not in row["rollup"] and bool(row["rollup"]))


@needs_catalogue
def test_names_units_and_ambiguities_are_those_of_the_catalogue(programme):
    for one in programme.indicators:
        rows = catalogue_rows("indicators.csv", indicator_id=one.indicator_id)
        assert one.name.zh in {row["name_zh"] for row in rows}
        assert {(row["name_en"], row["unit"], row["direction"]) for row in rows} == {
            (one.name.en, one.unit, one.direction)
        }
        noted = re.findall(r"ambiguity:(A\d\d)", ";".join(row["notes"] for row in rows))
        assert set(noted) - {"A34", "A35"} <= set(one.ambiguities), one.indicator_id


@needs_catalogue
def test_forms_and_columns_are_those_that_the_catalogue_names(programme):
    catalogued = {row["indicator_id"]: row for row in catalogue_rows("indicator_sources.csv")}
    for one in programme.indicators:
        formula = taken_apart(one, programme)
        named = set(catalogued[one.indicator_id]["form"].split(";"))
        assert named <= {form.table_number for form in formula.forms}, one.indicator_id


def test_no_definition_quotes_a_plan_and_all_end_as_sentences(programme):
    for one in programme.indicators:
        assert one.definition.zh.endswith("。")
        assert one.definition.en.endswith(".")
        assert "?" not in one.definition.zh + one.definition.en


def test_every_formula_is_served_by_the_twelve_forms(programme):
    assert len(formulas_by_id(programme)) == len(programme.indicators) == 234


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (",persons,higher,sum,community,last,", ",persons,upwards,sum,community,last,"),
        (",persons,higher,sum,community,last,", ",persons,higher,sum,village,last,"),
        (",persons,higher,sum,community,last,", ",persons,higher,sum,community,sum_since,"),
        ("grid_staff,", "streets_count,"),
    ],
    ids=["direction", "grain", "since is wanted", "an indicator twice"],
)
def test_a_row_that_is_wrong_is_named(root, old, new):  # noqa: F811 - the fixture
    line = broken(root, "indicators.csv", old, new)
    with pytest.raises(ProgrammeError) as caught:
        load_programme(root)
    assert any(f"indicators.csv 第 {line} 行" in mistake for mistake in caught.value.mistakes)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("'RC_MEMBER')\"", "'RC_MEMBERS')\"", "RC_MEMBERS"),
        ("SG103.headcount_closing, staff_category == 'RC_MEMBER'",
         "SG103.headcount, staff_category == 'RC_MEMBER'", "headcount"),
        ("SG103.headcount_closing, staff_category == 'RC_MEMBER'",
         "SG103.wage_bill, staff_category == 'RC_MEMBER'", "yuan"),
        ("SG103.headcount_closing, staff_category == 'RC_MEMBER'",
         "SG103.staff_category, staff_category == 'RC_MEMBER'", "staff_category"),
        ("100 * sum(SG106.voters_participated)", "1000 * sum(SG106.voters_participated)", "1000"),
        ("sum(SG103.sw_assistant)", "sum(SG103.sw_assistant) + sum(SG103.wage_bill)", "yuan"),
        ("sum(SG103.sw_assistant)", "abs(sum(SG103.sw_assistant))", "abs"),
        ("sum(SG103.sw_assistant)", "sum(SG103.sw_assistant", "(SG103.sw_assistant"),
    ],
    ids=["code", "column", "unit", "kind", "factor", "units added", "shape", "syntax"],
)  # fmt: skip
def test_a_formula_that_is_wrong_is_named_with_its_row(root, old, new, told):  # noqa: F811
    line = broken(root, "indicators.csv", old, new)
    with pytest.raises(ProgrammeError) as caught:
        checked_programme(root)
    (mistake,) = caught.value.mistakes
    assert f"indicators.csv 第 {line} 行" in mistake
    assert told in mistake


def test_an_indicator_of_a_form_that_is_not_in_use_sleeps(root):  # noqa: F811
    systems = root / "systems.csv"  # what names the form's columns would be a mistake
    systems.write_text(systems.read_text(encoding="utf-8").splitlines()[0] + "\n", "utf-8")
    (root / "forms" / "surveys.yml").unlink()
    for collection in (root / "collections").glob("*.yml"):
        lines = collection.read_text(encoding="utf-8").splitlines()
        others = [one for one in lines if "form: surveys" not in one]
        collection.write_text("\n".join(others), "utf-8")
    programme, sleeping = checked_programme(root)
    asleep = {one.rule_id for one in sleeping if not one.rule_id.startswith(("SG", "ALL"))}
    assert "resident_satisfaction_rate" in asleep
    assert len(formulas_by_id(programme)) == 234 - len(asleep)
