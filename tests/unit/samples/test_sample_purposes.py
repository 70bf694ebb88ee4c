"""The deliveries with a part to play, and the times at which everything arrives."""

import csv
from collections import Counter
from datetime import date, datetime

import pytest

from dagster_project.programme.period import Period
from dagster_project.samples.calibration import SampleError, Targets, spread

KINDS = [
    "refused",
    "corrected",
    "questioned",
    "late",
    "missing",
    "resubmitted",
    "duplicate",
    "alien",
]


def delivered(report, kind):
    return next(d for d in report.deliveries if d.file_name == report.purpose(kind).file_name)


def test_every_part_is_played_once(report):
    assert sorted(purpose.kind for purpose in report.purposes) == sorted(KINDS)
    assert all(purpose.text_zh and purpose.text_en for purpose in report.purposes)


def test_deliveries_csv_lists_every_file_in_the_order_of_arrival(generated):
    with (generated / "deliveries.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert list(rows[0]) == ["file_name", "received_at", "channel"]
    times = [datetime.fromisoformat(row["received_at"]) for row in rows]
    assert times == sorted(set(times))
    names = [row["file_name"] for row in rows]
    assert len(names) == len(set(names)) == 388
    files = {path.name for path in generated.iterdir()}
    assert files == {*names, "deliveries.csv", "README.txt"}
    assert times[-1].date() == date(2016, 4, 14)


def test_only_the_late_file_and_the_correction_come_after_the_due_date(report):
    after = {
        one.file_name
        for one in report.deliveries
        if one.report and one.received_at.date() > one.report.form.due.due_date(one.report.period)
    }
    assert after == {report.purpose(kind).file_name for kind in ("late", "resubmitted")}


def test_nothing_arrives_before_its_period_ends_or_outside_office_hours(report):
    for one in report.deliveries:
        assert 8 <= one.received_at.hour < 18
        assert one.received_at.weekday() < 5
        assert one.report is None or one.received_at.date() > one.report.period.end


def test_the_refused_file_differs_from_its_correction_in_one_figure_that_does_not_add_up(report):
    wrong, right = delivered(report, "refused"), delivered(report, "corrected")
    pairs = zip(wrong.report.table, right.report.table, strict=True)
    [(bad, good)] = [(a, b) for a, b in pairs if a != b]
    assert {name for name in good if bad[name] != good[name]} == {"headcount_closing"}
    assert bad["headcount_closing"] != bad["headcount_opening"] + bad["joined"] - bad["departed"]
    assert (wrong.report.number, right.report.number) == (1, 2)
    assert right.report.reason
    assert wrong.received_at < right.received_at


def test_the_question_is_about_a_wage_in_a_category_that_no_figure_counts(report):
    table = delivered(report, "questioned").report.table
    [odd] = [
        row
        for row in table
        if row["paid_person_months"] and row["wage_bill"] / row["paid_person_months"] < 2000
    ]
    assert odd["staff_category"] == "STREET_CONTRACT"


def test_the_late_file_comes_after_its_due_date_but_before_the_next_report(report):
    late = delivered(report, "late")
    following = (*late.key[:2], Period.parse(late.key[2]).next().label)
    after = next(one for one in report.deliveries if one.key == following)
    assert late.received_at < after.received_at


def test_one_report_of_the_last_quarter_is_never_sent(report):
    missing = report.purpose("missing")
    assert missing.file_name is None
    reports = Counter(one.key[::2] for one in report.deliveries)
    units = {one.key[1] for one in report.deliveries if one.key[::2] == ("staff", "2016-Q1")}
    assert (missing.form_id, missing.period) == ("staff", "2016-Q1")
    assert missing.respondent_code not in units
    assert len(units) == reports["staff", "2016-Q1"] == 15


def test_the_correction_of_an_accepted_file_changes_one_cell(report):
    again = delivered(report, "resubmitted")
    first = next(one for one in report.deliveries if one.key == again.key)
    pairs = zip(first.report.table, again.report.table, strict=True)
    [(old, new)] = [(a, b) for a, b in pairs if a != b]
    assert {name for name in new if old[name] != new[name]} == {"person_times"}
    assert (again.report.number, again.report.form.form_id) == (2, "services")


def test_the_duplicate_has_the_same_bytes_under_another_name(report, generated):
    copy = delivered(report, "duplicate")
    first = next(one for one in report.deliveries if one.key == copy.key)
    assert first.file_name != copy.file_name
    left, right = (generated / one.file_name for one in (first, copy))
    assert left.read_bytes() == right.read_bytes()


def test_all_other_files_have_bytes_of_their_own(report, generated):
    contents = {(generated / one.file_name).read_bytes() for one in report.deliveries}
    assert len(contents) == len(report.deliveries) - 1


def test_some_names_of_files_do_not_say_the_period(report):
    silent = [one for one in report.deliveries if "201" not in one.file_name]
    assert len(silent) > 40


def test_a_programme_without_the_plan_is_refused_with_the_reason(programme):
    with pytest.raises(SampleError, match="panyu_13fyp"):
        Targets.from_programme(programme.model_copy(update={"plans": ()}), "panyu_13fyp")


@pytest.mark.parametrize(
    ("total", "high", "expected"),
    [(10, [9, 9, 9], [3, 3, 4]), (10, [2, 9, 9], [2, 3, 5]), (27, [9, 9, 9], [9, 9, 9])],
    ids=["by remainder", "a full place passes on", "all full"],
)
def test_totals_are_shared_out_exactly(total, high, expected):
    assert spread(total, [1, 1, 2], [1, 1, 1], high) == expected


def test_a_total_that_does_not_fit_is_an_error_not_a_wrong_sum():
    with pytest.raises(SampleError, match="27"):
        spread(28, [1, 1, 1], [0, 0, 0], [9, 9, 9])
