"""The samples of the other plans' regions: one street or town each, as clean as Panyu's."""

import pytest

from dagster_project.programme.period import Period
from dagster_project.samples.data import declared
from dagster_project.samples.deliveries import regular_deliveries
from dagster_project.samples.layouts import lay_out
from dagster_project.samples.world import DEMO
from tests.unit.samples.edit_rules import failures

PLACES = ("guangzhou", "xiacheng", "jiexiu", "shenzhen")


@pytest.fixture(scope="module")
def drawn(everything):
    """Worlds and tables of all places but the demo's."""
    return [pair for pair in everything if pair[0].collection.collection_id != DEMO]


@pytest.fixture(scope="module")
def facts(drawn):
    return {world.collection.collection_id: tables for world, tables in drawn}


@pytest.fixture(scope="module")
def sent(programme, drawn):
    return regular_deliveries(drawn, programme)


def test_every_other_plan_has_a_place(facts):
    assert tuple(facts) == PLACES


def test_a_place_sends_what_its_collection_asks_for_and_nothing_else(programme, facts):
    for collection in programme.collections:
        if collection.collection_id != DEMO:
            asked = {
                (entry.form, unit, entry.from_period)
                for entry in collection.entries
                for unit in collection.units_of(entry)
            }
            assert set(facts[collection.collection_id]) == asked
            assert {form_id for form_id, *_ in asked} == set(programme.forms)
            assert all(entry.to_period == entry.from_period for entry in collection.entries)


@pytest.mark.parametrize("place", PLACES)
def test_every_row_of_a_place_keeps_every_rule_of_its_form(programme, facts, place):
    for (form_id, _, label), table in facts[place].items():
        form, end = programme.forms[form_id], Period.parse(label).end
        rows = [dict.fromkeys(form.column_names) | row for row in table]
        assert rows, form_id
        for rule in form.rules:
            if rule.scope == "row":
                assert not list(failures(rule, rows, end)), rule.rule_id


@pytest.mark.parametrize("place", PLACES)
def test_every_unit_of_a_place_is_in_the_register_at_its_time(programme, register, facts, place):
    for (form_id, code, label), table in facts[place].items():
        form, on = programme.forms[form_id], Period.parse(label).end
        units = {row[form.unit_column] for row in table}
        level = "district" if form.respondents == "department" else "street"
        assert register.get(level, code, on)
        assert all(
            any(register.get(level, unit, on) for level in ("community", "street", "district"))
            for unit in units
        )
        if form.lists_all_units:
            assert {child.code for child in register.children("street", code, on)} <= units


def test_what_is_asked_for_later_is_sent_later_and_all_of_it_on_time(programme, sent):
    by_unit = {
        unit: collection
        for collection in programme.collections
        for entry in collection.entries
        for unit in collection.units_of(entry)
    }
    for one in sent:
        collection, day = by_unit[one.key[1]], one.received_at.date()
        assert day > one.report.period.end
        assert day >= (collection.asked_on or day)
        assert day <= collection.due_date(one.report.form.due, one.report.period)


def test_every_file_of_a_place_says_that_nothing_of_it_is_calibrated(programme, sent):
    note = declared("texts")["note_usual"]
    for one in sent:
        words = str(lay_out(one.report, programme).rows)
        assert "SYNTHETIC SAMPLE" in words
        assert note in words
        assert declared("texts")["note_calibrated"] not in words


def test_no_other_place_is_in_the_demo(samples, sent):
    assert not {one.file_name for one in samples.deliveries} & {one.file_name for one in sent}
