"""``jiceng rejudge``: new verdicts, under today's programme, on what another programme judged.

Verdicts are only added; a rebuild replays the newest. An outcome that stays keeps its time, so that
what was known on a day stays known; an outcome that changes holds from now. Not here: judging (see
``warehousing.judging``); the next build loads what changed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from dagster_project.collecting.decisions import Verdict
from dagster_project.settings import Settings
from dagster_project.warehousing.built import PartitionKey
from dagster_project.warehousing.revisions import ACCEPTED
from dagster_project.warehousing.turns import judge_in_turns, submissions_of
from dagster_project.warehousing.workshop import Workshop


@dataclass(frozen=True, slots=True)
class Rejudged:
    """One submission with the verdict before and the new one."""

    original_name: str
    before: Verdict
    after: Verdict

    @property
    def is_changed(self) -> bool:
        """Say whether the sender would be told something else now."""
        return (self.before.state, _rules(self.before)) != (self.after.state, _rules(self.after))


def rejudge(
    settings: Settings, form_id: str | None, period: str | None, *, dry_run: bool
) -> list[Rejudged]:
    """Judge again what another programme judged, of one form or period where they are named.

    ``dry_run`` records nothing.
    """
    found: list[Rejudged] = []
    with Workshop.entered(settings) as shop:
        shop.land_new()
        for key in _keys(shop, form_id, period):
            new = list(_judged_anew(shop, key))
            shop.verdicts.update({one.after.submission_id: one.after for one in new})
            found += new
        if not dry_run:
            shop.record([one.after for one in found])
    return found


def _keys(shop: Workshop, form_id: str | None, period: str | None) -> list[PartitionKey]:
    """Give the partitions in the order in which a build judges them."""
    query = "select distinct form_id, period from landing_submission"
    keys = (PartitionKey(*one) for one in shop.connection.execute(query).fetchall())
    wanted = (
        key for key in keys if form_id in {None, key.form_id} and period in {None, key.period}
    )
    return sorted(wanted, key=PartitionKey.in_order)


def _judged_anew(shop: Workshop, key: PartitionKey) -> Iterator[Rejudged]:
    bench = shop.bench(key.form_id)
    waiting = [one for one in submissions_of(shop.connection, key) if _is_old(shop, one)]
    for verdict in judge_in_turns(shop.connection, bench, waiting, shop.verdicts):
        before = shop.verdicts[verdict.submission_id]
        is_same = _is_accepted(before) == _is_accepted(verdict)
        after = replace(verdict, decided_at=before.decided_at) if is_same else verdict
        yield Rejudged(shop.receipts[after.receipt_number].original_name, before, after)


def _is_old(shop: Workshop, landed: dict[str, Any]) -> bool:
    """Say whether a submission was judged by another programme than today's."""
    verdict = shop.verdicts.get(landed["submission_id"])
    now = shop.bench(landed["form_id"]).programme_hash
    return verdict is not None and verdict.programme_hash != now


def _is_accepted(verdict: Verdict) -> bool:
    return verdict.state in ACCEPTED


def _rules(verdict: Verdict) -> list[tuple[Any, ...]]:
    return [(one.get("rule_id"), one.get("severity"), one.get("cell")) for one in verdict.findings]
