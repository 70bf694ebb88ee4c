"""Loading the programme: every mistake is named with its file and line, all at once."""

import shutil
from pathlib import Path

import pytest

from dagster_project.programme.load import HOME, ProgrammeError, form_hash, load_programme


@pytest.fixture
def root(tmp_path) -> Path:
    target = tmp_path / "programme"
    shutil.copytree(HOME, target, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return target


def broken(root: Path, file: str, old: str, new: str) -> int:
    """Put a mistake into a file; gives the line on which it stands."""
    path = root / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_the_forms_load_in_the_order_of_their_numbers(programme):
    numbers = [form.table_number for form in programme.forms.values()]
    assert numbers == sorted(numbers)
    assert {"community_profile", "staff"} <= programme.forms.keys()


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("forms/staff.yml", "period_type: Q", "period_type: W"),
        ("forms/staff.yml", "name: joined", "name: 新增"),
        ("forms/services.yml", "code_list: CL_SERVICE_CATEGORY", "code_list: CL_NO_SUCH_LIST"),
        ("forms/facilities.yml", "unit: m2", "unit: acres"),
        ("forms/facilities.yml", "form_id: facilities", "form_id: facility"),
        ("collections/panyu.yml", "form: staff", "form: stuff"),
        ("collections/xiacheng.yml", "due_on: 2017-12-15", "due_on: 2017-11-05"),
        (
            "collections/jiexiu.yml",
            '{form: staff, from_period: "2020-Q4"',
            '{form: staff, from_period: "2020-12"',
        ),
        ("rules.yml", "severity: M", "severity: X"),
        ("plans/panyu_13fyp.yml", "kind: target", "kind: aim"),
        ("plans/panyu_13fyp.yml", "figure: fisc_social_work_employees", "figure: fisc_nobody"),
        ("plans/panyu_13fyp.yml", "plan_id: panyu_13fyp", "plan_id: panyu"),
        ("plans/panyu_13fyp.yml", "indicator_id: towns_count", "indicator_id: towns_counted"),
    ],
    ids=[
        "enum",
        "name",
        "list",
        "unit",
        "form id",
        "collection",
        "a backlog due before it is asked for",
        "a month of a quarterly form",
        "general rule",
        "kind of figure",
        "baseline that is not there",
        "plan id",
        "indicator",
    ],
)
def test_a_mistake_is_named_with_file_and_line(root, file, old, new):
    line = broken(root, file, old, new)
    with pytest.raises(ProgrammeError) as caught:
        load_programme(root)
    assert any(f"{file} 第 {line} 行" in mistake for mistake in caught.value.mistakes)


def test_a_figure_that_a_plan_has_twice_is_named(root):
    broken(
        root, "plans/panyu_13fyp.yml", "indicator_id: towns_count", "indicator_id: streets_count"
    )
    with pytest.raises(ProgrammeError, match=r"streets_count\.baseline 写了两次"):
        load_programme(root)


def test_all_mistakes_of_all_files_are_named_at_once(root):
    broken(root, "forms/staff.yml", "period_type: Q", "period_type: W")
    broken(root, "forms/services.yml", "period_type: M", "period_type: W")
    with pytest.raises(ProgrammeError) as caught:
        load_programme(root)
    named = "\n".join(caught.value.mistakes)
    assert "forms/staff.yml" in named
    assert "forms/services.yml" in named


def test_a_file_that_is_no_yaml_is_named_with_its_line(root):
    (root / "forms" / "staff.yml").write_text("form_id: staff\ntitle: {zh: 人\n", encoding="utf-8")
    with pytest.raises(ProgrammeError, match=r"forms/staff\.yml"):
        load_programme(root)


def test_two_columns_that_answer_to_one_header_are_named(root):
    broken(root, "forms/staff.yml", "新增人数", "离职")
    with pytest.raises(ProgrammeError, match="离职"):
        load_programme(root)


def test_the_hash_of_a_form_is_that_of_the_programme_at_hand(root, programme):
    broken(root, "forms/staff.yml", "day: 10", "day: 11")
    changed = load_programme(root)
    same = {
        form_id: form_hash(changed, form_id) == form_hash(programme, form_id)
        for form_id in programme.forms
    }
    assert [form_id for form_id, is_same in same.items() if not is_same] == ["staff"]
