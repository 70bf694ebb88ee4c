"""The functions of the rule language: what each takes, gives, and how far it looks.

One table, read by the parser (names, arity), the checker (kinds) and ``status_of`` (reach).
Not here: how an engine computes them (see the printers).
"""

from dataclasses import dataclass

NUMBER, TEXT, DATE, TRUTH = "number", "text", "date", "truth"
ANY, SAME, COLUMN = "any", "same", "column"

ROW, FORM, EARLIER, LEVELS = "row", "form", "cross_period", "cross_level"


@dataclass(frozen=True, slots=True)
class Function:
    """One function: the kinds it takes (``*`` repeats the one before), gives, and its reach."""

    takes: tuple[str, ...]
    gives: str
    reach: str
    is_aggregate: bool = False

    def takes_count(self, count: int) -> bool:
        """Say whether the function can be given this many arguments."""
        if self.takes[-1:] == ("*",):
            return count >= len(self.takes) - 1
        least = sum(not kind.endswith("?") for kind in self.takes)
        return least <= count <= len(self.takes)

    def kind_at(self, position: int) -> str:
        """Give the kind of the n-th argument, counted from 0."""
        kinds = [kind.rstrip("?") for kind in self.takes if kind != "*"]
        return kinds[min(position, len(kinds) - 1)]

    def words(self, name: str) -> str:
        """Give the function as a person would write it, with the kinds of its arguments."""
        return f"{name}({', '.join(self.takes).replace(', *', ', …')})"


def _table(reach: str, lines: str, *, is_aggregate: bool = False) -> dict[str, Function]:
    """Read lines such as ``between: same same same -> truth``."""
    table = {}
    for line in filter(None, map(str.strip, lines.splitlines())):
        name, signature = line.split(":")
        takes, gives = signature.split("->")
        table[name] = Function(tuple(takes.split()), gives.strip(), reach, is_aggregate)
    return table


FUNCTIONS = {
    **_table(
        ROW,
        """
        implies: truth truth -> truth
        isnull: any -> truth
        coalesce: same same * -> same
        between: same same same -> truth
        abs: number -> number
        pct_change: number number -> number
        segment: text number number -> number
        code_prefix: text number -> text
        year: date -> number
        period_end: -> date
        quarter: -> number
        months: -> number
        weeks: -> number
        respondent_code: -> text
        region_active: text date -> truth
        code_in_list: -> truth
        not_null: -> truth
        nonnegative: -> truth
        """,
    ),
    **_table(
        FORM,
        """
        unique: column * -> truth
        unique_key: -> truth
        in_column: same column -> truth
        complete_units: -> truth
        total_row: -> number
        sum_children_rows: -> number
        sum_regions_below: column -> number
        resubmission_newer: -> truth
        not_identical_to_previous: -> truth
        """,
    ),
    **_table(
        FORM,
        """
        sum: number truth? -> number
        avg: number truth? -> number
        min: same truth? -> same
        max: same truth? -> same
        count: any truth? -> number
        count_distinct: any truth? -> number
        exists: any truth? -> truth
        sum_children: number -> number
        """,
        is_aggregate=True,
    ),
    **_table(
        EARLIER,
        """
        prev: column -> same
        prev_year: column -> same
        sequence_complete: -> truth
        streak: truth -> number
        """,
    ),
    **_table(
        LEVELS,
        """
        district_value: -> number
        count_by: text truth -> number
        """,
    ),
}

EARLIER_VALUES = frozenset({"prev", "prev_year"})
"""Values of the same key in the unit's accepted submission one period, or one year, earlier."""
ABOUT_HISTORY = frozenset({"sequence_complete", "resubmission_newer", "not_identical_to_previous"})
"""Told from the list of the unit's submissions, whatever stands in their cells."""
