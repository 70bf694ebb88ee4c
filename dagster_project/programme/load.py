"""Reads the declared programme and names every mistake with its path and line.

All mistakes of all files are collected and raised at once, so that a statistician mends them
in one go. Not here: what the objects mean (see ``programme.model``), rule syntax (see ``rules``).
"""

import csv
import hashlib
import json
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from dagster_project.errors import JicengError
from dagster_project.messages import render
from dagster_project.programme.base import Model
from dagster_project.programme.indicator import Indicator, columns_of_indicators, indicator_of
from dagster_project.programme.lines import Document, YamlError, read_document
from dagster_project.programme.model import REGION_LIST, CodeList, Collection, Form, Programme, Rule
from dagster_project.programme.period import Period
from dagster_project.programme.plan import Plan
from dagster_project.programme.system import SHARED_TABLES, Known, PlanSystem, system_of
from dagster_project.programme.units import column_units

HOME = Path(__file__).parent
T = TypeVar("T", bound=Model)


class ProgrammeError(JicengError):
    """The programme has mistakes; ``mistakes`` lists each with path and line."""

    def __init__(self, mistakes: Iterable[str]) -> None:
        """Take the mistakes, one line of text each."""
        self.mistakes = tuple(mistakes)
        lines = "\n".join(self.mistakes)
        super().__init__("PROGRAMME_MISTAKES", count=len(self.mistakes), mistakes=lines)


class RuleBook(Model):
    """The file of the general rules."""

    rules: tuple[Rule, ...]


@cache
def load_programme(root: Path | None = None) -> Programme:
    """Load the programme below a folder (the project's own by default), or raise ProgrammeError.

    >>> load_programme().forms["staff"].table_number
    'SG-103'
    """
    return Loader(root or HOME).load()


@lru_cache(maxsize=8)
def programme_hash(programme: Programme) -> str:
    """Give 12 hex digits that change when anything declared changes."""
    return digest([programme])


@lru_cache(maxsize=256)
def form_hash(programme: Programme, form_id: str) -> str:
    """Give 12 hex digits that change when a form, its rules or its code lists change."""
    form = programme.forms[form_id]
    used = {column.code_list for column in form.columns}
    lists = [found for list_id, found in programme.codelists.items() if list_id in used]
    return digest([form, *programme.general_rules, *lists])


