"""Reporting periods: labels, neighbours, due dates."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.programme.load import load_programme
from dagster_project.programme.model import Collection, CollectionEntry, DueRule
from dagster_project.programme.period import MONTHS, Period, PeriodError
from dagster_project.programme.periods import asked_periods, in_a_row

periods = st.builds(
    Period.of,
    st.sampled_from(sorted(MONTHS)),
    st.integers(1950, 2090),
    st.just(1),
).flatmap(lambda first: st.integers(0, 11).map(lambda n: _after(first, n)))


def _after(period: Period, steps: int) -> Period:
    for _ in range(steps):
        period = period.next()
    return period


@given(periods)
def test_a_label_names_its_period_and_no_other(period):
    assert Period.parse(period.label) == period


@given(periods)
def test_periods_follow_one_another_without_a_gap(period):
    assert (period.next().start - period.end).days == 1
    assert period.next().previous() == period


@pytest.mark.parametrize(
    "label", ["2015-13", "2015-Q5", "2015Q4", "15-12", "2015-1", "", "2015-Q4 "], ids=repr
)
def test_what_is_no_label_is_refused_in_two_languages(label):
    with pytest.raises(PeriodError) as caught:
        Period.parse(label)
    assert label in caught.value.text("zh")
    assert "period" in caught.value.text("en")


@pytest.mark.parametrize(
    ("label", "rule", "due"),
    [
        ("2015-Q4", DueRule(month_offset=1, day=10), date(2016, 1, 10)),
        ("2015-12", DueRule(month_offset=1, day=5), date(2016, 1, 5)),
        ("2015", DueRule(month_offset=1, day=20), date(2016, 1, 20)),
        ("2016-Q1", DueRule(month_offset=1, day=10), date(2016, 4, 10)),
    ],
    ids=["quarter", "month", "year", "first quarter"],
)
def test_a_report_is_due_in_the_month_after_its_period(label, rule, due):
    assert rule.due_date(Period.parse(label)) == due


def test_only_what_some_collection_asks_for_is_asked():
    whole = load_programme()
    panyu = next(one for one in whole.collections if one.collection_id == "panyu")
    asks = (
        ("2015-Q3", "2015-Q4"), ("2015-Q4", "2016-Q1"), ("2019-Q3", None), ("2020-Q4", "2021-Q2")
    )  # fmt: skip
    entries = [
        CollectionEntry(form="staff", from_period=first, to_period=last) for first, last in asks
    ]
    collections = tuple(_asking(panyu, entry) for entry in entries)
    programme = whole.model_copy(update={"collections": collections})
    assert asked_periods(programme, "staff", 2020) == (
        "2015-Q3", "2015-Q4", "2016-Q1",
        "2019-Q3", "2019-Q4", "2020-Q1", "2020-Q2", "2020-Q3", "2020-Q4",
    )  # fmt: skip
    assert asked_periods(programme, "facilities", 2020) == ()


def _asking(collection: Collection, entry: CollectionEntry) -> Collection:
    return collection.model_copy(update={"entries": (entry,)})


def test_no_period_is_lost_where_runs_are_cut():
    known = ["2015-Q3", "2015-Q4", "2020-Q4", "2023-Q4"]
    assert in_a_row(known, known) == [tuple(known)]
    assert in_a_row(["2023-Q4", "2015-Q3", "2015-Q4", "2031-Q1"], known) == [
        ("2015-Q3", "2015-Q4"),
        ("2023-Q4",),
        ("2031-Q1",),
    ]
