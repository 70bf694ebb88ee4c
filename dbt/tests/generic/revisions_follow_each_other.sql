{% test revisions_follow_each_other(model) %}

with versions as (
    select distinct
        period,
        respondent_code,
        submission_id,
        revision,
        known_from,
        known_to
    from {{ model }}
    where {{ periods_filter() }}
),

followed as (
    select
        *,
        lead(known_from) over (
            partition by period, respondent_code order by revision
        ) as next_known_from,
        lead(revision) over (
            partition by period, respondent_code order by revision
        ) as next_revision
    from versions
)

select *
from followed
where
    known_from is null
    or known_to < known_from
    or (next_revision is null and known_to is not null)
    or (next_revision is not null and known_to is null)
    or next_known_from < known_to

{% endtest %}
