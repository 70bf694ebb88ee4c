"""Where the error is: the cells that are probably wrong in rows that break hard rules.

The smallest change that lets all rules hold (Fellegi and Holt, 1976), the likelier change first:
single cells and typical slips by trying them, sets of cells by a solver (``repairs``). Nothing is
changed; a person decides. Not here: what likely means (``slips``, ``expectations``).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import chain, pairwise
from math import inf
from typing import Any

from dagster_project.programme.model import Column, Form
from dagster_project.rules.deadline import Deadline, TimeIsUp
from dagster_project.rules.expectations import Expectations, History
from dagster_project.rules.general import Part
from dagster_project.rules.repairs import smallest_repairs
from dagster_project.rules.row_truths import exact
from dagster_project.rules.slips import BY_TOTAL, SHIFTED, slip_between, sources
from dagster_project.rules.suspects import Explanation, Lead, Suspect, ranked
from dagster_project.rules.trials import Broken, Cell, Changes, Condition, Trials, conditions_of

SECONDS = 0.5
"""For all that is broken in one file: what is not found in half a second, after which a person
waits, is left to the person."""
STILL_BROKEN = 0.1
"""What a change is worth that leaves a rule between rows broken which names its column."""
TOTAL_LEFT = 0.01
"""The same of a total that does not agree, and that another value of the cell would mend."""
CODE_SHARE = 0.02
"""A wrong code from a list is one choice among many."""
MOST_ODDS = 1e6
"""However well figures fit to another key, something is left to doubt."""
STANDS_OUT = 3
"""A value is sure where it is three times as likely as any other in the same cell."""
AMOUNT_PLACES = 6
ANY_VALUE = "SUSPECT_VALUE"


def localise(
    form: Form,
    parts: Iterable[Part],
    rows: Sequence[Mapping[str, Any]],
    history: History | None = None,
    codes: Mapping[str, Sequence[str]] | None = None,
) -> list[Suspect]:
    """Give the cells of a file that are probably wrong, row by row, the likeliest first.

    Args:
        form: the form of the rows.
        parts: the parts of its hard rules, bound to period and respondent (see ``hard_parts``).
        rows: all rows of one file, typed; ``row_number`` is taken from a row that names it.
        history: earlier accepted rows of the unit by key, the latest last.
        codes: the codes that each column may hold.

    Rows for which nothing was found within the time have no suspects.
    """
    return Localiser(form, parts, codes or {}).suspects(rows, history or {})


class Localiser:
    """Looks for wrong cells in file after file of one form: rules are made ready once."""

    def __init__(
        self, form: Form, parts: Iterable[Part], codes: Mapping[str, Sequence[str]]
    ) -> None:
        """Take the form, the parts of its hard rules, and the codes of its columns."""
        self.form = form
        self.conditions = conditions_of(parts, form)
        self.codes = codes

    @classmethod
    def ready(
        cls, form: Form, conditions: Iterable[Condition], codes: Mapping[str, Sequence[str]]
    ) -> "Localiser":
        """Take conditions that were made ready before."""
        made = cls(form, (), codes)
        made.conditions = list(conditions)
        return made

    def broken_rules(self, rows: Sequence[Mapping[str, Any]]) -> set[str]:
        """Give the rules that a file breaks."""
        trials = self._trials(rows, Deadline(inf))
        return {one.part.rule.rule_id for one, _ in trials.broken()}

    def suspects(
        self,
        rows: Sequence[Mapping[str, Any]],
        history: History,
        deadline: Deadline | None = None,
    ) -> list[Suspect]:
        """Give the suspects of one file (see ``localise``)."""
        return [one for lead in self.leads(rows, history, deadline) for one in lead.suspects]

    def leads(
        self,
        rows: Sequence[Mapping[str, Any]],
        history: History,
        deadline: Deadline | None = None,
        totals: Mapping[str, Decimal] | None = None,
    ) -> list[Lead]:
        """Give the same by what is broken: each row, and each rule between rows.

        What is not found by the deadline (``SECONDS`` from now) is left out. ``totals`` are those
        of the file that do not agree with its rows, by column: a value that mends one as well is
        likelier, and none is suggested that leaves one wrong.
        """
        found: list[Lead] = []
        with suppress(TimeIsUp):
            trials = self._trials(rows, deadline or Deadline(SECONDS))
            expected = Expectations(self.form, history, trials.rows)
            wrong = (totals or {}).items()
            gaps = {name: exact(total) - trials.total(name) for name, total in wrong}
            numbers = [row.get("row_number", at) for at, row in enumerate(rows, 1)]
            for place, rules, group in _Search(self, trials, expected, gaps).explanations():
                suspects = tuple(
                    Suspect(numbers[at], column, rank, share, self._typed(column, value), reason)
                    for (at, column), rank, share, value, reason in ranked(group)
                )
                found.append(Lead(numbers[place], rules, suspects))
        return found

    def _typed(self, name: str, value: Any) -> Any:
        """Give a value as a cell of the column would hold it."""
        if value is None or self.form.by_name[name].type != "decimal":
            return value
        return round(Decimal(value.numerator) / Decimal(value.denominator), AMOUNT_PLACES)

    def _trials(self, rows: Sequence[Mapping[str, Any]], deadline: Deadline) -> Trials:
        plain = [{name: exact(value) for name, value in row.items()} for row in rows]
        return Trials(self.form, self.conditions, plain, deadline)


@dataclass(frozen=True, slots=True)
class _Search:
    """One search through one file."""

    localiser: Localiser
    trials: Trials
    expected: Expectations
    gaps: Mapping[str, Any]

    def explanations(self) -> Iterator[tuple[int, frozenset[str], list[Explanation]]]:
        """Give the explanations of each row that is broken, then of what is broken between rows.

        Each with the row, from 0, and the rules that it breaks.

        Raises:
            TimeIsUp: where a search was not ended in time; those given before were.
        """
        mended: set[int] = set()
        for at in range(len(self.trials.rows)):
            broken = self.trials.broken_alone(at)
            if broken:
                mended.add(at)
                rules = frozenset(one.part.rule.rule_id for one in broken)
                yield at, rules, self._of_row(at, broken)
        for one, at in self.trials.broken_around:
            if at not in mended:
                yield at, frozenset({one.part.rule.rule_id}), self._of_group(one, at)

    def _of_row(self, at: int, broken: Sequence[Condition]) -> list[Explanation]:
        """Try single cells, then two exchanged, then ask the solver for the smallest set."""
        shared = frozenset.intersection(*(one.own for one in broken))
        single = [
            found
            for name in sorted(shared)
            for found in self._changes_of((at, name), [(one, at) for one in self.trials.alone])
        ]
        found = single + list(self._exchanged(at, broken))
        if found:
            return found
        sets = smallest_repairs(self.trials, at, self._weight)
        return [self._explained(changes, ANY_VALUE) for changes in sets]

    def _of_group(self, one: Condition, at: int) -> list[Explanation]:
        """Try each cell of the columns that a rule between rows names, in each row."""
        found: list[Explanation] = []
        for row in range(len(self.trials.rows)):
            for name in sorted(one.columns):
                if self._matters(one, at, {(row, name): None}):
                    found += self._changes_of((row, name), [(one, at)])
        return [change for change in found if self._matters(one, at, change.changes)]

    def _matters(self, one: Condition, at: int, changes: Changes) -> bool:
        """Say whether a condition that is false on a row would no longer be."""
        return one.ask(self.trials.changed(changes), at) is not False

    def _changes_of(self, cell: Cell, asked: Sequence[Broken]) -> list[Explanation]:
        """Give the likeliest change of one cell after which its row holds, if there is one."""
        at, name = cell
        column = self.localiser.form.by_name[name]
        found = [
            self._explained({cell: value}, None)
            for value in self._values(cell, column, asked)
            if value != self.trials.rows[at].get(name) and self.trials.mends_row(at, {name: value})
        ]
        likely = sorted(
            (one for one in found if one.likelihood > 0), key=lambda one: -one.likelihood
        )
        return [replace(likely[0], is_sure=self._is_sure(cell, likely))] if likely else []

    def _is_sure(self, cell: Cell, likely: Sequence[Explanation]) -> bool:
        """Say whether the likeliest value stands out, or is the only one that the rules leave."""
        best, value = likely[0], likely[0].changes[cell]
        if self._leaves_a_total(best.changes):
            return False
        if best.reason == ANY_VALUE:
            beside = (value - 1, value + 1)
            return not any(self.trials.mends_row(cell[0], {cell[1]: other}) for other in beside)
        return len(likely) == 1 or best.likelihood >= STANDS_OUT * likely[1].likelihood

    def _values(self, cell: Cell, column: Column, asked: Sequence[Broken]) -> Iterator[Any]:
        """Give the values worth trying in a cell, each once."""
        at, name = cell
        typed = self.trials.rows[at].get(name)
        tried: dict[Any, None] = {}
        if column.is_number:
            for value in chain(self._numbers(cell, typed), self._roots(cell, asked)):
                if column.type == "decimal" or value == int(value):
                    tried[value] = None
        elif column.type == "boolean":
            tried |= {True: None, False: None}
        else:
            tried |= dict.fromkeys(self.localiser.codes.get(name, ()))
            tried[exact(self.expected.last(self.trials.rows[at], name))] = None
        if column.nullable:
            tried[None] = None
        tried.pop(typed, None)
        if None in tried and not column.nullable:
            del tried[None]
        yield from tried

    def _numbers(self, cell: Cell, typed: Any) -> Iterator[Any]:
        if isinstance(typed, int | Fraction):
            for meant, _ in sources(typed):
                yield meant
            yield 2 * typed - self.trials.total(cell[1])
            yield typed + self.gaps.get(cell[1], 0)
        last = exact(self.expected.last(self.trials.rows[cell[0]], cell[1]))
        if last is not None:
            yield last

    def _roots(self, cell: Cell, asked: Sequence[Broken]) -> Iterator[Any]:
        for one, at in asked:
            if cell[1] in one.columns:
                yield from self.trials.roots(one, at, cell)

    def _exchanged(self, at: int, broken: Sequence[Condition]) -> Iterator[Explanation]:
        """Try two figures side by side exchanged: typed in each other's column."""
        row = self.trials.rows[at]
        named = frozenset[str]().union(*(one.own for one in broken))
        names = [column.name for column in self.localiser.form.columns if column.is_number]
        for first, second in pairwise(names):
            values = row.get(first), row.get(second)
            if None in values or values[0] == values[1] or not {first, second} & named:
                continue
            if self.trials.mends_row(at, {first: values[1], second: values[0]}):
                changes = {(at, first): values[1], (at, second): values[0]}
                yield self._explained(changes, SHIFTED.reason)

    def _explained(self, changes: Changes, reason: str | None) -> Explanation:
        """Weigh a change: its slip, and how much better the new values fit than the old ones."""
        likelihood, reasons = 1.0, []
        for cell, value in changes.items():
            share, why = self._likelihood(cell, value)
            likelihood *= share
            reasons.append(why)
        left, new = self.trials.left_around(changes)
        if new:
            likelihood = 0.0
        elif left:
            likelihood *= STILL_BROKEN
        if self._leaves_a_total(changes):
            likelihood *= TOTAL_LEFT
        if reason == SHIFTED.reason:
            likelihood = likelihood**0.5 * SHIFTED.share
        return Explanation(
            changes, likelihood, reason or reasons[0], is_sure=reason == SHIFTED.reason
        )

    def _leaves_a_total(self, changes: Changes) -> bool:
        """Say whether a total that is wrong stays so though its column is changed."""
        moved: dict[str, Any] = {}
        for (at, name), value in changes.items():
            if name in self.gaps:
                moved[name] = moved.get(name, 0) + (value or 0) - (self.trials.rows[at][name] or 0)
        return any(self.gaps[name] != change for name, change in moved.items())

    def _likelihood(self, cell: Cell, value: Any) -> tuple[float, str]:
        at, name = cell
        row, column = self.trials.rows[at], self.localiser.form.by_name[name]
        typed = row.get(name)
        if value is None:
            return CODE_SHARE / 2, "SUSPECT_FILLED"
        if typed is None:
            return 1.0, "SUSPECT_BLANK"
        if not column.is_number:
            return CODE_SHARE * self._fits_as(row, name, value), "SUSPECT_CODE"
        total = self.trials.total(name) - typed + value
        reason, share = slip_between(value, typed, self._neighbours(at, name), total)
        if value - typed == self.gaps.get(name):
            reason, share = BY_TOTAL.reason, BY_TOTAL.share
        better = self.expected.likelihood(row, column, float(value))
        worse = self.expected.likelihood(row, column, float(typed))
        return share * better / worse, reason

    def _fits_as(self, row: Mapping[str, Any], name: str, value: Any) -> float:
        """Say how much better the figures of a row fit to another key than to its own."""
        if name not in self.localiser.form.keys:
            return 1.0
        other, ratio = {**row, name: value}, 1.0
        for column in self.localiser.form.columns:
            figure = row.get(column.name) if column.is_number else None
            if figure is not None:
                better = self.expected.likelihood(other, column, float(figure))
                ratio *= better / self.expected.likelihood(row, column, float(figure))
        return min(MOST_ODDS, max(1 / MOST_ODDS, ratio))

    def _neighbours(self, at: int, name: str) -> frozenset[Any]:
        names = self.localiser.form.column_names
        place = names.index(name)
        beside = [*names[max(0, place - 1) : place], *names[place + 1 : place + 2]]
        row = self.trials.rows[at]
        return frozenset(row[one] for one in beside if isinstance(row.get(one), int | Fraction))

    def _weight(self, cell: Cell) -> float:
        """Give what changing a cell costs: little where its value is far from the earlier ones."""
        at, name = cell
        row, column = self.trials.rows[at], self.localiser.form.by_name[name]
        typed, last = row.get(name), exact(self.expected.last(row, name))
        if not column.is_number or last is None or typed is None:
            return 1.0
        fit = self.expected.likelihood(row, column, float(typed))
        best = self.expected.likelihood(row, column, float(last))
        return 0.4 + 0.6 * min(1.0, fit / best)
