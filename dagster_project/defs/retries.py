"""When a step is tried again: for faults that pass, never for what a person must mend."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from dagster_project.errors import JicengError

TRANSIENT = dg.RetryPolicy(max_retries=2, delay=1, backoff=dg.Backoff.EXPONENTIAL)
"""A disk that is briefly full or a network folder that is briefly gone heals in seconds."""


@contextmanager
def mendable() -> Iterator[None]:
    """Let an error that a person must mend fail the step at once, with its words as description."""
    try:
        yield
    except JicengError as error:
        raise dg.Failure(description=str(error), allow_retries=False) from error
