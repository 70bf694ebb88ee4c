"""What the headers of one form are, and which of its columns a header of a sheet means.

Two headers are the same when their texts are, after width, script, blanks, numbering and units in
brackets are gone; nearness only makes suggestions (see ``suggestions``). Not here: headers of a
whole programme (see ``header_index``), where a header stands (see ``headers``).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations

from dagster_project.programme.model import Column, Form
from dagster_project.reading.periods import named_in_calendar
from dagster_project.reading.text import (
    plain,
    without_circled,
    without_numbering,
    without_quotes,
    without_within,
)
from dagster_project.reading.vocabulary import Unit, vocabulary

_BRACKETS = re.compile(r"[(\[【<{]([^()\[\]【】<>{}]*)[)\]】>}]")
_SLASHED = re.compile(r"[/,、](\D+)$")
_UNIT_WORD = re.compile(r"^(?:计量)?单位:?")
_BARE_PERIOD = re.compile(r"[\d零元一二三四五六七八九十百年季度月份第末qm民国中华./-]+")
_CODE_WORD = re.compile(r"(?:代码|编码|代号)$")

_AROUND = re.compile(
    r"\(见?注\d*\)$|\[(?:注)?\d{1,2}\]$|\(\d{1,2}=[\d()+*/×÷-]+\)$"
    r"|^\(?\d{1,2}\)?=[\d()+*/×÷-]+(?=[^\d()+*/×÷-])"
)
"""The number of a footnote behind a header, and how a column is worked out from others."""

NO_ALIASES: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class HeaderText:
    """A header cell in comparable form, and the unit that stood in brackets in it."""

    key: str
    unit: Unit | None


@dataclass(frozen=True, slots=True)
class Hit:
    """A form column that a header means; ``label`` is the words beside a column of codes."""

    column_name: str
    matched_by: str


@lru_cache(maxsize=1 << 13)
def header_text(raw: str) -> HeaderText:
    """Give a header's comparable form; brackets go only where they hold a known unit.

    >>> header_text("本期應發工資總額 （萬元）")
    HeaderText(key='本期应发工资总额', unit=Unit(dimension='money', factor=10000))
    >>> header_text("15分钟可达人口（卫生）").key
    '15分钟可达人口(卫生)'
    >>> header_text("（万人）")
    HeaderText(key='', unit=Unit(dimension='counting', factor=10000))
    """
    key = without_quotes(plain(without_circled(raw.lstrip()))).strip("*★:")
    for pattern in (_BRACKETS, _SLASHED):
        for match in pattern.finditer(key):
            unit = vocabulary().units.get(_UNIT_WORD.sub("", match[1]))
            is_all = match.start() == 0 and match.end() == len(key)
            if unit and (match.start() or is_all):
                return HeaderText(key[: match.start()] + key[match.end() :], unit)
    return HeaderText(key, None)


def bare(key: str) -> str:
    """Give a comparable header without the numbering and 其中 before it, and footnotes behind it.

    >>> bare("其中:1.女性"), bare("(二)其中:女性")
    ('女性', '女性')
    >>> bare("期末人数(注1)"), bare("期末人数(5=1+2-3)"), bare("(5)=(1)+(2)-(3)期末人数")
    ('期末人数', '期末人数', '期末人数')
    """
    return without_numbering(without_within(without_numbering(_AROUND.sub("", key))))


def loose(key: str) -> str:
    """Give a comparable header without numbering, 其中 and colons, for when the plain one fails.

    >>> loose("其中:女性"), loose("评价:满意")
    ('女性', '评价满意')
    """
    return bare(key).replace(":", "")


@dataclass(slots=True)
class FormHeaders:
    """All headers that one form answers to; ``accepted`` are those a person decided on."""

    form: Form
    exact: dict[str, Hit] = field(default_factory=dict)
    loosely: dict[str, Hit | None] = field(default_factory=dict)
    accepted: dict[str, Hit] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    _seen: dict[tuple[str, ...], Hit | None] = field(default_factory=dict)

    @classmethod
    def of(cls, form: Form, aliases: Mapping[str, str] = NO_ALIASES) -> "FormHeaders":
        """Build the index of a form; a text that two columns share loosely means neither.

        ``aliases`` are accepted headers with the column that each means. They count only where
        the form itself does not know the header, so that no decision can redirect a column.
        """
        headers = cls(form, required=frozenset(c.name for c in form.columns if not c.nullable))
        for column in form.columns:
            for words in (column.header_zh, *column.aliases):
                how = "name" if words == column.header_zh else "alias"
                headers._add(header_text(words).key, Hit(column.name, how))
        for column in form.columns:
            if column.code_list:
                for words in (column.header_zh, *column.aliases):
                    headers._add_label(header_text(words).key, column.name)
        for words, name in aliases.items():
            if name in form.by_name:
                headers.accepted[plain(words)] = Hit(name, "alias")
        return headers

    @property
    def known(self) -> Iterator[str]:
        """Give every comparable text that is a header of the form."""
        yield from (*self.exact, *self.loosely, *self.accepted)

    def _add(self, key: str, hit: Hit) -> None:
        self.exact.setdefault(key, hit)
        other = self.loosely.setdefault(loose(key), hit)
        if other is None or other.column_name != hit.column_name:
            self.loosely[loose(key)] = None

    def _add_label(self, key: str, column_name: str) -> None:
        """Let 人员类别名称 be known as the words beside 人员类别代码."""
        label = _CODE_WORD.sub("名称", key)
        if label != key:
            self.exact.setdefault(label, Hit(column_name, "label"))

    def match(self, texts: tuple[str, ...]) -> Hit | None:
        """Give the column that a header means; ``texts`` are its cells from the top row down."""
        if texts not in self._seen:
            hit = self._match(texts) or self.accepted.get(plain("".join(texts)))
            if hit is None and self.form.periods_across and self.names_period("".join(texts)):
                hit = Hit(self.form.periods_across, "period")
            self._seen[texts] = hit
        return self._seen[texts]

    def names_period(self, text: str) -> bool:
        """Say whether a text is a period of the form and nothing else, as 2023年 is.

        >>> from dagster_project.programme.load import load_programme
        >>> staff = FormHeaders.of(load_programme().forms["staff"])
        >>> staff.names_period("2015年三季度"), staff.names_period("2015年三季度末人数")
        (True, False)
        """
        named = named_in_calendar(text, self.form.period_calendar)
        types = [period.period_type for period in named.periods]
        return types == [self.form.period_type] and bool(_BARE_PERIOD.fullmatch(plain(text)))

    def _match(self, texts: tuple[str, ...]) -> Hit | None:
        """Try the longest joined text first, so that 社区 over 代码 is 社区代码.

        The lowest text always counts; one above it that is left out must not change its meaning.
        """
        keys = [key for text in texts if (key := header_text(text).key)]
        for joined, left_out in _joined(keys):
            if hit := self._hit(joined):
                column = self.form.column(hit.column_name)
                return None if _changes_meaning(left_out, column) else hit
        return None

    def _hit(self, key: str) -> Hit | None:
        for shorter in (key, without_numbering(key), bare(key)):
            if hit := self.exact.get(shorter):
                return hit
        return self.loosely.get(loose(key))


def _joined(keys: list[str]) -> Iterator[tuple[str, str]]:
    """Give the texts joined with the lowest, most first, each with those left out."""
    if not keys:
        return
    *above, lowest = keys
    for count in range(len(above), -1, -1):
        for places in sorted(combinations(range(len(above)), count), reverse=True):
            kept = "".join(above[place] for place in places)
            left = "".join(text for place, text in enumerate(above) if place not in places)
            yield kept + lowest, left


def _changes_meaning(left_out: str, column: Column) -> bool:
    """Say whether a group's words, such as 上年同期, make a column another than it is alone."""
    if not left_out:
        return False
    own = plain("".join((column.header_zh, *column.aliases)))
    return any(word in left_out and word not in own for word in vocabulary().qualifiers)
