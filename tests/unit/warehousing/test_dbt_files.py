"""What the generator of the dbt files makes of a programme that changes."""

import pytest
import yaml

from dagster_project.programme.load import load_programme
from dagster_project.warehousing.dbt_files import generated_files
from dagster_project.warehousing.dbt_yaml import shared_columns
from dagster_project.warehousing.schema import FORM_ROWS, declared_tables, raw_tables

PROGRAMME = load_programme()


def with_form(form):
    """The programme with one form more."""
    return PROGRAMME.model_copy(update={"forms": PROGRAMME.forms | {form.form_id: form}})


def renamed(form_id, **changes):
    form = PROGRAMME.forms["staff"]
    return form.model_copy(update={"form_id": form_id, **changes})


def test_a_new_form_gets_all_its_models_and_joins_the_totals():
    files = generated_files(with_form(renamed("helpers")))
    assert {path for path in files if "helpers" in path and path.startswith("models")} == {
        f"models/{path}.{ending}"
        for path in (
            "staging/stg_helpers",
            "intermediate/int_helpers_versioned",
            "intermediate/int_helpers_totals",
            "marts/facts/fct_helpers",
            "marts/facts/hist_helpers",
        )
        for ending in ("sql", "yml")
    }
    assert "ref('int_helpers_totals')" in files["models/marts/reporting/fct_totals.sql"]
    assert "raw_helpers" in files["models/sources/raw.yml"]


def test_a_form_in_which_nothing_adds_up_has_no_totals():
    """A list of designations has no additive column; summing none of them is no SQL."""
    columns = tuple(c for c in PROGRAMME.forms["staff"].columns if not c.is_additive)
    files = generated_files(with_form(renamed("designations", columns=columns)))
    assert "models/marts/facts/fct_designations.sql" in files
    assert "models/intermediate/int_designations_totals.sql" not in files
    assert "designations" not in files["models/marts/reporting/fct_totals.sql"]


def test_a_form_without_code_lists_has_no_test_of_codes():
    columns = tuple(c.model_copy(update={"code_list": None}) for c in renamed("x").columns)
    files = generated_files(with_form(renamed("plain", columns=columns)))
    assert "codes_exist" not in files["models/marts/facts/fct_plain.yml"]


@pytest.mark.parametrize("form_id", PROGRAMME.forms)
def test_no_column_of_a_form_takes_a_name_that_the_warehouse_adds(form_id):
    added = {*declared_tables()[FORM_ROWS].column_names, *(one.name for one in shared_columns())}
    assert not added & set(PROGRAMME.forms[form_id].column_names)


def test_yaml_and_sql_of_a_model_list_the_same_columns():
    files = generated_files(PROGRAMME)
    for path in (path for path in files if path.startswith("models/marts/facts/")):
        if path.endswith(".yml"):
            (model,) = yaml.safe_load(files[path])["models"]
            listed = files[path.replace(".yml", ".sql")].split("select\n")[-1].split("\nfrom")[0]
            names = [line.strip().rstrip(",") for line in listed.splitlines()]
            assert names == [column["name"] for column in model["columns"]], path


def test_every_declared_column_has_a_type_and_words_in_two_languages():
    types = {"string", "bigint", "integer", "boolean", "date", "timestamp"}
    types |= {"decimal(18,6)", "decimal(38,6)"}
    for table in raw_tables(PROGRAMME).values():
        for column in table.columns:
            assert column.type in types, (table.name, column.name)
            assert column.text.zh, (table.name, column.name)
            assert column.text.en, (table.name, column.name)
