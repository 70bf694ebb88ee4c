"""Very many failures of one rule in one submission: some are listed, of the others their number.

Not here: what fails (see ``judge``), the same for problems of cells (see ``reading.findings``).
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence

from dagster_project.rules.findings import Found, json_text

MOST_ALIKE = 1_000
"""Rows of a submission that are listed for one rule; a text of a million rows sent twice over would
else have a million findings, which no sender reads and every later step carries."""


def few_of_each(
    failures: Iterable[int], submissions: Sequence[int], rows: Sequence[int | None]
) -> tuple[list[int], dict[int, int]]:
    """Give the first failures of each submission, and by the last of these how many more it has.

    Args:
        failures: places in the two others, which are as long as there are judged rows.
        submissions: the submission of each row.
        rows: the number of each row in its submission.
    """
    listed: list[int] = []
    counts: Counter[int] = Counter()
    last: dict[int, int] = {}
    for place in sorted(failures, key=lambda one: (submissions[one], rows[one] or 0)):
        counts[submissions[place]] += 1
        if counts[submissions[place]] <= MOST_ALIKE:
            listed.append(place)
            last[submissions[place]] = place
    more = {last[one]: count - MOST_ALIKE for one, count in counts.items() if count > MOST_ALIKE}
    return listed, more


def more_alike(found: Found, count: int) -> Found:
    """Give the finding that so many more failures are alike, from the last that is listed."""
    said = {name: text for name, text in json.loads(found.params).items() if "column" in name}
    params = said | {"rule": found.rule_id, "count": str(count), "listed": str(MOST_ALIKE)}
    return found._replace(
        rule_id="RULE_MORE_ALIKE", row_number=None, related_cells=None, params=json_text(params)
    )
