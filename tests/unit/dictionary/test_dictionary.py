"""The data dictionary: both languages everywhere, all that is published, and links that lead on."""

import re
from html import unescape
from html.parser import HTMLParser

import pytest

from dagster_project.dictionary.tables import published_tables
from dagster_project.dictionary.write import write_dictionary
from dagster_project.settings import packaged

TABLES = published_tables(packaged("dbt"))
CHINESE = re.compile("[一-鿿]")
ENGLISH = re.compile("[A-Za-z]{2}")


class Page(HTMLParser):
    """What links a page has, and what can be linked to."""

    def __init__(self, text: str) -> None:
        """Read the whole page at once."""
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        if tag == "a":
            self.links.append(named["href"])
        if "id" in named:
            assert named["id"] not in self.anchors, named["id"]
            self.anchors.add(named["id"])


@pytest.fixture(scope="module")
def pages(tmp_path_factory, programme) -> dict[str, str]:
    target = tmp_path_factory.mktemp("dictionary") / "pages"
    write_dictionary(target, programme, packaged("dbt"))
    return {path.name: path.read_text(encoding="utf-8") for path in target.iterdir()}


@pytest.mark.parametrize("table", TABLES, ids=[table.name for table in TABLES])
def test_every_table_and_column_is_described_in_chinese_and_english(table):
    for described in (table, *table.columns):
        assert CHINESE.search(described.text.zh), f"{table.name}.{described.name}"
        assert ENGLISH.search(described.text.en), f"{table.name}.{described.name}"


def test_every_mart_has_a_page(pages):
    models = (packaged("dbt") / "models" / "marts").rglob("*.sql")
    tables = {f"{path.stem}.html" for path in models}
    assert set(pages) - tables == {
        "index.html", "indicators.html", "plans.html", "systems.html",
    }  # fmt: skip
    assert tables <= set(pages)


def test_every_link_leads_to_a_page_and_a_place_on_it(pages):
    parsed = {name: Page(text) for name, text in pages.items()}
    for name, page in parsed.items():
        for link in page.links:
            target, _, anchor = link.partition("#")
            assert target in parsed, f"{name}: {link}"
            assert not anchor or anchor in parsed[target].anchors, f"{name}: {link}"


def test_a_form_stands_on_its_page_with_every_rule_and_the_codes_of_its_columns(pages, programme):
    page = Page(pages["fct_staff.html"])
    assert {rule.rule_id for rule in programme.forms["staff"].rules} <= page.anchors
    assert "dim_staff_category.html" in page.links
    codes = Page(pages["dim_staff_category.html"]).anchors
    assert set(programme.codelists["CL_STAFF_CATEGORY"].by_code) <= codes


def test_every_indicator_stands_with_its_formula_and_its_forms(pages, programme):
    page, text = Page(pages["indicators.html"]), unescape(pages["indicators.html"])
    assert {one.indicator_id for one in programme.indicators} <= page.anchors
    assert all(one.formula in text and one.definition.zh in text for one in programme.indicators)
    assert {f"fct_{form_id}.html" for form_id in programme.forms} <= set(page.links)
    assert "plans.html#panyu_13fyp.grid_staff.baseline" in page.links


def test_every_figure_of_a_plan_stands_with_its_chapter(pages, programme):
    page = Page(pages["plans.html"])
    figures = [(plan, one) for plan in programme.plans for one in plan.figures]
    assert len(figures) >= 250
    assert {plan.target_id(one) for plan, one in figures} <= page.anchors
    assert all(one.chapter in pages["plans.html"] for _, one in figures)


def test_every_system_of_the_plans_stands_with_what_serves_it(pages, programme):
    page = Page(pages["systems.html"])
    assert {one.system_id for one in programme.systems} <= page.anchors
    named = {name.replace(".", ".html#") for one in programme.systems for name in one.columns}
    assert named <= set(page.links)


def test_pages_say_that_the_programme_collects_made_up_figures(pages, programme, tmp_path):
    assert all("合成样例" in text for text in pages.values())
    real = [one.model_copy(update={"synthetic": False}) for one in programme.collections]
    truth = programme.model_copy(update={"collections": tuple(real)})
    index = write_dictionary(tmp_path / "pages", truth, packaged("dbt"))
    assert "合成样例" not in index.read_text(encoding="utf-8")


def test_pages_of_tables_that_have_gone_go_and_files_of_others_stay(tmp_path, programme):
    write_dictionary(tmp_path, programme, packaged("dbt"))
    (tmp_path / "fct_staff.html").rename(tmp_path / "fct_gone.html")
    (tmp_path / "own.html").write_text("<html>", encoding="utf-8")
    write_dictionary(tmp_path, programme, packaged("dbt"))
    assert (tmp_path / "fct_staff.html").exists()
    assert not (tmp_path / "fct_gone.html").exists()
    assert (tmp_path / "own.html").exists()
