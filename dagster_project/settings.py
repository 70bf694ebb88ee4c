"""Where things are: one frozen object, read from the environment once per command.

Folders of the data (``raw/``, ``warehouse/``) hang on the home folder; the project's own content
(programme, dbt project, expectations) comes with the code. Not here: any behaviour.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path

from dagster_project.clock import Clock, SystemClock

PACKAGE = Path(__file__).parent


@dataclass(frozen=True)
class Settings:
    """The folders and the clock of one installation."""

    home: Path
    programme_root: Path | None = None
    clock: Clock = field(default_factory=SystemClock)
    workers: int = 2
    lock_wait_seconds: float = 600.0

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read ``JICENG_HOME``, ``_PROGRAMME``, ``_WORKERS`` and ``_LOCK_WAIT`` (seconds)."""
        programme = os.environ.get("JICENG_PROGRAMME")
        return cls(
            home=Path(os.environ.get("JICENG_HOME", ".")).resolve(),
            programme_root=Path(programme).resolve() if programme else None,
            workers=int(os.environ.get("JICENG_WORKERS", min(2, os.cpu_count() or 1))),
            lock_wait_seconds=float(os.environ.get("JICENG_LOCK_WAIT", "600")),
        )

    @property
    def raw(self) -> Path:
        """Give the folder that holds the truth: inbox, archive, decisions."""
        return self.home / "raw"

    @property
    def inbox(self) -> Path:
        """Give the folder where files are dropped."""
        return self.raw / "inbox"

    @property
    def archive(self) -> Path:
        """Give the folder of archived files and their receipts."""
        return self.raw / "archive"

    @property
    def decisions(self) -> Path:
        """Give the folder of recorded decisions."""
        return self.raw / "decisions"

    @property
    def dictionary(self) -> Path:
        """Give the folder of the data dictionary."""
        return self.warehouse / "dictionary"

    @property
    def imported_regions(self) -> Path:
        """Give the folder of imported code books."""
        return self.decisions / "regions"

    @property
    def warehouse(self) -> Path:
        """Give the folder of everything that can be rebuilt."""
        return self.home / "warehouse"

    @property
    def returned(self) -> Path:
        """Give the folder of what goes back to the senders; it can be rebuilt too."""
        return self.home / "returned"

    @property
    def build_database(self) -> Path:
        """Give the database in which dbt builds; readers never open it."""
        return self.warehouse / "build.duckdb"

    @property
    def published_database(self) -> Path:
        """Give the database that readers open: the newest release."""
        return self.warehouse / "jiceng.duckdb"

    @property
    def releases(self) -> Path:
        """Give the folder of all releases."""
        return self.warehouse / "releases"

    @property
    def pending(self) -> Path:
        """Give the file that says which partitions wait for a run."""
        return self.warehouse / "pending.json"

    @property
    def lock(self) -> Path:
        """Give the file whose lock allows writing to the build database."""
        return self.warehouse / ".lock"

    @property
    def dbt_project(self) -> Path:
        """Give the dbt project: beside the package in a checkout, inside it in a wheel.

        A programme of one's own has it in its own folder.
        """
        return self.own_folder("dbt") or packaged("dbt")

    @property
    def expectations(self) -> Path:
        """Give the folder of the Great Expectations suites, kept as the dbt project is."""
        return self.own_folder("expectations") or packaged("expectations")

    def own_folder(self, name: str) -> Path | None:
        """Give a folder of a programme of one's own, None for the package's programme."""
        root = self.programme_root
        return root / name if root and root.resolve() != PACKAGE / "programme" else None


def packaged(name: str) -> Path:
    """Give a folder that comes with the code."""
    beside = PACKAGE.parent / name
    return beside if beside.is_dir() else PACKAGE / "bundled" / name
