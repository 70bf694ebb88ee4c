{% test coverage_is_consistent(model) %}

select *
from {{ model }}
where
    {{ periods_filter() }}
    and (
        units_reported > units_expected
        or units_reported < 0
        or (units_reported = 0 and units_unexpected = 0 and cells_missing = 0 and value is not null)
        or is_complete <> (
            units_expected > 0 and units_reported = units_expected and cells_missing = 0
        )
        or (value is null) <> (obs_status in ('L', 'M'))
        or is_complete <> (obs_status in ('A', 'U', 'M'))
    )

{% endtest %}
