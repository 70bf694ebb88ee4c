"""``jiceng check`` as a clerk or a script meets it: exit codes, words, JSON, imports."""

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

import dagster_project
from tests.conftest import REAL_DATA
from tests.fixtures.spoiled import CSV, FACILITIES, NO_REPORT, REFUSED, SAMPLES, STAFF, spoiled
from tests.fixtures.spoiled import with_cells as cells

SCHEMA = Path(dagster_project.__file__).parent / "checking" / "document.schema.json"
ROOT = Path(dagster_project.__file__).parents[1]
EDGE_FILES = REAL_DATA / "5_edge_files"
HEAVY = (
    "dagster",
    "dagster_dbt",
    "dbt",
    "great_expectations",
    "pandas",
    "pandera",
    "numpy",
    "rich",
)


def jiceng(folder, *arguments, **environment):
    """Run the command in a folder, as one that has never seen the project."""
    around = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment}
    command = [sys.executable, "-m", "dagster_project", *map(str, arguments)]
    return subprocess.run(
        command,
        cwd=folder,
        env=around,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize(
    ("names", "code"),
    [
        ([STAFF], 0),
        ([REFUSED], 2),
        ([NO_REPORT], 3),
        ([STAFF, CSV, REFUSED], 2),
        ([NO_REPORT, STAFF, REFUSED], 3),
    ],
    ids=["accepted", "refused", "unreadable", "worst-refused", "worst-unreadable"],
)
def test_the_exit_code_is_that_of_the_worst_file(tmp_path, names, code):
    done = jiceng(tmp_path, "check", *(SAMPLES / name for name in names))
    assert (done.returncode, done.stderr) == (code, "")
    assert f"共 {len(names)} 个文件" in done.stdout


def test_questions_alone_give_1(tmp_path):
    """A total whose formula was never calculated is asked about; nothing in it is wrong."""
    path = tmp_path / STAFF
    path.write_bytes(spoiled(STAFF, cells(C49="=SUM(C10:C48)")))
    done = jiceng(tmp_path, "check", path, "--json")
    document = json.loads(done.stdout)
    assert (done.returncode, document["state"]) == (1, "accepted_with_questions")
    findings = document["files"][0]["submissions"][0]["findings"]
    assert {finding["severity"] for finding in findings} == {"Q"}
    assert "C49" in {finding["cell"] for finding in findings}


def test_a_finding_names_sheet_cell_value_what_is_wrong_and_what_to_do(tmp_path):
    lines = jiceng(tmp_path, "check", SAMPLES / REFUSED).stdout.splitlines()
    at = next(n for n, line in enumerate(lines) if "SG-103!G12" in line)
    assert lines[at].strip() == "1. [强制] SG-103!G12　值：13"
    assert lines[at + 1].strip().startswith("问题：期末=期初+增加-减少")
    assert lines[at + 2].strip() == "可疑：很可能是 G12 填错了（可能多写了一位数字），建议改为 3。"
    assert lines[at + 3].strip().startswith("办法：请核对 G12")
    assert any("东环街道 440113009000" in line and "2015-Q4" in line for line in lines)


def test_two_wrong_cells_of_a_row_are_found_by_the_solver(tmp_path):
    """A check leaves numpy out, which the solver needs: it must come in again, and pandas not."""
    workbook = spoiled(REFUSED, cells(G12=3, C12=50, K12=30))
    (tmp_path / "two.xlsx").write_bytes(workbook)
    done = jiceng(tmp_path, "check", "two.xlsx", "--json")
    found = json.loads(done.stdout)["files"][0]["submissions"][0]["findings"]
    hard = {one["rule_id"]: one for one in found if one["severity"] == "M"}
    suspects = {rule_id: one["suspect_cells"] for rule_id, one in hard.items()}
    assert suspects == {"SG-103-R01": "C12", "SG-103-R04": "K12"}
    assert {one["suggested_value"] for one in hard.values()} == {None}


def test_english_is_spoken_where_it_is_asked_for(tmp_path):
    done = jiceng(tmp_path, "check", SAMPLES / REFUSED, "--lang", "en")
    assert "Wrong: stock and flow of persons" in done.stdout
    assert "To do: Check G12" in done.stdout
    assert "问题：" not in done.stdout


def test_it_says_what_it_did_not_check(tmp_path):
    done = jiceng(tmp_path, "check", SAMPLES / STAFF)
    last = done.stdout.splitlines()[-1]
    assert "没有查的" in last
    assert "SG-103-R14" in last


def test_json_keeps_to_its_schema_and_says_what_the_printout_says(tmp_path):
    names = [STAFF, FACILITIES, REFUSED, NO_REPORT, CSV, "nowhere.xlsx"]
    done = jiceng(tmp_path, "check", "--json", *(SAMPLES / name for name in names))
    document = json.loads(done.stdout)
    jsonschema.validate(document, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert [one["name"] for one in document["files"]] == names
    assert document["exit_code"] == done.returncode == 3
    states = ["accepted", "accepted", "refused", "unreadable", "accepted", "unreadable"]
    assert [one["state"] for one in document["files"]] == states
    (report,) = document["files"][0]["submissions"]
    known = {"form_id": "staff", "unit_code": "440113011000", "period": "2015-Q4", "rows": 39}
    assert known.items() <= report.items()


def test_the_schema_describes_every_field_that_is_written(tmp_path):
    document = json.loads(jiceng(tmp_path, "check", "--json", SAMPLES / REFUSED).stdout)
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    (file,) = document["files"]
    (report,) = file["submissions"]
    parts = {"file": file, "submission": report, "finding": report["findings"][0]}
    parts["rule_not_run"] = document["rules_not_run"][0]
    assert document.keys() == schema["properties"].keys()
    for name, part in parts.items():
        assert part.keys() == schema["$defs"][name]["properties"].keys(), name


@pytest.mark.parametrize("form", ["facilities", "SG-104", "sg-104"])
def test_another_form_than_the_one_asked_for_is_refused(tmp_path, form):
    done = jiceng(tmp_path, "check", "--form", form, SAMPLES / STAFF, SAMPLES / FACILITIES)
    assert done.returncode == 2
    assert (
        "这是 SG-103 社区服务队伍季报，不是要查的 SG-104 社区服务机构和设施名录季报" in done.stdout
    )
    assert "通过 1，待核实 0，退回 1，读不了 0" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--form", "SG-999"], "没有报表“SG-999”"),
        (["--lang", "fr"], "--lang"),
        (["--jsn"], "--jsn"),
    ],
    ids=["form", "language", "option"],
)
def test_a_mistake_in_calling_it_is_no_verdict(tmp_path, arguments, words):
    done = jiceng(tmp_path, "check", SAMPLES / STAFF, *arguments)
    assert (done.returncode, done.stdout) == (3, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_paths_that_cannot_be_checked_are_told_in_two_languages_and_the_others_checked(tmp_path):
    os.mkfifo(tmp_path / "pipe.xlsx")
    (tmp_path / "empty").mkdir()
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / STAFF).write_bytes((SAMPLES / STAFF).read_bytes())
    (tmp_path / "folder" / "link.xlsx").symlink_to(SAMPLES / STAFF)
    (tmp_path / "folder" / "~$lock.xlsx").write_bytes(b"")
    done = jiceng(tmp_path, "check", "pipe.xlsx", "empty", "folder", "nowhere.xlsx", "/dev/zero")
    assert (done.returncode, done.stderr) == (3, "")
    assert done.stdout.count("没有这个文件") == done.stdout.count("There is no such file") == 1
    for words in ("不是普通文件：pipe.xlsx", "不是普通文件：/dev/zero", "没有可查的文件：empty"):
        assert words in done.stdout
    assert "这是链接" in done.stdout
    assert "共 6 个文件，读到 39 行：通过 1，待核实 0，退回 0，读不了 5" in done.stdout


