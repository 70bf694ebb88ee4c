"""A header nobody knew: the report is refused, a person decides, the next build takes it in."""

import duckdb
import openpyxl
import pytest
from typer.testing import CliRunner

from dagster_project.cli import app
from dagster_project.settings import Settings
from dagster_project.warehousing.workshop import Workshop
from tests.pipeline import homes

HEADER = "本季末在册人数之和"


@pytest.fixture
def home(tmp_path, monkeypatch, samples):
    """Give a home whose inbox holds a report with one header that nobody knows."""
    monkeypatch.setenv("JICENG_HOME", str(tmp_path))
    wanted = homes.of_period(samples, "staff", "2015-Q3")
    delivery = next(one for one in wanted if one.file_name.endswith(".xlsx"))
    homes.drop(samples, tmp_path, [delivery])
    path = tmp_path / "raw" / "inbox" / delivery.file_name
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    headers = [cell for row in sheet.iter_rows(max_row=12) for cell in row if cell.value]
    cells = [one for one in headers if str(one.value).startswith(("期末人数", "季末人数"))]
    cells[0].value = HEADER
    book.save(path)
    return tmp_path


def judged(home) -> tuple[str, list[str]]:
    """Read and judge what is there; gives the state of the one submission and its findings."""
    settings = Settings(home=home)
    from dagster_project.collecting.collect import collect

    collect(settings.inbox, settings.archive, settings.clock)
    with Workshop.entered(settings) as shop:
        shop.read_new()
        for key in shop.stale():
            shop.process(key)
    with duckdb.connect(settings.build_database, read_only=True) as connection:
        ((state,),) = connection.execute("select state from raw_submission").fetchall()
        rules = connection.execute("select distinct rule_id from raw_finding").fetchall()
    return state, [rule for (rule,) in rules]


def test_a_decision_on_a_header_reopens_the_reports_that_were_refused_for_it(home):
    state, rules = judged(home)
    assert state == "refused"
    assert "READ_HEADER_UNKNOWN" in rules
    command = ["alias", "accept", "staff", HEADER, "headcount_closing"]
    done = CliRunner().invoke(app, [*command, "--by", "样例", "--because", "同义"])
    assert done.exit_code == 0, done.output
    state, rules = judged(home)
    assert state.startswith("accepted")
    assert "READ_HEADER_UNKNOWN" not in rules
