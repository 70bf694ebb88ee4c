"""Under which names things go back: ``returned/<form>/<period>/<unit>_<form>_<verdict>``.

Not here: writing the files.
"""

import re
from pathlib import PurePosixPath

from dagster_project.feedback.model import Summary
from dagster_project.feedback.texts import say

_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u202a-\u202e\u2066-\u2069]+')
LONGEST = 60
"""Characters of each part: some file systems take 255 bytes, a Chinese character being three."""
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?$")
UNKNOWN_FORM, UNKNOWN_PERIOD = "unknown_form", "unknown_period"


def returned_name(
    summary: Summary, form_id: str | None, submission_id: int, ending: str
) -> PurePosixPath:
    """Give the path below ``returned/`` for one file about a submission.

    Two submissions of one unit, form and period differ by their ids, so that none replaces another.
    """
    verdict = "RETURN" if summary.state in ("refused", "unreadable") else "RESULT"
    parts = [
        safe(summary.unit_name or summary.unit_code or say("UNKNOWN")),
        safe(summary.title or say("UNKNOWN_FORM")),
        say(f"NAME_{verdict}"),
        str(submission_id),
    ]
    folder = PurePosixPath(form_id or UNKNOWN_FORM, safe(summary.period or UNKNOWN_PERIOD))
    return folder / f"{'_'.join(parts)}{ending}"


def safe(text: str) -> str:
    r"""Give a text as a part of a file's name: no folder, no device, nothing that hides.

    >>> safe("../大石\\街道\u202egnp.exe"), safe("con"), safe("...")
    ('_大石_街道_gnp.exe', '_con', '_')
    """
    plain = _UNSAFE.sub("_", text).strip(" .")[:LONGEST] or "_"
    return f"_{plain}" if RESERVED.match(plain) else plain
