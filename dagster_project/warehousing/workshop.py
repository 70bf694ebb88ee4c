"""The workshop: the steps of a build, each under the warehouse lock, none knowing who orders them.

One step is one method: read, process a partition, say what is stale, publish. Dagster assets call
them one by one; whatever kills a step, the next call finds by fingerprints what is left to do.
Not here: the order of the steps (see ``defs``), dbt runs (see ``defs.warehouse``).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, partial

from dagster_project.collecting.aliases import in_force, read_aliases
from dagster_project.collecting.answers import read_answers
from dagster_project.collecting.decisions import Verdict, append_verdicts, read_verdicts
from dagster_project.collecting.lock import WarehouseLock
from dagster_project.collecting.receipts import Receipt, archived_file, read_receipts
from dagster_project.programme.load import form_hash, load_programme
from dagster_project.programme.model import Programme
from dagster_project.programme.periods import asked_periods
from dagster_project.reading.batch import ReadItem, read_batch
from dagster_project.regions.register import Register, load_register
from dagster_project.settings import Settings
from dagster_project.warehousing import built, landing, partitions, state, turns
from dagster_project.warehousing.answers import Said, said_by_office
from dagster_project.warehousing.built import PartitionKey
from dagster_project.warehousing.comparing import partitions_looked_at
from dagster_project.warehousing.database import (
    Connection,
    opened,
    table_names,
    transaction,
    view_names,
)
from dagster_project.warehousing.indicator_periods import INDICATORS
from dagster_project.warehousing.judging import Bench
from dagster_project.warehousing.partitions import PartitionReport
from dagster_project.warehousing.recipes import Recipes
from dagster_project.warehousing.reference import write_calendar, write_programme
from dagster_project.warehousing.schema import raw_table_comments
from dagster_project.warehousing.tables import prepare

REFERENCE = "reference"
CALENDAR = "calendar"
DIMENSIONS = "dimensions"
SHARED = "shared"
SUITES = "suites"


@dataclass(frozen=True, slots=True)
class ReadingReport:
    """What one reading of new files gave."""

    files: int
    submissions: int
    unassigned: PartitionReport
    changed_forms: tuple[str, ...]


class Workshop:
    """One opening of the build database, with everything the steps need at hand."""

    def __init__(self, settings: Settings, connection: Connection) -> None:
        """Take the settings and a connection opened under the lock."""
        self.settings = settings
        self.connection = connection
        self._prints: dict[PartitionKey, str] | None = None

    @classmethod
    @contextmanager
    def entered(cls, settings: Settings) -> Iterator["Workshop"]:
        """Take the lock (waiting for another build to end), open the database, and close both."""
        settings.warehouse.mkdir(parents=True, exist_ok=True)
        with (
            WarehouseLock(settings.lock, settings.lock_wait_seconds),
            opened(settings.build_database) as connection,
        ):
            yield cls(settings, connection)

    @cached_property
    def programme(self) -> Programme:
        """Give the declared programme."""
        return load_programme(self.settings.programme_root)

    @cached_property
    def register(self) -> Register:
        """Give the region register, imported code books included."""
        return load_register(self.settings.programme_root, self.settings.imported_regions)

    @cached_property
    def receipts(self) -> dict[int, Receipt]:
        """Give all receipts by number."""
        return {one.receipt_number: one for one in read_receipts(self.settings.archive)}

    @cached_property
    def verdicts(self) -> dict[int, Verdict]:
        """Give the verdict in force on each submission."""
        return read_verdicts(self.settings.decisions)

    @cached_property
    def accepted_headers(self) -> dict[str, dict[str, str]]:
        """Give the headers that persons decided on, with the columns they mean, by form."""
        return in_force(read_aliases(self.settings.decisions))

    @cached_property
    def answers(self) -> tuple[Said, ...]:
        """Give the answers to questions that the office recorded."""
        return said_by_office(read_answers(self.settings.decisions))

    @property
    def as_of(self) -> datetime | None:
        """Give the time of the last archive record: a receipt or a verdict."""
        times = [one.received_at for one in self.receipts.values()]
        times += [one.decided_at for one in self.verdicts.values()]
        return max(times, default=None)

    def read_new(self) -> ReadingReport:
        """Read the archived files that are not landed yet, and judge those that name no form."""
        landed = self.land_new()
        stale = self._stale_prints()
        # All are judged before any is loaded: rules look across partitions, and so do the marks.
        self._judge(stale)
        unassigned = [self.process(key) for key in stale if not self._is_collected(key)]
        return replace(landed, unassigned=partitions.added(unassigned))

    def land_new(self) -> ReadingReport:
        """Read the archived files that are not landed yet, and judge nothing."""
        prepare(self.connection, self.programme)
        recipes = self._recipes.of_forms
        changed = landing.forget_changed_forms(self.connection, self.programme, recipes)
        if changed:
            prepare(self.connection, self.programme)
        new = landing.unread(self.connection, list(self.receipts.values()))
        submissions = self._read(new) if new else 0
        self.write_reference()
        return ReadingReport(len(new), submissions, partitions.added([]), tuple(changed))

    def write_reference(self) -> None:
        """Write the reference tables where programme, regions or the last record changed."""
        declared = state.fingerprint([self._recipes.programme, self._recipes.register])
        if built.built_reference(self.connection, REFERENCE) != declared:
            write_programme(self.connection, self.programme, self.register)
            with transaction(self.connection):  # each by itself would be written to disk alone
                for statement in raw_table_comments(self.programme):
                    self.connection.execute(statement)
            built.mark_reference(self.connection, REFERENCE, declared)
        reached = state.fingerprint([self._recipes.programme, self.as_of])
        if built.built_reference(self.connection, CALENDAR) != reached:
            write_calendar(self.connection, self.programme, self.as_of)
            built.mark_reference(self.connection, CALENDAR, reached)

    @property
    def dimensions_print(self) -> str:
        """Give the fingerprint of what the dimensions are made from and judged by.

        They are views, so that a new year's periods show in them at once.
        """
        parts = [self._recipes.programme, self._recipes.register, self._recipes.models[None]]
        return state.fingerprint(parts)

    def dimensions_are_stale(self) -> bool:
        """Say whether the dimensions were built from something else than what there is now.

        The same run makes the tables of forms that nobody has reported yet: readers find them
        empty.
        """
        changed = built.built_reference(self.connection, DIMENSIONS) != self.dimensions_print
        return changed or bool(self.forms_without_tables())

    def forms_without_tables(self) -> list[str]:
        """Give the forms whose facts have no table yet."""
        known = table_names(self.connection)
        return [form_id for form_id in self.programme.forms if f"hist_{form_id}" not in known]

    def finish_dimensions(self) -> None:
        """Record that the dimensions are built."""
        built.mark_reference(self.connection, DIMENSIONS, self.dimensions_print)

    def models_stand(self, tag: str, print_: str, views: AbstractSet[str]) -> bool:
        """Say whether a tag's models were made by the same dbt project, and its views stand."""
        made_by = built.built_reference(self.connection, f"models {tag}")
        are_there = views <= view_names(self.connection) and not self.forms_without_tables()
        return made_by == print_ and are_there

    def finish_models(self, tag: str, print_: str) -> None:
        """Record by which dbt project the models of a tag were made."""
        built.mark_reference(self.connection, f"models {tag}", print_)

    def finish_shared(self) -> None:
        """Record from what the tables that all forms share are built."""
        built.mark_reference(self.connection, SHARED, self.release_print)
        built.mark_reference(self.connection, INDICATORS, self.dimensions_print)

    def periods_to_judge(self) -> list[str]:
        """Give the periods whose shared tables no release has been judged on; none: all of them."""
        judged_by = built.built_reference(self.connection, SUITES)
        is_same = judged_by == self._recipes.suites[None]
        return built.periods_since_release(self.connection) if is_same else []

    def finish_release(self) -> None:
        """Record from what the release in force is made, and by which suites it was judged."""
        built.mark_released(self.connection)
        built.mark_reference(self.connection, SUITES, self._recipes.suites[None])

    def shared_are_current(self) -> bool:
        """Say whether the shared tables hold what is built now: another build may have come in."""
        return built.built_reference(self.connection, SHARED) == self.release_print

    def process(self, *keys: PartitionKey) -> PartitionReport:
        """Judge the new submissions of a form's partitions, record verdicts, load accepted rows."""
        self._judge(keys)
        bench = self.bench(keys[0].form_id)
        report = partitions.load(self.connection, bench, keys, self.verdicts)
        if not_asked := [key for key in keys if not self._is_collected(key)]:
            self.finish(*not_asked)
        return report

    def finish(self, *keys: PartitionKey) -> None:
        """Record that partitions are built and audited as their inputs stand now."""
        prints = self._fingerprints()
        built.mark_built(self.connection, {key: prints[key] for key in keys})

    def stale(self) -> list[PartitionKey]:
        """Give the partitions that wait for a run, in the order of periods."""
        return list(self.stale_inputs())

    def stale_inputs(self) -> dict[PartitionKey, str]:
        """Give the same with the fingerprints of what each would be built from."""
        stale = self._stale_prints()
        return {key: print_ for key, print_ in stale.items() if self._is_collected(key)}

    def open_partitions(self) -> list[PartitionKey]:
        """Give the partitions that are loaded but not audited: no release is made over them."""
        return built.open_partitions(self.connection)

    def _stale_prints(self) -> dict[PartitionKey, str]:
        """Give all keys whose inputs differ from what was built, in the order of periods."""
        done = built.built_partitions(self.connection).items()
        stale = dict(self._fingerprints().items() - done)
        return {key: stale[key] for key in sorted(stale, key=PartitionKey.in_order)}

    @property
    def release_print(self) -> str:
        """Give the fingerprint of all that a release is made from."""
        done = built.built_partitions(self.connection).items()
        prints = sorted((str(key), print_) for key, print_ in done)
        suites = self._recipes.suites[None]
        return state.fingerprint([prints, self.dimensions_print, suites, self.as_of])

    def _read(self, new: Sequence[Receipt]) -> int:
        items = [
            ReadItem(
                one.receipt_number, archived_file(self.settings.archive, one), one.original_name
            )
            for one in new
        ]
        batch = read_batch(
            items,
            self.settings.programme_root,
            self.settings.imported_regions,
            self.settings.workers,
            self.accepted_headers,
        )
        landing.land(self.connection, batch, [one.receipt_number for one in new])
        self._prints = None
        return len(batch.submissions)

    def _judge(self, keys: Iterable[PartitionKey]) -> None:
        """Judge what has no verdict yet, form by form; a later period finds the earlier judged."""
        of_forms: dict[str | None, list[PartitionKey]] = defaultdict(list)
        for key in sorted(keys, key=PartitionKey.in_order):
            of_forms[key.form_id].append(key)
        for form_id, own in of_forms.items():
            bench = self.bench(form_id)
            self.record(turns.judge_new(self.connection, bench, own, self.verdicts))

    def record(self, new: Sequence[Verdict]) -> None:
        """Record verdicts, which are in force from then on."""
        append_verdicts(self.settings.decisions, new)
        self.verdicts.update({one.submission_id: one for one in new})
        self._prints = None if new else self._prints

    def _is_collected(self, key: PartitionKey) -> bool:
        """Say whether a key names a form and a period that some collection asks for."""
        return key.period in self._asked_periods(key.form_id)

    def _asked_periods(self, form_id: str | None) -> tuple[str, ...]:
        year = self.settings.clock.now().year
        return asked_periods(self.programme, form_id, year) if form_id else ()

    def bench(self, form_id: str | None) -> Bench:
        """Give what a judge of a form needs."""
        whole = self._recipes.programme
        hash_ = form_hash(self.programme, form_id) if form_id else whole
        periods = frozenset(self._asked_periods(form_id))
        clock, headers = self.settings.clock, self.accepted_headers
        return Bench(self.programme, self.receipts, clock, hash_, periods, headers, self.answers)

    def _fingerprints(self) -> dict[PartitionKey, str]:
        """Give the fingerprint of every partition's inputs, until something lands or is decided."""
        if self._prints is None:
            prints = state.partition_fingerprints(
                self.connection,
                self.receipts,
                self.verdicts,
                self._recipes.with_suites,
                partial(partitions_looked_at, self.programme),
            )
            self._prints = state.with_answers(self.connection, prints, self.answers)
        return self._prints

    @cached_property
    def _recipes(self) -> Recipes:
        return Recipes(self.settings, self.programme, self.accepted_headers)
