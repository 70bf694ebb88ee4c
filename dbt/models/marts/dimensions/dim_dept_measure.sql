-- generated from codelists/dept_measure.csv by `jiceng generate`; edit that
select
    code,
    name_zh,
    name_en,
    parent_code,
    attributes,
    definition,
    sort_order
from {{ source('raw', 'raw_code') }}
where list_id = 'CL_DEPT_MEASURE'
