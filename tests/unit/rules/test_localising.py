"""The cell that is probably wrong is named, with a value only where all rules then hold."""

from datetime import date
from decimal import Decimal

import pytest

from dagster_project.programme.model import Programme
from dagster_project.rules.deadline import Deadline
from dagster_project.rules.hard_rules import ReadyRules, codes_of, hard_parts
from dagster_project.rules.localising import Localiser, localise
from dagster_project.rules.slips import slip_between
from dagster_project.rules.solver import Outcome, Solution
from dagster_project.rules.trials import conditions_of
from tests.unit.rules.rule_rows import changed

PERIOD, TOWN = "2015-Q4", "440113007000"
KEY = ("440113007001", "COMM_WORKER")


def typed(form, row):
    makers = {"decimal": Decimal, "date": date.fromisoformat}
    return {
        column.name: value
        if (value := row.get(column.name)) is None
        else makers.get(column.type, lambda same: same)(value)
        for column in form.columns
    }


def search(programme: Programme, form_id: str, *changes: dict, history=None):
    """Look for the wrong cells in a file of base rows with some cells changed."""
    form = programme.forms[form_id]
    rows = [typed(form, changed(form_id, change)) for change in changes]
    parts = hard_parts(form, programme, PERIOD, TOWN)
    localiser = Localiser(form, parts, codes_of(form, programme))
    return localiser.suspects(rows, history or {}, Deadline(60.0))


def first(suspects):
    return [(one.row_number, one.column_name) for one in suspects if one.rank == 1]


@pytest.mark.parametrize("form_id", ["staff", "facilities", "services", "community_profile"])
def test_a_clean_row_has_no_suspects(programme, form_id):
    assert search(programme, form_id, {}) == []


@pytest.mark.parametrize(
    ("change", "column", "value", "reason"),
    [
        ({"joined": 30}, "joined", 3, "SUSPECT_TEN"),
        ({"headcount_closing": 120_000}, "headcount_closing", 12, "SUSPECT_TEN_THOUSAND"),
        ({"headcount_closing": 21}, "headcount_closing", 12, "SUSPECT_SWAPPED_DIGITS"),
        ({"joined": -3}, "joined", 3, "SUSPECT_SIGN"),
        ({"wage_bill": None}, "wage_bill", None, "SUSPECT_BLANK"),
        ({"college_or_above": 90}, "college_or_above", 9, "SUSPECT_TEN"),
    ],
)
def test_a_slip_in_one_cell_is_found_with_what_was_meant(programme, change, column, value, reason):
    best = search(programme, "staff", {"staff_category": "GRID_FULL"}, change)[0]
    assert (best.row_number, best.column_name, best.rank) == (2, column, 1)
    assert reason in (best.reason_code, "SUSPECT_BLANK")
    assert best.suggested_value == value


def test_two_figures_in_each_others_column_are_named_together(programme):
    change = {"accepted": 5, "pending_opening": 100, "accepted_online": 4, "accepted_terminal": 1}
    suspects = search(programme, "services", change)
    assert {"accepted", "pending_opening"} <= {one.column_name for one in suspects}


def test_cells_that_explain_a_failure_equally_well_are_ties(programme):
    """5 full-time and 5 part-time of 12: either may have been 7, and nothing tells which."""
    suspects = search(programme, "staff", {"full_time": 5, "part_time": 5})
    assert first(suspects) == [(1, "full_time"), (1, "part_time")]
    assert suspects[0].share == suspects[1].share == pytest.approx(0.5, abs=0.01)


def test_the_history_of_a_unit_tells_which_cell_is_far_off(programme):
    """Opening 10, joined 9, departed 1, closing 12: joined is 3 too high as ever it was 3."""
    form = programme.forms["staff"]
    before = typed(form, changed("staff", {"headcount_opening": 8, "headcount_closing": 10}))
    change = {"joined": 9, "departed": 1}
    with_history = search(programme, "staff", change, history={KEY: [before]})
    assert first(with_history) == [(1, "joined")]
    opening = search(programme, "staff", {"headcount_opening": 16, "departed": 1},
                     history={KEY: [before]})  # fmt: skip
    assert first(opening) == [(1, "headcount_opening")]
    assert opening[0].suggested_value == 10


def test_several_wrong_cells_are_found_by_the_solver(programme):
    """No single cell mends both the flow and the split into full and part time."""
    change = {"joined": 7, "part_time": 9, "wage_bill": None, "paid_person_months": None}
    suspects = search(programme, "staff", change)
    assert {"joined", "part_time"} <= {one.column_name for one in suspects}
    assert sum(one.share for one in suspects) == pytest.approx(2)
    assert {"female", "exam_passed"}.isdisjoint(one.column_name for one in suspects)


def test_rules_between_rows_point_at_the_row_that_may_be_wrong(programme):
    parent = {"facility_code": "P", "floor_area_m2": "300"}
    rooms = [
        {"facility_code": code, "parent_facility_code": "P", "service_area_m2": None,
         "office_area_m2": None, "floor_area_m2": area}
        for code, area in (("A", "80"), ("B", "1200"))
    ]  # fmt: skip
    assert first(search(programme, "facilities", parent, *rooms)) == [(3, "floor_area_m2")]


def test_after_the_time_there_is_no_suggestion(programme):
    form = programme.forms["staff"]
    localiser = Localiser(form, hard_parts(form, programme, PERIOD, TOWN), {})
    rows = [typed(form, changed("staff", {"joined": 30}))]
    assert localiser.suspects(rows, {}, Deadline(0.0)) == []
    assert localiser.suspects(rows, {}, Deadline(60.0)) != []


