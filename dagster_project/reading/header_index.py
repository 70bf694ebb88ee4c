"""Which form a header row means, and which column each of its cells: compared by meaning.

Not here: where in a sheet the header stands (see ``headers``).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import lru_cache

from dagster_project.programme.model import Form, Programme
from dagster_project.reading.text import plain, without_numbering, without_quotes, without_within
from dagster_project.reading.vocabulary import Unit, vocabulary

_BRACKETS = re.compile(r"[(\[【<{]([^()\[\]【】<>{}]*)[)\]】>}]")
_SLASHED = re.compile(r"[/,、](\D+)$")
_UNIT_WORD = re.compile(r"^(?:计量)?单位:?")
_CODE_WORD = re.compile(r"(?:代码|编码|代号)$")
NEAREST = 3
"""Suggestions offered for an unknown header: enough to choose from, few enough to read."""

FEWEST_COLUMNS = 3
"""A row that names fewer columns of a form may be a sentence or another table's header."""

LEAST_SHARE = 0.2
"""Of the form's obligatory columns; forms share 代码 and 备注, so that some will match anywhere."""

MOST_KEPT = 20_000
"""Texts and header rows remembered by one process, a few MB; then it begins anew."""

Rows = tuple[tuple[str, ...], ...]


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

    >>> header_text("本期应发工资总额 （万元）")
    HeaderText(key='本期应发工资总额', unit=Unit(dimension='money', factor=10000))
    >>> header_text("15分钟可达人口（卫生）").key
    '15分钟可达人口(卫生)'
    """
    key = without_quotes(plain(raw)).strip("*★:")
    for pattern in (_BRACKETS, _SLASHED):
        for match in pattern.finditer(key):
            unit = vocabulary().units.get(_UNIT_WORD.sub("", match[1]))
            if unit and match.start():
                return HeaderText(key[: match.start()] + key[match.end() :], unit)
    return HeaderText(key, None)


def loose(key: str) -> str:
    """Give a comparable header without numbering, 其中 and colons, for when the plain one fails.

    >>> loose("其中:女性"), loose("评价:满意")
    ('女性', '评价满意')
    """
    return without_within(without_numbering(key)).replace(":", "")


@dataclass(slots=True)
class FormHeaders:
    """All headers that one form answers to."""

    form: Form
    exact: dict[str, Hit] = field(default_factory=dict)
    loosely: dict[str, Hit | None] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    _seen: dict[tuple[str, ...], Hit | None] = field(default_factory=dict)

    @classmethod
    def of(cls, form: Form) -> "FormHeaders":
        """Build the index of a form; a text that two columns share loosely means neither."""
        headers = cls(form, required=frozenset(c.name for c in form.columns if not c.nullable))
        for column in form.columns:
            for words in (column.header_zh, *column.aliases):
                how = "name" if words == column.header_zh else "alias"
                headers._add(header_text(words).key, Hit(column.name, how))
        for column in form.columns:
            if column.code_list:
                for words in (column.header_zh, *column.aliases):
                    headers._add_label(header_text(words).key, column.name)
        return headers

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
            self._seen[texts] = self._match(texts)
        return self._seen[texts]

    def _match(self, texts: tuple[str, ...]) -> Hit | None:
        """Try the longest joined text first, so that 社区 over 代码 is 社区代码."""
        keys = [header_text(text).key for text in texts]
        joined = ["".join(keys[start:]) for start in range(len(keys))]
        for key in joined:
            for shorter in (key, without_numbering(key), without_within(without_numbering(key))):
                if hit := self.exact.get(shorter):
                    return hit
            if hit := self.loosely.get(loose(key)):
                return hit
        return None

    def nearest(self, text: str) -> list[str]:
        """Give the form's headers most like an unknown one, the likeliest first."""
        key = loose(header_text(text).key)
        likeness: dict[str, float] = {}
        for known, hit in self.exact.items():
            ratio = SequenceMatcher(None, key, loose(known)).ratio()
            likeness[hit.column_name] = max(ratio, likeness.get(hit.column_name, 0))
        best = sorted(likeness, key=lambda name: -likeness[name])[:NEAREST]
        return [self.form.column(name).header_zh for name in best if likeness[name] > 0]


@dataclass(frozen=True, slots=True)
class HeaderCell:
    """One header of a sheet: its column from 0, its texts from the top, and what it means."""

    column: int
    texts: tuple[str, ...]
    name: str | None
    matched_by: str

    @property
    def text(self) -> str:
        """Give the header as a person reads it."""
        return " ".join(self.texts)

    @property
    def unit(self) -> Unit | None:
        """Give the unit in brackets, that of the lowest row first."""
        units = (header_text(text).unit for text in reversed(self.texts))
        return next((unit for unit in units if unit), None)


