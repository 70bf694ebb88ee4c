"""Which unit a submission is from: block, title, sheet name and file name must agree.

Only units of the programme's collections are looked for, since names repeat over the country.
Not here: taking the block apart (see ``cover``), the register (see ``register``).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from dagster_project.reading.findings import Findings
from dagster_project.reading.register import Units, unit_code
from dagster_project.reading.sources import BLOCK, Sources, said

_CODE = re.compile(r"(?<!\d)(?:\d{12}|\d{9})(?!\d)")
_AFTER_NAME = re.compile(r"\s{2,}|(?:19|20)\d{2}|\(")


@dataclass(frozen=True, slots=True)
class Question:
    """Who sent this: the texts, the units in question on a date, and where doubts go."""

    sources: Sources
    units: Units
    on: date
    findings: Findings

    def answer(self) -> str | None:
        """Give the unit's code of 12 digits, or None and a finding."""
        mentioned = self._mentioned()
        code = self._by_block() if self._has_block() else self._by_mention(mentioned)
        apart = {where: codes for where, codes in mentioned.items() if code and code not in codes}
        if apart:
            self._say("READ_RESPONDENT_CONFLICT", code, apart)
        return code

    def _has_block(self) -> bool:
        cover = self.sources.cover
        return bool(cover.text("respondent_code") or cover.text("respondent_name"))

    def _by_block(self) -> str | None:
        name = unit_name(self.sources.cover.text("respondent_name"))
        named = self.units.streets_named(name, self.on) if name else ()
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
        texts = self.sources.texts.items()
        found = {where: self.units.mentioned(text, self.on) for where, text in texts if text}
        return {where: codes for where, codes in found.items() if codes}

    def _say(
        self, code: str, value: str | None, found: Mapping[str, Iterable[str]] | None = None
    ) -> None:
        fields = self.sources.cover.fields
        name = "respondent_code" if "respondent_code" in fields else "respondent_name"
        at = self.sources.place_of(name)
        params = said({where: sorted(codes) for where, codes in (found or {}).items()})
        self.findings.add(code, at, value, **params)


def unit_name(text: str) -> str:
    """Give the name at the beginning of a labelled text.

    >>> unit_name("石碁镇人民政府(盖章)  2015年四季度")
    '石碁镇人民政府'
    """
    return _AFTER_NAME.split(text, maxsplit=1)[0].strip()
