"""The rows obey every rule of the programme and add up to what the plan published."""

from collections import Counter

import pytest

from dagster_project.programme.load import load_programme
from dagster_project.programme.period import Period
from tests.unit.samples.edit_rules import failures

FORMS = tuple(load_programme().forms)
DISTRICT = "440113000000"
QUESTION = ("SG-103-R09", "440113012000", "2015-Q4")
QUARTERS_SEEN = {
    "2015-11": ["2015-Q3"],
    "2015-12": ["2015-Q3", "2015-Q4"],
    "2016-01": ["2015-Q4"],
    "2016-02": ["2015-Q4"],
    "2016-03": ["2015-Q4", "2016-Q1"],
}
"""The facility registers against which a month's services may be judged."""


def rows_of(tables, form_id, period):
    return [row for key, table in tables.items() if key[::2] == (form_id, period) for row in table]


@pytest.mark.parametrize("form_id", FORMS)
def test_every_row_keeps_every_rule_of_its_form_but_the_one_question(programme, tables, form_id):
    broken = [
        (rule.rule_id, key[1], key[2])
        for key, table in tables.items()
        if key[0] == form_id
        for rule in programme.forms[form_id].rules
        if rule.scope == "row"
        for _ in failures(rule, full(programme, form_id, table), Period.parse(key[2]).end)
    ]
    assert broken == ([QUESTION] if form_id == "staff" else [])


@pytest.mark.parametrize(
    "form_id",
    [
        "services", "staff", "facilities", "organisations", "population_groups", "appeals",
        "projects",
    ],
)  # fmt: skip
def test_every_row_keeps_every_rule_that_looks_at_the_period_before(programme, tables, form_id):
    form = programme.forms[form_id]
    rules = [
        rule
        for rule in form.rules
        if rule.scope == "cross_period" and not {"prev_year", "exists"} & set(words(rule))
    ]
    assert rules
    for key, table in tables.items():
        period = Period.parse(key[2])
        before = tables.get((form_id, key[1], period.previous().label))
        if key[0] == form_id and before is not None:
            old = {tuple(row[name] for name in form.keys): row for row in before}
            rows = full(programme, form_id, table)
            for rule in rules:
                assert not list(failures(rule, rows, period.end, old)), (key, rule.rule_id)


def test_the_evaluator_of_these_tests_does_find_what_is_wrong(programme, report):
    refused = next(
        d for d in report.deliveries if d.file_name == report.purpose("refused").file_name
    )
    rules = [rule for rule in programme.forms["staff"].rules if rule.scope == "row"]
    rows = full(programme, "staff", refused.report.table)
    broken = {r.rule_id for r in rules if list(failures(r, rows, refused.report.period.end))}
    assert broken == {"SG-103-R01", "SG-103-R04"}


def words(rule):
    return rule.expression.replace("(", " ").split()


def full(programme, form_id, table):
    """Rows with every column of the form, null where the town leaves it empty."""
    return [dict.fromkeys(programme.forms[form_id].column_names) | row for row in table]


def test_no_facility_vanishes_and_no_code_changes_its_meaning(tables):
    seen = {}
    for period in ("2015-Q3", "2015-Q4", "2016-Q1"):
        now = {row["facility_code"]: row for row in rows_of(tables, "facilities", period)}
        assert set(seen) <= set(now)
        for code, row in now.items():
            what = (row["facility_type"], row["unit_code"], row["facility_name"])
            assert seen.setdefault(code, what) == what


def test_rooms_fit_into_the_facility_that_they_are_part_of(tables):
    for key, table in tables.items():
        if key[0] == "facilities":
            rooms = Counter()
            for row in table:
                rooms[row["parent_facility_code"]] += row["floor_area_m2"]
            areas = {row["facility_code"]: row["floor_area_m2"] for row in table}
            del rooms[None]
            assert all(area <= areas[parent] for parent, area in rooms.items())


