"""Checks whether a set of regions is sound, and says what is odd, how often and for example where.

Real code books fail some of these (names with ``?``, cities without counties): a report is to be
read, nothing is refused. Not here: files that cannot be read at all (``code_book``).
"""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from dagster_project.messages import remedy, render
from dagster_project.regions.model import LEVELS
from dagster_project.regions.register import Register
from dagster_project.regions.tables import rows_for_warehouse

if TYPE_CHECKING:
    import pyarrow as pa

EXAMPLES = 5

NAMED = "code || ' ' || name"

CHECKS = {
    "REGION_CHECK_REPEATED": f"""
        select {NAMED.replace("name", "any_value(name)")} as example
        from region group by level, code having count(*) > 1
    """,
    "REGION_CHECK_ORPHAN": f"""
        select {NAMED} as example from region
        anti join (select level as parent_level, code as parent_code from region)
            using (parent_level, parent_code)
        where parent_code is not null
    """,
    "REGION_CHECK_CODE": f"""
        select {NAMED} as example from region
        where kind is null or not regexp_full_match(code, '[0-9]{{12}}')
    """,
    "REGION_CHECK_NAME_BLANK": "select code as example from region where trim(name) = ''",
    "REGION_CHECK_NAME_QUESTION": f"""
        select {NAMED} as example from region where regexp_matches(name, '[?？]')
    """,
    "REGION_CHECK_NAME_BRACKETS": f"""
        select {NAMED} as example from region where regexp_matches(name, '[()（）]')
    """,
    "REGION_CHECK_NAME_UNWRITABLE": f"""
        select {NAMED} as example from region
        where regexp_matches(name, '[a-z\\x{{E000}}-\\x{{F8FF}}]')
    """,
    "REGION_CHECK_VIRTUAL": f"""
        select {NAMED} as example from region where contains(name, '虚拟')
    """,
    "REGION_CHECK_CITY_WITHOUT_COUNTY": f"""
        select {NAMED} as example from region
        anti join (
            select district.parent_code as code from region as district
            inner join region as city
                on city.level = 'city' and city.code = district.parent_code
            where district.level = 'district' and district.name <> city.name
        ) using (code)
        where level = 'city' and exists (from region where level = 'district')
    """,
    "REGION_CHECK_COLLISION": f"""
        select {NAMED.replace("name", "any_value(name)")} as example
        from region group by code having count(distinct level) > 1
    """,
    "REGION_CHECK_STREET_NAME": """
        select name || ' × ' || count(*) as example
        from region where level = 'street' group by name having count(*) > 1
    """,
}
"""Each check by its message code: the regions it finds, one row of text each."""


@dataclass(frozen=True, slots=True)
class Oddity:
    """One check: how many it found, and a few of them, in order of their text."""

    code: str
    found: int
    examples: tuple[str, ...]

    def text(self, lang: str) -> str:
        """Say what was found and what to do about it."""
        mark = "、" if lang == "zh" else ", "
        words = {"found": f"{self.found:,}", "examples": mark.join(self.examples)}
        return f"{render(self.code, lang, **words)} {remedy(self.code, lang, **words)}".strip()


@dataclass(frozen=True, slots=True)
class IntegrityReport:
    """How many regions there are at each level, and every check with what it found."""

    counts: tuple[tuple[str, int], ...]
    checks: tuple[Oddity, ...]

    def found(self, code: str) -> int:
        """Give how many regions (or names) a check found."""
        return next(check.found for check in self.checks if check.code == code)

    def lines(self, lang: str) -> list[str]:
        """Give the report as lines of text in one language, ``zh`` or ``en``."""
        counted = [
            render(f"REGION_COUNT_{level.upper()}", lang, rows=f"{rows:,}")
            for level, rows in self.counts
        ]
        odd = [check.text(lang) for check in self.checks if check.found]
        return [*counted, *(odd or [render("REGION_CHECK_NOTHING", lang)])]


def inspect_register(register: Register, on: date) -> IntegrityReport:
    """Check the regions that stood on a day, imported ones included."""
    rows = rows_for_warehouse(register).rename_columns({"region_code": "code"})
    stands = "coalesce(valid_from <= $on, true) and coalesce($on < valid_to, true)"
    return _inspect(rows, f"from arrived where {stands}", {"on": on})


def inspect_table(rows: "pa.Table") -> IntegrityReport:
    """Check the rows of one edition or day: level, code, name, kind, parent_level, parent_code."""
    return _inspect(rows, "from arrived", {})


def _inspect(rows: "pa.Table", wanted: str, values: dict[str, date]) -> IntegrityReport:
    import duckdb

    with duckdb.connect() as connection:
        connection.register("arrived", rows)
        connection.execute(f"create temp table region as {wanted}", values)
        checks = tuple(_check(connection, code, sql) for code, sql in CHECKS.items())
        counted = connection.execute("select level, count(*) from region group by level").fetchall()
    counts = dict(counted)
    return IntegrityReport(tuple((level, counts.get(level, 0)) for level in LEVELS), checks)


def _check(connection: Any, code: str, sql: str) -> Oddity:
    found, examples = connection.execute(
        f"with odd as ({sql}) select count(*), list(example order by example)[:{EXAMPLES}] from odd"
    ).fetchone()
    return Oddity(code, found, tuple(examples or ()))