def digest(parts: Iterable[Model]) -> str:
    """Give 12 hex digits of the content of some declared objects."""
    content = json.dumps([part.model_dump(mode="json") for part in parts], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()[:12]


class Loader:
    """One reading of a programme folder; gathers mistakes as it goes."""

    def __init__(self, root: Path) -> None:
        """Take the folder that holds ``forms/``, ``codelists/`` and the rest."""
        self.root = root
        self.mistakes: list[str] = []

    def load(self) -> Programme:
        """Read everything, then raise if anything was wrong."""
        codelists = {entry.list_id: entry for entry in self._codelists()}
        forms = dict(sorted(self._forms(codelists).items(), key=lambda item: item[1].table_number))
        rule_book = self._parsed(self.root / "rules.yml", RuleBook)
        collections = list(self._folder("collections", Collection))
        indicators = tuple(self._indicators())
        plans = list(self._plans({one.indicator_id for one in indicators}))
        self._check_collections(collections, forms)
        systems = tuple(self._systems(known_objects(forms, codelists, plans, indicators)))
        if self.mistakes:
            raise ProgrammeError(self.mistakes)
        return Programme(
            forms=forms,
            general_rules=rule_book[1].rules if rule_book else (),
            codelists=codelists,
            collections=tuple(found for _, found in collections),
            plans=tuple(plans),
            systems=systems,
            indicators=indicators,
        )

    def _forms(self, codelists: dict[str, CodeList]) -> dict[str, Form]:
        forms = {}
        for document, form in self._folder("forms", Form):
            if form.form_id != document.path.stem:
                self._mistake(
                    document, ("form_id",), f"form_id {form.form_id} ≠ {document.path.name}"
                )
            self._check_lists(document, form, codelists)
            self._check_units(document, form)
            self._check_headers(document, form)
            forms[form.form_id] = form
        return forms

    def _plans(self, indicators: set[str]) -> Iterator[Plan]:
        for document, plan in self._folder("plans", Plan):
            if plan.plan_id != document.path.stem:
                self._mistake(
                    document, ("plan_id",), f"plan_id {plan.plan_id} ≠ {document.path.name}"
                )
            for where, code, params in plan.mistakes(indicators):
                self._named(code, document, where, **params)
            yield plan

    def _systems(self, known: Known) -> Iterator[PlanSystem]:
        path = self.root / "systems.csv"
        for line, row in _csv_rows(path) if path.exists() else []:
            if found := self._built(PlanSystem, system_of(row), _on_line(line), path):
                for name in found.unknown(known):
                    where = {"system": found.system_id, "name": name}
                    self._say("PROGRAMME_SYSTEM_NAMES_UNKNOWN", path, line, **where)
                yield found

    def _indicators(self) -> Iterator[Indicator]:
        path, seen = self.root / "indicators.csv", set[str]()
        for line, row in _csv_rows(path) if path.exists() else []:
            if sorted(map(str, row)) != sorted(columns_of_indicators()):
                problem = f"columns: {', '.join(columns_of_indicators())}"
                self._say("PROGRAMME_FILE_BAD", path, line, problem=problem)
                return
            if found := self._built(Indicator, indicator_of(row), _on_line(line), path):
                if found.indicator_id in seen:
                    name = {"indicator": found.indicator_id}
                    self._say("PROGRAMME_INDICATOR_TWICE", path, line, **name)
                seen.add(found.indicator_id)
                yield found

    def _check_lists(self, document: Document, form: Form, codelists: dict[str, CodeList]) -> None:
        for number, column in enumerate(form.columns):
            if column.code_list and column.code_list not in {*codelists, REGION_LIST}:
                self._named(
                    "PROGRAMME_COLUMN_LIST_UNKNOWN",
                    document,
                    ("columns", number, "code_list"),
                    column=column.name,
                    code_list=column.code_list,
                )

    def _check_units(self, document: Document, form: Form) -> None:
        """A unit that the reader does not know could be neither recognised nor converted."""
        known = column_units().dimensions
        for number, column in enumerate(form.columns):
            if column.unit and column.unit not in known:
                self._named(
                    "PROGRAMME_COLUMN_UNIT_UNKNOWN",
                    document,
                    ("columns", number, "unit"),
                    column=column.name,
                    unit=column.unit,
                    known=", ".join(sorted(known)),
                )

    def _check_headers(self, document: Document, form: Form) -> None:
        """Two columns that answer to one header would make reading a guess."""
        owners: dict[str, str] = {}
        for number, column in enumerate(form.columns):
            for words in (column.header_zh, *column.aliases):
                first = owners.setdefault(plain_header(words), column.name)
                if first != column.name:
                    self._named(
                        "PROGRAMME_ALIAS_TWICE",
                        document,
                        ("columns", number),
                        alias=words,
                        first=first,
                        second=column.name,
                    )

    def _check_collections(
        self, collections: list[tuple[Document, Collection]], forms: dict[str, Form]
    ) -> None:
        for document, collection in collections:
            for number, entry in enumerate(collection.entries):
                if entry.form not in forms:
                    where = ("entries", number, "form")
                    self._named(
                        "PROGRAMME_COLLECTION_FORM_UNKNOWN", document, where, form=entry.form
                    )
                    continue
                kind = forms[entry.form].period_type
                for name in ("from_period", "to_period"):
                    label = getattr(entry, name)
                    if label and Period.parse(label).period_type != kind:
                        self._named(
                            "PROGRAMME_COLLECTION_PERIOD_TYPE",
                            document,
                            ("entries", number, name),
                            label=label,
                            form=entry.form,
                            example=Period.of(kind, Period.parse(label).start.year, 1).label,
                        )

    def _codelists(self) -> Iterator[CodeList]:
        index = self.root / "codelists" / "index.csv"
        for line, row in _csv_rows(index):
            path = index.parent / row["file"]
            raw = {
                "list_id": row["list_id"],
                "title": {"zh": row["title_zh"], "en": row["title_en"]},
                "source": row["source_en"],
                "codes": [_code(entry) for _, entry in _csv_rows(path)],
            }
            if found := self._built(CodeList, raw, _on_line(line), index):
                yield found

    def _folder(self, name: str, kind: type[T]) -> Iterator[tuple[Document, T]]:
        for path in sorted((self.root / name).glob("*.yml")):
            if found := self._parsed(path, kind):
                yield found

    def _parsed(self, path: Path, kind: type[T]) -> tuple[Document, T] | None:
        try:
            document = read_document(path)
        except YamlError as error:
            self._say("PROGRAMME_FILE_BAD", path, error.line, problem=error.problem)
            return None
        built = self._built(kind, document.content, document.line_of, path)
        return (document, built) if built else None

    def _built(
        self,
        kind: type[T],
        raw: object,
        line_of: Callable[[tuple[int | str, ...]], int],
        path: Path,
    ) -> T | None:
        try:
            return kind.model_validate(raw)
        except ValidationError as error:
            for problem in error.errors():
                what = f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}"
                self._say("PROGRAMME_FILE_BAD", path, line_of(problem["loc"]), problem=what)
            return None

    def _mistake(self, document: Document, where: tuple[int | str, ...], problem: str) -> None:
        self._named("PROGRAMME_FILE_BAD", document, where, problem=problem)

    def _named(
        self, code: str, document: Document, where: tuple[int | str, ...], **params: object
    ) -> None:
        self._say(code, document.path, document.line_of(where), **params)

    def _say(self, code: str, path: Path, line: int, **params: object) -> None:
        place = {"path": path.relative_to(self.root).as_posix(), "line": line}
        texts = (render(code, lang, **place, **params) for lang in ("zh", "en"))
        self.mistakes.append(" / ".join(texts))


