"""Answers to the questions of ``dbt/analyses``, worked out in plain Python from the fact rows.

Written apart from the SQL: loops and dictionaries over rows, no grouping by an engine.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Row = dict[str, Any]
Tables = Callable[[str], list[Row]]

PRIVATE = {"SOCIAL_ORG", "ENTERPRISE", "PUBLIC_PRIVATE", "PRIVATE_AID", "PRIVATE"}
TOWN = "street_code"


def where(rows: Iterable[Row], **wanted: Any) -> list[Row]:
    """Give the rows whose columns have the wanted values, or one of several in a tuple."""

    def fits(row: Row) -> bool:
        return all(
            row[name] in value if isinstance(value, tuple) else row[name] == value
            for name, value in wanted.items()
        )

    return [row for row in rows if fits(row)]


def by(rows: Iterable[Row], column: str) -> dict[str, list[Row]]:
    """Give the rows under the value of a column, in the order of these values."""
    groups = defaultdict(list)
    for row in rows:
        groups[row[column]].append(row)
    return dict(sorted(groups.items()))


def total(rows: Iterable[Row], column: str) -> Any:
    """Add what is there; nothing there is None, not 0."""
    values = [row[column] for row in rows if row[column] is not None]
    return sum(values) if values else None


def mean(values: Iterable[Any]) -> Decimal | None:
    known = [Decimal(str(value)) for value in values if value is not None]
    return sum(known) / len(known) if known else None


def ratio(part: Any, whole: Any, digits: int, times: int = 100) -> Decimal | None:
    if part is None or not whole:
        return None
    return rounded(Decimal(times) * Decimal(str(part)) / Decimal(str(whole)), digits)


def rounded(value: Decimal | None, digits: int) -> Decimal | None:
    return None if value is None else value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def names(tables: Tables, dimension: str) -> dict[str, str]:
    return {row["code"]: row["name_zh"] for row in tables(dimension)}


def large_communities_without_a_health_centre(tables: Tables) -> list[tuple]:
    centres = where(
        tables("fct_facilities"), period="2015-Q4", facility_type="HEALTH_CENTRE", status="OPEN"
    )
    served = {row["unit_code"] for row in centres if (row["floor_area_m2"] or 0) >= 1400}
    return sorted(
        (row[TOWN], row["unit_code"], row["unit_name"], row["permanent_population"])
        for row in where(tables("fct_community_profile"), period="2015")
        if row["permanent_population"] > 20000 and row["unit_code"] not in served
    )


def pay_of_full_time_workers(tables: Tables) -> list[tuple]:
    paid = where(
        tables("fct_staff"), period="2015-Q4", staff_category="COMM_WORKER", wage_basis="GROSS"
    )
    found = []
    for town, rows in by(paid, TOWN).items():
        wages, months = total(rows, "wage_bill"), total(rows, "paid_person_months")
        monthly = Decimal(str(wages)) / months
        found.append((town, months, rounded(monthly, 0), rounded(monthly - 6408, 0)))
    return found


def committee_offices_of_200_m2_by_town(tables: Tables) -> list[tuple]:
    offices = where(
        tables("fct_facilities"), period="2015-Q4", facility_type="RC_OFFICE", status="OPEN"
    )
    found = []
    for town, rows in by(offices, TOWN).items():
        areas = [row["floor_area_m2"] for row in rows if row["floor_area_m2"] is not None]
        large = sum(area >= 200 for area in areas)
        found.append((town, len(rows), len(areas), large, ratio(large, len(areas), 1)))
    return found


def beds_per_hundred_elderly_and_private_share(tables: Tables) -> list[tuple]:
    homes = where(
        tables("fct_facilities"), period="2015-Q4", facility_type="ELDER_HOME", status="OPEN"
    )
    profiles = by(where(tables("fct_community_profile"), period="2015"), "district_code")
    found = []
    for district, rows in by(homes, "district_code").items():
        beds, elderly = total(rows, "beds"), total(profiles[district], "pop_age_60_plus")
        private = total([row for row in rows if row["operator_type"] in PRIVATE], "beds") or 0
        shares = ratio(beds, elderly, 2), ratio(private, beds, 1)
        found.append((district, beds, elderly, *shares))
    return found


def consultation_mechanism_by_town(tables: Tables) -> list[tuple]:
    found = []
    for town, rows in by(where(tables("fct_self_governance"), period="2015"), TOWN).items():
        served = sum(row["consultation_mechanism"] is True for row in rows)
        topics = total(rows, "consultation_topics"), total(rows, "topics_settled")
        found.append((town, len(rows), served, ratio(served, len(rows), 1), *topics))
    return found


def appeals_by_channel(tables: Tables) -> list[tuple]:
    appeals = where(tables("fct_appeals"), period=("2016-01", "2016-02", "2016-03"))
    named = names(tables, "dim_channel")
    return [
        (
            channel,
            named[channel],
            total(rows, "received"),
            ratio(total(rows, "responded_on_time"), total(rows, "response_due"), 1),
            ratio(total(rows, "confirmed_resolved"), total(rows, "called_back"), 1),
            ratio(total(rows, "satisfied"), total(rows, "called_back"), 1),
        )
        for channel, rows in by(appeals, "channel").items()
    ]


def grid_staff_for_ten_thousand_residents(tables: Tables) -> list[tuple]:
    staff = by(
        where(tables("fct_staff"), period="2015-Q4", staff_category=("GRID_FULL", "GRID_PART")),
        TOWN,
    )
    found = []
    for town, rows in by(where(tables("fct_community_profile"), period="2015"), TOWN).items():
        persons = total(staff.get(town, []), "headcount_closing")
        residents = total(rows, "permanent_population")
        found.append((town, persons, residents, ratio(persons, residents, 2, times=10000)))
    return sorted(found, key=lambda row: (row[3] is None, row[3], row[0]))


def totals_that_lack_a_unit(tables: Tables) -> list[tuple]:
    lacking = defaultdict(list)
    for row in where(tables("fct_totals"), region_level="district"):
        if row["units_reported"] < row["units_expected"]:
            lacking[row["form_id"], row["period"], row["region_code"]].append(row)
    found = []
    for (form_id, period, district), rows in sorted(lacking.items()):
        units = (
            max(row["units_expected"] for row in rows),
            min(row["units_reported"] for row in rows),
        )
        reports = where(tables("fct_reporting"), form_id=form_id, period=period, is_expected=True)
        silent = [
            (row["respondent_code"], row["state"])
            for row in where(reports, state=("missing", "refused"))
            if row["respondent_code"].startswith(district[:6])
        ]
        found += [(form_id, period, *units, *one) for one in sorted(silent) or [(None, None)]]
    return found


def services_completed_on_time(tables: Tables) -> list[tuple]:
    named, found = names(tables, "dim_service_category"), []
    services = where(tables("fct_services"), period="2015-12")
    for category, rows in by(services, "service_category").items():
        done, in_time = total(rows, "completed"), total(rows, "completed_on_time")
        found.append((category, named[category], done, in_time, ratio(in_time, done, 2)))
    return sorted(found, key=lambda row: (row[4] is None, row[4] or 0, row[0]))


def good_ratings_by_town(tables: Tables) -> list[tuple]:
    found = []
    for town, rows in by(where(tables("fct_services"), period="2015-12"), TOWN).items():
        rated = [row for row in rows if None not in [row[f"rated_{mark}"] for mark in range(1, 6)]]
        good = sum(row[f"rated_{mark}"] for row in rated for mark in (3, 4, 5))
        every = sum(row[f"rated_{mark}"] for row in rated for mark in range(1, 6))
        found.append((town, good, every, ratio(good, every, 2)))
    return found


def staff_who_came_and_left(tables: Tables) -> list[tuple]:
    found = []
    for town, rows in by(where(tables("fct_staff"), period="2016-Q1"), TOWN).items():
        moves = [
            total(rows, name)
            for name in ("headcount_opening", "joined", "departed", "headcount_closing")
        ]
        found.append((town, *moves, moves[0] + moves[1] - moves[2] == moves[3]))
    return found


def posts_and_persons(tables: Tables) -> list[tuple]:
    groups = by(where(tables("fct_staff"), period="2015-Q4"), "staff_category")
    counted = ("posts_established", "posts_filled", "headcount_closing", "counted_elsewhere")
    order = sorted(tables("dim_staff_category"), key=lambda row: row["sort_order"])
    return [
        (one["code"], one["name_zh"], *(total(groups[one["code"]], name) for name in counted))
        for one in order
        if one["code"] in groups
    ]


def communities_without_a_station(tables: Tables) -> list[tuple]:
    stations = where(
        tables("fct_facilities"), period="2015-Q4", facility_type="SERVICE_STATION", status="OPEN"
    )
    served = {row["unit_code"] for row in stations}
    profiles = where(tables("fct_community_profile"), period="2015")
    shown = (TOWN, "unit_code", "unit_name", "permanent_population")
    lacking = [row for row in profiles if row["unit_code"] not in served]
    return sorted(tuple(row[name] for name in shown) for row in lacking)


def money_paid_against_contracts(tables: Tables) -> list[tuple]:
    named, found = names(tables, "dim_project_type"), []
    projects = by(where(tables("fct_projects"), period="2016-Q1"), "project_type")
    for kind, rows in projects.items():
        agreed = [row for row in rows if row["contract_amount"] is not None]
        contract, paid = total(agreed, "contract_amount"), total(agreed, "paid_closing")
        without = len(rows) - len(agreed)
        share = ratio(paid, contract, 1)
        found.append((kind, named[kind], len(rows), without, contract, paid, share))
    return found


def turnout_two_ways(tables: Tables) -> list[tuple]:
    found = []
    elections = where(tables("fct_self_governance"), period="2015")
    for district, rows in by(elections, "district_code").items():
        held = [
            (row["voters_participated"], row["registered_voters"])
            for row in rows
            if None not in (row["voters_participated"], row["registered_voters"])
        ]
        voted, registered = (sum(column) for column in zip(*held, strict=True))
        turnouts = [Decimal(100 * part) / whole for part, whole in held if whole]
        all_over = ratio(voted, registered, 2)
        found.append((district, voted, registered, all_over, rounded(mean(turnouts), 2)))
    return found


def satisfaction_weighted(tables: Tables) -> list[tuple]:
    found = []
    surveys = where(tables("fct_surveys"), period="2015", survey_object="SERVICE")
    for town, all_rows in by([row for row in surveys if row["valid_answers"]], TOWN).items():
        rows = [row | {"content": row["very_satisfied"] + row["satisfied"]} for row in all_rows]
        weighted = sum(
            Decimal(row["target_population"]) * row["content"] / row["valid_answers"]
            for row in rows
        )
        answers, content = total(rows, "valid_answers"), total(rows, "content")
        rates = ratio(weighted, total(rows, "target_population"), 2), ratio(content, answers, 2)
        found.append((town, len(rows), answers, *rates))
    return found


def burden_of_communities(tables: Tables) -> list[tuple]:
    found = []
    for town, rows in by(where(tables("fct_self_governance"), period="2015"), TOWN).items():
        figures: list[Any] = []
        for name in ("signboards", "ledgers", "meetings"):
            values = [row[name] for row in rows if row[name] is not None]
            figures += [rounded(mean(values), 1), max(values)]
        found.append((town, len(rows), *figures))
    return found


def figures_changed_by_a_revision(tables: Tables) -> list[tuple]:
    named = ("period", "respondent_code", "unit_code", "service_category")
    every = {
        (*(row[name] for name in named), row["revision"]): row for row in tables("hist_services")
    }
    found = []
    for (*key, revision), row in every.items():
        before = every.get((*key, revision - 1))
        if before and before["person_times"] != row["person_times"]:
            found.append((*key, before["person_times"], row["person_times"], row["known_from"]))
    return sorted(found)


def elderly_at_home_and_in_homes(tables: Tables) -> list[tuple]:
    found = []
    groups = where(tables("fct_population_groups"), period="2015-Q4", population_group="ELDER60")
    for district, rows in by(groups, "district_code").items():
        elderly = total(rows, "persons_closing")
        shares = [
            ratio(total(rows, name), elderly, 2)
            for name in ("home_self_care", "home_purchased_care", "institutional_care")
        ]
        found.append((district, elderly, *shares))
    return found


def targets_that_are_met_and_what_is_missing(tables: Tables) -> list[tuple]:
    figures = {
        row["indicator_id"]: row
        for row in where(tables("fct_indicators"), period="2015", region_code="440113000000")
    }
    targets = where(
        tables("fct_targets"),
        plan_id="panyu_13fyp", kind=("target", "standard"), judged_by="value", is_value_stated=True,
    )  # fmt: skip
    flows = where(
        tables("dim_indicator"),
        aggregation="sum", period_rule=("year", "sum_over_year", "sum_over_period"),
    )  # fmt: skip
    before_the_plan = {row["indicator_id"] for row in flows}
    found = []
    for target in sorted(targets, key=lambda row: row["target_id"]):
        if target["indicator_id"] in before_the_plan:
            continue
        figure, asked = figures[target["indicator_id"]], target["value"]
        reached = figure["value"]
        if reached is not None and target["unit"] == "milestone":
            reached = min(reached, Decimal(1))
        lacking = None if reached is None else max(asked - reached, Decimal(0)) or None
        is_met = lacking is None and reached is not None and figure["is_complete"]
        told = (target["target_id"], target["name_zh"], target["comparator"], asked)
        found.append((*told, figure["value"], lacking, is_met))
    return found
