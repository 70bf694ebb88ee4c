"""Commands of the statistician's desk: answers to questions, verdicts anew, blanks, reminders.

Imports stay inside the commands, as in ``cli``. Not here: what the commands do.
"""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from dagster_project.settings import Settings

answer = typer.Typer(invoke_without_command=True)


@answer.callback()
def give_answer(  # noqa: PLR0913 - an answer's fields
    context: typer.Context,
    *,
    form: Annotated[str | None, typer.Option(help="报表。 The form.")] = None,
    unit: Annotated[str | None, typer.Option(help="填报单位代码。 The unit's code.")] = None,
    period: Annotated[str | None, typer.Option(help="报告期。 The period.")] = None,
    rule: Annotated[str | None, typer.Option(help="审核关系编号。 The edit rule.")] = None,
    reason: Annotated[str | None, typer.Option(help="情况类别。 The coded reason.")] = None,
    because: Annotated[str | None, typer.Option(help="情况说明。 The explanation.")] = None,
    by: Annotated[
        str | None, typer.Option(help="谁登记，不入库。 Who says so; not published.")
    ] = None,
    column: Annotated[str | None, typer.Option(help="只答复这一列。 Only this column.")] = None,
    row_key: Annotated[str | None, typer.Option(help="只答复这一行。 Only this row.")] = None,
    periods: Annotated[int, typer.Option(help="有效期数，含本期。 For how many periods.")] = 1,
) -> None:
    """答复待核实的问题，下次建库生效；强制性问题不能答复。 Answer an open question.

    情况类别：核实无误、一次性因素、季节性因素、口径变化、区划调整、其他原因、撤回答复。
    Reasons: confirmed_as_reported, one_off_event, seasonal, method_change, boundary_change, other,
    withdrawn.
    """
    if context.invoked_subcommand:
        return
    from dagster_project import console
    from dagster_project.answering import Request, record
    from dagster_project.programme.reasons import label

    request = Request(form, unit, period, rule, reason, because, by, column, row_key, periods)
    made = record(Settings.from_environment(), request)
    one = made.answer
    console.say(
        "ANSWER_RECORDED", form=one.form_id, unit=one.respondent_code, period=one.period,
        rule=one.rule_id, questions=made.questions, periods=one.periods,
        reason=label(one.reason, "zh"), reason_en=label(one.reason, "en"),
    )  # fmt: skip


@answer.command("list")
def list_answers() -> None:
    """待核实的问题和登记过的答复。 Open questions, and the answers given."""
    from dagster_project import console
    from dagster_project.answering import open_questions
    from dagster_project.collecting.answers import read_answers

    settings = Settings.from_environment()
    console.questions(open_questions(settings))
    console.answers(read_answers(settings.decisions))


def rejudge(
    form: Annotated[str | None, typer.Option(help="只重审这张表。 Only this form.")] = None,
    period: Annotated[str | None, typer.Option(help="只重审这一期。 Only this period.")] = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看不记。 Record nothing.")] = False,
) -> None:
    """制度改动后，按现行制度重新审核。 New verdicts where another programme has judged."""
    from dagster_project import console
    from dagster_project.answering import form_named
    from dagster_project.programme.load import load_programme
    from dagster_project.rejudging import rejudge as judge_again

    settings = Settings.from_environment()
    wanted = form_named(load_programme(settings.programme_root), form).form_id if form else None
    console.rejudged(judge_again(settings, wanted, period, dry_run=dry_run), dry_run=dry_run)


