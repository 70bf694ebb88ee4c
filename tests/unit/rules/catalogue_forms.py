"""The forms, all 156 rules and the code lists of the catalogue, where it is at hand."""

import csv
import os
from pathlib import Path

import pytest

from dagster_project.programme.model import (
    CodeList,
    Column,
    DueRule,
    Form,
    Programme,
    Rule,
    Text,
)  # fmt: skip

CATALOGUE = Path(os.environ.get("JICENG_REAL_DATA", "../shared/data")).parent / "catalogue"
BOTH = Text(zh="样例", en="sample")


@pytest.fixture(scope="module")
def everything(programme: Programme) -> Programme:
    """Give all forms there are: the catalogue's, where it is at hand, else the project's."""
    return catalogue_programme(programme) if CATALOGUE.exists() else programme


def catalogue_programme(programme: Programme) -> Programme:
    """Give a programme of all forms of the catalogue, with the general rules of another."""
    return programme.model_copy(update={"forms": _forms(), "codelists": _codelists()})


def catalogue_rows(name):
    """Give the rows of one file of the catalogue."""
    with (CATALOGUE / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _forms():
    forms = {}
    for row in catalogue_rows("forms"):
        columns = tuple(
            map(_column, (c for c in catalogue_rows("form_columns") if c["form"] == row["form"]))
        )
        unit = next(column.name for column in columns if column.code_list == "CL_REGION")
        name = "form_" + row["form"][3:]
        forms[name] = Form(
            form_id=name, table_number=row["form"], title=BOTH, period_type=row["period_type"],
            reference=BOTH, due=DueRule(month_offset=1, day=10), grain=BOTH, unit_column=unit,
            respondents="department" if row["form"] == "SG-201" else "street_town",
            keys=tuple(row["keys"].split(";")), columns=columns,
            rules=tuple(_rule(r) for r in catalogue_rows("form_rules") if r["form"] == row["form"]),
        )  # fmt: skip
    return forms


def _column(row):
    return Column(
        name=row["column"], header_zh=row["header_zh"], label_en=row["column"], type=row["type"],
        unit=row["unit"] or None, nullable=row["nullable"] == "Y",
        code_list=row["code_list"] or None, role=row["role"],
    )  # fmt: skip


def _rule(row):
    return Rule(
        rule_id=row["rule_id"], scope=row["scope"], severity=row["severity"],
        join_keys=tuple(filter(None, row["join_keys"].split(";"))),
        applies_when=row["applies_when"] or None, expression=row["expression"], message=BOTH,
    )  # fmt: skip


def _codelists():
    codes = {}
    for row in catalogue_rows("codelists"):
        entry = {"code": row["code"], "name_zh": row["name_zh"], "name_en": row["name_en"]}
        codes.setdefault(row["list_id"], []).append(entry)
    return {
        list_id: CodeList.model_validate({"list_id": list_id, "title": BOTH, "codes": entries})
        for list_id, entries in codes.items()
    }
