"""Dagster as the data engineer meets it: on a real instance, with a handful of tiny reports."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from dagster_project.clock import FixedClock
from dagster_project.collecting.lock import WarehouseLock
from dagster_project.collecting.receipts import read_receipts
from dagster_project.defs import pending, retries, sensors
from dagster_project.defs.assembly import build_definitions
from dagster_project.defs.jobs import morning_after
from dagster_project.defs.partitions import PARTITION_TAG
from dagster_project.defs.warehouse.runner import manifest_path
from dagster_project.errors import JicengError
from dagster_project.programme.model import DueRule
from dagster_project.programme.period import Period
from dagster_project.releasing.manifest import Manifest, latest_release
from dagster_project.releasing.status import published
from dagster_project.settings import Settings
from dagster_project.warehousing.built import PartitionKey
from dagster_project.warehousing.judges import judge
from dagster_project.warehousing.workshop import Workshop
from tests.pipeline.homes import CONTROL, drop, of_period

ROOT = Path(__file__).parents[2]
NOW = datetime(2016, 5, 1, 9)
STAFF = PartitionKey("staff", "2015-Q4")
SERVICES = PartitionKey("services", "2015-12")
WAITING = pending.Pending({STAFF: "a1", SERVICES: "b1"}, release_print="r1")


@dataclass
class Location:
    """A code location with a home, and an instance whose sensors are looked at by hand."""

    settings: Settings
    definitions: dg.Definitions
    instance: dg.DagsterInstance

    @property
    def repository(self) -> dg.RepositoryDefinition:
        return self.definitions.get_repository_def()

    @property
    def resources(self) -> dict[str, Settings]:
        return {"settings": self.settings}

    def look(self, sensor: str) -> tuple[list[dg.RunRequest], str]:
        """Let a sensor look once; gives what it asks for, or why it asks for nothing."""
        found = self.definitions.resolve_sensor_def(sensor)
        context = dg.build_sensor_context(
            self.instance, resources=self.resources, repository_def=self.repository
        )
        tick = found.evaluate_tick(context)
        return list(tick.run_requests or ()), tick.skip_message or ""

    def run(self, job: str, partition: str | None = None, **more) -> dg.ExecuteInProcessResult:
        return self.definitions.resolve_job_def(job).execute_in_process(
            instance=self.instance,
            partition_key=partition,
            resources=self.resources,
            raise_on_error=False,
            **more,
        )

    def note(self, job: str, status: dg.DagsterRunStatus, inputs: str, period: str = "") -> None:
        """Note in the instance a run that some sensor asked for."""
        tags = {sensors.INPUTS_TAG: inputs} | ({PARTITION_TAG: period} if period else {})
        resolved = self.definitions.resolve_job_def(job)
        self.instance.create_run_for_job(resolved, tags=tags, status=status)

    def flow(self) -> list[str]:
        """Do what the daemon does until nothing is asked for; gives the runs in their order."""
        done = []
        while asked := [one for name in ("inbox", "pending") for one in self.look(name)[0]]:
            for one in asked:
                more = {"tags": one.tags, "run_config": one.run_config}
                assert self.run(one.job_name, one.partition_key, **more).success
                done.append(f"{one.job_name} {one.partition_key or ''}".strip())
        return done


@dataclass(frozen=True)
class Flowed:
    """A location through which reports have flowed: which runs there were, what was released."""

    location: Location
    runs: list[list[str]]
    hashes: list[str]


def failure_of(result: dg.ExecuteInProcessResult) -> str:
    """Give the words with which a run's first step failed."""
    data = result.get_step_failure_events()[0].step_failure_data
    said = data.user_failure_data.description if data.user_failure_data else None
    return said or data.error_display_string


def settle(home: Path) -> None:
    """Make the files of an inbox look as if nobody had written to them for a minute."""
    for path in (home / "raw" / "inbox").rglob("*"):
        os.utime(path, (time.time() - 60,) * 2)


@pytest.fixture(scope="module")
def parsed(tmp_path_factory) -> Settings:
    """A home in which the dbt project has been parsed once."""
    home = tmp_path_factory.mktemp("parsed")
    return Settings(home=home, clock=FixedClock(NOW), workers=1, lock_wait_seconds=0.2)