def test_units_that_take_cases_have_an_open_facility_and_a_terminal_where_they_use_one(tables):
    for month, quarters in QUARTERS_SEEN.items():
        for quarter in quarters:
            facilities = rows_of(tables, "facilities", quarter)
            still_open = [row for row in facilities if row["status"] == "OPEN"]
            open_units = {row["unit_code"] for row in still_open}
            terminals = {r["unit_code"] for r in still_open if r["self_service_terminals"]}
            for row in rows_of(tables, "services", month):
                assert row["unit_code"] in open_units
                assert not row["accepted_terminal"] or row["unit_code"] in terminals


@pytest.mark.parametrize("form_id", FORMS)
def test_rows_have_their_keys_codes_and_obligatory_values(programme, tables, form_id):
    form = programme.forms[form_id]
    lists = {c.name: programme.codelists.get(c.code_list or "") for c in form.columns}
    for key, table in tables.items():
        if key[0] != form_id:
            continue
        keys = [tuple(row[name] for name in form.keys) for row in table]
        assert len(keys) == len(set(keys))
        for row in table:
            owner = key[1][:6] if form.respondents == "department" else key[1][:9]
            assert row[form.unit_column].startswith(owner)
            assert set(row) <= set(form.column_names)
            for column in form.columns:
                value = row.get(column.name)
                assert value is not None or column.nullable, column.name
                if lists[column.name] and column.type != "boolean" and value is not None:
                    assert set(value.split(";")) <= set(lists[column.name].by_code)
                assert not column.is_number or value is None or value >= 0


def test_every_community_and_village_is_in_the_forms_that_list_all(programme, register, tables):
    for key, table in tables.items():
        if programme.forms[key[0]].lists_all_units:
            on = Period.parse(key[2]).end
            active = {child.code for child in register.children("street", key[1], on)}
            assert active <= {row["unit_code"] for row in table}


def test_communities_keep_to_the_size_that_forms_of_a_town_usually_have(tables):
    services = Counter(row["unit_code"] for row in rows_of(tables, "services", "2015-12"))
    facilities = Counter(row["unit_code"] for row in rows_of(tables, "facilities", "2015-Q4"))
    communities = [code for code in services if not code.endswith("000")]
    assert len(communities) == 276
    assert {services[code] for code in communities} <= set(range(8, 13))
    assert max(facilities[code] for code in communities) <= 8


@pytest.mark.parametrize(
    ("categories", "column", "published"),
    [
        (["RC_MEMBER"], "headcount_closing", 636),
        (["VC_MEMBER"], "headcount_closing", 621),
        (["COMM_WORKER"], "headcount_closing", 613),
        (["GRID_FULL", "GRID_PART"], "headcount_closing", 2087),
        (["FISC_SW"], "headcount_closing", 255),
        (["FISC_SW", "FISC_OTHER"], "headcount_closing", 345),
        (["FISC_SW"], "exam_passed", 207),
    ],
    ids=lambda value: value if isinstance(value, str) else str(value),
)
def test_staff_adds_up_to_the_published_figure(tables, categories, column, published):
    rows = rows_of(tables, "staff", "2015-Q4")
    assert sum(r[column] for r in rows if r["staff_category"] in categories) == published


def test_nobody_else_passed_the_examination_so_the_wider_formula_gives_the_same(tables):
    assert sum(row["exam_passed"] for row in rows_of(tables, "staff", "2015-Q4")) == 207


def test_committee_members_sit_in_units_of_their_kind_only(tables):
    kinds = {r["unit_code"]: r["unit_kind"] for r in rows_of(tables, "community_profile", "2015")}
    for row in rows_of(tables, "staff", "2015-Q4"):
        if row["staff_category"] in ("RC_MEMBER", "VC_MEMBER"):
            kind = kinds[row["unit_code"]]
            assert row["staff_category"] == f"{kind}_MEMBER"
            low, high = {"RC": (5, 9), "VC": (3, 5)}[kind]
            assert low <= row["headcount_closing"] <= high


