"""The README is true: its answers, printout, commands and links, as a stranger meets them.

An ``sql`` block is followed at once by a ``text`` block with the answer: names of the columns,
then rows, columns parted by two or more blanks. A ``console`` block is cut from the demo's
printout; a line ``…`` stands for what is left out. A ``python`` block runs where the demo ran, a
``text`` block that begins with ``$ jiceng`` shows a command and its answer, cut in the same way.
"""

import re
import shlex
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from typer.main import get_command

from dagster_project.cli import app

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
LONGEST_README = 300
"""Lines: what a stranger reads in five minutes, twice, once for each language."""
FENCED = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
BLOCKS = FENCED.findall(README)
AROUND = FENCED.sub("", README)
QUESTIONS = [
    (query, answer)
    for (language, query), (next_language, answer) in pairwise(BLOCKS)
    if (language, next_language) == ("sql", "text")
]
SHOWN = [text for language, text in BLOCKS if language == "text" and text.startswith("$ jiceng ")]
WORDS = r"[a-z]+(?:-[a-z]+)*"


def blocks(language: str) -> list[str]:
    return [text for name, text in BLOCKS if name == language]


def commands(program: str) -> list[str]:
    """Give what follows a program's name wherever one stands as code, without its comment."""
    lines = [*"".join(blocks("sh")).splitlines(), *re.findall(r"`([^`\n]+)`", AROUND)]
    return [line.split("#")[0].removeprefix(program) for line in lines if line.startswith(program)]


def said(line: str) -> str:
    """Give the words of a printed line: no boxes, and no hash that every content has anew."""
    line = re.sub(r"\b(\d{6})-[0-9a-f]{8}\b", r"\1", line)
    return " ".join(re.sub("[│┃]", " ", line).split())


def anchors() -> set[str]:
    """Give the names that headings have on a rendered page."""
    titles = re.findall(r"^#+ (.+)$", AROUND, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}


def test_the_readme_is_short_and_speaks_both_languages():
    assert len(README.splitlines()) <= LONGEST_README
    english, chinese = README.split("\n## 中文\n")
    assert len(re.findall("[a-z]{3,}", english)) > 500
    assert len(re.findall("[一-鿿]", chinese)) > 500


def test_every_question_in_sql_has_its_answer():
    assert len(QUESTIONS) == len(blocks("sql")) >= 5


@pytest.mark.pipeline
@pytest.mark.parametrize(
    ("query", "written"), QUESTIONS, ids=[str(number + 1) for number in range(len(QUESTIONS))]
)
def test_the_demo_gives_the_answer_that_is_written(demo, query, written):
    names, rows = demo.answer(query)
    answer = [names, *([str(value) for value in row] for row in rows)]
    assert [re.split(r"\s{2,}", line.strip()) for line in written.splitlines()] == answer


@pytest.mark.pipeline
def test_the_printout_is_what_the_demo_prints_in_that_order(demo):
    printed = iter([said(line) for line in demo.output.splitlines()])
    for line in "".join(blocks("console")).splitlines():
        assert line == "…" or said(line) in printed, f"not printed, or in another place: {line}"


@pytest.mark.parametrize("block", SHOWN, ids=[block.splitlines()[0] for block in SHOWN])
def test_a_command_that_is_shown_answers_as_shown(block):
    command, *lines = block.splitlines()
    program = [sys.executable, "-m", "dagster_project", *shlex.split(command)[2:]]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    printed = iter(done.stdout.splitlines())
    for line in lines:
        assert line == "…" or line in printed, f"not printed, or in another place: {line}"


def test_a_check_is_shown_to_clerks():
    assert any(block.startswith("$ jiceng check ") for block in SHOWN)


@pytest.mark.pipeline
def test_python_blocks_run_where_the_demo_ran(demo):
    for program in blocks("python"):
        command = [sys.executable, "-c", program]
        done = subprocess.run(command, cwd=demo.home, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("line", sorted(set(commands("jiceng "))))
def test_every_command_that_is_named_exists_with_its_options(line):
    command = get_command(app)
    for word in re.match(rf"(?:{WORDS}\s*)?(?:{WORDS})?", line)[0].split():
        subcommands = getattr(command, "commands", None)
        if subcommands is None:
            break
        assert word in subcommands, f"jiceng {line}"
        command = subcommands[word]
    known = {name for parameter in command.params for name in parameter.opts}
    assert set(re.findall(r"--[a-z-]+", line)) <= known


@pytest.mark.parametrize("line", sorted(set(commands("make "))))
def test_every_make_target_that_is_named_exists(line):
    targets = re.findall(rf"^({WORDS}):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert line.split()[0] in targets


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)\s]+)\)", AROUND))))
def test_every_link_leads_somewhere(target):
    if target.startswith("#"):
        assert target[1:] in anchors()
    elif "://" not in target:
        assert (ROOT / target).exists()
