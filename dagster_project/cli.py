"""The ``jiceng`` command. Imports stay inside the commands: a command pays only for what it uses.

Not here: what the commands do, and how their answers look (see ``console``).
"""

import gc
import os
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from typer.core import TyperCommand

from dagster_project import commands
from dagster_project.errors import JicengError
from dagster_project.settings import Settings

if TYPE_CHECKING:
    from dagster_project.defs.build import BuildReport

EXIT_FAILED = 1
EXIT_USER_ERROR = 2
EXIT_UNREADABLE = 3
"""Of ``check`` alone, whose 1 and 2 are verdicts on files."""

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="基层统计：数字可追溯到格子。 From a street's workbook to a figure anyone can trace.",
)
regions = typer.Typer(no_args_is_help=True, help="区划代码。 The region register.")
app.add_typer(regions, name="regions")
alias = typer.Typer(no_args_is_help=True, help="认定表头。 Decide what an unknown header means.")
app.add_typer(alias, name="alias")
app.add_typer(commands.answer, name="answer")
for _command in (
    commands.rejudge,
    commands.template,
    commands.remind,
    commands.questions,
    commands.dictionary,
):
    app.command()(_command)

Lang = Annotated[Literal["zh", "en"], typer.Option(help="中文或英文。 Chinese or English.")]


class CheckCommand(TyperCommand):
    """A command whose exit code 2 is a verdict: a mistake in calling it gives another."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments, or tell what is wrong with them."""
        try:
            return super().parse_args(ctx, args)
        except typer.TyperException as error:
            error.exit_code = EXIT_UNREADABLE
            raise


def main() -> None:
    """Run the command; what a person can mend is said in two languages, without a trace."""
    # Collecting garbage while a quarter of a million module objects load costs seconds.
    gc.disable()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a name that the terminal cannot show stops nothing
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except JicengError as error:
        _say_error(error)
        sys.exit(EXIT_USER_ERROR)


def _say_error(error: JicengError) -> None:
    sys.stderr.write(f"{error.text('zh')}\n{error.text('en')}\n")


@app.command()
def demo(
    *,
    everything: Annotated[
        bool,
        typer.Option(
            "--all",
            help="编到 2017 年三季度，另加四地各一个街镇。 Until 2017-Q3, and four other places.",
        ),
    ] = False,
) -> None:
    """合成样例走完全程。 The whole path of a report, on synthetic samples."""
    from dagster_project import console
    from dagster_project.programme.load import load_programme
    from dagster_project.regions.register import load_register
    from dagster_project.releasing.comparison import comparisons
    from dagster_project.releasing.status import published, status_of
    from dagster_project.samples.delivery import deliver
    from dagster_project.samples.write import write_samples

    settings = Settings.from_environment()
    programme = load_programme(settings.programme_root)
    samples = settings.raw / "samples" / "generated"
    register = load_register(settings.programme_root)
    report = write_samples(samples, programme, register, everything=everything)
    console.samples_written(report, deliver(samples, settings))
    outcome = _build(settings, None, None)
    with published(settings.published_database) as connection:
        console.status(status_of(connection))
        compared = [(plan, comparisons(connection, plan)) for plan in programme.plans]
        equal = [console.comparison(plan, found) for plan, found in compared if found]
    console.built(outcome)
    _exit_unless(not outcome.failed and all(equal))


@app.command(cls=CheckCommand)
def check(
    files: Annotated[list[Path], typer.Argument(help="文件或文件夹。 Files or folders.")],
    form: Annotated[
        str | None, typer.Option(help="应为这张表：staff 或 SG-103。 The form it should be.")
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="给程序看。 For programs.")] = False,
    lang: Lang = "zh",
) -> None:
    """报送前自查，什么也不写。 Check files before sending; nothing is written.

    退出码：0 通过，1 待核实，2 退回，3 读不了。
    Exit code: 0 accepted, 1 questions, 2 refused, 3 unreadable.
    """
    from dagster_project.lean import leave_out

    leave_out("numpy", "pandas")
    from dagster_project.checking.check import check_files
    from dagster_project.checking.document import json_document
    from dagster_project.checking.files import named_files
    from dagster_project.checking.printed import lines_of

    try:
        report = check_files(named_files(files), Settings.from_environment(), form)
    except JicengError as error:
        _say_error(error)
        raise typer.Exit(EXIT_UNREADABLE) from error
    for line in [json_document(report)] if as_json else lines_of(report, lang):
        sys.stdout.write(f"{line}\n")
    _leave(report.exit_code)


@app.command()
def build(
    form: Annotated[str | None, typer.Option(help="只建这张表。 Only this form.")] = None,
    period: Annotated[str | None, typer.Option(help="只建这一期。 Only this period.")] = None,
) -> None:
    """收件、审核、建库、发布。 Collect, judge, build and release what is new."""
    from dagster_project import console

    outcome = _build(Settings.from_environment(), form, period)
    console.built(outcome)
    _exit_unless(not outcome.failed)


@app.command()
def status() -> None:
    """谁报了、谁没报、哪里有问题。 Who has reported, who has not, what is wrong."""
    from dagster_project import console
    from dagster_project.releasing.manifest import manifest_in_force
    from dagster_project.releasing.status import published, status_of

    settings = Settings.from_environment()
    with published(settings.published_database) as connection:
        console.release(manifest_in_force(settings.releases))
        console.status(status_of(connection))


