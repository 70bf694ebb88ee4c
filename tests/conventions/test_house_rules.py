"""Conventions that matter, as tests: names that run through, sizes, messages, a clean top level."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
import yaml

from dagster_project.messages import catalogue

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "dagster_project"
SOURCES = sorted(PACKAGE.rglob("*.py"))
TOP_LEVEL = {
    "pyproject.toml", "dagster_project", "dbt", "raw", "expectations", "tests", "README.md",
    "LICENSE", "CHANGELOG.md", "requirements.lock", "Makefile",
}  # fmt: skip
FORMS = [path.stem for path in sorted((PACKAGE / "programme" / "forms").glob("*.yml"))]
LONGEST_FILE = 350
"""Lines of a module: one that outgrows a few screens holds more than one idea."""
SUPPRESSIONS_PER_1000_LINES = 1.0
"""A suppression is a debt with a reason; the best projects owe one in a thousand lines."""


def tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split("\0")
    return [path for path in listed if path] or pytest.skip("no git checkout: nothing is tracked")


def test_the_top_level_holds_what_the_design_names_and_dotfiles():
    tops = {path.split("/", 1)[0] for path in tracked()}
    assert {top for top in tops if not top.startswith(".")} <= TOP_LEVEL


def test_no_tracked_file_names_a_registry_or_a_path_of_a_machine():
    own = Path(__file__).relative_to(ROOT).as_posix()
    for path in tracked():
        if path == own or path.endswith((".xlsx", ".xls")) or not (ROOT / path).exists():
            continue
        text = (ROOT / path).read_bytes().decode("utf-8", errors="replace")
        found = re.search(r"(/work/|/root/|/home/\w|files\.pythonhosted|pypi\.org)", text)
        assert found is None, f"{path}: {found}"


@pytest.mark.parametrize("form_id", FORMS)
def test_one_noun_runs_from_the_form_to_its_facts_and_suite(form_id):
    for path in (
        f"dagster_project/programme/forms/{form_id}.yml",
        f"dbt/models/staging/stg_{form_id}.sql",
        f"dbt/models/intermediate/int_{form_id}_versioned.sql",
        f"dbt/models/marts/facts/hist_{form_id}.sql",
        f"dbt/models/marts/facts/fct_{form_id}.sql",
        f"expectations/{form_id}.yml",
    ):
        assert (ROOT / path).exists(), path


def test_every_form_of_the_programme_is_covered_by_the_noun_test(programme):
    assert set(programme.forms) == set(FORMS)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_module_outgrows_a_few_screens(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


def test_nothing_catches_everything():
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ExceptHandler) and node.type is None:
                pytest.fail(f"{path}:{node.lineno} catches everything")
            name = getattr(node.type, "id", "") if isinstance(node, ast.ExceptHandler) else ""
            assert name != "Exception", f"{path}:{node.lineno}"


def test_suppressions_stay_rare():
    texts = [path.read_text(encoding="utf-8") for path in SOURCES]
    owed = sum(len(re.findall(r"# (noqa|type: ignore)", text)) for text in texts)
    lines = sum(text.count("\n") for text in texts)
    assert owed <= SUPPRESSIONS_PER_1000_LINES * lines / 1000


@pytest.mark.parametrize("code", sorted(catalogue()))
def test_every_message_speaks_both_languages_and_english_knows_no_more(code):
    """Chinese comes first: what English names, Chinese names too (``values_en`` is ``values``)."""
    texts = catalogue()[code]
    assert {"zh", "en"} <= texts.keys() <= {"zh", "en", "remedy_zh", "remedy_en"}
    assert ("remedy_zh" in texts) == ("remedy_en" in texts)
    assert _names(texts["en"]) <= _names(texts["zh"])


def test_every_message_code_in_the_code_is_in_the_catalogue():
    pattern = re.compile(r'"((?:READ|COLLECT|RULES|REGION|PROGRAMME|EXPECT|EXPLAIN)_[A-Z0-9_]+)"')
    for path in SOURCES:
        for code in pattern.findall(path.read_text(encoding="utf-8")):
            is_prefix = any(known.startswith(code) for known in catalogue())
            assert is_prefix, f"{path.name}: {code}"


def _names(text: str) -> set[str]:
    return {name.removesuffix("_en") for _, name, _, _ in Formatter().parse(text) if name}


def loose_keys(node: object) -> Iterator[str]:
    """Give the keys that look like the end of a sentence and have no value."""
    if isinstance(node, dict):
        yield from (key for key, value in node.items() if value is None and " " in str(key))
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for child in children:
        yield from loose_keys(child)


@pytest.mark.parametrize("folder", ["dagster_project", "dbt", "expectations"])
def test_no_text_in_yaml_is_cut_at_a_comma(folder):
    """``{en: a street is its own, a district has none}`` without quotes lost its second half."""
    for path in sorted((ROOT / folder).rglob("*.yml")):
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        assert not list(loose_keys(document)), path
