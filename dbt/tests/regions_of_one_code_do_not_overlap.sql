{{ config(tags=['dimension']) }}

with regions as (
    select
        level,
        region_code,
        valid_from,
        valid_to,
        lead(valid_from) over (
            partition by level, region_code order by valid_from nulls first
        ) as next_valid_from,
        row_number() over (
            partition by level, region_code order by valid_from desc nulls last
        ) as rank_from_last
    from {{ ref('dim_region') }}
)

select *
from regions
where
    valid_to <= valid_from
    or (rank_from_last > 1 and (next_valid_from is null or valid_to is null))
    or next_valid_from < valid_to
