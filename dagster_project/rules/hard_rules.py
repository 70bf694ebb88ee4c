"""What a search for wrong cells is made ready with: the hard rules of a form, the codes of columns.

Not here: the search (see ``localising``).
"""

from dataclasses import replace

from dagster_project.programme.model import Form, Programme
from dagster_project.rules.binding import bound
from dagster_project.rules.general import Part, parts_of
from dagster_project.rules.judge import active_rules

HARD = "M"


def hard_parts(
    form: Form, programme: Programme, period: str, respondent_code: str | None = None
) -> list[Part]:
    """Give the parts of the hard rules of a form that a file can answer, bound to its period."""
    return [
        replace(part, node=bound(part.node, period, respondent_code))
        for rule in active_rules(form, programme)
        if rule.severity == HARD
        for part in parts_of(rule, form, programme)
    ]


def codes_of(form: Form, programme: Programme) -> dict[str, tuple[str, ...]]:
    """Give the codes that each column of a form may hold."""
    lists = programme.codelists
    return {
        column.name: tuple(lists[column.code_list].by_code)
        for column in form.columns
        if column.code_list in lists and column.type == "code" and not column.multiple
    }
