"""Collecting: from files in the inbox to bytes in the archive and numbered receipts.

The order of the steps is what makes a kill at any instant harmless: claim, store, write the
receipts (the one instant at which a batch becomes true), tidy up. Not here: the steps
themselves (``claim``, ``archive``, ``receipts``), and what the files contain (``reading``).
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from dagster_project.clock import Clock
from dagster_project.collecting import archive as store
from dagster_project.collecting import claim as claiming
from dagster_project.collecting.claim import Claim
from dagster_project.collecting.deliveries import (
    CONTROL_NAME,
    Delivery,
    DeliveryList,
    read_delivery_list,
)
from dagster_project.collecting.errors import CollectError
from dagster_project.collecting.inbox import (
    LeftFile,
    Listing,
    is_settled,
    list_inbox,
    readable_name,
)
from dagster_project.collecting.receipts import (
    Receipt,
    last_receipt_number,
    read_receipts,
    receipts_folder,
    write_batch,
)
from dagster_project.collecting.records import next_number
from dagster_project.durable import CrashPoint, fsync_folder, no_crash

CRASH_POINTS = (
    "claim opened",
    "claimed one",
    "claimed all",
    "stored one",
    "stored all",
    "receipts written",
    "delivery list removed",
    "claim removed",
)

_FSYNC_THREADS = 8  # one journal commit serves many: 0.13 ms a file instead of 0.41


@dataclass(frozen=True, slots=True)
class CollectResult:
    """What one call of ``collect`` did.

    ``receipts`` are the new ones; ``left`` says what was not collected and why; ``waiting``
    names files that were written to a moment ago and come next time.
    """

    receipts: tuple[Receipt, ...]
    left: tuple[LeftFile, ...]
    waiting: tuple[str, ...]


def collect(
    inbox: Path,
    archive: Path,
    clock: Clock,
    crash_points: CrashPoint = no_crash,
    settle_seconds: float = 0,
) -> CollectResult:
    """Archive and receipt everything in the inbox, once each, whatever happened before.

    Finishes first what a killed run began. Call it under the warehouse lock: two at a time do
    no harm, but one of them will stop with an error.

    Args:
        inbox: the folder the files arrive in; a missing one counts as empty.
        archive: the folder of the archive; ``archive_path`` is relative to the one above it.
        clock: gives the time of receipt of files that no delivery list speaks of.
        crash_points: called at each of ``CRASH_POINTS``; tests raise there.
        settle_seconds: leave files alone that were written to so recently.

    Raises:
        CollectError: the delivery list is bad or the last receipts are damaged, and nothing
            was touched; or an archived file is damaged, and the next run goes on from here.
    """
    run = _Run(inbox, archive, clock.now(), crash_points, settle_seconds)
    run.finish_killed_run()
    while run.collect_batch():
        pass
    return CollectResult(tuple(run.receipts), tuple(run.left.values()), tuple(run.waiting))


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A claimed file and what its receipt will say of its arrival."""

    relative: str
    name: str
    received_at: datetime
    basis: str
    channel: str | None