@pytest.fixture(scope="module")
def definitions(parsed) -> dg.Definitions:
    return build_definitions(parsed)


@pytest.fixture
def location(definitions, parsed, tmp_path) -> Iterator[Location]:
    """The definitions over an empty home."""
    (tmp_path / "warehouse").mkdir()
    with dg.DagsterInstance.ephemeral() as instance:
        yield Location(replace(parsed, home=tmp_path), definitions, instance)


@pytest.fixture(scope="module")
def flowed(definitions, parsed, samples) -> Iterator[Flowed]:
    """One town reports two quarters, the older one last; nothing but sensors asks for runs."""
    runs, hashes = [], []
    with dg.DagsterInstance.ephemeral() as instance:
        location = Location(parsed, definitions, instance)
        for period in ("2015-Q4", "2015-Q3"):
            drop(samples, parsed.home, of_period(samples, "staff", period)[:1])
            settle(parsed.home)
            runs.append(location.flow())
            hashes.append(Manifest.read(latest_release(parsed.releases)).content_hash)
        yield Flowed(location, runs, hashes)


@pytest.fixture
def waiting(location, monkeypatch) -> Location:
    """A location in which two partitions wait, as far as the sensors know."""
    monkeypatch.setattr(sensors, "read_pending", lambda _: WAITING)
    return location


# --- the definitions -----------------------------------------------------------------------------


