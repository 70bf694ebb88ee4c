"""The edit rules of a form as pandera checks, for whoever is handed its rows outside the warehouse.

A row that cannot tell passes. The rules have decided in SQL before; a check that fails here says
that the two disagree. Not here: types, nulls and codes (see the hand-over's schema).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import ReferenceType, ref

import pyarrow as pa
import pyarrow.compute as pc

from dagster_project.programme.model import Form, Programme
from dagster_project.rules.arrow_truths import ArrowTruths
from dagster_project.rules.errors import RuleError
from dagster_project.rules.general import Part, parts_of
from dagster_project.rules.judge import active_rules

if TYPE_CHECKING:
    import pandas as pd
    import pandera.pandas as pandera

HARD = "M"


def rule_checks(form: Form, programme: Programme) -> list["pandera.Check"]:
    """Give one check for each hard rule of a form whose rows can answer it, named by its rule."""
    import pandera.pandas as pandera

    empty, converted = empty_rows(form), _Converted()
    checks = []
    for rule in active_rules(form, programme):
        parts = [
            part for part in parts_of(rule, form, programme) if _is_answered(part, empty, form)
        ]
        if rule.severity == HARD and parts:
            checks.append(
                pandera.Check(
                    lambda frame, parts=parts: not failing_rows(converted.of(frame), form, parts),
                    name=rule.rule_id,
                    error=f"{rule.message.zh} / {rule.message.en}",
                )
            )
    return checks


@dataclass(slots=True)
class _Converted:
    """The frame that is being checked, turned into Arrow once for all its checks.

    It is held weakly: pandera remembers schemas for as long as their frames live.
    """

    frame: "ReferenceType[pd.DataFrame] | None" = None
    rows: pa.Table | None = None

    def of(self, frame: "pd.DataFrame") -> pa.Table:
        """Give the rows of a frame; pandera hands one and the same to every check."""
        if self.frame is None or self.frame() is not frame:
            self.frame, self.rows = ref(frame), pa.Table.from_pandas(frame, preserve_index=False)
        return self.rows


def failing_rows(rows: pa.Table, form: Form, parts: list[Part]) -> list[int]:
    """Give the places (from 0) of the rows on which some part is false."""
    failed: set[int] = set()
    for part in parts:
        truths = ArrowTruths(rows, form, part.rule.join_keys).truth(part.node)
        failed |= set(pc.indices_nonzero(pc.fill_null(pc.invert(truths), False)).to_pylist())  # noqa: FBT003
    return sorted(failed)


def empty_rows(form: Form) -> pa.Table:
    """Give a table without rows, of the types that rows of a form have."""
    kinds = {"integer": pa.int64(), "decimal": pa.decimal128(18, 6), "boolean": pa.bool_(),
             "date": pa.date32()}  # fmt: skip
    fields = [
        ("submission_id", pa.int64()),
        ("period", pa.string()),
        ("respondent_code", pa.string()),
    ]
    fields += [(column.name, kinds.get(column.type, pa.string())) for column in form.columns]
    return pa.schema(dict(fields)).empty_table()


def _is_answered(part: Part, empty: pa.Table, form: Form) -> bool:
    """Say whether the rows alone can answer; what they cannot does not depend on their values."""
    try:
        ArrowTruths(empty, form, part.rule.join_keys).truth(part.node)
    except RuleError:
        return False
    return not part.is_blank_check
