"""How findings are made: every one names its sheet, its cell and the value, in bounds.

The words stand in ``messages/reading.yml``; all values that the words name are parameters here.
Not here: when something is a finding.
"""

from collections import Counter
from dataclasses import dataclass, field, replace

from dagster_project.reading.limits import MOST_ALIKE
from dagster_project.reading.model import HARD, SOFT, Cell, Finding
from dagster_project.reading.sheets import SheetError
from dagster_project.reading.text import address, cell_text, quoted


@dataclass(frozen=True, slots=True)
class At:
    """Where something is: sheet row and column counted from 0, as far as they are known."""

    row: int | None = None
    column: int | None = None
    row_number: int | None = None
    column_name: str | None = None

    @property
    def cell(self) -> str | None:
        """Give the address, None where row or column is unknown."""
        return None if self.row is None or self.column is None else address(self.row, self.column)


NOWHERE = At()


@dataclass(slots=True)
class Findings:
    """The findings of one sheet, in the order they were made."""

    sheet_name: str
    found: list[Finding] = field(default_factory=list)
    alike: Counter[tuple[str, str | None]] = field(default_factory=Counter)

    def add(
        self,
        code: str,
        at: At = NOWHERE,
        value: Cell | None = None,
        *,
        scope: str = "form",
        related: str | None = None,
        **params: str,
    ) -> None:
        """Add a hard finding; sheet, cell and value are parameters of every message."""
        text = None if value is None else quoted(cell_text(value).strip())
        place = {"sheet": self.sheet_name, "cell": at.cell or "", "value": text or ""}
        self._list(
            Finding(
                code,
                HARD,
                scope,
                self.sheet_name,
                at.row_number,
                at.column_name,
                at.cell,
                text,
                related,
                tuple((place | {name: quoted(param) for name, param in params.items()}).items()),
            )
        )

    def ask(
        self,
        code: str,
        at: At = NOWHERE,
        value: Cell | None = None,
        *,
        scope: str = "form",
        related: str | None = None,
        **params: str,
    ) -> None:
        """Add a soft finding: the submission is accepted, the question stays open."""
        said = len(self.found)
        self.add(code, at, value, scope=scope, related=related, **params)
        if len(self.found) > said:
            self.found[-1] = replace(self.found[-1], severity=SOFT)

    def _list(self, finding: Finding) -> None:
        """Keep a finding, unless there are very many of its kind in its column."""
        kind = (finding.rule_id, finding.column_name)
        if finding.row_number is not None:
            self.alike[kind] += 1
        if self.alike[kind] <= MOST_ALIKE:
            self.found.append(finding)

    def take(self, other: "Findings") -> None:
        """Add those of another, who found them on the same sheet."""
        self.found += other.found
        self.alike += other.alike

    def all(self) -> list[Finding]:
        """Give all findings, and how many more of a kind there are where not all are listed."""
        last = {(one.rule_id, one.column_name): one for one in self.found}
        more = [
            self._more(last[kind], count - MOST_ALIKE)
            for kind, count in self.alike.items()
            if count > MOST_ALIKE
        ]
        return [*self.found, *more]

    def _more(self, last: Finding, count: int) -> Finding:
        column = dict(last.params).get("column", "")
        params = {"sheet": self.sheet_name, "cell": last.cell or "", "value": last.value_text or ""}
        params |= {"column": column, "count": str(count), "listed": str(MOST_ALIKE)}
        return replace(
            last, rule_id="READ_MORE_ALIKE", scope="form", row_number=None, related_cells=None,
            params=tuple(params.items()),
        )  # fmt: skip


def file_finding(error: SheetError, file_name: str, sheet_name: str | None = None) -> Finding:
    """Give the finding of a file, or a sheet of it, that cannot be opened."""
    named = {"file": file_name, "sheet": sheet_name or "", **error.params}
    params = tuple((name, str(value)) for name, value in named.items())
    return Finding(
        error.code, HARD, "file", sheet_name=sheet_name, value_text=file_name, params=params
    )
