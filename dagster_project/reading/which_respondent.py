"""Which unit a submission is from: block, title, sheet name, file name and rows must agree.

Only units of the programme's collections are looked for, since names repeat over the country.
Not here: taking the block apart (see ``cover``), the register (see ``register``).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from dagster_project.reading.cover import RESPONDENT
from dagster_project.reading.findings import At, Findings
from dagster_project.reading.register import Units, unit_code
from dagster_project.reading.script import simplified
from dagster_project.reading.sources import BLOCK, TITLE, InRows, Sources, said

_CODE = re.compile(r"(?<!\d)(?:\d{12}|\d{9})(?!\d)")
_AFTER_NAME = re.compile(r"\s{2,}|(?:19|20)\d{2}|\(")


@dataclass(frozen=True, slots=True)
class Question:
    """Who sent this: the texts, the units in question on a date, and where doubts go.

    ``in_rows`` is what the rows themselves name; ``only`` the one unit that can have sent it, if
    the form says that it need not name itself.
    """

    sources: Sources
    units: Units
    on: date
    findings: Findings
    in_rows: InRows | None = None
    only: str | None = None

    def answer(self) -> str | None:
        """Give the unit's code of 12 digits, or None and a finding."""
        mentioned = self._mentioned()
        if self.in_rows:
            code = self._by_rows(self.in_rows)
            if code and self._has_block(mentioned) and self._by_block() not in {code, None}:
                mentioned[BLOCK] = {self.sources.cover.text("respondent_name")}
        elif self._has_block(mentioned):
            code = self._by_block()
        else:
            code = self.only or self._by_mention(mentioned)
        apart = {where: codes for where, codes in mentioned.items() if code and code not in codes}
        if apart:
            self._say("READ_RESPONDENT_CONFLICT", code, apart)
        return code

    def _by_rows(self, in_rows: InRows) -> str | None:
        """Give the unit that a column of the table names, by code or by name."""
        code = unit_code(in_rows.text)
        code = code and self.units.code_on(code, self.on)
        if code and self.units.exists(code, self.on):
            return code
        named = self._streets_named(in_rows.text) if not code else ()
        if len(named) == 1:
            return named[0]
        problem = "READ_RESPONDENT_AMBIGUOUS" if named else "READ_RESPONDENT_UNKNOWN"
        at = At(in_rows.row, in_rows.column)
        self.findings.add(problem, at, in_rows.text, **said({BLOCK: named}))
        return None

    def _streets_named(self, name: str) -> tuple[str, ...]:
        """Give the units of a name, also where it is written in traditional characters."""
        found = self.units.streets_named(name, self.on)
        return found or self.units.streets_named(simplified(name), self.on)

    def _has_block(self, mentioned: Mapping[str, object]) -> bool:
        """Say whether a block names the unit; one further up gives way to the table's title."""
        cover = self.sources.cover
        if TITLE in mentioned and cover.inherited & RESPONDENT:
            return False
        return bool(cover.text("respondent_code") or cover.text("respondent_name"))

    def _by_block(self) -> str | None:
        name = unit_name(self.sources.cover.text("respondent_name"))
        named = self._streets_named(name) if name else ()
        if self.sources.cover.text("respondent_code"):
            return self._by_code(name, named)
        if len(named) == 1:
            return named[0]
        code = "READ_RESPONDENT_AMBIGUOUS" if named else "READ_RESPONDENT_UNKNOWN"
        self._say(code, name, {BLOCK: named})
        return None

    def _by_code(self, name: str, named: tuple[str, ...]) -> str | None:
        """Give the unit of the code, which the name beside it must not contradict."""
        written = self.sources.cover.text("respondent_code")
        match = _CODE.search(written)
        code = unit_code(match[0]) if match else None
        code = code and self.units.code_on(code, self.on)
        if code is None or not self.units.exists(code, self.on):
            self._say("READ_RESPONDENT_UNKNOWN", written)
            return None
        if named and code not in named:
            self._say("READ_RESPONDENT_CONFLICT", code, {BLOCK: [name]})
        elif name and not named:
            at = self.sources.place_of("respondent_name")
            self.findings.ask("READ_RESPONDENT_NAME_UNKNOWN", at, name)
        return code

    def _by_mention(self, mentioned: dict[str, set[str]]) -> str | None:
        """Give the one unit that the texts around the table name."""
        codes = set().union(*mentioned.values())
        if len(codes) == 1:
            return codes.pop()
        self._say("READ_RESPONDENT_MISSING", None, mentioned)
        return None

    def _mentioned(self) -> dict[str, set[str]]:
        # The name in the block is no title: it may come from the block of the sheet's first table.
        titles = " ".join(one.text for one in self.sources.cover.free)
        texts = (self.sources.texts | {TITLE: titles}).items()
        found = {where: self.units.mentioned(text, self.on) for where, text in texts if text}
        return {where: codes for where, codes in found.items() if codes}

    def _say(
        self, code: str, value: str | None, found: Mapping[str, Iterable[str]] | None = None
    ) -> None:
        fields = self.sources.cover.fields
        label = "respondent_code" if "respondent_code" in fields else "respondent_name"
        at = self.sources.place_of(label)
        places = {where: sorted(codes) for where, codes in (found or {}).items()}
        self.findings.add(
            code, at, value, related=self.sources.cells(places, label),
            **self.sources.said(places, label),
        )  # fmt: skip


def unit_name(text: str) -> str:
    """Give the name at the beginning of a labelled text.

    >>> unit_name("石碁镇人民政府(盖章)  2015年四季度")
    '石碁镇人民政府'
    """
    return _AFTER_NAME.split(text, maxsplit=1)[0].strip()
