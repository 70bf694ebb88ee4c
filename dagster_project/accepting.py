"""``jiceng alias``: a person decides that a header means a column; the reader knows it then.

Checks that the decision makes sense before it is recorded. Not here: the record itself (see
``collecting.aliases``), how the reader uses it (see ``reading.form_headers``).
"""

from dataclasses import dataclass
from pathlib import Path

from dagster_project.collecting.aliases import (
    UNKNOWN_HEADER,
    AcceptedAlias,
    append_alias,
    in_force,
    read_aliases,
)
from dagster_project.errors import JicengError
from dagster_project.programme.load import load_programme
from dagster_project.programme.model import Form, Programme
from dagster_project.reading.file import Reader
from dagster_project.reading.form_headers import FormHeaders
from dagster_project.reading.text import plain
from dagster_project.reading.vocabulary import vocabulary
from dagster_project.settings import Settings


class AliasError(JicengError):
    """A decision that cannot be recorded: says why and what can."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Who decides, and why the two mean the same."""

    by: str
    because: str


def accept(
    settings: Settings, target: str, header: str, column: str, ground: Ground
) -> AcceptedAlias:
    """Record that a header means a column of a form.

    Args:
        settings: where decisions are kept, and the clock.
        target: a file in which the header was found unknown, or the id or 表号 of a form.
        header: the header's text as the finding quotes it.
        column: the column's name or its header in the form.
        ground: who decides, and why.

    Raises:
        AliasError: form, column or header are not what they must be.
    """
    programme = load_programme(settings.programme_root)
    path = Path(target)
    form = _form_named(programme, target) or _form_of_file(settings, programme, path, header)
    name = _column_named(form, column)
    _check_header(form, header)
    alias = AcceptedAlias(
        form_id=form.form_id,
        header=header.strip(),
        column_name=name,
        decided_at=settings.clock.now(),
        decided_by=ground.by,
        reason=ground.because,
        source=path.name if path.is_file() else None,
    )
    append_alias(settings.decisions, alias)
    return alias


def _form_named(programme: Programme, target: str) -> Form | None:
    wanted = plain(target)
    named = (f for f in programme.forms.values() if wanted in {f.form_id, plain(f.table_number)})
    return next(named, None)


def _form_of_file(settings: Settings, programme: Programme, path: Path, header: str) -> Form:
    """Give the one form in which a file has the header as an unknown one."""
    if not path.is_file():
        raise AliasError("ALIAS_TARGET_UNKNOWN", target=str(path), forms=", ".join(programme.forms))
    from dagster_project.regions.register import load_register

    register = load_register(settings.programme_root, settings.imported_regions)
    accepted = in_force(read_aliases(settings.decisions))
    reading = Reader(programme, register, accepted).read(path.read_bytes(), path.name)
    unknown = {
        (submission.form_id, finding.value_text or "")
        for submission in reading.submissions
        for finding in submission.findings
        if finding.rule_id == UNKNOWN_HEADER
    }
    forms = {form_id for form_id, text in unknown if plain(text) == plain(header)}
    if len(forms) != 1:
        known = "、".join(sorted(text for _, text in unknown)) or "—"
        raise AliasError("ALIAS_HEADER_NOT_IN_FILE", header=header, file=path.name, unknown=known)
    return programme.forms[forms.pop()]


def _column_named(form: Form, column: str) -> str:
    for one in form.columns:
        if column == one.name or plain(column) == plain(one.header_zh):
            return one.name
    known = "、".join(f"{one.name}（{one.header_zh}）" for one in form.columns)
    raise AliasError("ALIAS_COLUMN_UNKNOWN", column=column, form=form.form_id, known=known)


def _check_header(form: Form, header: str) -> None:
    """Refuse a blank, a header that the form knows already, and one of persons' data."""
    if not plain(header):
        raise AliasError("ALIAS_HEADER_BLANK")
    if any(word in plain(header) for word in vocabulary().personal_headers):
        raise AliasError("ALIAS_HEADER_PERSONAL", header=header)
    if hit := FormHeaders.of(form).match((header,)):
        named = form.column(hit.column_name)
        raise AliasError(
            "ALIAS_HEADER_KNOWN", header=header, column=f"{named.name}（{named.header_zh}）"
        )