def test_stations_and_delegated_items_equal_the_published_figures(tables):
    stations = [
        row
        for row in rows_of(tables, "facilities", "2015-Q4")
        if (row["facility_type"], row["status"]) == ("SERVICE_STATION", "OPEN")
        and row["five_unifications_met"]
    ]
    assert len(stations) == 272
    assert max(r["delegated_items"] for r in rows_of(tables, "community_profile", "2015")) == 72


@pytest.mark.parametrize(
    ("designation", "kinds", "published"),
    [
        ("CONSULT_PILOT", ("RC", "VC"), 34),
        ("COMPLEX_PILOT", ("RC",), 2),
        ("COMPLEX_PILOT", ("VC",), 1),
        ("SANSHE_DEMO", ("RC", "VC"), 5),
    ],
)
def test_pilots_are_as_many_as_published(tables, designation, kinds, published):
    own = {r["unit_code"]: r["unit_kind"] for r in rows_of(tables, "community_profile", "2015")}
    rows = rows_of(tables, "designations", "2015")
    titles = [own[row["object_code"]] for row in rows if row["designation"] == designation]
    assert sum(kind in kinds for kind in titles) == published


def test_finished_facility_projects_go_beyond_the_published_bounds_and_no_further(tables):
    rows = [r for r in rows_of(tables, "projects", "2015-Q4") if r["project_type"] == "FACILITY"]
    assert 1000 < len(rows) < 1100
    assert {row["status"] for row in rows} == {"FINISHED"}
    assert 130_000_000 < sum(row["paid_closing"] for row in rows) < 140_000_000


def test_departments_say_what_the_streets_say(tables):
    profile = rows_of(tables, "community_profile", "2015")
    measures = rows_of(tables, "department_measures", "2015-Q4")
    found = {(row["region_code"], row["measure_code"]): row["value"] for row in measures}
    for measure, column in (
        ("POP_PERMANENT", "permanent_population"),
        ("POP_REGISTERED", "registered_population"),
        ("POP_60_PLUS", "pop_age_60_plus"),
    ):
        totals = Counter()
        for row in profile:
            totals[row["unit_code"][:9] + "000"] += row[column]
        assert {code: found[code, measure] for code in totals} == totals
        assert found[DISTRICT, measure] == sum(totals.values())
    assert found[DISTRICT, "CATALOGUE_DEPTS"] == 7


def test_what_organisations_were_paid_is_what_projects_paid_them(tables):
    for period in ("2015-Q4", "2016-Q1"):
        paid = sum(r["purchase_amount"] for r in rows_of(tables, "organisations", period))
        projects = rows_of(tables, "projects", period)
        assert paid == sum(
            row["paid_in_period"] for row in projects if row["supplier_type"] == "SOCIAL_ORG"
        )
        assert paid > 0


def test_the_elderly_in_institutions_fit_into_the_beds_of_their_street(tables):
    for key, table in tables.items():
        if key[0] == "population_groups":
            inside = sum(
                row.get("institutional_care", 0) - row.get("institutional_out_of_area", 0)
                for row in table
            )
            homes = tables["facilities", key[1], key[2]]
            assert inside <= sum(
                row["beds"] for row in homes if row["facility_type"] == "ELDER_HOME"
            )


def test_social_workers_are_posted_to_communities_after_the_plan_was_made(everything):
    """None was, so that no community of 276 ever met the standard of one social worker each."""
    facts = next(one for world, one in everything if world.collection.collection_id == "panyu")
    posted = {"2015-Q4": set(), "2016-Q2": set(), "2017-Q3": set()}
    for (form_id, _, period), table in facts.items():
        if form_id == "staff" and period in posted:
            rows = [row for row in table if row["staff_category"] == "SW_PRO"]
            posted[period] |= {row["unit_code"] for row in rows if row["headcount_closing"]}
            assert {row["headcount_opening"] for row in rows if period == "2016-Q2"} <= {0}
    assert posted["2015-Q4"] == set()
    assert 80 < len(posted["2016-Q2"]) < 140
    assert posted["2017-Q3"] == posted["2016-Q2"]
