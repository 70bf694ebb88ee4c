"""Suites of expectations: what a form's period, or a mart, should look like across units.

Read from ``expectations/*.yml``. Not here: running them (see ``expectations``), types and codes of
cells (see ``schemas``), keys that stand twice or not at all (dbt tests), one unit's rows (rules).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, ValidationError

from dagster_project.errors import JicengError
from dagster_project.messages import render
from dagster_project.programme.base import Model, Name, Text
from dagster_project.programme.lines import Document, YamlError, read_document

Severity = Literal["error", "warning"]
Scope = Literal["period", "table"]

WORD = re.compile(r"\w+")
COLUMN_ARGUMENTS = ("column", "column_A", "column_B", "column_list")
"""The arguments by which Great Expectations takes columns."""


class ExpectationError(JicengError):
    """A suite that cannot be read or run; the message names its path and line."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """One expectation: Great Expectations' own type and arguments, and the view that it judges.

    ``where`` (a pandas query) keeps some rows; ``per`` sums them to one row a group, with their
    count in ``rows``; ``derive`` adds columns by formula, so that a ratio is one of sums.
    """

    type: str
    severity: Severity
    why: Text
    arguments: Mapping[str, Any]
    where: str | None = None
    per: tuple[str, ...] = ()
    derive: tuple[tuple[str, str], ...] = ()
    path: str = ""
    line: int = 1

    @property
    def view(self) -> tuple[object, ...]:
        """Give what tells the views of the rows apart."""
        return self.where, self.per, self.derive

    @property
    def columns(self) -> tuple[str, ...]:
        """Give the columns it judges; none for one about the whole table."""
        named = [self.arguments[one] for one in COLUMN_ARGUMENTS if one in self.arguments]
        return tuple(name for one in named for name in ([one] if isinstance(one, str) else one))

    def error(self, code: str, problem: object) -> ExpectationError:
        """Give the error that says where this expectation stands and what is wrong with it."""
        place = {"path": self.path, "line": self.line, "expectation": self.type}
        return ExpectationError(code, **place, problem=problem)


@dataclass(frozen=True, slots=True)
class Suite:
    """The expectations of one table, over one period's rows (scope ``period``) or over all."""

    name: str
    table: str
    title: Text
    scope: Scope
    keys: tuple[str, ...]
    expectations: tuple[Expectation, ...]

    def columns_of(self, columns: Sequence[str]) -> list[str]:
        """Give those of a table's columns that it speaks of, the first one where it names none.

        Totals of a whole country are millions of rows.
        """
        spoken = [[one.where, one.per, one.derive, one.arguments] for one in self.expectations]
        words = set(WORD.findall(str([self.keys, spoken])))
        return [name for name in columns if name in words] or list(columns[:1])


class DeclaredExpectation(Model):
    """One entry of a suite file; what is not named here is an argument of Great Expectations."""

    model_config = ConfigDict(frozen=True, extra="allow")

    type: Annotated[str, Field(pattern=r"^expect_[a-z_]+$")]
    severity: Severity
    why: Text
    where: str | None = None
    per: tuple[Name, ...] = ()
    derive: dict[Name, str] = Field(default_factory=dict)


class DeclaredSuite(Model):
    """A suite file."""

    table: Name
    title: Text
    scope: Scope
    keys: tuple[Name, ...]
    expectations: tuple[DeclaredExpectation, ...]


def load_suite(path: Path) -> Suite:
    """Read a suite file, or raise ExpectationError naming every mistake with path and line."""
    place = f"{path.parent.name}/{path.name}"
    try:
        document = read_document(path)
        declared = DeclaredSuite.model_validate(document.content)
    except YamlError as error:
        raise _mistakes(place, [(error.line, error.problem)]) from error
    except ValidationError as error:
        raise _mistakes(place, _problems(document, error)) from error
    placed = (
        _placed(entry, place, document.line_of(("expectations", number)))
        for number, entry in enumerate(declared.expectations)
    )
    return Suite(
        path.stem,
        declared.table,
        declared.title,
        declared.scope,
        declared.keys,
        tuple(placed),
    )


def _mistakes(place: str, problems: Iterable[tuple[int, str]]) -> ExpectationError:
    lines = [
        " / ".join(
            render("EXPECT_FILE_BAD", lang, path=place, line=line, problem=problem)
            for lang in ("zh", "en")
        )
        for line, problem in problems
    ]
    return ExpectationError("EXPECT_MISTAKES", count=len(lines), mistakes="\n".join(lines))


def _problems(document: Document, error: ValidationError) -> Iterator[tuple[int, str]]:
    for problem in error.errors():
        where = ".".join(map(str, problem["loc"]))
        yield document.line_of(problem["loc"]), f"{where}: {problem['msg']}"


def _placed(entry: DeclaredExpectation, path: str, line: int) -> Expectation:
    return Expectation(
        entry.type,
        entry.severity,
        entry.why,
        entry.model_extra or {},
        entry.where,
        entry.per,
        tuple(entry.derive.items()),
        path,
        line,
    )
