"""What is up to date: fingerprints of inputs against fingerprints of what was built.

Nothing here trusts a clock or an event log, so a build that was killed anywhere is simply found
unfinished. Not here: doing the work (see ``partitions``, ``defs``).
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import astuple
from functools import lru_cache
from pathlib import Path
from typing import Any

from dagster_project.collecting.decisions import Verdict
from dagster_project.collecting.receipts import Receipt
from dagster_project.warehousing.answers import Said
from dagster_project.warehousing.built import PartitionKey
from dagster_project.warehousing.database import Connection, rows_of, table_names

Compared = Callable[[Iterable[PartitionKey]], Mapping[PartitionKey, list[PartitionKey]]]


def fingerprint(parts: Iterable[object]) -> str:
    """Give 16 hex digits of some plain values."""
    content = json.dumps(list(parts), ensure_ascii=False, default=str)
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def fingerprint_of_files(paths: Iterable[Path]) -> str:
    """Give 16 hex digits of the names and bytes of some files."""
    return fingerprint((path.name, hash_of_file(path)) for path in sorted(paths))


def hash_of_file(path: Path) -> str:
    """Give the SHA-256 of a file; one that was not written to since is not read again."""
    stat = path.stat()
    return _hash_of(path, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=4096)
def _hash_of(path: Path, _changed: int, _size: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def partition_fingerprints(
    connection: Connection,
    receipts: Mapping[int, Receipt],
    verdicts: Mapping[int, Verdict],
    recipes: Mapping[str | None, str],
    compared: Compared,
) -> dict[PartitionKey, str]:
    """Give the fingerprint of every partition's inputs: its deliveries, verdicts and recipe.

    ``recipes`` maps each form to a hash of its declaration and of the models built on it;
    ``compared`` gives for partitions those that their rules compare them with: what those hold is
    an input too.
    """
    if "landing_submission" not in table_names(connection):
        return {}
    query = """
        select submission_id, receipt_number, form_id, period, content_hash
        from landing_submission order by submission_id
    """
    inputs: dict[PartitionKey, list[Any]] = defaultdict(list)
    for one in rows_of(connection, query):
        receipt = receipts[one["receipt_number"]]
        verdict = verdicts.get(one["submission_id"])
        said = (verdict.state, verdict.decided_at, verdict.programme_hash) if verdict else None
        key = PartitionKey(one["form_id"], one["period"])
        inputs[key].append(
            (one["submission_id"], receipt.sha256, receipt.received_at, one["content_hash"], said)
        )
    own = {key: fingerprint(parts) for key, parts in inputs.items()}
    others = compared(own)
    return {
        key: fingerprint(
            [recipes.get(key.form_id), print_, *(own[one] for one in others.get(key, ()))]
        )
        for key, print_ in own.items()
    }


def with_answers(
    connection: Connection, prints: dict[PartitionKey, str], answers: Sequence[Said]
) -> dict[PartitionKey, str]:
    """Give the fingerprints of partitions changed by the answers that may speak of them.

    That is where the answer's unit has reported; what is compared with them stays as it is.
    """
    if not answers or not prints:
        return prints
    query = "select distinct form_id, period, respondent_code from landing_submission"
    about: dict[PartitionKey, list[Said]] = defaultdict(list)
    sent = set(connection.execute(query).fetchall())
    for one in answers:
        for period in one.periods:
            if (one.form_id, period, one.respondent_code) in sent:
                about[PartitionKey(one.form_id, period)].append(one)
    return prints | {key: fingerprint([prints[key], *map(astuple, about[key])]) for key in about}
