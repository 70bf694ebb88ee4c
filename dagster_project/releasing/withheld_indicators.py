"""Indicators, units judged and progress as readers get them, where withheld figures count in them.

Not here: which figures are withheld (see ``withheld``).
"""

from dagster_project.reading.odd import WITHHELD

OF_INDICATORS = """
    create or replace temp table withheld_indicators as
    select distinct indicators.indicator_id, figures.region_level, figures.region_code,
        periods.period_end as boundary_date
    from raw_indicator as indicators
    inner join sensitive_groups as groups
        on contains(indicators.formula, chr(39) || groups.code || chr(39))
    inner join withheld_figures as figures
        on groups.form_id = figures.form_id and groups.code = figures.breakdown_code
            and contains(indicators.formula, '.' || figures.column_name || ',')
    inner join raw_period as periods on figures.period = periods.period
    where figures.is_withheld
"""

INDICATORS = f"""
    select figures.* replace (
        case when withheld.indicator_id is null then value end as value,
        case when withheld.indicator_id is null then numerator end as numerator,
        case when withheld.indicator_id is null then denominator end as denominator,
        case when withheld.indicator_id is null then obs_status else {WITHHELD!r} end as obs_status,
        case when withheld.indicator_id is null then reason else 'withheld' end as reason
    )
    from fct_indicators as figures
    left join withheld_indicators as withheld
        using (indicator_id, region_level, region_code, boundary_date)
"""

UNITS = f"""
    select units.* replace (
        case when known is null then value end as value,
        case when known is null then obs_status else {WITHHELD!r} end as obs_status
    )
    from fct_indicator_units as units
    left join (select distinct indicator_id, true as known from withheld_indicators)
        using (indicator_id)
"""

PROGRESS_FIGURES = (
    "value", "gap", "base_value", "required_pace_per_year", "actual_pace_per_year",
    "projected_value", "projected_low", "projected_high",
)  # fmt: skip

PROGRESS = f"""
    select progress.* replace (
        {", ".join(f"case when known is null then {one} end as {one}" for one in PROGRESS_FIGURES)},
        case when known is null then state else 'cannot_tell' end as state,
        case when known is null then state_reason else 'withheld' end as state_reason,
        case when known is null then obs_status else {WITHHELD!r} end as obs_status
    )
    from fct_target_progress as progress
    left join (
        select distinct indicator_id, region_level, region_code, true as known
        from withheld_indicators
    ) using (indicator_id, region_level, region_code)
"""

OVER_INDICATORS = {
    "fct_indicators": INDICATORS,
    "fct_indicator_units": UNITS,
    "fct_target_progress": PROGRESS,
}
"""Published tables over indicators, and what readers get of them; of ``withheld_indicators``."""
