"""Under which names things go back: ``returned/<form>/<period>/<unit>_<title>_<verdict>_<number>``.

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
NUMBER = "0{:07}"
"""A nought before it: 201501 in the name of a file that is sent again would be a period."""
UNRECOGNISED, UNKNOWN_PERIOD = "unrecognised", "unknown_period"


def folder_of(form_id: str | None, period: str | None) -> PurePosixPath:
    """Give the folder below ``returned/`` of one form and period.

    >>> folder_of("staff", None).as_posix(), folder_of(None, None).as_posix()
    ('staff/unknown_period', 'unrecognised')
    """
    if form_id is None:
        return PurePosixPath(UNRECOGNISED)
    return PurePosixPath(form_id, safe(period or UNKNOWN_PERIOD))


def stem_of(summary: Summary, submission_id: int, original_name: str) -> str:
    """Give the name, without ending, of the files about a submission.

    It begins with the unit, or where none was recognised with the sender's own name of the file.
    Two submissions of one unit, form and period differ by their numbers: none replaces another.
    """
    verdict = "RETURN" if summary.state in ("refused", "unreadable") else "RESULT"
    own = PurePosixPath(original_name.replace("\\", "/")).stem.removesuffix(f"_{say('SHEET')}")
    parts = [summary.unit_name or summary.unit_code or own, summary.title, say(f"NAME_{verdict}")]
    return "_".join([*(safe(part) for part in parts if part), NUMBER.format(submission_id)])


def safe(text: str) -> str:
    r"""Give a text as a part of a file's name: no folder, no device, nothing that hides.

    >>> safe("../大石\\街道\u202egnp.exe"), safe("con"), safe("...")
    ('_大石_街道_gnp.exe', '_con', '_')
    """
    plain = _UNSAFE.sub("_", text).strip(" .")[:LONGEST] or "_"
    return f"_{plain}" if RESERVED.match(plain) else plain
