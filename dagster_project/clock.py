"""The one clock. Everything that needs the time is handed one of these.

Times are naive datetimes in China Standard Time (UTC+8), the time the reports are due in.
Not here: anything about reporting periods (see ``programme.period``).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Protocol

CHINA = timezone(timedelta(hours=8))


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Give the current time, naive, in China Standard Time."""
        ...


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's clock, cut to whole seconds so that records read well."""

    def now(self) -> datetime:
        """Give the machine's time in China Standard Time, whatever its own zone."""
        return datetime.now(UTC).astimezone(CHINA).replace(tzinfo=None, microsecond=0)


@dataclass(frozen=True, slots=True)
class FixedClock:
    """A clock that stands still, for replays and tests."""

    instant: datetime

    def now(self) -> datetime:
        """Give the one instant this clock was set to."""
        return self.instant
