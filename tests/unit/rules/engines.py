"""The engines that a rule is printed for, asked the same rules over the same rows.

Each gives, for each rule, the truth on each row: true, false, or None where it cannot tell.
"""

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import xlsxwriter
from python_calamine import CalamineWorkbook
from xlsxwriter.utility import xl_col_to_name

from dagster_project.programme.model import Form, Programme
from dagster_project.rules.arrow_truths import ArrowTruths
from dagster_project.rules.bench import periods_sql
from dagster_project.rules.binding import bound
from dagster_project.rules.excel import More, formula_of
from dagster_project.rules.figure_joins import Figures
from dagster_project.rules.row_truths import compiled, exact
from dagster_project.rules.sql import Printer
from dagster_project.rules.tree import Node
from tests.unit.rules.evaluator import File, evaluate

Rule = tuple[Node, tuple[str, ...]]
"""A tree with the join keys of its rule."""
Rows = Sequence[Mapping[str, Any]]
Truths = list[bool | None]

SQL_TYPE = {"boolean": "boolean", "integer": "bigint", "decimal": "decimal(18, 6)", "date": "date"}
ARROW_TYPE = {
    "boolean": pa.bool_(), "integer": pa.int64(), "decimal": pa.decimal128(18, 6),
    "date": pa.date32(),
}  # fmt: skip
PERIOD = {"M": "2015-12", "Q": "2015-Q4", "A": "2015"}
TOWN = "440113007000"
OFFICE = shutil.which("soffice")
RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>"""
"""LibreOffice trusts the values that a file brings, unless told to work the formulas out anew."""


def slowly(form: Form, rules: Sequence[Rule], rows: Rows) -> list[Truths]:
    """Ask the slow reading of the language."""
    return [
        [
            evaluate(_bound(node, form), row, File(rows, _own(keys, form), form.keys[0]))
            for row in rows
        ]
        for node, keys in rules
    ]


def in_duckdb(form: Form, rules: Sequence[Rule], rows: Rows) -> list[Truths]:
    """Ask the SQL, all rows being one file."""
    figures = Figures()
    tests = ", ".join(Printer(form, keys, figures=figures).condition(node) for node, keys in rules)
    with duckdb.connect() as connection:
        connection.register("landed", table_of(form, rows))
        query = f"""
            with periods as ({periods_sql([PERIOD[form.period_type]])}),
            facts as (select r.*, p.* exclude (period) from landed as r join periods as p
                using (period))
            select {tests} from {figures.beside("facts")} as r order by r.row_number
        """
        found = connection.execute(query).fetchall()
    return [[row[number] for row in found] for number in range(len(rules))]


def in_arrow(form: Form, rules: Sequence[Rule], rows: Rows) -> list[Truths]:
    """Ask what the pandera checks ask."""
    table = table_of(form, rows)
    return [ArrowTruths(table, form, keys).truth(node).to_pylist() for node, keys in rules]


def in_python(form: Form, rules: Sequence[Rule], rows: Rows) -> list[Truths]:
    """Ask the chains of functions that the search for the wrong cell tries its guesses on."""
    cells = [{name: exact(value) for name, value in row.items()} for row in rows]
    asks = [compiled(_bound(node, form), form, keys) for node, keys in rules]
    return [[ask(cells, at) for at in range(len(cells))] for ask in asks]


@dataclass(frozen=True)
class Sheet:
    """What is asked of one worksheet."""

    form: Form
    rules: Sequence[Rule]
    rows: Rows
    programme: Programme | None = None

    def formulas(self, name: str) -> list[list[str | None]]:
        """Give the formulas of each rule for each row; None for a rule that has none."""
        form, last = self.form, len(self.rows)
        places = {column.name: xl_col_to_name(n) for n, column in enumerate(form.columns)}
        return [
            [
                formula_of(
                    _bound(node, form),
                    lambda column, row=row: f"{name}!${places[column.name]}{row}",
                    lambda column: f"{name}!${places[column.name]}$1:${places[column.name]}${last}",
                    form,
                    More(keys, self.programme),
                )
                for row in range(1, last + 1)
            ]
            for node, keys in self.rules
        ]


def in_worksheets(sheets: Sequence[Sheet], folder: Path) -> list[list[Truths | None]]:
    """Ask the formulas of several sheets, worked out by LibreOffice in one go."""
    formulas = [sheet.formulas(f"rows{number}") for number, sheet in enumerate(sheets)]
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
        for number, sheet in enumerate(sheets):
            _write(workbook, number, sheet, formulas[number])
    answers = recalculated(content.getvalue(), folder)
    return [
        _read(answers.get_sheet_by_name(f"rules{number}"), formulas[number])
        for number in range(len(sheets))
    ]


def recalculated(workbook: bytes, folder: Path) -> CalamineWorkbook:
    """Give a workbook after LibreOffice has worked all its formulas out."""
    profile = folder / "profile" / "user"
    profile.mkdir(parents=True, exist_ok=True)
    (profile / "registrymodifications.xcu").write_text(RECALCULATE, encoding="utf-8")
    (folder / "asked.xlsx").write_bytes(workbook)
    subprocess.run(
        [
            OFFICE, f"-env:UserInstallation={profile.parent.as_uri()}", "--headless",
            "--convert-to", "xlsx", "--outdir", folder / "answered", folder / "asked.xlsx",
        ],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return CalamineWorkbook.from_filelike(BytesIO((folder / "answered/asked.xlsx").read_bytes()))


def table_of(form: Form, rows: Rows) -> pa.Table:
    """Give rows as they are landed: one file, of the town, for a period of the form's type."""
    content: dict[str, Any] = {
        "submission_id": pa.array([101] * len(rows), pa.int64()),
        "row_number": pa.array(range(1, len(rows) + 1), pa.int64()),
        "period": pa.array([PERIOD[form.period_type]] * len(rows), pa.string()),
        "respondent_code": pa.array([TOWN] * len(rows), pa.string()),
    }
    for column in form.columns:
        cells = [row.get(column.name) for row in rows]
        content[column.name] = pa.array(cells, ARROW_TYPE.get(column.type, pa.string()))
    return pa.table(content)


def _bound(node: Node, form: Form) -> Node:
    return bound(node, PERIOD[form.period_type], TOWN)


def _own(keys: tuple[str, ...], form: Form) -> tuple[str, ...]:
    return tuple(key for key in keys if key in form.by_name)


def _write(
    workbook: xlsxwriter.Workbook, number: int, sheet: Sheet, formulas: list[list[str | None]]
) -> None:
    cells, rules = workbook.add_worksheet(f"rows{number}"), workbook.add_worksheet(f"rules{number}")
    day = workbook.add_format({"num_format": "yyyy-mm-dd"})
    for at, row in enumerate(sheet.rows):
        for place, column in enumerate(sheet.form.columns):
            value = row.get(column.name)
            if isinstance(value, date):
                cells.write_datetime(at, place, value, day)
            elif isinstance(value, str):
                cells.write_string(at, place, value)
            elif value is not None:
                cells.write(at, place, value)
    for place, column_of in enumerate(formulas):
        for at, formula in enumerate(column_of):
            if formula:
                rules.write_formula(at, place, formula, value="?")


def _read(answers: Any, formulas: list[list[str | None]]) -> list[Truths | None]:
    truth = {"": None, True: True, False: False}
    found = answers.to_python(skip_empty_area=False)
    return [
        None if None in formulas[rule] else [truth[row[rule]] for row in found]
        for rule in range(len(formulas))
    ]
