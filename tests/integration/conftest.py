"""The dbt project built once on a tiny warehouse; tests that change it work on a copy."""

import shutil
from datetime import datetime

import pytest

from tests.fixtures.dbt_runs import DbtProject, failed
from tests.fixtures.tiny_warehouse import PERIODS, STREETS, TinyWarehouse

CORRECTED_AT = datetime.fromisoformat("2016-01-20T00:00")


@pytest.fixture(scope="session")
def dbt(tmp_path_factory):
    """The parsed dbt project."""
    folder = tmp_path_factory.mktemp("dbt")
    project = DbtProject(folder)
    project.parse(folder / "build.duckdb")
    return project


@pytest.fixture(scope="session")
def built_once(tmp_path_factory, dbt, programme):
    """Two of three streets report every form and period; one corrects its first staff report."""
    tiny = TinyWarehouse(tmp_path_factory.mktemp("tiny") / "build.duckdb", programme)
    with tiny.connected():  # opened once: every opening and closing costs 20 ms
        fill(tiny)
    outcome = dbt.build(tiny.path)
    assert failed(outcome) == set()
    return tiny


def fill(tiny):
    tiny.create()
    for form in tiny.programme.forms.values():
        for period in PERIODS[form.period_type]:
            for street in STREETS[:2]:
                rows = [{"facility_code": f"{street}-1"}] if form.form_id == "facilities" else [{}]
                tiny.submit(form.form_id, street, period, rows)
    tiny.execute(
        f"update raw_submission set known_to = '{CORRECTED_AT}' where form_id = 'staff'"
        f" and period = '2015-Q4' and respondent_code = '{STREETS[0]}'"
    )
    corrected = [{"headcount_closing": 5}, {"staff_category": "VC_MEMBER"}]
    tiny.submit("staff", STREETS[0], "2015-Q4", corrected, revision=2, known_from=CORRECTED_AT)


@pytest.fixture
def built(built_once, tmp_path):
    """A copy of the built warehouse that a test may spoil."""
    path = tmp_path / built_once.path.name
    shutil.copy(built_once.path, path)
    return TinyWarehouse(path, built_once.programme, numbers=built_once.numbers)
