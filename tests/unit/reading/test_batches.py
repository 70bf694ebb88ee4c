"""Many files at once: the same tables whatever the number of processes, and whatever dies."""

import json
import time
from decimal import Decimal

import pyarrow as pa
import pytest

from dagster_project.reading import batch as batch_module
from dagster_project.reading.arrow_tables import Gatherer, schema_of
from dagster_project.reading.batch import BatchReader, ReadingError, ReadItem, read_batch
from dagster_project.reading.workers import Work, WorkerError, Workers, in_chunks
from tests.fixtures.workbooks import Error, as_calculated_xlsx, as_csv
from tests.unit.reading.deadly_work import (
    DEADLY,
    ENDLESS,
    GREEDY,
    a_second,
    double_all,
    lost,
    nothing,
    wrong,
)

SIDE = ("submissions", "totals", "columns", "cell_status", "findings")


@pytest.fixture
def items(tmp_path, report):
    """A good report, one with odd cells and a total, and a file that is none."""
    odd = report.changed(total={"headcount_closing": 36, "wage_bill": 216003})
    good = as_calculated_xlsx(report.sheet())
    odd.rows[0] |= {"female": "约2", "party_members": Error("#N/A"), "remark": ""}
    contents = [good, as_csv(odd.sheet()), "会议通知".encode()]
    paths = [tmp_path / f"{number}.bin" for number in range(len(contents))]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    names = ("市桥.xlsx", "市桥2.csv", "通知.txt")
    return [
        ReadItem(number, path, name)
        for number, (path, name) in enumerate(zip(paths, names, strict=True), start=7)
    ]


def test_the_tables_say_what_was_read_and_from_where(items, programme):
    batch = read_batch(items, None, None, workers=1)
    staff = batch.rows["staff"]
    assert staff.schema == schema_of(programme.forms["staff"])
    assert staff.column("submission_id").to_pylist() == [701] * 6 + [801] * 6
    assert staff.column("row_number").to_pylist() == [1, 2, 3, 4, 5, 6] * 2
    assert staff.column("source_row").to_pylist()[:2] == [5, 6]
    assert set(staff.column("period").to_pylist()) == {"2015-Q4"}
    assert staff.column("has_abnormal_cells").to_pylist() == [False] * 6 + [True] + [False] * 5
    assert staff.column("wage_bill").to_pylist()[0] == Decimal("36000.5")
    read = {form_id: batch.rows[form_id].num_rows for form_id in programme.forms}
    assert read == dict.fromkeys(programme.forms, 0) | {"staff": 12}


def test_the_side_tables_hold_submissions_totals_statuses_and_findings(items):
    batch = read_batch(items, None, None, workers=1)
    submissions = batch.submissions.to_pylist()
    assert [(one["submission_id"], one["ordinal"], one["form_id"]) for one in submissions] == [
        (701, 1, "staff"),
        (801, 1, "staff"),
        (900, 0, None),
    ]
    assert [(one["rows_read"], one["submission_no"]) for one in submissions] == [
        (6, 1),
        (6, 1),
        (0, None),
    ]
    totals = {one["column_name"]: (one["value"], one["cell"]) for one in batch.totals.to_pylist()}
    assert totals == {
        "headcount_closing": (Decimal(36), "G11"),
        "wage_bill": (Decimal(216003), "X11"),
    }
    statuses = [
        (one["submission_id"], one["row_number"], one["column_name"], one["obs_status"])
        for one in batch.cell_status.to_pylist()
    ]
    assert statuses == [(801, 1, "female", "E"), (801, 1, "party_members", None)]
    findings = [(one["submission_id"], one["rule_id"]) for one in batch.findings.to_pylist()]
    assert findings == [(801, "READ_CELL_NUMBER"), (900, "READ_NOT_A_REPORT")]
    assert json.loads(batch.findings.to_pylist()[1]["params"]) == {"file": "通知.txt", "sheet": ""}
    letters = {one["column_name"]: one["sheet_column"] for one in batch.columns.to_pylist()}
    assert letters["headcount_closing"] == "G"


def test_the_result_does_not_depend_on_the_number_of_processes(items, monkeypatch):
    monkeypatch.setattr(batch_module, "LEAST_FOR_WORKERS", 1)
    alone = read_batch(items, None, None, workers=1)
    spread = read_batch(items, None, None, workers=2)
    for name in SIDE:
        assert getattr(spread, name).equals(getattr(alone, name)), name
    assert {k: v.num_rows for k, v in spread.rows.items()} == {
        k: v.num_rows for k, v in alone.rows.items()
    }
    assert spread.rows["staff"].equals(alone.rows["staff"])


