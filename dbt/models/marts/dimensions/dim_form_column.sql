-- generated from warehousing/raw_tables.yml by `jiceng generate`; edit that
select
    form_id,
    column_order,
    column_name,
    header_zh,
    label_en,
    data_type,
    unit,
    nullable,
    code_list,
    role,
    add_space,
    add_time,
    from_period,
    to_period,
    definition_zh,
    definition_en
from {{ source('raw', 'raw_form_column') }}