@dataclass(frozen=True, slots=True)
class Block:
    """One to three rows of a sheet read as the header of one form.

    ``values`` are the columns to read, ``labels`` those that repeat codes in words beside them.
    """

    headers: FormHeaders
    cells: tuple[HeaderCell, ...]
    values: Mapping[str, HeaderCell]
    labels: Mapping[str, HeaderCell]
    row_number_columns: frozenset[int]
    share: float

    @classmethod
    def of(cls, headers: FormHeaders, cells: tuple[HeaderCell, ...]) -> "Block":
        """Sort the columns of some header cells; the first of two alike counts."""
        values: dict[str, HeaderCell] = {}
        labels: dict[str, HeaderCell] = {}
        for cell in cells:
            if cell.name:
                (labels if cell.matched_by == "label" else values).setdefault(cell.name, cell)
        for name in labels.keys() - values.keys():
            values[name] = labels.pop(name)
        numbering = vocabulary().row_number_headers
        unnamed = (cell for cell in cells if not cell.name)
        rows = frozenset(cell.column for cell in unnamed if plain(cell.texts[-1]) in numbering)
        share = len(headers.required & values.keys()) / max(len(headers.required), 1)
        return cls(headers, cells, values, labels, rows, share)

    @property
    def is_plausible(self) -> bool:
        """Say whether enough of the form was found to call this its header."""
        fewest = min(FEWEST_COLUMNS, len(self.headers.form.columns))
        return len(self.values) >= fewest and self.share >= LEAST_SHARE


@dataclass(slots=True)
class HeaderIndex:
    """The headers of all forms of a programme; what was looked up once is kept."""

    forms: dict[str, FormHeaders]
    numbers: dict[str, str]
    """Table numbers (表号) in comparable form, with the form that bears them."""
    titles: dict[str, str]
    known: frozenset[str]
    _known_texts: set[str] = field(default_factory=set)
    _other_texts: set[str] = field(default_factory=set)
    _blocks: dict[Rows, list[Block]] = field(default_factory=dict)

    @classmethod
    def of(cls, programme: Programme) -> "HeaderIndex":
        """Build the index of a programme."""
        forms = {form_id: FormHeaders.of(form) for form_id, form in programme.forms.items()}
        return cls(
            forms,
            numbers={plain(form.table_number): name for name, form in programme.forms.items()},
            titles={plain_title(form): name for name, form in programme.forms.items()},
            known=frozenset(key for form in forms.values() for key in (*form.exact, *form.loosely)),
        )

    def count_known(self, row: Iterable[str]) -> int:
        """Count the different texts of a row that some form answers to."""
        if len(self._other_texts) > MOST_KEPT:
            self._other_texts.clear()
        for text in set(row) - self._known_texts - self._other_texts:
            known = text != "" and self._knows(text)
            (self._known_texts if known else self._other_texts).add(text)
        return len(self._known_texts.intersection(row))

    def _knows(self, text: str) -> bool:
        key = header_text(text).key
        return key in self.known or loose(key) in self.known

    def blocks(self, rows: Rows) -> list[Block]:
        """Give the forms whose header some rows plausibly are."""
        if len(self._blocks) > MOST_KEPT:
            self._blocks.clear()
        if rows not in self._blocks:
            stacks = [
                tuple(dict.fromkeys(filter(None, stack))) for stack in zip(*rows, strict=True)
            ]
            blocks = (_block(headers, stacks) for headers in self.forms.values())
            self._blocks[rows] = [block for block in blocks if block.is_plausible]
        return self._blocks[rows]

    def named_by_number(self, text: str) -> str | None:
        """Give the form whose table number a text holds."""
        return next((form for number, form in self.numbers.items() if number in plain(text)), None)

    def named_by_title(self, text: str) -> str | None:
        """Give the form whose title a text holds, with or without 月报, 季报 and 年报."""
        return next((form for title, form in self.titles.items() if title in plain(text)), None)


def _block(headers: FormHeaders, stacks: list[tuple[str, ...]]) -> Block:
    cells = []
    for column, texts in enumerate(stacks):
        if texts:
            hit = headers.match(texts)
            name, how = (hit.column_name, hit.matched_by) if hit else (None, "")
            cells.append(HeaderCell(column, texts, name, how))
    return Block.of(headers, tuple(cells))


def plain_title(form: Form) -> str:
    """Give a form's title in comparable form, without 月报, 季报 and 年报."""
    return re.sub(r"(?:月|季|年)?报表?$", "", plain(form.title.zh))
