"""When a step is tried again: for faults that pass, never for what a person must mend.

Not here: when a whole run is tried again (see ``sensors``).
"""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
import duckdb

from dagster_project.errors import JicengError

PASSING = (OSError, duckdb.IOException)
"""A disk that is briefly full, a network folder that is briefly gone."""
RETRIES = 2
SECONDS_BETWEEN = 2
"""Such faults heal in seconds, and the lock is free for others meanwhile."""


@contextmanager
def mendable() -> Iterator[None]:
    """Let an error that a person must mend fail the step at once, with its words as description.

    Faults that pass are tried again; anything else is a programmer's error, and fails at once.
    """
    try:
        yield
    except JicengError as error:
        raise dg.Failure(description=str(error), allow_retries=False) from error
    except PASSING as error:
        raise dg.RetryRequested(RETRIES, SECONDS_BETWEEN) from error
