"""Writes the data dictionary (数据字典): pages in two languages that open from disk.

A page for each published table, with the form behind it, its rules, or the codes it holds; an index
of all. Everything comes from the programme and the models' YAML. Not here: how pages look
(``templates/``).
"""

from pathlib import Path
from typing import Any

from dagster_project.dictionary.tables import ColumnEntry, TableEntry, published_tables
from dagster_project.pages import is_ours, put, rendered
from dagster_project.programme.model import REGION_LIST, Programme
from dagster_project.programme.plan import Plan, PlanFigure
from dagster_project.rules.formula import formulas_by_id

TEMPLATES = Path(__file__).with_name("templates")
INDEX = "index.html"
DECLARED = ("indicators", "plans", "systems")
"""Pages of what is declared beside the forms, under the programme's own names of it."""
GROUPS = ("facts", "indicators", "reporting", "dimensions")
"""In which order the index shows the folders of marts; one it does not name comes last."""
RULES = "dim_rule"
"""The page that shows the rules of every form."""
FORM_PREFIXES = ("fct_", "hist_")

Content = dict[str, Any]


def write_dictionary(target: Path, programme: Programme, dbt_project: Path) -> Path:
    """Write all pages into a folder, remove those of tables that have gone; give the index's path.

    Files that are no pages of the dictionary stay as they are.
    """
    pages = _pages(programme, published_tables(dbt_project))
    target.mkdir(parents=True, exist_ok=True)
    for path in target.glob("*.html"):
        if path.name not in pages and is_ours(path):
            path.unlink()
    for name, text in pages.items():
        put(target / name, text)
    return target / INDEX


def _pages(programme: Programme, tables: tuple[TableEntry, ...]) -> dict[str, str]:
    """Give the text of every page by its file's name."""
    shared: Content = {"synthetic": programme.is_synthetic}
    declared = {name: found for name in DECLARED if (found := getattr(programme, name))}
    known = {table.name for table in tables}
    index = shared | {"groups": _grouped(tables), "declared": list(declared)}
    pages = {INDEX: rendered(TEMPLATES, INDEX, **index)}
    named = {"known": known, "known_indicators": {one.indicator_id for one in programme.indicators}}
    content = shared | named | {"plans": ()} | declared | _of_indicators(programme)
    for name in declared:
        pages[f"{name}.html"] = rendered(TEMPLATES, f"{name}.html", **content)
    for table in tables:
        content = shared | _page(table, known, programme)
        pages[f"{table.name}.html"] = rendered(TEMPLATES, "table.html", **content)
    return pages


def _of_indicators(programme: Programme) -> Content:
    """Give the forms behind each indicator, and what the plans publish for it."""
    published: dict[str, list[tuple[Plan, PlanFigure]]] = {}
    for plan in programme.plans:
        for figure in plan.figures:
            published.setdefault(figure.indicator_id, []).append((plan, figure))
    found = formulas_by_id(programme)
    asleep = {one.indicator_id: () for one in programme.indicators}
    sources = asleep | {name: formula.forms for name, formula in found.items()}
    return {"published": published, "sources": sources}


def _grouped(tables: tuple[TableEntry, ...]) -> dict[str, list[TableEntry]]:
    names = dict.fromkeys((*GROUPS, *(table.group for table in tables)))
    groups = {name: [table for table in tables if table.group == name] for name in names}
    return {name: found for name, found in groups.items() if found}


def _page(table: TableEntry, known: set[str], programme: Programme) -> Content:
    form = programme.forms.get(_form_id(table.name))
    lists = {one.dimension: one for one in programme.codelists.values()}
    return {
        "table": table,
        "form": form,
        "rules": form.rules if form else programme.general_rules if table.name == RULES else (),
        "codes": lists[table.name].codes if table.name in lists else (),
        "links": {
            column.name: page
            for column in table.columns
            if (page := _explains(column, programme)) in known and page != table.name
        },
    }


def _explains(column: ColumnEntry, programme: Programme) -> str:
    """Give the table that says what the codes of a column mean; empty where it has none."""
    if column.code_list == REGION_LIST:
        return "dim_region"
    codes = programme.codelists.get(column.code_list)
    return codes.dimension if codes else ""


def _form_id(table: str) -> str:
    for prefix in FORM_PREFIXES:
        table = table.removeprefix(prefix)
    return table
