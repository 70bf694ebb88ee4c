"""A home for collecting: an inbox, an archive and a clock in a temporary folder."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import pytest

from dagster_project.clock import FixedClock
from dagster_project.collecting.collect import CollectResult, collect
from dagster_project.collecting.inbox import list_inbox
from dagster_project.collecting.receipts import archived_file, read_receipts
from dagster_project.collecting.verify import verify
from dagster_project.durable import no_crash

NOW = datetime.fromisoformat("2016-03-05T10:30:00")


class CrashError(Exception):
    """Stands for a kill at a crash point."""


@dataclass
class Home:
    """The folders of one test."""

    raw: Path
    now: datetime = NOW

    @property
    def inbox(self) -> Path:
        return self.raw / "inbox"

    @property
    def archive(self) -> Path:
        return self.raw / "archive"

    def send(self, name: str, data: bytes) -> Path:
        path = self.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def list_deliveries(self, *rows: str, header: str = "file_name,received_at,channel") -> Path:
        return self.send("deliveries.csv", "\n".join([header, *rows, ""]).encode())

    def collect(self, crash_points=no_crash, settle_seconds: float = 0) -> CollectResult:
        clock = FixedClock(self.now)
        return collect(self.inbox, self.archive, clock, crash_points, settle_seconds)

    def collect_until(self, instant: int) -> bool:
        """Collect, and crash at the instant with that number; tells whether it came to that."""
        passed = 0

        def crash(point: str) -> None:
            nonlocal passed
            passed += 1
            if passed == instant:
                raise CrashError(point)

        try:
            self.collect(crash)
        except CrashError:
            return True
        return False

    def receipt_files(self) -> dict[str, bytes]:
        folder = self.archive / "receipts"
        return {path.name: path.read_bytes() for path in folder.iterdir()}

    def assert_received_once(self, sent: list[tuple[str, bytes]]) -> None:
        """Assert one receipt for each delivery, its bytes in the archive, nothing left over."""
        receipts = read_receipts(self.archive)
        found = Counter((one.original_name, one.sha256) for one in receipts)
        assert found == Counter((name, sha256(data).hexdigest()) for name, data in sent)
        assert [one.receipt_number for one in receipts] == list(range(1, len(sent) + 1))
        for one in receipts:
            data = archived_file(self.archive, one).read_bytes()
            assert (sha256(data).hexdigest(), len(data)) == (one.sha256, one.bytes)
        report = verify(self.archive)
        assert report.is_sound
        assert report.foreign == ()
        assert list_inbox(self.inbox, 0).files == []
        assert list((self.inbox / ".claimed").iterdir()) == []
        assert not (self.archive / ".staging").exists()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "raw" / "inbox").mkdir(parents=True)
    return Home(tmp_path / "raw")


@pytest.fixture(scope="session")
def make_home():
    """Give a maker of homes, for tests that need several or a folder of their own."""
    return Home
