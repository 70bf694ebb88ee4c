"""Far figures, broken habits and rounded figures are asked about; what is usual is not."""

from dataclasses import replace

import numpy as np
import pytest

from dagster_project.programme.load import load_programme
from dagster_project.regions.register import load_register
from dagster_project.rules.far import Past, exchanged, from_history, from_peers
from dagster_project.rules.outliers import outliers
from dagster_project.rules.wording import word
from dagster_project.samples.facts import make_facts
from dagster_project.samples.world import make_world
from tests.fixtures.drawn_history import JUDGED, DrawnHistory

NAN = np.nan
ONE_GROUP = np.zeros(1, dtype=np.intp)


def distance(figure, *earlier):
    found = from_history(np.array([[figure]]), Past.of(np.array(earlier)[None, :, None]), ONE_GROUP)
    return found.scales[0, 0]


@pytest.fixture(scope="module")
def staff():
    programme = load_programme()
    facts = make_facts(make_world(programme, load_register(), 20151231), programme)
    return DrawnHistory(programme.forms["staff"], programme, facts, 5)


def test_a_figure_is_far_from_its_history_where_it_leaves_its_scatter():
    assert distance(200.0, 20, 21, 19, 20) > 6
    assert distance(26.0, 20, 21, 19, 20) < 6
    assert distance(1_100.0, 1_000, 900, 1_100, 1_050) < 1


def test_three_earlier_figures_tell_nothing():
    assert distance(9_999.0, 20, 21, 19) == 0
    assert distance(9_999.0, 20, 21, 19, NAN) == 0


def test_where_there_was_nothing_history_does_not_say_how_much_may_come():
    assert distance(80.0, 0, 0, 0, 0) == 0


def test_a_new_level_is_not_asked_about_twice():
    assert distance(200.0, 20, 21, 19, 201) < 1


def test_a_missing_figure_is_no_question():
    assert distance(NAN, 20, 21, 19, 20) == 0


def test_a_large_unit_is_not_far_from_its_peers_but_one_of_its_figures_may_be():
    sizes = np.linspace(1, 40, 40)
    figures = np.outer(sizes, [10.0, 20.0, 50.0])
    figures[39] *= 20
    figures[7, 1] *= 1_000
    scales = from_peers(figures, np.zeros(40, dtype=np.intp)).scales
    assert np.argwhere(scales > 6).tolist() == [[7, 1]]


def test_where_many_jump_a_jump_is_usual():
    past = Past.of(np.ones((60, 4, 1)))
    figures = np.where(np.arange(60) % 2, 80.0, 1.0)[:, None]
    groups = np.zeros(60, dtype=np.intp)
    assert from_history(figures, past, groups).scales.max() < 6
    figures[:59] = 1.0
    assert from_history(figures, past, groups).scales.max() > 6


def test_a_slipped_digit_is_asked_about_with_cell_usual_figure_and_share(staff):
    place = next(
        place for place, row in enumerate(staff.files[2][1]) if row["headcount_closing"] > 4
    )
    with staff.spoiled(2, place, {"headcount_closing": 900}):
        [found] = staff.questions()
    assert (found["submission_id"], found["row_number"]) == (3, place + 1)
    assert (found["rule_id"], found["severity"]) == ("OUTLIER_HISTORY", "Q")
    assert found["cell"] == f"A{place + 5}"
    said = word(found, staff.programme)
    assert "900" in said["message_zh"]
    assert "前 5 期" in said["message_zh"]
    assert "%" in said["message_en"]


@pytest.mark.parametrize(
    ("figures", "is_asked"),
    [
        ((25.0, 60.0), False),
        ((60.0, 25.0), True),
        ((61.0, 60.0), False),
        ((25.0, 26.0), False),
        ((600.0, 25.0), False),
        ((NAN, 25.0), False),
    ],
    ids=["as ever", "exchanged", "one moved", "other moved", "far by itself", "one missing"],
)
def test_two_figures_are_exchanged_where_they_fit_in_each_others_column_alone(figures, is_asked):
    past = Past.of(np.array([[25.0, 60.0], [24.0, 58.0], [27.0, 61.0], [25.0, 60.0]])[None])
    typed = np.array([figures])
    own = from_history(typed, past, ONE_GROUP)
    assert exchanged(typed, past, own, 6.0).tolist() == [[is_asked]]


