{% test rows_match_submissions(model, form_id, in_force_only=false) %}

with registered as (
    select
        submission_id,
        rows_read
    from {{ source('raw', 'raw_submission') }}
    where
        form_id = '{{ form_id }}'
        and state in ({{ accepted_states() }})
        and {{ 'known_to is null' if in_force_only else '1 = 1' }}
        and {{ periods_filter() }}
),

counted as (
    select
        submission_id,
        count(*) as rows_here
    from {{ model }}
    where {{ periods_filter() }}
    group by submission_id
)

select
    coalesce(registered.submission_id, counted.submission_id) as submission_id,
    registered.rows_read,
    counted.rows_here
from registered
full outer join counted
    on registered.submission_id = counted.submission_id
where coalesce(registered.rows_read, 0) <> coalesce(counted.rows_here, 0)

{% endtest %}