def test_dg_finds_nothing_wrong_with_the_definitions(definitions, parsed, tmp_path):
    home = {"JICENG_HOME": str(parsed.home), "DAGSTER_HOME": str(tmp_path)}
    shutil.copy(ROOT / "dagster_project/defs/dagster.yaml", tmp_path)
    assert definitions  # its dbt project is parsed
    command = [Path(sys.executable).with_name("dg"), "check", "defs"]
    environment = os.environ | home | {"DAGSTER_DISABLE_TELEMETRY": "yes"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_everything_a_data_engineer_meets_is_described_in_chinese_and_english(definitions):
    repository = definitions.get_repository_def()
    described = {
        key.to_user_string(): node.description
        for key, node in (
            (key, repository.asset_graph.get(key))
            for key in repository.asset_graph.get_all_asset_keys()
        )
    }
    jobs = [one for one in repository.get_all_jobs() if not one.name.startswith("__")]
    automation = [*jobs, *repository.sensor_defs, *repository.schedule_defs]
    described |= {one.name: one.description for one in automation}
    assert len(described) > 60
    for name, text in described.items():
        assert any("\u4e00" <= sign <= "\u9fff" for sign in text or ""), name
        assert any(word.isascii() and word.isalpha() for word in (text or "").split()), name


def test_every_check_of_the_gate_and_of_the_audit_blocks_what_comes_after(definitions):
    repository = definitions.get_repository_def()
    blocking = {
        key.asset_key.to_user_string(): repository.asset_graph.get(key).blocking
        for key in repository.asset_graph.asset_check_keys
        if key.name in ("handover_schema", "expectations")
    }
    forms = ("community_profile", "services", "staff", "facilities")
    assert {f"{kind}_{form}" for form in forms for kind in ("raw", "fct")} <= set(blocking)
    assert all(blocking.values())


def test_every_data_test_of_a_table_is_a_check_of_an_asset(definitions, parsed):
    """Tests over several tables were run by dbt and seen nowhere in Dagster."""
    manifest = json.loads(manifest_path(parsed).read_text(encoding="utf-8"))
    nodes = manifest["nodes"].values()
    tests = {
        node["name"]
        for node in nodes
        if node["resource_type"] == "test"
        and any(one.startswith("model.") for one in node["depends_on"]["nodes"])
    }
    repository = definitions.get_repository_def()
    checks = {key.name for key in repository.asset_graph.asset_check_keys}
    assert len(tests) > 100
    assert tests <= checks


@pytest.mark.parametrize(
    ("form", "first", "last", "count"),
    [("services", "2015-11", "2016-03", 5), ("staff", "2015-Q3", "2016-Q4", 6),
     ("community_profile", "2015", "2016", 2)],
    ids=["months", "quarters", "years"],
)  # fmt: skip
def test_partition_keys_are_the_periods_that_collections_ask_for(
    definitions, form, first, last, count
):
    job = definitions.resolve_job_def(f"process_{form}")
    keys = job.partitions_def.get_partition_keys()
    assert (keys[0], keys[-1], len(keys)) == (first, last, count)
    assert [Period.parse(key).label for key in keys] == keys


@pytest.mark.parametrize("name", ["inbox", "pending"])
def test_sensors_run_without_a_hand(definitions, name):
    sensor = definitions.resolve_sensor_def(name)
    assert sensor.default_status is dg.DefaultSensorStatus.RUNNING


def test_schedules_fire_on_the_morning_after_each_form_was_due(definitions, programme):
    for form in programme.forms.values():
        schedule = definitions.resolve_schedule_def(f"due_{form.form_id}")
        assert schedule.default_status is dg.DefaultScheduleStatus.RUNNING
        assert schedule.execution_timezone == "Asia/Shanghai"
        period = Period.of(form.period_type, 2016, 1)
        fired = _mornings(schedule.cron_schedule, form.due.due_date(period))
        assert fired == form.due.due_date(period) + timedelta(days=1), form.form_id


@pytest.mark.parametrize(
    ("day", "offset", "kind", "line"),
    [(28, 1, "M", "0 6 1 1,2,3,4,5,6,7,8,9,10,11,12 *"), (28, 1, "Q", "0 6 29 1,4,7,10 *"),
     (5, 2, "Q", "0 6 6 2,5,8,11 *"), (15, 12, "A", "0 6 16 12 *"), (31, 12, "A", "0 6 1 1 *")],
    ids=["end of month", "a day that every month has", "two months on", "a year on", "new year"],
)  # fmt: skip
def test_a_due_rule_becomes_a_cron_line(day, offset, kind, line):
    assert morning_after(DueRule(month_offset=offset, day=day), kind) == line


def _mornings(cron: str, after: date) -> date:
    """Give the first day after another one on which a cron line of days and months fires."""
    _, hour, day, months, _ = cron.split()
    assert hour == "6"
    later = (after + timedelta(days=step) for step in range(1, 400))
    return next(one for one in later if f"{one.day}" == day and f"{one.month}" in months.split(","))


# --- the inbox sensor ----------------------------------------------------------------------------


def test_an_empty_inbox_starts_nothing(location):
    assert location.look("inbox")[0] == []
    assert "raw/inbox" in location.look("inbox")[1]


def test_a_file_in_the_inbox_starts_one_collection(location, samples):
    drop(samples, location.settings.home, samples.deliveries[:1])
    settle(location.settings.home)
    (asked,), _ = location.look("inbox")
    assert asked.job_name == "collect"
    location.note("collect", dg.DagsterRunStatus.STARTED, asked.tags[sensors.INPUTS_TAG])
    assert location.look("inbox")[0] == []


@pytest.mark.parametrize("name", ["report.xlsx", CONTROL])
def test_what_is_still_being_written_is_left_alone(location, samples, name):
    """A copy over a slow network was taken in the middle, and refused as unreadable."""
    drop(samples, location.settings.home, samples.deliveries[:1])
    inbox = location.settings.inbox
    settle(location.settings.home)
    if name != CONTROL:
        next(inbox.glob("*.xls*")).rename(inbox / name)
    os.utime(inbox / name)
    assert location.look("inbox")[0] == []


def test_a_collection_that_was_killed_is_finished(location):
    claim = location.settings.inbox / ".claimed" / "000001"
    claim.mkdir(parents=True)
    (claim / "report.xlsx").write_bytes(b"bytes")
    assert len(location.look("inbox")[0]) == 1


def test_a_changed_programme_starts_a_collection(location, monkeypatch):
    """Edited rules had waited for the next report before anything was judged again."""
    known = pending.Pending(recipe_print="of yesterday")
    monkeypatch.setattr(sensors, "read_pending", lambda _: known)
    location.settings.pending.write_text("{}")
    assert len(location.look("inbox")[0]) == 1


def test_the_same_fault_is_not_tried_for_ever(location):
    location.settings.inbox.mkdir(parents=True)
    (location.settings.inbox / "report.xlsx").write_bytes(b"bytes")
    settle(location.settings.home)
    (asked,), _ = location.look("inbox")
    for _ in range(sensors.TRIES):
        location.note("collect", dg.DagsterRunStatus.FAILURE, asked.tags[sensors.INPUTS_TAG])
    asked, reason = location.look("inbox")
    assert asked == []
    assert "collect" in reason


# --- the pending sensor --------------------------------------------------------------------------


def test_nothing_waits_in_a_new_home(location):
    assert location.look("pending")[0] == []


def test_one_run_is_asked_for_per_form_and_period_and_no_release(waiting):
    asked, _ = waiting.look("pending")
    assert [(one.job_name, one.partition_key) for one in asked] == [
        ("process_staff", "2015-Q4"),
        ("process_services", "2015-12"),
    ]


def test_dimensions_come_before_facts(location, monkeypatch):
    stale = replace(WAITING, dimensions=True, dimensions_print="d1")
    monkeypatch.setattr(sensors, "read_pending", lambda _: stale)
    assert [one.job_name for one in location.look("pending")[0]] == ["dimensions"]


def test_the_release_is_asked_for_when_nothing_waits_and_only_once(location, monkeypatch):
    done = pending.Pending(release_print="r1")
    monkeypatch.setattr(sensors, "read_pending", lambda _: done)
    assert [one.job_name for one in location.look("pending")[0]] == ["release_job"]
    location.note("release_job", dg.DagsterRunStatus.STARTED, "r1")
    assert location.look("pending")[0] == []


def test_a_run_under_way_is_not_asked_for_again_whatever_else_has_changed(waiting):
    """Each run that ended doubled the queue: a request's key held the whole warehouse's state."""
    waiting.note("process_staff", dg.DagsterRunStatus.STARTED, "other inputs", "2015-Q4")
    assert [one.job_name for one in waiting.look("pending")[0]] == ["process_services"]


def test_a_run_of_another_period_does_not_stand_in_the_way(waiting):
    waiting.note("process_staff", dg.DagsterRunStatus.STARTED, "a1", "2015-Q3")
    assert len(waiting.look("pending")[0]) == 2


def test_a_run_that_a_restart_broke_is_asked_for_once_more(waiting):
    waiting.note("process_staff", dg.DagsterRunStatus.FAILURE, "a1", "2015-Q4")
    assert len(waiting.look("pending")[0]) == 2


def test_where_runs_fail_the_release_waits_and_says_for_what(waiting):
    waiting.note("process_services", dg.DagsterRunStatus.STARTED, "b1", "2015-12")
    for _ in range(sensors.TRIES):
        waiting.note("process_staff", dg.DagsterRunStatus.FAILURE, "a1", "2015-Q4")
    asked, reason = waiting.look("pending")
    assert asked == []
    assert "process_staff 2015-Q4" in reason
    assert "released" in reason


def test_new_inputs_free_a_partition_that_had_failed(waiting):
    for _ in range(sensors.TRIES):
        waiting.note("process_staff", dg.DagsterRunStatus.FAILURE, "a0", "2015-Q4")
    assert len(waiting.look("pending")[0]) == 2


def test_going_back_to_an_earlier_programme_is_not_taken_for_done(waiting):
    for inputs in ("a1", "a1", "a2"):
        waiting.note("process_staff", dg.DagsterRunStatus.SUCCESS, inputs, "2015-Q4")
    assert len(waiting.look("pending")[0]) == 2


# --- checks, retries, the lock -------------------------------------------------------------------


@pytest.mark.parametrize("gate", ["handover", "dbt", "expectations"])
def test_a_failed_check_stops_the_partition_and_the_release(flowed, monkeypatch, gate):
    location = flowed.location
    before = latest_release(location.settings.releases)
    if gate == "handover":
        wrong = ["households: not_nullable (1)"]
        monkeypatch.setattr(
            "dagster_project.defs.process.assets.handover_failures", lambda *_: wrong
        )
    elif gate == "dbt":
        broken = {"fct_staff_has_every_accepted_row": "1 row is missing"}
        monkeypatch.setattr("dagster_project.defs.warehouse.assets._broken", lambda _: broken)
    else:
        monkeypatch.setattr("dagster_project.defs.process.checks.judge", _failing_judge)
    result = location.run("process_staff", "2015-Q4")
    materialised = {
        event.asset_key.to_user_string() for event in result.get_asset_materialization_events()
    }
    assert not result.success
    assert "audited_staff" not in materialised
    assert ("fct_staff" in materialised) == (gate != "handover")
    monkeypatch.undo()
    assert "staff" in failure_of(location.run("release_job"))
    assert latest_release(location.settings.releases) == before


def test_no_release_is_made_over_dimensions_that_nobody_checked(flowed, monkeypatch):
    before = latest_release(flowed.location.settings.releases)
    monkeypatch.setattr(Workshop, "dimensions_are_stale", lambda _: True)
    # Another test may have left a partition that failed its audit: that is said first.
    monkeypatch.setattr(Workshop, "open_partitions", lambda _: [])
    assert "run dimensions" in failure_of(flowed.location.run("release_job")).lower()
    assert latest_release(flowed.location.settings.releases) == before


def _failing_judge(wanted, count):
    first, *others = judge(wanted, count)
    failed = (replace(first.outcomes[0], success=False, severity="error"), *first.outcomes[1:])
    return [replace(first, outcomes=failed), *others]


@pytest.mark.parametrize(
    ("error", "tries"),
    [
        (JicengError("RELEASE_TOTALS_OLD"), 1),
        (ValueError("a programmer's error"), 1),
        (OSError(28, "No space left on device"), 1 + retries.RETRIES),
    ],
    ids=["a person must mend it", "a programmer must mend it", "it passes"],
)
def test_only_faults_that_pass_are_tried_again(location, monkeypatch, error, tries):
    calls = Counter()

    def collect(*_, **__):
        calls["collect"] += 1
        raise error

    monkeypatch.setattr("dagster_project.defs.collect.assets.collect", collect)
    monkeypatch.setattr(retries, "SECONDS_BETWEEN", 0)
    assert not location.run("collect").success
    assert calls["collect"] == tries


def test_an_error_for_people_fails_the_step_with_its_own_words(location, monkeypatch):
    def collect(*_, **__):
        raise JicengError("RELEASE_TOTALS_OLD")

    monkeypatch.setattr("dagster_project.defs.collect.assets.collect", collect)
    assert failure_of(location.run("collect")) == str(JicengError("RELEASE_TOTALS_OLD"))


HOLDER = """
import sys, time
from pathlib import Path
from dagster_project.collecting.lock import WarehouseLock
with WarehouseLock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


@pytest.fixture
def held(location):
    """Let another process hold the warehouse for some seconds."""
    started = []

    def hold(seconds: float) -> int:
        command = [sys.executable, "-c", HOLDER, str(location.settings.lock), str(seconds)]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout.readline() == "held\n"
        return process.pid

    yield hold
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def test_of_two_builds_at_once_the_second_names_the_holder(location, held):
    pid = held(60)
    assert str(pid) in failure_of(location.run("collect"))


def test_of_two_builds_at_once_the_second_waits_while_it_may(location, held):
    patient = replace(location.settings, lock_wait_seconds=30)
    held(0.5)
    assert replace(location, settings=patient).run("collect").success
    with WarehouseLock(location.settings.lock):
        assert read_receipts(location.settings.archive) == []


# --- all together --------------------------------------------------------------------------------


def test_reports_flow_from_the_inbox_to_a_release_with_nothing_but_the_sensors(flowed):
    assert flowed.runs[0] == ["collect", "dimensions", "process_staff 2015-Q4", "release_job"]


def test_a_report_of_an_older_period_flows_on_to_the_period_compared_with_it_and_no_further(flowed):
    following = ["process_staff 2015-Q3", "process_staff 2015-Q4"]
    assert flowed.runs[1] == ["collect", *following, "release_job"]
    assert flowed.hashes[0] != flowed.hashes[1]


def test_every_partition_says_what_became_of_its_rows_and_findings(flowed):
    event = flowed.location.instance.get_latest_materialization_event(dg.AssetKey("raw_staff"))
    shown = event.asset_materialization.metadata
    counts = [shown[f"rows_{name}"].value for name in ("accepted", "refused", "withdrawn")]
    assert shown["rows_read"].value == sum(counts) > 0
    query = shown["findings_query"].value.removeprefix("```sql\n").removesuffix("\n```")
    with published(flowed.location.settings.published_database) as connection:
        assert len(connection.execute(query).fetchall()) == shown["findings"].value
