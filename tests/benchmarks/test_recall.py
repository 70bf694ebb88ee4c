"""How many mistakes are found at all, by kind: by a hard rule, or by a question; and false alarms.

Mistakes are put one at a time into clean files whose earlier periods are drawn by a seed; all of it
is synthetic. Hard rules are counted against an engine of their own, in Python.
"""

from collections import defaultdict

import pytest

from dagster_project.programme.load import load_programme
from dagster_project.regions.register import load_register
from dagster_project.rules.hard_rules import codes_of, hard_parts
from dagster_project.rules.localising import Localiser
from dagster_project.samples.facts import make_facts
from dagster_project.samples.world import make_world
from tests.fixtures.drawn_history import DrawnHistory
from tests.fixtures.mistakes import KINDS, Spoiler

SEED = 20151231
SEEDS = (21, 22)
EACH = 6
"""Files of each form, kind and seed."""
FOUND = 0.70
MOST_FALSE = 1.0
"""Questions to a clean file."""


@pytest.fixture(scope="module")
def facts():
    programme = load_programme()
    return make_facts(make_world(programme, load_register(), SEED), programme)


@pytest.fixture(scope="module")
def results(facts):
    programme = load_programme()
    return [
        one
        for form in programme.forms.values()
        for seed in SEEDS
        for one in _of_form(DrawnHistory(form, programme, facts, seed), seed)
    ]


def _of_form(drawn, seed):
    form, programme = drawn.form, drawn.programme
    spoiler = Spoiler(form, codes_of(form, programme), seed)
    for kind in KINDS:
        for number in range(EACH):
            file = (number * 5 + seed) % len(drawn.files)
            town, clean = drawn.files[file]
            mistake = spoiler.spoil(clean, kind)
            if mistake:
                parts = hard_parts(form, programme, drawn.period, town)
                localiser = Localiser(form, parts, codes_of(form, programme))
                yield _judged(drawn, file, mistake, localiser.broken_rules(mistake.rows))


def _judged(drawn, file, mistake, expected):
    values = {name: mistake.rows[mistake.at][name] for name in mistake.columns}
    with drawn.spoiled(file, mistake.at, values):
        broken = drawn.broken().get(file, set())
        questions = [] if broken else drawn.questions()
    return {
        "form": drawn.form.form_id, "kind": mistake.kind, "expected": expected, "broken": broken,
        "asked": {one["rule_id"] for one in questions if _speaks_of(one, file, mistake)},
    }  # fmt: skip


def _speaks_of(question, file, mistake):
    if question["submission_id"] != file + 1:
        return False
    is_cell = question["row_number"] == mistake.at + 1
    return question["row_number"] is None or (
        is_cell and question["column_name"] in mistake.columns
    )


def test_mistakes_are_found(results):
    must = [one for one in results if one["expected"]]
    print(f"\n{len(results)} mistakes, {len(must)} break a hard rule")
    for name in ("kind", "form"):
        _table(name, results)
    rules = defaultdict(int)
    for one in results:
        for rule in one["broken"] | one["asked"]:
            rules[rule] += 1
    print("\n" + ", ".join(f"{rule} {count}" for rule, count in sorted(rules.items())))
    assert all(one["expected"] <= one["broken"] for one in must)
    assert _share(results) >= FOUND


def test_clean_files_are_left_alone(facts):
    programme = load_programme()
    for form in programme.forms.values():
        for seed in SEEDS:
            drawn = DrawnHistory(form, programme, facts, seed)
            assert not drawn.broken()
            each = len(drawn.questions()) / len(drawn.files)
            print(f"{form.form_id} {seed}: {each:.2f} questions a clean file")
            assert each <= MOST_FALSE


def _share(results):
    return sum(bool(one["broken"] or one["asked"]) for one in results) / len(results)


def _table(name, results):
    groups = defaultdict(list)
    for one in results:
        groups[one[name]].append(one)
    print(f"\n{name:<18} {'files':>6} {'refused':>8} {'asked':>6} {'found':>6}")
    for key, found in [*sorted(groups.items()), ("all", results)]:
        refused = sum(bool(one["broken"]) for one in found)
        asked = sum(bool(one["asked"]) for one in found)
        print(f"{key:<18} {len(found):>6} {refused:>8} {asked:>6} {_share(found):>6.2f}")
