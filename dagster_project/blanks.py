"""``jiceng template``: blank workbooks as files, one for each unit that is asked.

What the unit reported a period before comes from the published release, where there is one. Not
here: the workbook itself (see ``feedback.template``).
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.answering import form_named
from dagster_project.errors import JicengError
from dagster_project.feedback.names import safe
from dagster_project.feedback.template import write_template
from dagster_project.programme.load import form_hash, load_programme
from dagster_project.programme.model import Form, Programme
from dagster_project.programme.period import Period
from dagster_project.reading.register import level_of, unit_code
from dagster_project.regions.register import Register, load_register
from dagster_project.settings import Settings

FOLDER = "templates"
"""Below ``returned/``, where nothing else is wanted."""


class BlankError(JicengError):
    """Blanks were asked for without saying for whom, or for a form that nobody is asked for."""


@dataclass(frozen=True, slots=True)
class Blanks:
    """The blanks that were written, and for how many the period before was known."""

    folder: Path
    written: tuple[Path, ...]
    with_previous: int


def write_blanks(
    settings: Settings, form: str, unit: str | None, period: str | None, to: Path | None
) -> Blanks:
    """Write the blank of a form for one unit, or for all that are asked (``unit`` is None).

    Without a period it is the one that is due next.

    Raises:
        BlankError: nobody is asked for the form then.
        TemplateError: the unit was no reporting unit then, or the period is of another kind.
    """
    programme = load_programme(settings.programme_root)
    register = load_register(settings.programme_root, settings.imported_regions)
    declared = form_named(programme, form)
    today = settings.clock.now().date()
    label = Period.parse(period).label if period else due_next(declared, today).label
    units = [unit_code(unit) or unit] if unit else units_asked(programme, declared, label)
    if not units:
        raise BlankError("TEMPLATE_NOBODY_ASKED", form=declared.table_number, period=label)
    folder = to or settings.home / "returned" / FOLDER / declared.form_id / label
    folder.mkdir(parents=True, exist_ok=True)
    before = _reported(settings, declared, Period.parse(label).previous().label)
    version, paths = form_hash(programme, declared.form_id), []
    for code in units:
        content = write_template(
            declared, code, label, programme, register, previous=before.get(code), version=version
        )
        paths.append(folder / _name(register, declared, code, label))
        paths[-1].write_bytes(content)
    return Blanks(folder, tuple(paths), len(before.keys() & set(units)))


def due_next(form: Form, today: date) -> Period:
    """Give the first period whose report is still due on a day or after it."""
    period = Period.of(form.period_type, today.year - 1, 1)
    while form.due.due_date(period) < today:
        period = period.next()
    return period


def units_asked(programme: Programme, form: Form, label: str) -> list[str]:
    """Give the units that some collection asks for a form in a period, each once."""
    start = Period.parse(label).start
    found = (
        unit
        for collection in programme.collections
        for entry in collection.entries
        if entry.form == form.form_id
        and Period.parse(entry.from_period).start <= start
        and (entry.to_period is None or start <= Period.parse(entry.to_period).start)
        for unit in collection.units_of(entry)
    )
    return sorted(set(found))


def _reported(settings: Settings, form: Form, label: str) -> dict[str, list[dict[str, Any]]]:
    """Give the published rows of a period by unit, none where nothing is published."""
    if not settings.published_database.exists():
        return {}
    names = ", ".join(f'"{name}"' for name in form.column_names)
    query = f"""
        select respondent_code, {names} from fct_{form.form_id}
        where period = ? order by respondent_code, row_number
    """
    with duckdb.connect(settings.published_database, read_only=True) as connection:
        cursor = connection.execute(query, [label])
        rows: dict[str, list[dict[str, Any]]] = {}
        for code, *values in cursor.fetchall():
            rows.setdefault(code, []).append(dict(zip(form.column_names, values, strict=True)))
        return rows


def _name(register: Register, form: Form, code: str, label: str) -> str:
    """Give a file's name; two units of one name differ by their codes."""
    region = register.get(level_of(code), code, Period.parse(label).end)
    parts = (region.name if region else "", form.title.zh, label, code)
    return "_".join(safe(one) for one in parts if one) + ".xlsx"