@dataclass(slots=True)
class _Run:
    """One call of ``collect``: where it works, and what it has done so far."""

    inbox: Path
    archive: Path
    now: datetime
    crash: CrashPoint
    settle_seconds: float
    receipts: list[Receipt] = field(default_factory=list)
    left: dict[str, LeftFile] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)

    def finish_killed_run(self) -> None:
        """Tidy up after a run that was killed when its receipts were written already."""
        delivery_list = self._delivery_list()
        store.close_staging(self.archive)
        claims = claiming.claim_folders(self.inbox)
        if any(claiming.has_receipts(folder, self.archive) for folder in claims):
            self._retire(delivery_list)
        claiming.settle_old_claims(self.inbox, self.archive)

    def collect_batch(self) -> bool:
        """Collect one batch; tell whether there are files that need a batch of their own."""
        delivery_list = self._delivery_list()
        listing = self._listing()
        self.waiting = listing.waiting
        if not listing.files and not claiming.claim_folders(self.inbox):
            self._note_left(listing.left)
            return False
        first = last_receipt_number(self.archive) + 1  # damaged receipts stop the run here
        claim = self._claim(listing, delivery_list)
        self._note_left(listing.left)
        batch = self._write_receipts(claim, first)
        self.receipts += batch
        if batch:
            self._retire(delivery_list)
        claiming.settle_old_claims(self.inbox, self.archive)
        self.crash("claim removed")
        return not claim.complete

    def _delivery_list(self) -> DeliveryList | None:
        return read_delivery_list(self.inbox / CONTROL_NAME)

    def _note_left(self, left: list[LeftFile]) -> None:
        self.left |= {file.name: file for file in left}

    def _listing(self) -> Listing:
        """List the inbox; while its delivery list is being written, all files have to wait."""
        listing = list_inbox(self.inbox, self.settle_seconds)
        if not is_settled(self.inbox / CONTROL_NAME, self.settle_seconds):
            listing.waiting += map(readable_name, listing.files)
            listing.files = []
        return listing

    def _claim(self, listing: Listing, delivery_list: DeliveryList | None) -> Claim:
        """Claim what was listed, together with what a killed run had claimed."""
        number = next_number(receipts_folder(self.archive))
        claim = claiming.open_claim(self.inbox, number, delivery_list)
        self.crash("claim opened")
        if claim.delivery_list == delivery_list:
            claiming.claim_files(claim, self.inbox, listing, self.crash)
        elif listing.files:
            claim.complete = False
        self.crash("claimed all")
        return claim

    def _write_receipts(self, claim: Claim, first: int) -> list[Receipt]:
        """Store the files of a claim and write their receipts, numbered from ``first``."""
        stored = list(self._store(claim))
        for folder in {path.parent for _, _, path in stored}:
            fsync_folder(folder)
        store.close_staging(self.archive)
        self.crash("stored all")
        batch = [
            self._receipt(number, arrival, staged, path)
            for number, (arrival, staged, path) in enumerate(stored, start=first)
        ]
        if batch:
            self._write_batch(int(claim.folder.name), batch)
            self.crash("receipts written")
        return batch

    def _arrivals(self, claim: Claim) -> list[_Arrival]:
        """Give the claimed files in the order of their receipts."""
        deliveries = claim.delivery_list.by_name if claim.delivery_list else {}
        arrivals = [self._arrival(relative, deliveries) for relative in claim.files]
        return sorted(arrivals, key=lambda file: (file.received_at, file.name, file.relative))

    def _arrival(self, relative: str, deliveries: dict[str, Delivery]) -> _Arrival:
        name = readable_name(relative)
        if delivery := deliveries.get(name):
            return _Arrival(relative, name, delivery.received_at, "replayed", delivery.channel)
        return _Arrival(relative, name, self.now, "clock", None)

    def _store(self, claim: Claim) -> Iterator[tuple[_Arrival, store.StagedFile, Path]]:
        """Store the files of a claim in order; one that cannot be read goes back."""
        known = store.stored_by_prefix(self.archive)
        arrivals, staging = self._arrivals(claim), store.open_staging(self.archive)
        sources = [claim.folder / arrival.relative for arrival in arrivals]
        copies = [staging / str(position) for position in range(len(arrivals))]
        with ThreadPoolExecutor(_FSYNC_THREADS) as pool:
            outcomes = pool.map(_try_stage, sources, copies)
            for arrival, staged in zip(arrivals, outcomes, strict=True):
                if isinstance(staged, str):
                    self._note_left([LeftFile(arrival.name, "COLLECT_FILE_UNREADABLE", staged)])
                    claiming.put_back(claim, self.inbox, arrival.relative)
                    continue
                month = arrival.received_at.isoformat()[:7]
                path = store.store(staged, self.archive, month, arrival.name, known)
                self.crash("stored one")
                yield arrival, staged, path

    def _receipt(
        self, number: int, arrival: _Arrival, staged: store.StagedFile, path: Path
    ) -> Receipt:
        return Receipt(
            receipt_number=number,
            original_name=arrival.name,
            archive_path=path.relative_to(self.archive.parent).as_posix(),
            sha256=staged.sha256,
            bytes=staged.size,
            received_at=arrival.received_at,
            basis=arrival.basis,
            channel=arrival.channel,
        )

    def _write_batch(self, number: int, batch: list[Receipt]) -> None:
        try:
            write_batch(self.archive, number, batch)
        except FileExistsError as error:
            raise CollectError("COLLECT_BATCH_TAKEN", batch=number) from error

    def _retire(self, delivery_list: DeliveryList | None) -> None:
        """Remove the delivery list once every file it names has been collected."""
        path = self.inbox / CONTROL_NAME
        if delivery_list and self._is_done(delivery_list) and path.exists():
            # Whoever replaced the list meanwhile has not had the new one read yet.
            if path.read_bytes() == delivery_list.data:
                path.unlink()
            self.crash("delivery list removed")

    def _is_done(self, delivery_list: DeliveryList) -> bool:
        """Tell whether each file a list names has its receipt and none lies in the inbox."""
        listing = list_inbox(self.inbox, settle_seconds=0)
        present = {readable_name(path) for path in listing.files}
        present |= {file.name for file in listing.left}
        if not present.isdisjoint(delivery_list.by_name):
            return False
        receipted = {
            (receipt.original_name, receipt.received_at)
            for receipt in read_receipts(self.archive)
            if receipt.basis == "replayed"
        }
        named = {(name, file.received_at) for name, file in delivery_list.by_name.items()}
        return named <= receipted


def _try_stage(source: Path, copy: Path) -> store.StagedFile | str:
    """Stage a file; where it cannot be read, give the reason instead."""
    try:
        return store.stage(source, copy)
    except store.SourceUnreadableError as error:
        return str(error)
