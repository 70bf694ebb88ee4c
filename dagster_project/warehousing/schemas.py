"""Pandera schemas, derived from the forms: they guard types, nulls and codes at the hand-over.

The edit rules have decided by then; a failure here means the two disagree, and stops the partition.
Not here: rules across columns (see ``rules``).
"""

from typing import TYPE_CHECKING

import pyarrow as pa

from dagster_project.programme.model import REGION_LIST, Column, Form, Programme
from dagster_project.reading.arrow_tables import schema_of

if TYPE_CHECKING:
    import pandas as pd
    import pandera.pandas as pandera

WHOLE_ROWS = "rows"
DIGITS_OF_A_UNIT = r"^\d{12}$"


def schema_for(form: Form, programme: Programme) -> "pandera.DataFrameSchema":
    """Derive the schema of a form's accepted rows, as Arrow-typed pandas columns."""
    import pandera.pandas as pandera

    types = {field.name: field.type for field in schema_of(form)}
    columns = {name: pandera.Column(_dtype(kind), nullable=False) for name, kind in types.items()}
    for column in form.columns:
        columns[column.name] = pandera.Column(
            _dtype(types[column.name]),
            checks=_checks(column, programme),
            nullable=column.name not in form.keys,
            description=f"{column.header_zh} / {column.label_en}",
        )
    return pandera.DataFrameSchema(
        columns, checks=_blank_check(form), strict=True, unique=["submission_id", *form.keys]
    )


def frame_of(rows: pa.Table) -> "pd.DataFrame":
    """Give rows as a pandas frame that keeps Arrow's types, so that no integer becomes a float."""
    import pandas as pd

    return rows.to_pandas(types_mapper=pd.ArrowDtype)


def failures(schema: "pandera.DataFrameSchema", rows: pa.Table) -> list[str]:
    """Give what a schema finds wrong with some rows, one line a column and check; empty is good."""
    from pandera.errors import SchemaErrors

    try:
        schema.validate(frame_of(rows), lazy=True)
    except SchemaErrors as error:
        # A check of whole rows has no column; grouping would drop it without a word.
        cases = error.failure_cases.fillna({"column": WHOLE_ROWS}).astype(str)
        counted = cases.groupby(["column", "check"], dropna=False).size()
        return [f"{column}: {check} ({count})" for (column, check), count in counted.items()]
    return []


def _dtype(kind: pa.DataType) -> "pd.ArrowDtype":
    import pandas as pd

    return pd.ArrowDtype(kind)


def _checks(column: Column, programme: Programme) -> list["pandera.Check"]:
    import pandera.pandas as pandera

    if column.code_list == REGION_LIST:
        return [pandera.Check.str_matches(DIGITS_OF_A_UNIT)]
    if column.type == "code" and column.code_list and not column.multiple:
        return [pandera.Check.isin(sorted(programme.codelists[column.code_list].by_code))]
    return []


def _blank_check(form: Form) -> list["pandera.Check"]:
    """An obligatory cell may be null only in a row whose cells say why, or before it was asked."""
    import pandera.pandas as pandera

    obligatory = [c.name for c in form.columns if not c.nullable and c.is_always_asked]

    def blanks_are_marked(rows: "pd.DataFrame") -> bool:
        unmarked = rows.loc[~rows["has_abnormal_cells"], obligatory]
        return not unmarked.isna().any(axis=None)

    return [pandera.Check(blanks_are_marked, name="blanks_are_marked")]
