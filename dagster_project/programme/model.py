"""The statistical programme (统计报表制度) as typed, frozen objects.

What a form, column, rule, code list and collection are. Not here: plans (see ``programme.plan``),
reading files (see ``programme.load``), what is derived from a form (reader, rules, dbt, templates).
"""

from datetime import date, timedelta
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from dagster_project.programme.base import Model, Name, Text, UnitCode
from dagster_project.programme.indicator import Indicator
from dagster_project.programme.period import Period, add_months
from dagster_project.programme.plan import Plan
from dagster_project.programme.system import PlanSystem

REGION_LIST = "CL_REGION"
"""The name a column gives as its code list when its codes are the region register."""

ListId = Annotated[str, Field(pattern=r"^CL_[A-Z0-9_]+$")]
PeriodType = Literal["M", "Q", "A"]
ColumnType = Literal["code", "string", "text", "boolean", "integer", "decimal", "date"]
Scope = Literal["row", "form", "cross_form", "cross_level", "cross_period"]
Severity = Literal["M", "Q"]


class DueRule(Model):
    """When a report is due: a day of the n-th month after its period ends."""

    month_offset: int = Field(ge=0, le=12)
    day: int = Field(ge=1, le=31)

    def due_date(self, period: Period) -> date:
        """Give the last day on which a report of the period is on time.

        A month that is too short for the day ends with its last one.
        """
        month = add_months(period.end.replace(day=1), self.month_offset)
        return min(month + timedelta(days=self.day - 1), add_months(month, 1) - timedelta(days=1))


class Column(Model):
    """One column of a form."""

    name: Name
    header_zh: str
    label_en: str
    aliases: tuple[str, ...] = ()
    type: ColumnType
    unit: str | None = None
    nullable: bool = False
    code_list: ListId | None = None
    multiple: bool = False
    role: Annotated[
        str,
        Field(
            pattern=r"^(key|attr|opening|inflow|outflow|closing|stock|flow|cumulative|text|subset:[a-z0-9_]+)$"
        ),
    ] = "attr"
    add_space: Literal["sum", "none"] = "none"
    add_time: Literal["sum", "first", "last", "last_in_year", "none"] = "none"
    line: Annotated[str, Field(pattern=r"^\d{1,3}$")] | None = (
        None  # 行次: rules may say 03 = 04 + 05
    )
    from_period: str | None = None  # the first period that asks for the column
    to_period: str | None = None  # the last one; it stays in the facts of those before
    within: Name | None = None  # a region column whose cell in the same row holds this column's
    definition_zh: str = ""
    definition_en: str = ""

    @field_validator("from_period", "to_period")
    @classmethod
    def _is_period(cls, label: str | None) -> str | None:
        return Period.parse(label).label if label else None

    def is_asked(self, period: str) -> bool:
        """Say whether the form's version of a period has the column.

        >>> new = Column(name="n", header_zh="新", label_en="New", type="text", from_period="2016")
        >>> new.is_asked("2015"), new.is_asked("2016-Q1")
        (False, True)
        """
        if self.is_always_asked:
            return True
        on = Period.parse(period)
        is_yet = not self.from_period or Period.parse(self.from_period).start <= on.start
        return is_yet and (not self.to_period or on.end <= Period.parse(self.to_period).end)

    @property
    def is_always_asked(self) -> bool:
        """Say whether every version of the form has the column."""
        return not (self.from_period or self.to_period)

    @property
    def is_number(self) -> bool:
        """Say whether the column holds counts or amounts."""
        return self.type in ("integer", "decimal")

    @property
    def is_additive(self) -> bool:
        """Say whether the column adds up over units."""
        return self.is_number and self.add_space == "sum"


class Rule(Model):
    """One edit rule (审核关系) as an official writes it."""

    rule_id: Annotated[str, Field(pattern=r"^(SG-\d{3}|ALL)-R\d{2}$")]
    scope: Scope
    severity: Severity
    join_keys: tuple[str, ...] = ()
    applies_when: str | None = None
    expression: str
    message: Text


