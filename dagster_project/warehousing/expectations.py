"""Great Expectations at work: a suite judged on the rows of one period, or of one mart.

It judges what only shows across units. Not here: the suites (see ``suites``), the pages on what
came out (see ``data_docs``).
"""

import os
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from dagster_project.lean import import_later
from dagster_project.programme.base import Text
from dagster_project.warehousing.suites import COLUMN_ARGUMENTS, Expectation, Severity, Suite

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from great_expectations.core.batch_definition import BatchDefinition
    from great_expectations.expectations.expectation import Expectation as Understood

SAMPLE_SIZE = 20
"""How many failing rows an outcome names: enough to see a pattern, few enough to read."""
ABOUT_ABSENCE = frozenset(
    {
        "expect_column_values_to_not_be_null",
        "expect_column_proportion_of_non_null_values_to_be_between",
        "expect_column_distinct_values_to_contain_set",
    }
)
"""Expectations that judge a column without any value; all others have nothing to judge there."""
MANY_ROWS = 100_000
"""From here texts are kept as numbers into a list: comparing rows then takes half the time."""
BAD_FORMULA = (SyntaxError, NameError, KeyError, TypeError, ValueError, AttributeError)
"""What pandas raises where it does not understand a ``where`` or ``derive``."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one expectation; ``judged`` is false where there was nothing to judge."""

    expectation: str
    column: str
    details: dict[str, Any]
    severity: Severity
    success: bool
    why_zh: str
    why_en: str
    judged: bool = True
    observed: Any = None
    unexpected_count: int | None = None
    sample: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class SuiteResult:
    """What became of a suite: ``success`` if all held, ``blocks`` if an error-level one failed."""

    suite: str
    table: str
    title: Text
    period: str | None
    rows: int
    outcomes: tuple[Outcome, ...]
    success: bool = field(init=False)
    blocks: bool = field(init=False)

    def __post_init__(self) -> None:
        """Sum up the outcomes."""
        failed = [outcome for outcome in self.outcomes if not outcome.success]
        object.__setattr__(self, "success", not failed)
        object.__setattr__(self, "blocks", any(one.severity == "error" for one in failed))


def run_suite(suite: Suite, frame: "pd.DataFrame", period: str | None = None) -> SuiteResult:
    """Judge rows by a suite; a period without rows is not judged, for refusal is no fault of it.

    Raises ExpectationError where an expectation cannot be run on these rows at all.
    """
    rows = _plain(frame[suite.columns_of([*frame.columns])])
    outcomes: dict[int, Outcome] = {}
    if rows.empty and suite.scope == "period":
        unjudged = (_outcome(one, {}, (), success=True) for one in suite.expectations)
        outcomes = dict(enumerate(unjudged))
    else:
        for numbers in _by_view(suite):
            outcomes |= _judged(suite, _view(rows, suite.expectations[numbers[0]]), numbers)
    ordered = tuple(outcomes[number] for number in sorted(outcomes))
    return SuiteResult(suite.name, suite.table, suite.title, period, len(rows), ordered)


def _by_view(suite: Suite) -> Iterable[list[int]]:
    """Group the expectations that judge the same view: each view costs one validation."""
    groups: dict[tuple[object, ...], list[int]] = {}
    for number, expectation in enumerate(suite.expectations):
        groups.setdefault(expectation.view, []).append(number)
    return groups.values()


def _plain(frame: "pd.DataFrame") -> "pd.DataFrame":
    """Give rows with numbers as int or float, days as times: all that Great Expectations counts."""
    import pyarrow as pa

    # without the metadata, by which arrow would give back the types that came in
    rows = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    for position, one in enumerate(rows.schema):
        if pa.types.is_decimal(one.type) or pa.types.is_null(one.type):
            numbers = rows.column(position).cast(pa.float64())
            rows = rows.set_column(position, one.name, numbers)
        elif pa.types.is_integer(one.type):
            # of numbers with other widths Great Expectations asks about each by itself
            rows = rows.set_column(position, one.name, rows.column(position).cast(pa.int64()))
    return with_lists(rows).to_pandas(date_as_object=False)


def with_lists(rows: "pa.Table") -> "pa.Table":
    """Keep the texts of many rows as numbers into a list of each different one."""
    import pyarrow as pa

    texts = [one.name for one in rows.schema if pa.types.is_string(one.type)]
    for name in texts if len(rows) > MANY_ROWS else []:
        place = rows.schema.get_field_index(name)
        rows = rows.set_column(place, name, rows.column(place).dictionary_encode())
    return rows


def _view(rows: "pd.DataFrame", expectation: Expectation) -> "pd.DataFrame":
    try:
        kept = rows.query(expectation.where, engine="python") if expectation.where else rows
        view = _summed(kept, list(expectation.per)) if expectation.per else kept
        derived = {name: _ratio(view, how) for name, how in expectation.derive}
        return view.assign(**derived).reset_index(drop=True)
    except BAD_FORMULA as error:
        raise expectation.error("EXPECT_VIEW_BAD", error) from error


def _summed(rows: "pd.DataFrame", per: list[str]) -> "pd.DataFrame":
    """Sum to one row a group; a group in which a column has no value at all keeps none."""
    groups = rows.groupby(per, dropna=False)
    numbers = [name for name in rows.select_dtypes("number").columns if name not in per]
    return groups[numbers].sum(min_count=1).assign(rows=groups.size()).reset_index()


def _ratio(view: "pd.DataFrame", formula: str) -> "pd.Series[Any]":
    """Evaluate a formula; what was divided by zero has no value."""
    infinite = (float("inf"), float("-inf"))
    return view.eval(formula, engine="python").astype("float64").replace(infinite, float("nan"))


