"""Receipts: one numbered record for every delivery of a file, also of bytes already archived.

Numbers run from 1 over all batches without a gap; within a batch the order is that of
(received_at, original_name). Not here: storing bytes (``archive``), or what a file contains.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dagster_project.collecting import records
from dagster_project.collecting.errors import CollectError

BASES = ("clock", "replayed")

_SHA256 = re.compile(r"[0-9a-f]{64}")
_ARCHIVE_PATH = re.compile(r"[^/]+/[0-9]{4}-[0-9]{2}/([0-9a-f]{12,64})\.[a-z0-9]{1,8}")


@dataclass(frozen=True, slots=True)
class Receipt:
    """One delivery of one file.

    ``original_name`` is relative to the inbox (``/`` between folders, Unicode NFC),
    ``archive_path`` to ``raw/``; ``received_at`` is naive China time; ``basis`` is ``clock``,
    or ``replayed`` where the delivery list named the time.
    """

    receipt_number: int
    original_name: str
    archive_path: str
    sha256: str
    bytes: int
    received_at: datetime
    basis: str
    channel: str | None


def receipts_folder(archive: Path) -> Path:
    """Give the folder in which the batches of receipts stand."""
    return archive / "receipts"


def archived_file(archive: Path, receipt: Receipt) -> Path:
    """Give the path of the bytes that a receipt is for."""
    return archive.parent / receipt.archive_path


def read_receipts(archive: Path) -> list[Receipt]:
    """Read and check all receipts, in the order of their numbers.

    Raises:
        CollectError: a broken line, a bad field, a gap in the numbers or a changed order;
            names the file and the line.
    """
    receipts: list[Receipt] = []
    for path in records.record_files(receipts_folder(archive)):
        batch = read_batch(path)
        _check_first_number(path, batch, len(receipts) + 1)
        receipts += batch
    return receipts


def read_batch(path: Path) -> list[Receipt]:
    """Read and check one file of receipts; its first number is taken as it stands."""
    batch = [
        _receipt(path, line, record)
        for line, record in enumerate(records.read_record_file(path), start=1)
    ]
    _check_sequence(path, batch)
    return batch


def last_receipt_number(archive: Path) -> int:
    """Give the highest receipt number so far, 0 where there is none; reads one file only."""
    files = records.record_files(receipts_folder(archive))
    if not files:
        return 0
    return read_batch(files[-1])[-1].receipt_number


def write_batch(archive: Path, batch_number: int, batch: Sequence[Receipt]) -> Path:
    """Write the receipts of one batch, whole or not at all."""
    folder = receipts_folder(archive)
    return records.write_records(folder, batch_number, map(_as_record, batch))


def _as_record(receipt: Receipt) -> dict[str, object]:
    """Give a receipt as plain JSON values, in the order of its fields."""
    values = {name: getattr(receipt, name) for name in Receipt.__slots__}
    return values | {"received_at": receipt.received_at.isoformat()}


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _is_count(value: object) -> bool:
    return type(value) is int and value >= 0


def _is_local_time(value: object) -> bool:
    return isinstance(value, datetime) and value.tzinfo is None


def _names_its_bytes(receipt: Receipt) -> bool:
    """Tell whether hash and archive path are well formed and belong together."""
    if not (isinstance(receipt.sha256, str) and isinstance(receipt.archive_path, str)):
        return False
    path = _ARCHIVE_PATH.fullmatch(receipt.archive_path)
    return bool(path and _SHA256.fullmatch(receipt.sha256) and receipt.sha256.startswith(path[1]))


_CHECKS: dict[str, Callable[[Receipt], bool]] = {
    "receipt_number": lambda receipt: _is_count(receipt.receipt_number),
    "original_name": lambda receipt: _is_text(receipt.original_name),
    "archive_path, sha256": _names_its_bytes,
    "bytes": lambda receipt: _is_count(receipt.bytes),
    "received_at": lambda receipt: _is_local_time(receipt.received_at),
    "basis": lambda receipt: receipt.basis in BASES,
    "channel": lambda receipt: receipt.channel is None or isinstance(receipt.channel, str),
}
_FIELDS = set(Receipt.__slots__)


def _receipt(path: Path, line: int, record: records.Record) -> Receipt:
    """Make a receipt of a record, every field checked."""
    if record.keys() != _FIELDS:
        raise _bad_field(path, line, ", ".join(sorted(record.keys() ^ _FIELDS)))
    try:
        record["received_at"] = datetime.fromisoformat(record["received_at"])
    except (TypeError, ValueError) as error:
        raise _bad_field(path, line, "received_at") from error
    receipt = Receipt(**record)
    for field, is_good in _CHECKS.items():
        if not is_good(receipt):
            raise _bad_field(path, line, field)
    return receipt


def _bad_field(path: Path, line: int, field: str) -> CollectError:
    return CollectError("COLLECT_RECORD_FIELD_BAD", file=path, line=line, field=field)


def _check_first_number(path: Path, batch: Sequence[Receipt], expected: int) -> None:
    """Raise where a batch does not begin with the number after the last batch's."""
    found = batch[0].receipt_number
    if found != expected:
        raise _gap(path, 1, expected, found)


def _check_sequence(path: Path, batch: Sequence[Receipt]) -> None:
    """Raise where receipts of a batch do not follow one another, naming the first such line."""
    first = batch[0].receipt_number
    keys = [(receipt.received_at, receipt.original_name) for receipt in batch]
    for line, (receipt, key, before) in enumerate(
        zip(batch, keys, keys[:1] + keys, strict=False), start=1
    ):
        if receipt.receipt_number != first + line - 1:
            raise _gap(path, line, first + line - 1, receipt.receipt_number)
        if key < before:
            raise CollectError("COLLECT_RECEIPT_ORDER_CHANGED", file=path, line=line)


def _gap(path: Path, line: int, expected: int, found: int) -> CollectError:
    return CollectError(
        "COLLECT_RECEIPT_NUMBER_GAP", file=path, line=line, expected=expected, found=found
    )