class Form(Model):
    """One report form (报表)."""

    form_id: Name
    table_number: Annotated[str, Field(pattern=r"^SG-\d{3}$")]
    title: Text
    issuing_body: str | None = None
    approval_number: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    version: str | None = None
    period_type: PeriodType
    period_column: Name | None = None  # the column whose cells name each row's period
    periods_across: Name | None = None  # the column whose figures stand under names of periods
    period_calendar: Literal["western", "roc"] = "western"
    reference: Text
    due: DueRule
    respondents: Literal["street_town", "department"]
    respondent_column: Name | None = None  # the column whose cells name each row's respondent
    of_respondent: bool = False  # rows speak of the respondent: no column need name the unit
    sole_respondent: bool = False  # the one unit that the collections ask need not name itself
    grain: Text
    keys: tuple[Name, ...]
    unit_column: Name = "unit_code"
    breakdown: Name | None = None
    categories_overlap: bool = False  # what the breakdown tells apart has no sum over all of it
    lists_all_units: bool = False
    source_records_zh: str = ""
    columns: tuple[Column, ...]
    rules: tuple[Rule, ...] = ()

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """Map column names to columns."""
        return {column.name: column for column in self.columns}

    @property
    def column_names(self) -> tuple[str, ...]:
        """Give the column names in the form's order."""
        return tuple(column.name for column in self.columns)

    @property
    def rolls_up(self) -> bool:
        """Say whether figures of the form are summed up the regions.

        A department gives a figure for each region it speaks of: its rows are totals already.
        """
        return self.respondents == "street_town" and any(c.is_additive for c in self.columns)

    def in_period(self, period: str) -> "Form":
        """Give the form as a period's version has it: with the columns that are asked then."""
        if all(column.is_always_asked for column in self.columns):
            return self
        asked = tuple(column for column in self.columns if column.is_asked(period))
        return self.model_copy(update={"columns": asked})

    def column(self, name: str) -> Column:
        """Give one column by its name."""
        return self.by_name[name]

    @model_validator(mode="after")
    def _names_hang_together(self) -> "Form":
        names = [column.name for column in self.columns]
        if repeated := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"columns named twice: {', '.join(sorted(repeated))}")
        lines = [int(column.line) for column in self.columns if column.line]
        if repeated_lines := {line for line in lines if lines.count(line) > 1}:
            raise ValueError(f"lines given twice: {sorted(repeated_lines)}")
        parts = [
            c.role.removeprefix("subset:") for c in self.columns if c.role.startswith("subset:")
        ]
        named = (
            self.breakdown, self.period_column, self.respondent_column, self.periods_across,
        )  # fmt: skip
        above = (column.within for column in self.columns)
        wanted = {*self.keys, self.unit_column, *parts, *filter(None, (*named, *above))}
        ends = filter(None, (end for c in self.columns for end in (c.from_period, c.to_period)))
        if other := {end for end in ends if Period.parse(end).period_type != self.period_type}:
            raise ValueError(f"no periods of the form: {', '.join(sorted(other))}")
        needed = {*self.keys, self.unit_column, *filter(None, named)}
        if passing := [c.name for c in self.columns if c.name in needed and not c.is_always_asked]:
            raise ValueError(f"columns that every period needs: {', '.join(passing)}")
        if unknown := wanted - set(names):
            raise ValueError(f"columns not in the form: {', '.join(sorted(unknown))}")
        for place, column in enumerate(self.columns):
            if column.within and column.within not in names[:place]:
                raise ValueError(f"{column.name}: within {column.within} must stand before it")
        return self


class Code(Model):
    """One code of a code list."""

    code: str
    name_zh: str
    name_en: str
    parent_code: str | None = None
    attributes: dict[str, str] = Field(default_factory=dict)
    definition: str = ""