@app.command()
def verify() -> None:
    """重新核对存档文件。 Hash every archived file again and compare it with its receipt."""
    from dagster_project import console
    from dagster_project.collecting.verify import verify as verify_archive

    report = verify_archive(Settings.from_environment().archive)
    console.verified(report)
    _exit_unless(report.is_sound)


@app.command()
def explain(table: str, column: str, key: Annotated[list[str], typer.Argument()]) -> None:
    """一个数从哪个格子来。 The path of a figure: release, row, submission, file, sheet, cell."""
    from dagster_project import console
    from dagster_project.programme.load import load_programme
    from dagster_project.releasing.explain import explain as explain_figure
    from dagster_project.releasing.manifest import manifest_in_force
    from dagster_project.releasing.sources import ExplainError
    from dagster_project.releasing.status import published

    if wrong := [pair for pair in key if "=" not in pair]:
        raise ExplainError("EXPLAIN_KEY_BAD", key=wrong[0])
    settings = Settings.from_environment()
    keys = dict(pair.split("=", 1) for pair in key)
    with published(settings.published_database) as connection:
        programme = load_programme(settings.programme_root)
        found = explain_figure(connection, table, column, keys, programme)
    console.explanation(found, manifest_in_force(settings.releases))


@app.command()
def generate() -> None:
    """由报表定义生成 dbt 文件。 Write the dbt files that follow from the forms."""
    from dagster_project import console
    from dagster_project.programme.load import load_programme
    from dagster_project.settings import packaged
    from dagster_project.warehousing.dbt_files import write_generated
    from dagster_project.warehousing.own_project import copy_common

    settings = Settings.from_environment()
    programme = load_programme(settings.programme_root)
    copied = [
        copy_common(packaged(name), own)
        for name in ("dbt", "expectations")
        if (own := settings.own_folder(name))
    ]
    changed = [path for one in copied for path in one.written]
    changed += write_generated(programme, settings.dbt_project)
    console.generated(changed, [path for one in copied for path in one.left])
    if settings.programme_root:
        from dagster_project.defs.warehouse.runner import parse

        parse(settings)  # dbt says now what it does not understand, and the next build need not ask


@app.command()
def check_programme() -> None:
    """检查报表制度。 Check the programme: mistakes with file and line, rules that sleep."""
    from dagster_project import console
    from dagster_project.rules.programme import checked_programme
    from dagster_project.rules.rule_set import remarks

    programme, sleeping = checked_programme(Settings.from_environment().programme_root)
    console.programme(programme, sleeping)
    found = remarks(programme)
    console.lines(two for one in found for two in (one.text("zh"), one.text("en")))
    _exit_unless(not any("CONTRADICTORY" in one.code for one in found))


@regions.command("import")
def import_regions(
    files: list[Path],
    edition: Annotated[str, typer.Option(help="版本日期 2021-10-31。 Date of the edition.")],
    lang: Lang = "zh",
) -> None:
    """导入全国统计用区划代码。 Load a national code book and report its integrity."""
    from datetime import date

    from dagster_project import console
    from dagster_project.regions.importing import import_code_books

    settings = Settings.from_environment()
    report = import_code_books(files, date.fromisoformat(edition), settings.imported_regions)
    console.lines(report.lines(lang))


@alias.command("accept")
def accept_alias(
    target: Annotated[
        str, typer.Argument(metavar="FILE|FORM", help="报送的文件，或报表。 File or form.")
    ],
    header: Annotated[str, typer.Argument(help="不认得的表头。 The unknown header.")],
    column: Annotated[str, typer.Argument(help="它所指的列。 The column it means.")],
    by: Annotated[str, typer.Option(help="谁认定。 Who decides.")],
    because: Annotated[str, typer.Option(help="为什么同义。 Why the two mean the same.")],
) -> None:
    """认定一个表头即某列，下次照此读取。 Record that a header means a column."""
    from dagster_project import console
    from dagster_project.accepting import Ground, accept

    made = accept(Settings.from_environment(), target, header, column, Ground(by, because))
    console.say(
        "ALIAS_ACCEPTED", form=made.form_id, header=made.header, column=made.column_name,
        by=by, reason=because,
    )  # fmt: skip


@alias.command("list")
def list_aliases() -> None:
    """认定过的表头。 All decisions on headers, in the order they were made."""
    from dagster_project import console
    from dagster_project.collecting.aliases import read_aliases

    made = read_aliases(Settings.from_environment().decisions)
    for one in made:
        console.say(
            "ALIAS_LISTED", form=one.form_id, header=one.header, column=one.column_name,
            by=one.decided_by, reason=one.reason, decided_at=f"{one.decided_at:%Y-%m-%d %H:%M}",
        )  # fmt: skip
    if not made:
        console.say("ALIAS_NONE")


def _build(settings: Settings, form: str | None, period: str | None) -> "BuildReport":
    """Build with a progress display; the definitions are those that Dagster itself loads."""
    from dagster_project import console
    from dagster_project.warehousing.judges import start_judges

    if not settings.pending.exists() or any(settings.inbox.glob("*")):
        start_judges()  # before the imports that follow, which take as long as its own
    from dagster_project.defs.assembly import build_definitions
    from dagster_project.defs.build import Builder

    with console.progress() as progress:
        return Builder(settings, build_definitions(settings), progress).build(form, period)


def _leave(code: int) -> None:
    """Leave at once: taking apart what was imported takes 0.1 s. Readers end with their sockets."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _exit_unless(is_good: bool) -> None:  # noqa: FBT001 - reads as a sentence
    if not is_good:
        raise typer.Exit(EXIT_FAILED)