class Looks:
    """A clock on which every look takes a second."""

    looks = 0

    def __call__(self):
        self.looks += 1
        return self.looks


@pytest.mark.parametrize(
    "change",
    [{"joined": 30}, {"joined": 7, "part_time": 9, "wage_bill": None, "paid_person_months": None}],
    ids=["cell", "solver"],
)
def test_one_deadline_holds_over_all_rows_and_whatever_is_tried_on_them(programme, change):
    """A file with fifty broken rows took its half second for one row after the other."""
    form = programme.forms["staff"]
    localiser = Localiser(form, hard_parts(form, programme, PERIOD, TOWN), {})
    rows = [typed(form, changed("staff", change)) for _ in range(50)]
    alone = Looks()
    whole = localiser.leads(rows[:1], {}, Deadline(10_000, alone))
    for seconds in (1, 2, 10, alone.looks - 2, 3 * alone.looks):
        clock = Looks()
        leads = localiser.leads(rows, {}, Deadline(seconds, clock))
        assert clock.looks <= seconds + 2 + bool(leads) * 2
        assert len(leads) <= seconds / (alone.looks - 2)
        assert [one.rules for one in leads] == [one.rules for one in whole] * len(leads)
        assert all(one.suspects for one in leads)


def test_a_set_that_the_solver_could_not_prove_smallest_in_time_is_none(programme, monkeypatch):
    form = programme.forms["staff"]
    localiser = Localiser(form, hard_parts(form, programme, PERIOD, TOWN), {})
    change = {"joined": 7, "part_time": 9, "wage_bill": None, "paid_person_months": None}
    rows = [typed(form, changed("staff", change))]
    assert localiser.suspects(rows, {}, Deadline(60.0))
    limited = Solution(Outcome.UNDECIDED, {})
    monkeypatch.setattr("dagster_project.rules.solver._solved", lambda *_: limited)
    assert localiser.suspects(rows, {}, Deadline(60.0)) == []


def test_one_call_finds_what_a_search_made_ready_finds(programme):
    form, row = programme.forms["staff"], changed("staff", {"joined": 30})
    parts = hard_parts(form, programme, PERIOD, TOWN)
    found = localise(form, parts, [typed(form, row) | {"row_number": 17}])
    assert first(found) == [(17, "joined")]


def test_a_suggested_value_always_satisfies_all_rules(programme):
    form = programme.forms["staff"]
    localiser = Localiser(form, hard_parts(form, programme, PERIOD, TOWN), {})
    told = 0
    for name in ("joined", "headcount_closing", "female", "full_time", "exam_passed"):
        for value in (0, 1, 7, 30, 99, 120, 1200):
            row = typed(form, changed("staff", {name: value}))
            for one in localiser.suspects([row], {}, Deadline(60.0)):
                if one.suggested_value is not None and one.share > 0.99:
                    told += 1
                    mended = row | {one.column_name: one.suggested_value}
                    assert localiser.broken_rules([mended]) == set(), (name, value, one)
    assert told > 10


@pytest.mark.parametrize(
    ("meant", "typed", "reason"),
    [
        (12, 1200, "SUSPECT_HUNDRED"), (1200, 12, "SUSPECT_HUNDRED"), (5, -5, "SUSPECT_SIGN"),
        (123, 132, "SUSPECT_SWAPPED_DIGITS"), (123, 173, "SUSPECT_DIGIT"),
        (123, 1223, "SUSPECT_DIGIT_TWICE"), (40, 0, "SUSPECT_ZERO"), (7, 52, "SUSPECT_VALUE"),
    ],
)  # fmt: skip
def test_a_slip_is_known_by_its_kind(meant, typed, reason):
    assert slip_between(meant, typed, frozenset())[0] == reason


def test_a_total_that_does_not_agree_says_which_value_a_cell_should_have(programme):
    """-7 for 890 was taken for a sign too many, which left the total wrong all the same."""
    form = programme.forms["staff"]
    other = {"staff_category": "RC_MEMBER", "female": 4}
    rows = [typed(form, changed("staff", change)) for change in ({"female": -7}, other)]
    parts = hard_parts(form, programme, PERIOD, TOWN)
    localiser = Localiser(form, parts, codes_of(form, programme))

    def found(**totals):
        (lead,) = localiser.leads(
            rows, {}, Deadline(60.0), {n: Decimal(t) for n, t in totals.items()}
        )
        best = lead.suspects[0]
        return best.column_name, best.suggested_value, best.reason_code

    assert found() == ("female", 7, "SUSPECT_SIGN")
    assert found(female=15) == ("female", 11, "SUSPECT_BY_TOTAL")
    assert found(female=99)[:2] == ("female", None), "no value mends both row and total"


def test_rules_made_ready_once_are_those_made_anew_for_each_sender_and_period(programme):
    """A rule that asks who sent the file, or for its period, is bound to each file's own."""
    asked = 0
    for form in programme.forms.values():
        ready = ReadyRules(form, programme)
        for period, sender in ((PERIOD, TOWN), ("2016-Q1", TOWN), (PERIOD, "440113008000")):
            found = [one.part for one in ready.conditions(period, sender)]
            parts = hard_parts(form, programme, period, sender)
            assert found == [one.part for one in conditions_of(parts, form)]
            asked += sender in str(found)
    assert asked
