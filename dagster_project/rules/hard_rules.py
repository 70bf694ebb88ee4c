"""What a search for wrong cells is made ready with: the hard rules of a form, the codes of columns.

Not here: the search (see ``localising``).
"""

from dataclasses import dataclass, field, replace
from functools import cached_property

from dagster_project.programme.model import Form, Programme
from dagster_project.rules.binding import bound
from dagster_project.rules.general import Part, parts_of
from dagster_project.rules.judge import active_rules
from dagster_project.rules.tree import Call
from dagster_project.rules.trials import Condition, conditions_of

HARD = "M"
RESPONDENT = Call("respondent_code")


def hard_parts(
    form: Form, programme: Programme, period: str, respondent_code: str | None = None
) -> list[Part]:
    """Give the parts of the hard rules of a form that a file can answer, bound to its period."""
    return [_bound(part, period, respondent_code) for part in _unbound(form, programme)]


@dataclass
class ReadyRules:
    """The hard rules of a form made ready for file after file: most ask nothing of the sender."""

    form: Form
    programme: Programme
    _of_period: dict[tuple[int, str], list[Condition]] = field(default_factory=dict)

    @cached_property
    def codes(self) -> dict[str, tuple[str, ...]]:
        """Give the codes that each column of the form may hold."""
        return codes_of(self.form, self.programme)

    def conditions(self, period: str, respondent_code: str | None) -> list[Condition]:
        """Give what ``conditions_of`` gives of ``hard_parts``."""
        return [
            one
            for number in range(len(self._parts))
            for one in self._conditions(number, period, respondent_code)
        ]

    def _conditions(self, number: int, period: str, respondent_code: str | None) -> list[Condition]:
        part, asks = self._parts[number]
        if asks:
            return conditions_of([_bound(part, period, respondent_code)], self.form)
        if (number, period) not in self._of_period:
            ready = conditions_of([_bound(part, period, None)], self.form)
            self._of_period[number, period] = ready
        return self._of_period[number, period]

    @cached_property
    def _parts(self) -> list[tuple[Part, bool]]:
        """Give the parts, and whether each asks who sent the file."""
        parts = _unbound(self.form, self.programme)
        return [(part, RESPONDENT in set(part.node.walk())) for part in parts]


def _unbound(form: Form, programme: Programme) -> list[Part]:
    hard = [rule for rule in active_rules(form, programme) if rule.severity == HARD]
    return [part for rule in hard for part in parts_of(rule, form, programme)]


def _bound(part: Part, period: str, respondent_code: str | None) -> Part:
    return replace(part, node=bound(part.node, period, respondent_code))


def codes_of(form: Form, programme: Programme) -> dict[str, tuple[str, ...]]:
    """Give the codes that each column of a form may hold."""
    lists = programme.codelists
    return {
        column.name: tuple(lists[column.code_list].by_code)
        for column in form.columns
        if column.code_list in lists and column.type == "code" and not column.multiple
    }
