"""Holds totals, sub-totals and rows of which (其中) against the details they speak of.

A figure that was rounded is off by up to half a unit of its last place, so that a sum of n of them
may differ from the total by n halves and the total's own. Counts are exact, and so are amounts in
yuan, which are written to the fen. Not here: which rows are totals (see ``rows``).
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from dagster_project.programme.model import Column, Programme, Rule
from dagster_project.reading.draft import Draft
from dagster_project.reading.findings import At
from dagster_project.reading.model import HARD, Value
from dagster_project.reading.odd import NOT_APPLICABLE, Odd
from dagster_project.reading.rows import Body, SumRow
from dagster_project.reading.text import address, cell_text, plain

Figures = dict[str, Decimal]
_NOWHERE: frozenset[int] = frozenset()
HALF = Decimal("0.5")
UNROUNDED = frozenset({"yuan"})
FEN = 2
FEWEST_ADDED = 2
"""A row without a word that equals one detail may be another detail; the sum of two is a total."""

TOTAL_CALL = "total_row()"


def total_rule(programme: Programme, form_id: str) -> Rule | None:
    """Give the rule that a programme has about total rows: a wrong one is told in its words."""
    rules = programme.rules_of(form_id)
    return next((rule for rule in rules if TOTAL_CALL in rule.expression), None)


@dataclass(frozen=True, slots=True)
class Added:
    """What some details add up to: the sum, the figures that are given, and their places."""

    total: Decimal
    numbers: Sequence[Decimal | int]
    places: Sequence[int]


@dataclass
class TotalsChecker:
    """Checks the sums of one table; ``figures_of`` reads the additive columns of a sheet row."""

    draft: Draft
    body: Body
    columns: dict[str, tuple[Column, int]]
    figures_of: Callable[[int], Figures]
    rule: Rule | None
    _added: dict[tuple[str, tuple[int, ...]], Added | None] = field(default_factory=dict)

    def check(self) -> None:
        """Say which sums are wrong; what needs no further comparison leaves the total row."""
        body, total_row = self.body, self.draft.submission.total_row
        for row in body.unnamed:
            self._check_unnamed(row)
        if not body.is_whole and total_row:
            total_row.clear()
        self._check_total(total_row or {})
        for one in body.sums if body.is_whole else ():
            self._check_group(one)
        for row in body.parts:
            self._check_part(row)

    def _check_total(self, given: dict[str, Decimal | int]) -> None:
        """Compare the grand total; the rule, which compares exactly, gets what is exactly equal."""
        everything, values = range(len(self.body.details)), self.draft.submission.values
        for name in [name for name in given if name in self.columns]:
            if _adds_up(values[name], given[name]):
                continue
            added = self._sum(name, everything)
            if added and given[name] == added.total:
                continue
            written = Decimal(given.pop(name))
            if added and not self._is_total(name, written, added):
                code = self.rule.rule_id if self.rule else "READ_TOTAL_WRONG"
                self._say(code, self.body.total or 0, name, written, added)

    def _check_group(self, one: SumRow) -> None:
        """Compare a sub-total with the details it may stand for: above, below, or of its name."""
        figures = self.figures_of(one.row)
        groups = [group for group in self._groups(one) if group]
        wrong = [[*self._differences(figures, group)] for group in groups]
        if not groups and any(figures.values()):
            self._say_row("READ_ROW_UNKNOWN", one.row)
        elif groups and all(wrong):
            for name, written, added in min(wrong, key=len):
                self._say("READ_SUBTOTAL_WRONG", one.row, name, written, added)

    def _groups(self, one: SumRow) -> Iterator[list[int]]:
        rows, others = self.body.details, [other.row for other in self.body.sums]
        if self.body.total is not None:
            others.append(self.body.total)
        peers = [other.row for other in self.body.sums if other.kind == one.kind]
        yield self._named(one.name) if one.name else []
        for bounds in (others, peers):
            start = max((row for row in bounds if row < one.row), default=-1)
            end = min((row for row in bounds if row > one.row), default=len(self.draft.sheet.grid))
            yield [place for place, row in enumerate(rows) if start < row < one.row]
            yield [place for place, row in enumerate(rows) if one.row < row < end]
        yield [place for place, row in enumerate(rows) if row < one.row]

    def _named(self, name: str) -> list[int]:
        """Give the details in which a group's name stands as a word of its own."""
        block, grid = self.draft.header.block, self.draft.sheet.grid
        words = [
            cell.column
            for cells in (block.values, block.labels)
            for column, cell in cells.items()
            if not self.draft.header.form.column(column).is_number
        ]
        return [
            place
            for place, row in enumerate(self.body.details)
            if any(plain(cell_text(grid[row][column])) == name for column in words)
        ]

    def _check_part(self, row: int) -> None:
        """Compare a row of which (其中) with the nearest row above that is none."""
        others = [*self.body.details, *(one.row for one in self.body.sums)]
        others += [] if self.body.total is None else [self.body.total]
        whole = max((other for other in others if other < row), default=None)
        if whole is None:
            self._say_row("READ_ROW_UNKNOWN", row)
            return
        part, figures = self.figures_of(row), self.figures_of(whole)
        for name in part.keys() & figures.keys():
            if part[name] > figures[name]:
                column, index = self.columns[name]
                self.draft.findings.add(
                    "READ_WITHIN_WRONG", At(row, index, column_name=name), _plain(part[name]),
                    related=address(whole, index), column=column.header_zh,
                    whole=_plain(figures[name]), first=address(whole, index),
                )  # fmt: skip

    def _check_unnamed(self, row: int) -> None:
        """Take figures without a word for a total only where every one of them is the sum."""
        figures = self.figures_of(row)
        groups = [
            group for group in self._groups(SumRow(row, "", "")) if len(group) >= FEWEST_ADDED
        ]
        equal = (
            bool(figures) and not [*self._differences(figures, group)] and self._adds_up(group)
            for group in groups
        )
        is_total = any(figures.values()) and any(equal)
        self.body.is_whole &= is_total
        self._say_row("READ_TOTAL_UNNAMED" if is_total else "READ_ROW_UNKNOWN", row)

    def _adds_up(self, group: Sequence[int]) -> bool:
        return any(self._sum(name, group) for name in self.columns)

    def _differences(
        self, figures: Figures, group: Sequence[int]
    ) -> Iterator[tuple[str, Decimal, Added]]:
        """Give the figures that are not the sums of a group's details."""
        for name, written in figures.items():
            added = self._sum(name, group)
            if added and not self._is_total(name, written, added):
                yield name, written, added

    def _sum(self, name: str, places: Sequence[int]) -> Added | None:
        """Add up a column; None where a figure is not given, so that nobody can tell."""
        key = (name, tuple(places))
        if key not in self._added:
            values = self.draft.submission.values[name]
            is_told = self._not_given.get(name, _NOWHERE).isdisjoint(places)
            figures = [values[place] for place in places]
            self._added[key] = _added_up(figures, places) if is_told else None
        return self._added[key]

    def _is_total(self, name: str, written: Decimal, added: Added) -> bool:
        """Say whether a written total is the sum, or off by no more than rounding takes it."""
        off = abs(written - added.total)
        if not off:
            return True
        tolerance = len(added.numbers) * self._rounding(name, *added.numbers)
        return off <= tolerance + self._rounding(name, written)

    def _rounding(self, name: str, *numbers: Decimal | int) -> Decimal:
        """Give half a unit of the last place that figures show, zero where they are exact."""
        factor = self._factors[name]
        odd = [one for one in numbers if factor != 1 or not isinstance(one, int)]
        decimals = max((_decimals(Decimal(one) / factor) for one in odd), default=0)
        if factor == 1 and self.columns[name][0].unit in UNROUNDED:
            return HALF.scaleb(-decimals) if decimals > FEN else Decimal(0)
        return Decimal(0) if factor == 1 and decimals == 0 else HALF.scaleb(-decimals) * factor

    @cached_property
    def _factors(self) -> dict[str, Decimal]:
        return {one.column_name: Decimal(one.unit_factor) for one in self.draft.submission.columns}

    @cached_property
    def _not_given(self) -> dict[str, set[int]]:
        """Give by column the cells without a value that are not marked as not applicable."""
        submission, places = self.draft.submission, defaultdict[str, set[int]](set)
        for status in submission.cell_status:
            name, place = status.column_name, status.row_number - 1
            if status.obs_status != NOT_APPLICABLE and submission.values[name][place] is None:
                places[name].add(place)
        return places

    def _say(self, code: str, row: int, name: str, written: Decimal, added: Added) -> None:
        column, index = self.columns[name]
        first, last = (self.body.details[added.places[end]] for end in (0, -1))
        cells = f"{address(first, index)}:{address(last, index)}" if added.places else ""
        rule = self.rule if self.rule and self.rule.rule_id == code else None
        findings = self.draft.findings
        tell = findings.add if rule is None or rule.severity == HARD else findings.ask
        tell(
            code, At(row, index, column_name=name), _plain(written), related=cells,
            column=column.header_zh, column_en=column.label_en,
            total=_plain(written), sum=_plain(added.total),
        )  # fmt: skip

    def _say_row(self, code: str, row: int) -> None:
        cells = self.draft.sheet.grid[row]
        index = next(index for index, cell in enumerate(cells) if cell_text(cell).strip())
        findings = self.draft.findings
        tell = findings.ask if code == "READ_TOTAL_UNNAMED" else findings.add
        tell(code, At(row, index), cells[index], row=str(row + 1))


