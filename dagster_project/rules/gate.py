"""The gate: what the findings on a submission make of it.

No flag and no setting moves a submission past a hard finding; only a mended file does. Not here:
who explains a soft finding, and how.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

State = Literal["accepted", "accepted_with_questions", "refused"]

OTHERS_MAY_BE_WRONG = frozenset({"cross_form", "cross_level"})
"""Scopes in which no single unit may have caused a finding: even a hard one only asks."""


NOTE = "note"
"""Scope of a soft finding that only tells: nobody has to answer it."""


def state_of(findings: Iterable[Mapping[str, Any]]) -> State:
    """Give the state of a submission from the ``severity`` and ``scope`` of its findings.

    >>> state_of([])
    'accepted'
    >>> state_of([{"severity": "Q", "scope": "row"}])
    'accepted_with_questions'
    >>> state_of([{"severity": "M", "scope": "cross_form"}])
    'accepted_with_questions'
    >>> state_of([{"severity": "Q", "scope": "row"}, {"severity": "M", "scope": "cell"}])
    'refused'
    >>> state_of([{"severity": "Q", "scope": "note"}])
    'accepted'
    """
    state: State = "accepted"
    for finding in findings:
        if refuses(finding["severity"], finding["scope"]):
            return "refused"
        if finding["scope"] != NOTE:
            state = "accepted_with_questions"
    return state


def refuses(severity: str, scope: str) -> bool:
    """Say whether one finding refuses its submission: all but soft ones and those others may cause.

    A severity or scope not known here refuses: what is not understood never gets in.
    """
    return severity != "Q" and scope not in OTHERS_MAY_BE_WRONG
