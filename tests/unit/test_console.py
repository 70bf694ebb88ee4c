"""The tables of the command: every column is named in two languages, Chinese first."""

import pytest

from dagster_project import console
from dagster_project.collecting.verify import VerifyReport

TABLES = [
    console.BY_STATE, console.TROUBLES, console.FILES, console.FINDINGS, console.COMPARISON,
    console.SOURCES, console.SLEEPING,
]  # fmt: skip


@pytest.mark.parametrize("name", sorted({name for table in TABLES for name in table}))
def test_every_column_is_headed_in_chinese_and_english(name):
    zh, en = console._heading(name).split("\n")
    assert any("一" <= character <= "鿿" for character in zh)
    assert en.isascii()
    assert en


def test_a_table_shows_both_headings(capsys, monkeypatch):
    monkeypatch.setattr(console, "screen", console.Console(width=100))
    console._table(
        "STATUS_FILES", console.FILES, [("refused", "东环.xlsx", "staff", "2015-Q4", None)]
    )
    printed = capsys.readouterr().out
    assert printed.index("收到时间") < printed.index("received at") < printed.index("东环.xlsx")


def test_verify_answers_in_both_languages(capsys, monkeypatch):
    monkeypatch.setattr(console, "screen", console.Console(width=100))
    console.verified(VerifyReport(3, 2, 10, ("archive/a.xlsx",), (), (), ()))
    printed = capsys.readouterr().out
    assert "缺失：archive/a.xlsx" in printed
    assert "missing: archive/a.xlsx" in printed