def template(
    form: Annotated[str, typer.Option(help="报表：staff 或 SG-103。 The form.")],
    unit: Annotated[str | None, typer.Option(help="填报单位代码。 The unit's code.")] = None,
    period: Annotated[str | None, typer.Option(help="报告期；不写为下一个应报的。 Period.")] = None,
    *,
    everyone: Annotated[bool, typer.Option("--all", help="所有应报单位。 All units.")] = False,
    to: Annotated[Path | None, typer.Option(help="写到哪个文件夹。 Target folder.")] = None,
) -> None:
    """生成空白表：已知内容填好，带下拉、校验和上期数。 Write blank workbooks to be filled in."""
    from dagster_project import console
    from dagster_project.blanks import BlankError, write_blanks

    if (unit is None) != everyone:
        raise BlankError("TEMPLATE_FOR_WHOM")
    made = write_blanks(Settings.from_environment(), form, unit, period, to)
    previous, folder = made.with_previous, made.folder
    console.say("TEMPLATE_WRITTEN", count=len(made.written), previous=previous, folder=folder)


def remind(
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="哪一天；不写为今天。 The day.")
    ] = None,
    csv: Annotated[Path | None, typer.Option(help="清单写到这里。 Write the list here.")] = None,
    *,
    everyone: Annotated[
        bool, typer.Option("--all", help="不限当天应催的。 Not only today.")
    ] = False,
) -> None:
    """催报：谁快到期、逾期、被退、有问题待核实，附可直接发送的消息。 Who is to be reminded."""
    from dagster_project import console
    from dagster_project.clock import FixedClock
    from dagster_project.feedback.reminder_texts import all_messages, as_csv
    from dagster_project.feedback.reminders import due_list
    from dagster_project.releasing.status import published

    settings = Settings.from_environment()
    with published(settings.published_database) as connection:
        found = due_list(connection, FixedClock(on) if on else settings.clock)
    console.lines(all_messages(found, only_today=not everyone).splitlines())
    if csv:
        csv.write_text(as_csv(found), encoding="utf-8-sig", newline="")
        console.say("REMIND_WRITTEN", path=csv, units=len(found))


def questions(
    number: Annotated[int | None, typer.Argument(help="第几个问题。 Which one.")] = None,
    *,
    sql: Annotated[bool, typer.Option("--sql", help="只要 SQL。 The SQL alone.")] = False,
) -> None:
    """统计人员常问的问题：列出，或在当前发布上回答一个。 Questions with SQL, and their answers."""
    from dagster_project import console
    from dagster_project.releasing.manifest import manifest_in_force
    from dagster_project.releasing.questions import answer as answered
    from dagster_project.releasing.questions import question, read_questions
    from dagster_project.releasing.status import published

    settings = Settings.from_environment()
    if number is None:
        console.questions_asked(read_questions(settings.dbt_project))
        return
    asked = question(settings.dbt_project, number)
    console.lines(asked.sql.splitlines())
    if not sql:
        with published(settings.published_database) as connection:
            names, rows = answered(connection, asked)
        console.release(manifest_in_force(settings.releases))
        console.answered(asked, names, rows)


def dictionary(
    to: Annotated[Path | None, typer.Option(help="写到哪个文件夹。 Target folder.")] = None,
    *,
    lineage: Annotated[
        bool, typer.Option("--lineage", help="另写 dbt 的血缘页。 dbt's pages with lineage too.")
    ] = False,
) -> None:
    """写出数据字典（网页，可离线打开）。 Write the data dictionary as pages that open offline."""
    from dagster_project import console
    from dagster_project.dictionary.write import write_dictionary
    from dagster_project.programme.load import load_programme

    settings = Settings.from_environment()
    target = to or settings.dictionary
    programme = load_programme(settings.programme_root)
    index = write_dictionary(target, programme, settings.dbt_project)
    console.say("DICTIONARY_WRITTEN", path=index)
    if lineage:
        from dagster_project.collecting.lock import WarehouseLock
        from dagster_project.defs.warehouse.runner import write_lineage
        from dagster_project.releasing.status import published

        with (
            published(settings.published_database),
            WarehouseLock(settings.lock, settings.lock_wait_seconds),
        ):
            console.say("DICTIONARY_WRITTEN", path=write_lineage(settings, target))
