"""The plans: what they publish is what the catalogue found in them, and mistakes are named."""

import re
from decimal import Decimal

import pytest
from pydantic import ValidationError

from dagster_project.programme.plan import PlanFigure
from dagster_project.warehousing.plan_rows import plan_rows, target_rows
from tests.fixtures.catalogue import (
    SEEDS,
    TITLE,
    catalogue_rows,
    needs_catalogue,
    needs_seeds,
    plain,
)

UNITS = "share of units in scope that meet the standard"


def tags(row):
    return {tag.strip() for tag in row["notes"].split(";")}


def tagged(row, name):
    found = [tag.removeprefix(f"{name}:") for tag in tags(row) if tag.startswith(f"{name}:")]
    return found[0] if found else ""


def number(text):
    return Decimal(text) if text else None


@pytest.fixture(scope="module")
def rows(programme):
    return {row["target_id"]: row for row in target_rows(programme)}


@pytest.fixture(scope="module")
def pairs(rows):
    """Give each row of the catalogue with ours."""
    found = catalogue_rows("indicators.csv")
    return [(one, rows[f"{one['plan_id']}.{one['indicator_id']}.{one['kind']}"]) for one in found]


@needs_catalogue
def test_all_figures_of_the_catalogue_are_declared_and_no_others(rows, pairs):
    assert len(pairs) == len(rows) == 250
    assert [ours["target_id"] for _, ours in pairs if ours["plan_id"] == "panyu_13fyp"] == [
        name for name in rows if name.startswith("panyu_13fyp.")
    ]


@needs_catalogue
def test_figures_comparators_and_dates_are_those_of_the_catalogue(pairs):
    for row, ours in pairs:
        values = [
            None if one is None else Decimal(str(one))
            for one in (ours["value"], ours["value_high"])
        ]
        assert values == [number(row["value"]), number(row["value_high"])], ours["target_id"]
        assert (ours["comparator"] or "") == row["comparator"], ours["target_id"]
        assert str(ours["as_of"] or ours["due_on"]) == row["as_of_or_deadline"], ours["target_id"]
        assert ours["is_value_stated"] is ("no_value_stated" not in tags(row)), ours["target_id"]


@needs_catalogue
def test_names_units_and_places_are_those_of_the_catalogue(pairs):
    for row, ours in pairs:
        for name in ("name_zh", "name_en", "unit", "level"):
            assert ours[name] == row[name], ours["target_id"]
        assert ours["region_code"] == row["region"].split()[-1].ljust(12, "0"), ours["target_id"]


@needs_catalogue
def test_tags_of_the_catalogue_are_columns_here(pairs):
    for row, ours in pairs:
        assert ours["date_basis"] == tagged(row, "date_basis"), ours["target_id"]
        assert (ours["comparability"] or "") == tagged(row, "comparability"), ours["target_id"]
        assert (ours["parent_indicator_id"] or "") == tagged(row, "parent"), ours["target_id"]
        assert ours["is_comparator_inferred"] is ("comparator_inferred" in tags(row))
        assert str(ours["binds_from"] or "") == tagged(row, "effective_from"), ours["target_id"]
        numbers = ";".join(re.findall(r"ambiguity:(A\d\d)", row["notes"]))
        assert (ours["ambiguities"] or "") == numbers, ours["target_id"]
        if tagged(row, "applies_to"):
            assert ours["applies_to_zh"], ours["target_id"]


@needs_catalogue
def test_what_the_catalogue_judges_unit_by_unit_is_judged_so(pairs):
    of_units = {
        row["indicator_id"]
        for row in catalogue_rows("indicator_sources.csv")
        if row["rollup"] == UNITS
    }
    for row, ours in pairs:
        expected = "units" if row["indicator_id"] in of_units else "value"
        assert ours["judged_by"] == expected, ours["target_id"]


@needs_seeds
def test_every_chapter_is_a_heading_of_its_plan(pairs, rows):
    """Headings are cited as the plan has them; Panyu's are in other characters there."""
    seeds = {row["plan_id"]: row["seed_file"] for row, _ in pairs}
    texts = {plan: plain((SEEDS / name).read_text("utf-8")) for plan, name in seeds.items()}
    for ours in rows.values():
        assert TITLE.match(ours["chapter"]), ours["target_id"]
        if ours["plan_id"] != "panyu_13fyp":
            assert plain(ours["chapter"]) in texts[ours["plan_id"]], ours["target_id"]


@needs_seeds
def test_no_sentence_of_a_plan_is_copied(pairs, rows):
    """Quotations stay in the catalogue."""
    quotes = {row["plan_id"]: set() for row, _ in pairs}
    for row, _ in pairs:
        quotes[row["plan_id"]].add(plain(row["quote_zh"]))
    for ours in rows.values():
        words = plain(f"{ours['note_zh']}{ours['applies_to_zh']}{ours['not_stated_because_zh']}")
        assert not [quote for quote in quotes[ours["plan_id"]] if quote in words], ours["target_id"]


def test_posts_are_never_measured_from_persons(rows):
    posts = rows["panyu_13fyp.social_work_service_posts.target"]
    assert posts["unlike_figures"] == "fisc_social_work_employees.baseline"
    assert posts["unlike_because_zh"]


def test_every_plan_has_its_years_and_region(programme):
    plans = {row["plan_id"]: row for row in plan_rows(programme)}
    assert len(plans) == 5
    assert all(row["first_year"] < row["last_year"] for row in plans.values())
    assert plans["shenzhen_14fyp"]["issued_on"] == "2022-12"
    assert plans["guangzhou_2011"]["issued_on"] is None


@needs_catalogue
def test_a_served_figure_uses_the_codes_of_its_formula(programme):
    """The baseline of examinations passed takes its category from the note on its scope."""
    formulas = {
        row["indicator_id"]: row["formula"] for row in catalogue_rows("indicator_sources.csv")
    }
    formulas["social_worker_exam_passed"] += " 'FISC_SW'"
    served = {
        figure.indicator_id: figure.served_by
        for plan in programme.plans
        for figure in plan.figures
        if figure.served_by
    }
    assert len(served) > 10
    codes = re.compile(r"'([A-Z][A-Z0-9_]+)'")
    for name, query in served.items():
        assert set(codes.findall(query)) == set(codes.findall(formulas[name])), name


@pytest.mark.parametrize(
    "changes",
    [
        {"as_of": None},
        {"due_on": "2020-12-31"},
        {"kind": "target"},
        {"value": None},
        {"not_stated_because": {"zh": "无", "en": "none"}},
        {"comparator": None},
        {"value_high": 12},
        {"comparator": "range"},
        {"kind": "standard", "as_of": None, "due_on": "2020-12-31", "comparator": ">"},
    ],
    ids=str,
)
def test_a_figure_that_contradicts_itself_is_refused(programme, changes):
    figure = programme.plans[2].figures[0]
    assert PlanFigure.model_validate(figure.model_dump()) == figure
    with pytest.raises(ValidationError):
        PlanFigure.model_validate(figure.model_dump() | changes)


def test_what_is_held_against_a_plan_is_asked_of_its_own_region(programme):
    """Four queries counted titles of all regions: right only while one district reported."""
    queries = [
        (plan.region_code[:6], one.served_by)
        for plan in programme.plans
        for one in plan.figures
        if one.served_by
    ]
    assert len(queries) > 10
    assert [query for region, query in queries if region not in query] == []