@pytest.mark.parametrize("workers", [0, 1, 2])
@pytest.mark.parametrize(("spare", "processes"), [(0, 1), (1, 0)], ids=["large", "small"])
def test_a_large_text_is_read_in_a_process_with_limits_whatever_their_number(
    items, monkeypatch, workers, spare, processes
):
    """With one worker it was read in the build's own process: it could hang or fill the memory."""
    monkeypatch.setattr(batch_module, "LARGE_TEXT", items[1].path.stat().st_size + spare)
    with BatchReader(None, None, {}) as reader:
        batch = reader.read([items[1]], workers)
        assert len(reader._workers.running) == processes
    assert batch.rows["staff"].num_rows == 6


def test_nothing_to_read_gives_empty_tables_of_the_right_shape():
    batch = read_batch([], None, None, workers=2)
    assert [getattr(batch, name).num_rows for name in SIDE] == [0] * 5
    assert batch.findings.schema.field("params").type == pa.string()


def test_an_archived_file_that_is_gone_stops_the_reading(items):
    items[1].path.unlink()
    with pytest.raises(ReadingError) as caught:
        read_batch(items, None, None, workers=1)
    assert caught.value.params["receipt_number"] == 8


def test_a_file_that_killed_its_process_has_a_finding(items):
    tables = batch_module._lost(items[0], "READ_FILE_CRASHED")
    assert tables["submissions"].to_pylist()[0]["submission_id"] == 700
    assert tables["findings"].to_pylist()[0]["rule_id"] == "READ_FILE_CRASHED"


def test_totals_too_large_for_the_warehouse_never_reach_it(report, read_one):
    submission = read_one(report.changed(total={"headcount_closing": 10**13}))
    assert submission.total_row == {}
    assert [one.rule_id for one in submission.findings] == ["READ_TOTAL_UNREADABLE"]
    gatherer = Gatherer()
    gatherer.add(1, type("Reading", (), {"submissions": [submission], "findings": []})())
    assert gatherer.side_tables()["totals"].num_rows == 0


def test_a_piece_of_work_that_kills_its_process_is_found_and_the_rest_is_done():
    found = _done([[1, 2], [3, DEADLY, 4], [5]], 2)
    assert found == [2, 4, 6, (DEADLY, "READ_FILE_CRASHED"), 8, 10]


def test_a_piece_of_work_that_hangs_is_ended_and_the_rest_is_done():
    began = time.monotonic()
    found = _done([[1, ENDLESS, 2], [ENDLESS], [3]], 2)
    gone = (ENDLESS, "READ_FILE_TOO_SLOW")
    assert found == [2, gone, 4, gone, 6]
    assert time.monotonic() - began < 30


def test_a_piece_that_fills_the_memory_costs_itself_alone():
    found = _done([[1, GREEDY, 2]], 1)
    assert found == [2, (GREEDY, "READ_FILE_CRASHED"), 4]


def test_a_process_that_cannot_start_says_why():
    """Without this the parent started processes for ever."""
    with pytest.raises(WorkerError, match="the setup is wrong"):
        _done([[1]], 1, wrong)


def test_a_piece_on_which_the_program_itself_fails_costs_itself_alone():
    """A container whose directory held itself made its reader recurse, which stopped all files."""
    found = _done([[1, None, 2]], 1)
    assert found == [2, (None, "READ_FILE_CRASHED"), 4]


def test_processes_wait_for_the_next_run_and_end_with_the_context():
    """Work that comes in pieces paid a second anew for every piece."""
    with Workers(Work(double_all, a_second, nothing), lost) as workers:
        first = workers.run([[1], [2]], 2)
        processes = list(workers.running)
        second = workers.run([[3], [4]], 2)
        assert workers.running == processes
        assert all(one.popen.poll() is None for one in processes)
        third = workers.run([[5], [DEADLY]], 2)
    assert [first, second, third] == [
        [[2], [4]], [[6], [8]], [[10], [(DEADLY, "READ_FILE_CRASHED")]]
    ]  # fmt: skip
    assert all(one.popen.returncode is not None for one in processes)


def _done(chunks, count, setup=nothing):
    with Workers(Work(double_all, a_second, setup), lost) as workers:
        return [number for result in workers.run(chunks, count) for number in result]


def test_chunks_keep_the_order_and_about_equal_sizes():
    chunks = in_chunks(range(100), [1] * 50 + [9] * 50, 5)
    assert [number for chunk in chunks for number in chunk] == [*range(100)]
    assert 5 <= len(chunks) <= 6
    assert in_chunks([], [], 5) == []