class CodeList(Model):
    """One code list (代码表)."""

    list_id: ListId
    title: Text
    source: str = ""
    codes: tuple[Code, ...]

    @property
    def dimension(self) -> str:
        """Give the name of the table that publishes the list."""
        return f"dim_{self.list_id.removeprefix('CL_').lower()}"

    @cached_property
    def by_code(self) -> dict[str, Code]:
        """Map codes to their entries."""
        return {code.code: code for code in self.codes}

    @cached_property
    def by_label(self) -> dict[str, str]:
        """Map Chinese labels to codes, for files that carry the words."""
        return {code.name_zh: code.code for code in self.codes}


class CollectionEntry(Model):
    """One form that a collection's units report, from and to which period.

    ``units`` are those that report this form, where they are not the collection's.
    """

    form: Name
    from_period: str
    to_period: str | None = None
    units: tuple[UnitCode, ...] = ()


class Collection(Model):
    """Which units report which forms: only these are expected and counted.

    A collection of the past (补报) says on which day it was asked for, before which nothing of it
    is expected, and by when all of it is due.
    """

    collection_id: Name
    title: Text
    region_code: UnitCode
    units: tuple[UnitCode, ...]
    entries: tuple[CollectionEntry, ...]
    asked_on: date | None = None
    backlog_due_on: date | None = None
    synthetic: bool = False

    @field_validator("backlog_due_on")
    @classmethod
    def _is_after_asking(cls, due: date | None, found: ValidationInfo) -> date | None:
        if due and due < (found.data.get("asked_on") or date.max):
            raise ValueError("asked_on must stand, and no later than backlog_due_on")
        return due

    def is_asked(self, on: date) -> bool:
        """Say whether anything of it is expected on a day."""
        return self.asked_on is None or self.asked_on <= on

    def due_date(self, due: DueRule, period: Period) -> date:
        """Give the last day on which a report of a period is on time."""
        return max(due.due_date(period), self.backlog_due_on or date.min)

    def units_of(self, entry: CollectionEntry) -> tuple[UnitCode, ...]:
        """Give the units that report the form of an entry."""
        return entry.units or self.units

    @model_validator(mode="after")
    def _periods_parse(self) -> "Collection":
        for entry in self.entries:
            for label in filter(None, (entry.from_period, entry.to_period)):
                Period.parse(label)
        return self


class DormantRule(Model):
    """A rule that cannot run yet, with the reason."""

    rule_id: str
    status: Literal["dormant", "deferred"]
    reason: str


class Programme(Model):
    """Everything that is declared: the input of all that is derived."""

    forms: dict[str, Form]
    general_rules: tuple[Rule, ...]
    codelists: dict[str, CodeList]
    collections: tuple[Collection, ...]
    plans: tuple[Plan, ...] = ()
    systems: tuple[PlanSystem, ...] = ()
    indicators: tuple[Indicator, ...] = ()

    def __hash__(self) -> int:
        """Let caches know a loaded programme as itself: it has thousands of parts."""
        return id(self)

    @property
    def is_synthetic(self) -> bool:
        """Say whether any collection is synthetic: what is published then carries the label."""
        return any(collection.synthetic for collection in self.collections)

    @property
    def by_table_number(self) -> dict[str, Form]:
        """Map table numbers as rules write them (``SG103``) to forms."""
        return {form.table_number.replace("-", ""): form for form in self.forms.values()}

    def units_asked(self, form_id: str) -> tuple[str, ...]:
        """Give the units that any collection asks for a form."""
        asked = [
            unit
            for collection in self.collections
            for entry in collection.entries
            if entry.form == form_id
            for unit in collection.units_of(entry)
        ]
        return tuple(dict.fromkeys(asked))

    def rules_of(self, form_id: str) -> tuple[Rule, ...]:
        """Give the rules of a form: the general ones first, then its own."""
        return self.general_rules + self.forms[form_id].rules