def check_totals(
    draft: Draft, body: Body, programme: Programme, read: Callable[[Column, int, int], Value | Odd]
) -> None:
    """Check the sums of a table where it has any; ``read`` reads a row's cell of a column."""
    given, values = draft.submission.total_row or {}, draft.submission.values
    has_others = body.sums or body.parts or body.unnamed
    if not has_others and all(_adds_up(values[name], given[name]) for name in given):
        return
    form, sums = draft.header.form, {one.row for one in body.sums}
    columns = {
        name: (form.column(name), cell.column)
        for name, cell in draft.header.block.values.items()
        if form.column(name).is_additive
    }

    def figures_of(row: int) -> Figures:
        figures = {}
        for name, (column, index) in columns.items():
            found = read(column, row, index)
            value = found.value if isinstance(found, Odd) else found
            if isinstance(value, int | Decimal):
                figures[name] = Decimal(value)
            elif isinstance(found, Odd) and found.problem and row in sums:
                at, cell = At(row, index, column_name=name), draft.sheet.grid[row][index]
                draft.findings.ask(
                    "READ_TOTAL_UNREADABLE", at, cell, scope="cell", column=column.header_zh
                )
        return figures

    TotalsChecker(draft, body, columns, figures_of, total_rule(programme, form.form_id)).check()


def _added_up(figures: Sequence[Value], places: Sequence[int]) -> Added:
    numbers = [one for one in figures if isinstance(one, int | Decimal)]
    return Added(Decimal(sum(numbers)), numbers, places)


def _adds_up(values: Sequence[Value], given: Decimal | int) -> bool:
    """Say whether a figure of the total row is the sum of a column without gaps: most are."""
    return None not in values and sum(values) == given  # type: ignore[arg-type]


def _decimals(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