def test_a_file_named_twice_is_checked_once(tmp_path):
    (tmp_path / STAFF).write_bytes((SAMPLES / STAFF).read_bytes())
    done = jiceng(tmp_path, "check", STAFF, ".", f"./{STAFF}")
    assert "共 1 个文件" in done.stdout


def test_names_that_are_no_utf8_and_odd_cells_do_no_harm(tmp_path):
    name = os.fsdecode("番禺.xlsx".encode("gb18030"))
    (tmp_path / name).write_bytes(spoiled(STAFF, cells(C10="\u202e7", I10="=1+1\u009b2J")))
    for options in ([], ["--json"]):
        done = jiceng(tmp_path, "check", ".", *options)
        assert (done.returncode, done.stderr) == (2, "")
        assert "番禺" in done.stdout
    assert not {"\u202e", "\u009b"} & set(jiceng(tmp_path, "check", ".").stdout)


def test_a_terminal_that_knows_no_chinese_stops_nothing(tmp_path):
    done = jiceng(tmp_path, "check", SAMPLES / REFUSED, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (2, "")
    assert "SG-103!G12" in done.stdout


def test_nothing_is_written_anywhere(tmp_path):
    jiceng(tmp_path, "check", SAMPLES, JICENG_HOME=str(tmp_path / "home"))
    assert list(tmp_path.rglob("*")) == []


def test_nothing_heavy_is_imported():
    """A cold start of one second leaves no room for them: pandas alone takes that."""
    program = (
        "import os, sys; from dagster_project.cli import main;"
        f"sys.argv = ['jiceng', 'check', {str(SAMPLES / REFUSED)!r}];"
        "os._exit = sys.exit\n"
        "try: main()\n"
        "except SystemExit as left: code = left.code\n"
        "print(code, *sorted({name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    code, *modules = done.stdout.splitlines()[-1].split()
    assert code == "2"
    assert not set(HEAVY) & set(modules)
    assert {"duckdb", "pyarrow", "python_calamine"} <= set(modules)


@pytest.mark.skipif(not EDGE_FILES.is_dir(), reason="the real data are not here")
def test_files_made_to_trouble_readers_are_each_named_and_none_stops_the_check(tmp_path):
    done = jiceng(tmp_path, "check", "--json", EDGE_FILES.resolve())
    assert (done.returncode, done.stderr) == (3, "")
    files = json.loads(done.stdout)["files"]
    assert len(files) >= len([path for path in EDGE_FILES.rglob("*") if path.is_file()]) * 0.9
    assert all(file["submissions"] or file["findings"] for file in files)