def test_two_figures_in_each_others_column_are_asked_about_together(staff):
    """106 part-time, 48 with a college degree: neither was far enough to be asked about alone."""
    names = "part_time", "college_or_above"
    place, row = next(
        (place, row)
        for place, row in enumerate(staff.files[0][1])
        if row[names[0]] is not None and abs(row[names[0]] - row[names[1]]) > 50
    )
    with staff.spoiled(0, place, dict(zip(names, (row[names[1]], row[names[0]]), strict=True))):
        [found] = staff.questions()
    assert (found["rule_id"], found["column_name"]) == ("OUTLIER_EXCHANGED", names[0])
    assert found["related_cells"] == f"A{place + 5};A{place + 5}"
    said = word(found, staff.programme)["message_zh"]
    assert f"其中:兼职为 {row[names[1]]}" in said
    assert f"其中:大专及以上学历为 {row[names[0]]}，像是互相填错了列" in said


def test_a_figure_out_of_nothing_is_asked_about_where_the_other_is_gone():
    past = Past.of(np.array([[34.0, 0.0]] * 4)[None])
    for typed, is_asked in (([[0.0, 36.0]], True), ([[34.0, 36.0]], False), ([[0.0, 90.0]], False)):
        figures = np.array(typed)
        own = from_history(figures, past, ONE_GROUP)
        assert exchanged(figures, past, own, 6.0).tolist() == [[is_asked]]


def test_figures_that_were_last_what_they_seldom_are_are_not_exchanged():
    """21,000 yuan as a rule and nothing last time; 0 persons as a rule and 135 now."""
    past = Past.of(np.array([[21_000.0, 0.0]] * 4 + [[0.0, 0.0]])[None])
    typed = np.array([[0.0, 135.0]])
    assert not exchanged(typed, past, from_history(typed, past, ONE_GROUP), 6.0).any()


def test_three_earlier_figures_do_not_tell_of_an_exchange():
    past = Past.of(np.array([[25.0, 60.0]] * 3)[None])
    typed = np.array([[60.0, 25.0]])
    assert not exchanged(typed, past, from_history(typed, past, ONE_GROUP), 6.0).any()


def test_the_figure_that_moves_the_total_most_comes_first(staff):
    with (
        staff.spoiled(1, 0, {"training_hours": 500}),
        staff.spoiled(2, 0, {"training_hours": 5_000_000}),
    ):
        found = [one for one in staff.questions() if one["column_name"] == "training_hours"]
    assert [one["submission_id"] for one in found] == [3, 2]


def test_a_code_that_never_changed_is_asked_about(staff):
    was = staff.files[0][1][0]["wage_basis"]
    other = next(code for code in ("GROSS", "NET", "TOTAL_COST") if code != was)
    with staff.spoiled(0, 0, {"wage_basis": other}):
        found = staff.questions()
    assert [(one["rule_id"], one["column_name"]) for one in found] == [("HABIT_CODE", "wage_basis")]


def test_a_row_that_was_always_there_is_missed(staff):
    with staff.spoiled(0, 0, {"staff_category": "SOMETHING_ELSE"}):
        found = [one["rule_id"] for one in staff.questions() if one["submission_id"] == 1]
    assert found == ["HABIT_ROW"]


def test_figures_that_all_end_in_nought_are_asked_about(staff):
    rows = staff.files[4][1]
    rounded = {"headcount_opening": 150, "headcount_closing": 150}
    spoils = [staff.spoiled(4, place, rounded) for place in range(min(30, len(rows)))]
    for one in spoils:
        one.__enter__()
    found = {one["rule_id"] for one in staff.questions() if one["submission_id"] == 5}
    for one in spoils:
        one.__exit__(None, None, None)
    assert "OUTLIER_ROUNDED" in found
    assert staff.questions() == []


def test_periods_judged_at_once_are_asked_what_each_is_asked_alone(staff):
    """A figure of one period is none of the peers of another's, and its share is of its own."""

    def asked(*floors):
        within = " or ".join(f"submission_id // 1000 = {floor}" for floor in floors)
        staff.connection.execute(f"create or replace view asked as from facts_table where {within}")
        relations = replace(JUDGED, rows="asked")
        return set(outliers(staff.connection, staff.form, staff.programme, relations))

    far = {"headcount_opening": 70_000}
    with staff.spoiled(0, 0, far), staff.spoiled(3, 1, far):
        alone = asked(0), asked(1)
        assert any(one.submission_id < 1000 for one in alone[0])
        assert asked(0, 1) == alone[0] | alone[1]