def known_objects(
    forms: dict[str, Form],
    codelists: dict[str, CodeList],
    plans: Iterable[Plan],
    indicators: Iterable[Indicator],
) -> Known:
    """Give all that a system may name."""
    dimensions = {one.dimension: one for one in codelists.values()}
    columns = {f"fct_{name}.{one}" for name, form in forms.items() for one in form.column_names}
    return Known(
        columns=frozenset(columns),
        codes=frozenset(
            f"{name}.{code}" for name, one in dimensions.items() for code in one.by_code
        ),
        tables=SHARED_TABLES.union(dimensions),
        indicators=frozenset(one.indicator_id for one in indicators),
        plans=frozenset(plan.plan_id for plan in plans),
    )


def plain_header(words: str) -> str:
    """Give a header without width, case and blanks, as two headers are compared.

    >>> plain_header("期末 人数（人）")
    '期末人数(人)'
    """
    return "".join(unicodedata.normalize("NFKC", words).split()).lower()


def _on_line(line: int) -> Callable[[tuple[int | str, ...]], int]:
    """Place every mistake of one CSV row on that row."""
    return lambda _: line


def _csv_rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Read a CSV file with its line numbers (the header is line 1)."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(enumerate(csv.DictReader(lines), start=2))


def _code(row: dict[str, str]) -> dict[str, Any]:
    pairs = (part.split("=", 1) for part in row["attributes"].split(";") if part)
    return {
        "code": row["code"],
        "name_zh": row["name_zh"],
        "name_en": row["name_en"],
        "parent_code": row["parent_code"] or None,
        "attributes": {pair[0]: pair[-1] for pair in pairs},
        "definition": row["definition_zh"],
    }
