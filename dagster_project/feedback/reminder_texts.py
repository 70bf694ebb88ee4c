"""Reminders as people get them: a message to be pasted for each unit, and a table of all.

Not here: who is reminded (see ``reminders``).
"""

import csv
from collections.abc import Sequence
from io import StringIO

from dagster_project.escaping import escape_formula
from dagster_project.feedback.reminders import QUESTIONS, Due, Reminder
from dagster_project.feedback.texts import filled, say

COLUMNS = (
    "unit_code", "unit_name", "form_id", "table_number", "title", "period", "due_on", "kind",
    "stage", "working_days", "open_questions", "is_calendar_known", "message",
)  # fmt: skip
MOST_ITEMS = 8
"""Reports named in one message: more are counted."""


def message(reminder: Reminder) -> str:
    """Give the words for one unit, ready to be pasted into a chat."""
    lines = [filled("REMIND_HEAD", unit=reminder.unit_name or reminder.unit_code)]
    lines += [_line(number, item) for number, item in enumerate(reminder.items[:MOST_ITEMS], 1)]
    if len(reminder.items) > MOST_ITEMS:
        lines.append(filled("REMIND_MORE", count=len(reminder.items) - MOST_ITEMS))
    lines.append(say("REMIND_END"))
    if not reminder.is_calendar_known:
        lines.append(say("REMIND_CALENDAR"))
    return "\n".join(lines)


def _line(number: int, item: Due) -> str:
    words = filled(
        f"REMIND_{item.kind.upper()}{_when(item)}",
        form=f"{item.table_number} {item.title}",
        period=item.period,
        due=f"{item.due_on.year}年{item.due_on.month}月{item.due_on.day}日",
        days=abs(item.working_days),
        count=item.open_questions,
    )
    return f"{number}. {words}"


def _when(item: Due) -> str:
    """Tell a report that is due today from one that is due in some days."""
    if item.kind == "due":
        return "_TODAY" if item.working_days >= 0 else "_SOON"
    return ""


def all_messages(reminders: Sequence[Reminder], *, only_today: bool = True) -> str:
    """Give the messages of all units, those that are called today or all."""
    chosen = [one for one in reminders if one.is_today or not only_today]
    if not chosen:
        return say("REMIND_NOBODY") + "\n"
    return "\n\n".join(message(one) for one in chosen) + "\n"


def as_csv(reminders: Sequence[Reminder]) -> str:
    """Give one line for each report that somebody is reminded of, headed in Chinese."""
    target = StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow([say(f"REMIND_COLUMN_{name.upper()}") for name in COLUMNS])
    for reminder in reminders:
        words = message(reminder)
        for item in reminder.items:
            writer.writerow([escape_formula(text) for text in _row(reminder, item, words)])
    return target.getvalue()


def _row(reminder: Reminder, item: Due, words: str) -> list[str]:
    return [
        reminder.unit_code,
        reminder.unit_name or "",
        item.form_id,
        item.table_number,
        item.title,
        item.period,
        item.due_on.isoformat(),
        say(f"REMIND_KIND_{item.kind.upper()}"),
        item.stage or "",
        str(item.working_days),
        str(item.open_questions) if item.kind == QUESTIONS else "",
        say("YES" if reminder.is_calendar_known else "NO"),
        words,
    ]