def _judged(suite: Suite, view: "pd.DataFrame", numbers: Sequence[int]) -> dict[int, Outcome]:
    """Let Great Expectations judge one view; it gives its results in an order of its own."""
    wished = {number: suite.expectations[number] for number in numbers}
    keys = [key for key in suite.keys if key in view.columns]
    outcomes = {}
    for result in _validate(view, wished):
        number = result.expectation_config.meta["number"]
        one = wished[number]
        _raise_problem(one, result.exception_info)
        found = result.result if _has_values(one, view) else {}
        sample = _sample(found, view[list(dict.fromkeys([*keys, *one.per, *one.columns]))], one)
        outcomes[number] = _outcome(one, found, sample, success=bool(result.success))
    return outcomes


def _validate(view: "pd.DataFrame", wished: Mapping[int, Expectation]) -> Iterable[Any]:
    """Hand over only the columns that matter: Great Expectations hashes all it is given, twice.

    It is not asked for the keys of failing rows: it looks them up one cell at a time, minutes for
    a code book. The positions it gives are enough.
    """
    definition = load_great_expectations()
    from great_expectations import ExpectationSuite

    understood = [_understood(one, number, view) for number, one in wished.items()]
    named = dict.fromkeys(name for one in wished.values() for name in one.columns)
    batch = definition.get_batch(batch_parameters={"dataframe": view[list(named)]})
    suite = ExpectationSuite(name="view", expectations=understood)
    style = {"result_format": "SUMMARY", "partial_unexpected_count": SAMPLE_SIZE}
    return batch.validate(suite, result_format=style).results


@cache
def load_great_expectations() -> "BatchDefinition[Any]":
    """Import Great Expectations, which takes seconds, and give the rows of its one context."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    # For tests of distributions and pictures, a third of its import; no suite here asks for them.
    import_later("scipy.stats", "altair")
    with warnings.catch_warnings():
        # it imports sre_constants, which Python will drop
        warnings.simplefilter("ignore", DeprecationWarning)
        import great_expectations as gx
        from great_expectations.data_context.types.base import ProgressBarsConfig
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("pandas").add_dataframe_asset("rows")
    return asset.add_batch_definition_whole_dataframe("rows")


def _understood(expectation: Expectation, number: int, view: "pd.DataFrame") -> "Understood":
    from great_expectations.exceptions.exceptions import ExpectationNotFoundError
    from great_expectations.expectations.registry import get_expectation_impl

    if unknown := [name for name in expectation.columns if name not in view.columns]:
        raise expectation.error("EXPECT_COLUMN_UNKNOWN", ", ".join(unknown))
    try:
        kind = get_expectation_impl(expectation.type)
        arguments = {**expectation.arguments, "meta": {"number": number}}
        return kind(**arguments)
    except ExpectationNotFoundError as error:
        raise expectation.error("EXPECT_TYPE_UNKNOWN", expectation.type) from error
    except ValueError as error:
        raise expectation.error("EXPECT_ARGUMENTS_BAD", error) from error


def _raise_problem(expectation: Expectation, info: Mapping[str, Any]) -> None:
    """Raise what Great Expectations could not compute: a suite to mend, no verdict on the data."""
    for one in (info, *info.values()):
        if isinstance(one, Mapping) and one.get("raised_exception"):
            raise expectation.error("EXPECT_NOT_RUN", one["exception_message"])


def _has_values(expectation: Expectation, view: "pd.DataFrame") -> bool:
    if expectation.type in ABOUT_ABSENCE:
        return True
    return all(bool(view[name].notna().any()) for name in expectation.columns)


def _outcome(
    expectation: Expectation,
    found: Mapping[str, Any],
    sample: Iterable[dict[str, Any]],
    *,
    success: bool,
) -> Outcome:
    observed = plain_value(found.get("observed_value"))
    absent = found.get("partial_missing_list")
    judged = bool(found.get("element_count")) or observed is not None or absent is not None
    return Outcome(
        expectation=expectation.type,
        column=", ".join(expectation.columns),
        details=_details(expectation),
        severity=expectation.severity,
        success=success or not judged,
        why_zh=expectation.why.zh,
        why_en=expectation.why.en,
        judged=judged,
        observed=observed,
        unexpected_count=found.get("unexpected_count") if absent is None else len(absent),
        sample=tuple(sample),
    )


def _details(expectation: Expectation) -> dict[str, Any]:
    asked = {k: v for k, v in expectation.arguments.items() if k not in COLUMN_ARGUMENTS}
    asked |= {"where": expectation.where, "per": list(expectation.per), **dict(expectation.derive)}
    return {name: plain_value(value) for name, value in asked.items() if value not in (None, [])}


def _sample(
    found: Mapping[str, Any], rows: "pd.DataFrame", expectation: Expectation
) -> list[dict[str, Any]]:
    """Name the failing rows by their keys and the values judged, or the codes that are absent."""
    positions = found.get("partial_unexpected_index_list") or []
    if positions:
        failing = rows.iloc[positions[:SAMPLE_SIZE]].to_dict("records")
        return [plain_value(row) for row in failing]
    values = found.get("partial_missing_list") or found.get("partial_unexpected_list") or []
    column = ", ".join(expectation.columns)
    return [{column: plain_value(value)} for value in values[:SAMPLE_SIZE]]


def plain_value(value: Any) -> Any:
    """Give a value as JSON can hold it: no NaN, no numpy, whole numbers without a point.

    >>> plain_value([1.0, float("nan"), date(2015, 12, 31)])
    [1, None, '2015-12-31']
    """
    import pandas as pd

    if isinstance(value, Mapping):
        return {str(name): plain_value(one) for name, one in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [plain_value(one) for one in value]
    if pd.isna(value):
        return None
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, date):
        return value.isoformat()
    return int(value) if isinstance(value, float) and value.is_integer() else value
