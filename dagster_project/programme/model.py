"""The statistical programme (统计报表制度) as typed, frozen objects.

What a form, column, rule, code list, collection and plan are. Not here: reading files
(see ``programme.load``) or what is derived from a form (reader, rules, dbt, templates).
"""

from datetime import date
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dagster_project.programme.period import Period, add_months

REGION_LIST = "CL_REGION"
"""The name a column gives as its code list when its codes are the region register."""

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
ListId = Annotated[str, Field(pattern=r"^CL_[A-Z0-9_]+$")]
UnitCode = Annotated[str, Field(pattern=r"^\d{12}$")]
PeriodType = Literal["M", "Q", "A"]
ColumnType = Literal["code", "string", "text", "boolean", "integer", "decimal", "date"]
Scope = Literal["row", "form", "cross_form", "cross_level", "cross_period"]
Severity = Literal["M", "Q"]


class Model(BaseModel):
    """Frozen, and refusing words it does not know: a typing error is named, not dropped."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Model):
    """A text in Chinese and English."""

    zh: str
    en: str


class DueRule(Model):
    """When a report is due: a day of the n-th month after its period ends."""

    month_offset: int = Field(ge=0, le=12)
    day: int = Field(ge=1, le=28)

    def due_date(self, period: Period) -> date:
        """Give the last day on which a report of the period is on time."""
        return add_months(period.end.replace(day=1), self.month_offset).replace(day=self.day)


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
    add_time: Literal["sum", "first", "last", "none"] = "none"
    line: Annotated[str, Field(pattern=r"^\d{1,3}$")] | None = (
        None  # 行次: rules may say 03 = 04 + 05
    )
    within: Name | None = None  # a region column whose cell in the same row holds this column's
    definition_zh: str = ""
    definition_en: str = ""

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
    period_calendar: Literal["western", "roc"] = "western"
    reference: Text
    due: DueRule
    respondents: Literal["street_town", "department"]
    respondent_column: Name | None = None  # the column whose cells name each row's respondent
    sole_respondent: bool = False  # the one unit that the collections ask need not name itself
    grain: Text
    keys: tuple[Name, ...]
    unit_column: Name = "unit_code"
    breakdown: Name | None = None
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
        named = (self.breakdown, self.period_column, self.respondent_column)
        above = (column.within for column in self.columns)
        wanted = {*self.keys, self.unit_column, *parts, *filter(None, (*named, *above))}
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
    attributes: dict[str, str] = {}
    definition: str = ""


class CodeList(Model):
    """One code list (代码表)."""

    list_id: ListId
    title: Text
    source: str = ""
    codes: tuple[Code, ...]

    @cached_property
    def by_code(self) -> dict[str, Code]:
        """Map codes to their entries."""
        return {code.code: code for code in self.codes}

    @cached_property
    def by_label(self) -> dict[str, str]:
        """Map Chinese labels to codes, for files that carry the words."""
        return {code.name_zh: code.code for code in self.codes}


class CollectionEntry(Model):
    """One form that a collection's units report, from and to which period."""

    form: Name
    from_period: str
    to_period: str | None = None


class Collection(Model):
    """Which units report which forms: only these are expected and counted."""

    collection_id: Name
    title: Text
    region_code: UnitCode
    units: tuple[UnitCode, ...]
    entries: tuple[CollectionEntry, ...]
    synthetic: bool = False

    @model_validator(mode="after")
    def _periods_parse(self) -> "Collection":
        for entry in self.entries:
            for label in filter(None, (entry.from_period, entry.to_period)):
                Period.parse(label)
        return self


class PlanFigure(Model):
    """One figure that a plan publishes: a baseline, target or standard."""

    indicator_id: Name
    name: Text
    kind: Literal["baseline", "target", "standard"]
    value: float | None
    comparator: Literal["=", ">", ">=", "<", "<="] = "="
    unit: str
    as_of: str
    region_code: UnitCode
    chapter: str
    clause: str
    note: str = ""
    served_by: str | None = None
    differs_because: Text | None = None


class Plan(Model):
    """One five-year plan with the figures it publishes."""

    plan_id: Name
    title: Text
    issued_by: Text
    issued_on: date
    region_code: UnitCode
    figures: tuple[PlanFigure, ...]


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

    @property
    def is_synthetic(self) -> bool:
        """Say whether any collection is synthetic: what is published then carries the label."""
        return any(collection.synthetic for collection in self.collections)

    @property
    def by_table_number(self) -> dict[str, Form]:
        """Map table numbers as rules write them (``SG103``) to forms."""
        return {form.table_number.replace("-", ""): form for form in self.forms.values()}

    def rules_of(self, form_id: str) -> tuple[Rule, ...]:
        """Give the rules of a form: the general ones first, then its own."""
        return self.general_rules + self.forms[form_id].rules
