"""Which submission is in force when: the fold over deliveries."""

from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dagster_project.warehousing.revisions import ACCEPTED, Judged, with_revisions

START = datetime(2016, 1, 4, 9)


def delivery(number: int, content: str, state: str = "accepted", unit: str = "A") -> Judged:
    at = START + timedelta(hours=number)
    return Judged(number, unit, at, at, content, state)


def fates(*deliveries: Judged) -> list[tuple[str, int | None]]:
    return [(one.state, one.revision) for one in with_revisions(deliveries)]


def test_the_same_content_again_changes_nothing():
    assert fates(delivery(1, "x"), delivery(2, "x")) == [("accepted", 1), ("duplicate", None)]


def test_a_b_a_again_is_three_revisions():
    found = fates(delivery(1, "x"), delivery(2, "y"), delivery(3, "x"))
    assert found == [("accepted", 1), ("accepted", 2), ("accepted", 3)]


def test_a_refused_revision_leaves_the_earlier_one_in_force():
    first, second = with_revisions([delivery(1, "x"), delivery(2, "y", "refused")])
    assert first.known_to is None
    assert (second.state, second.revision, second.known_from) == ("refused", None, None)


def test_units_do_not_touch_each_other():
    assert fates(delivery(1, "x", unit="A"), delivery(2, "x", unit="B")) == [("accepted", 1)] * 2


deliveries = st.lists(
    st.tuples(
        st.sampled_from("xyz"), st.sampled_from([*ACCEPTED, "refused"]), st.sampled_from("AB")
    ),
    max_size=12,
).map(lambda drawn: [delivery(number, *one) for number, one in enumerate(drawn, start=1)])


@given(deliveries, st.randoms())
def test_the_order_in_which_files_are_handed_over_does_not_matter(drawn, random):
    shuffled = list(drawn)
    random.shuffle(shuffled)
    assert with_revisions(shuffled) == with_revisions(drawn)


@given(deliveries)
def test_revisions_of_a_unit_follow_one_another_without_gap_or_overlap(drawn):
    for unit in "AB":
        kept = [
            one for one in with_revisions(drawn) if one.revision and one.respondent_code == unit
        ]
        assert [one.revision for one in kept] == list(range(1, len(kept) + 1))
        assert all(one.known_to == after.known_from for one, after in pairwise(kept))
        assert all(one.content_hash != after.content_hash for one, after in pairwise(kept))
        assert kept == [] or kept[-1].known_to is None
