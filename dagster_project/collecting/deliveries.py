"""The delivery list ``raw/inbox/deliveries.csv``: when and how each file really arrived.

With it, deliveries of the past are replayed at their own times. It is read and checked as a
whole before any file is touched. Not here: taking files out of the inbox (``claim``).
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from unicodedata import normalize

from dagster_project.clock import CHINA
from dagster_project.collecting.errors import CollectError

CONTROL_NAME = "deliveries.csv"

_HEADERS = (["file_name", "received_at"], ["file_name", "received_at", "channel"])
# A time of day is obligatory: a bare date would silently count as midnight.
_TIME = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{3}|\.\d{6})?)?(Z|[+-]\d{2}:\d{2})?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Delivery:
    """When (naive China time) and through which channel a file arrived."""

    received_at: datetime
    channel: str | None


@dataclass(frozen=True, slots=True)
class DeliveryList:
    """A delivery list: its bytes as found, and what they say by file name (Unicode NFC)."""

    data: bytes
    by_name: dict[str, Delivery]


def read_delivery_list(path: Path) -> DeliveryList | None:
    """Read and check a delivery list, None where there is none.

    Raises:
        CollectError: the list is a link or unreadable, no UTF-8, or has a bad header or row.
    """
    if path.is_symlink():
        raise CollectError("COLLECT_DELIVERIES_LINK", file=path)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CollectError(
            "COLLECT_DELIVERIES_UNREADABLE", file=path, reason=error.strerror
        ) from error
    return DeliveryList(data, parse_deliveries(path, data))


def parse_deliveries(path: Path, data: bytes) -> dict[str, Delivery]:
    """Give the deliveries of a list by file name; ``path`` is only named in errors."""
    deliveries: dict[str, Delivery] = {}
    lines: dict[str, int] = {}
    for line, row in _rows(path, _text(path, data)):
        name = normalize("NFC", row["file_name"])
        if name in lines:
            raise CollectError(
                "COLLECT_DELIVERY_NAME_TWICE", file=path, line=line, name=name, first=lines[name]
            )
        deliveries[name], lines[name] = _delivery(path, line, row), line
    return deliveries


def _text(path: Path, data: bytes) -> str:
    """Decode UTF-8 with or without byte order mark."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CollectError("COLLECT_DELIVERIES_NOT_UTF8", file=path, line=line) from error


def _rows(path: Path, text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Give each row below the header with the line it ends on; blank lines are passed by."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        if header not in _HEADERS:
            raise CollectError("COLLECT_DELIVERIES_HEADER_BAD", file=path, line=1)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, _row(path, reader.line_num, header, cells)
    except csv.Error as error:
        line = reader.line_num
        raise CollectError("COLLECT_DELIVERY_ROW_BAD", file=path, line=line) from error


def _row(path: Path, line: int, header: list[str], cells: list[str]) -> dict[str, str]:
    """Give a row by column; it must have one cell for each column and name a file."""
    if len(cells) != len(header) or not cells[0]:
        raise CollectError("COLLECT_DELIVERY_ROW_BAD", file=path, line=line)
    return dict(zip(header, cells, strict=True))


def _delivery(path: Path, line: int, row: dict[str, str]) -> Delivery:
    """Give the delivery that a row speaks of."""
    text = row["received_at"].strip()
    received_at = _china_time(text) if _TIME.fullmatch(text) else None
    if received_at is None:
        raise CollectError("COLLECT_DELIVERY_TIME_BAD", file=path, line=line, text=text)
    return Delivery(received_at, row.get("channel", "").strip() or None)


def _china_time(text: str) -> datetime | None:
    """Read an ISO time, bringing one with an offset to China time; None for 30 February."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(CHINA).replace(tzinfo=None) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        return None
