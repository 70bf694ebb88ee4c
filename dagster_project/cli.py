"""The ``jiceng`` command. Imports stay inside the commands: a command pays only for what it uses.

Not here: what the commands do, and how their answers look (see ``console``).
"""

import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dagster_project.errors import JicengError
from dagster_project.settings import Settings

if TYPE_CHECKING:
    from dagster_project.defs.build import BuildReport

EXIT_FAILED = 1
EXIT_USER_ERROR = 2

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="基层统计：数字可追溯到格子。 From a street's workbook to a figure anyone can trace.",
)
regions = typer.Typer(no_args_is_help=True, help="区划代码。 The region register.")
app.add_typer(regions, name="regions")

Lang = Annotated[str, typer.Option(help="zh 或 en。 zh or en.")]


def main() -> None:
    """Run the command; what a person can mend is said in two languages, without a trace."""
    # Collecting garbage while a quarter of a million module objects load costs seconds.
    gc.disable()
    try:
        app()
    except JicengError as error:
        sys.stderr.write(f"{error.text('zh')}\n{error.text('en')}\n")
        sys.exit(EXIT_USER_ERROR)


@app.command()
def demo() -> None:
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
    report = write_samples(samples, programme, load_register(settings.programme_root))
    console.samples_written(report, deliver(samples, settings))
    outcome = _build(settings, None, None)
    with published(settings.published_database) as connection:
        console.status(status_of(connection))
        equal = [console.comparison(one, comparisons(connection, one)) for one in programme.plans]
    console.built(outcome)
    _exit_unless(not outcome.failed and all(equal))


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
    from dagster_project.releasing.manifest import Manifest, latest_release
    from dagster_project.releasing.status import published, status_of

    settings = Settings.from_environment()
    with published(settings.published_database) as connection:
        latest = latest_release(settings.releases)
        console.release(Manifest.read(latest) if latest else None)
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
    from dagster_project.releasing.explain import ExplainError
    from dagster_project.releasing.explain import explain as explain_figure
    from dagster_project.releasing.manifest import Manifest, latest_release
    from dagster_project.releasing.status import published

    if wrong := [pair for pair in key if "=" not in pair]:
        raise ExplainError("EXPLAIN_KEY_BAD", key=wrong[0])
    settings = Settings.from_environment()
    keys = dict(pair.split("=", 1) for pair in key)
    with published(settings.published_database) as connection:
        found = explain_figure(connection, table, column, keys)
    latest = latest_release(settings.releases)
    console.explanation(found, Manifest.read(latest) if latest else None)


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
    changed = [
        path
        for name in ("dbt", "expectations")
        if (own := settings.own_folder(name))
        for path in copy_common(packaged(name), own)
    ]
    changed += write_generated(programme, settings.dbt_project)
    console.generated(changed)


@app.command()
def check_programme() -> None:
    """检查报表制度。 Check the programme: mistakes with file and line, rules that sleep."""
    from dagster_project import console
    from dagster_project.rules.programme import checked_programme

    console.programme(*checked_programme(Settings.from_environment().programme_root))


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


def _build(settings: Settings, form: str | None, period: str | None) -> "BuildReport":
    """Build with a progress display; the definitions are those that Dagster itself loads."""
    from dagster_project import console
    from dagster_project.defs.assembly import build_definitions
    from dagster_project.defs.build import Builder

    with console.progress() as progress:
        return Builder(settings, build_definitions(settings), progress).build(form, period)


def _exit_unless(is_good: bool) -> None:  # noqa: FBT001 - reads as a sentence
    if not is_good:
        raise typer.Exit(EXIT_FAILED)
