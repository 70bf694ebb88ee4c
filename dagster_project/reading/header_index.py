"""Which form some header rows mean, over all forms of a programme.

Not here: which column of a form a header means (see ``form_headers``), where in a sheet the
header stands (see ``headers``).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dagster_project.programme.model import Form, Programme
from dagster_project.reading.form_headers import NO_ALIASES, FormHeaders, header_text, loose
from dagster_project.reading.model import Cell
from dagster_project.reading.text import plain
from dagster_project.reading.vocabulary import Unit, vocabulary

FEWEST_COLUMNS = 3
"""A row that names fewer columns of a form may be a sentence or another table's header."""

FEWEST_KNOWN_HEADERS = 3
"""A row below a header with so many texts that are headers is one again, or another table's."""

LEAST_SHARE = 0.2
"""Of the form's obligatory columns; forms share 代码 and 备注, so that some will match anywhere."""

MOST_KEPT = 20_000
"""Texts and header rows remembered by one process, a few MB; then it begins anew."""

LAYOUTS = 1_000
"""Headers of which one process remembers what follows from them: towns send the same ones."""

Rows = tuple[tuple[str, ...], ...]

Aliases = Mapping[str, Mapping[str, str]]
"""Headers that a person accepted: by form, the header's text and the column it means."""

NONE_ACCEPTED: Aliases = {}


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


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """One to three rows of a sheet read as the header of one form.

    ``values`` are the columns to read, ``labels`` those that repeat codes in words beside them. The
    index gives the same object for the same rows, under which what follows from it is remembered.
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
    _seen_texts: set[str] = field(default_factory=set)
    _blocks: dict[Rows, list[Block]] = field(default_factory=dict)

    @classmethod
    def of(cls, programme: Programme, accepted: Aliases = NONE_ACCEPTED) -> "HeaderIndex":
        """Build the index of a programme, with the headers that persons accepted."""
        forms = {
            form_id: FormHeaders.of(form, accepted.get(form_id, NO_ALIASES))
            for form_id, form in programme.forms.items()
        }
        return cls(
            forms,
            numbers={plain(form.table_number): name for name, form in programme.forms.items()},
            titles={plain_title(form): name for name, form in programme.forms.items()},
            known=frozenset(key for form in forms.values() for key in form.known),
        )

    def is_header(self, row: Iterable[Cell], fewest: int = FEWEST_KNOWN_HEADERS) -> bool:
        """Say whether so many texts of a row are headers that it is a table's header."""
        texts = [cell for cell in row if isinstance(cell, str) and cell]
        return self.count_known(texts) >= fewest

    def count_known(self, row: Iterable[str]) -> int:
        """Count the different texts of a row that some form answers to."""
        texts = set(row)
        if not texts <= self._seen_texts:
            if len(self._seen_texts) > MOST_KEPT:
                self._seen_texts = set(self._known_texts)
            new = texts - self._seen_texts
            self._known_texts.update(text for text in new if text != "" and self._knows(text))
            self._seen_texts |= new
        return len(self._known_texts & texts)

    def _knows(self, text: str) -> bool:
        key = header_text(text).key
        return key in self.known or loose(key) in self.known or self._is_period(text)

    def _is_period(self, text: str) -> bool:
        """Say whether a text is a period above figures of a form that has periods across."""
        return any(
            headers.names_period(text)
            for headers in self.forms.values()
            if headers.form.periods_across
        )

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
        return _held(self.numbers, plain(text))

    def named_by_title(self, text: str) -> str | None:
        """Give the form whose title a text holds, with or without 月报, 季报 and 年报."""
        return _held(self.titles, plain(text))


def _block(headers: FormHeaders, stacks: list[tuple[str, ...]]) -> Block:
    cells = []
    for column, texts in enumerate(stacks):
        if texts:
            hit = headers.match(texts)
            name, how = (hit.column_name, hit.matched_by) if hit else (None, "")
            cells.append(HeaderCell(column, texts, name, how))
    return Block.of(headers, tuple(cells))


def _held(forms: Mapping[str, str], key: str) -> str | None:
    return next((form for words, form in forms.items() if words in key), None)


def plain_title(form: Form) -> str:
    """Give a form's title in comparable form, without 月报, 季报 and 年报."""
    return re.sub(r"(?:月|季|年)?报表?$", "", plain(form.title.zh))
