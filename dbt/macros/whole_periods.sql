{#-
    Incremental means: whole periods are computed again, never single rows. The run names them in the
    variable `periods`; a run that names none computes all. Here, and nowhere else, that is decided.
-#}

{% macro whole_period_config() %}
    {#- DuckDB deletes and inserts (below); Spark overwrites the partitions of the periods. -#}
    {%- if target.type == 'spark' -%}
        {{ config(
            materialized='incremental',
            incremental_strategy='insert_overwrite',
            partition_by=['period'],
            file_format='parquet',
            on_schema_change='fail',
        ) }}
    {%- else -%}
        {{ config(
            materialized='incremental',
            incremental_strategy='whole_period',
            on_schema_change='fail',
        ) }}
    {%- endif -%}
{% endmacro %}

{% macro periods_filter(column='period') %}
    {#-
        The condition that a row belongs to the periods of this run. A table that is made for the first
        time, or refreshed in full, takes all periods whatever the variable says; tests look at
        the periods of the run.
    -#}
    {%- set periods = var('periods', []) -%}
    {%- set is_first = model.config.materialized == 'incremental' and not is_incremental() -%}
    {%- if periods and not flags.FULL_REFRESH and not is_first -%}
        {{ column }} in ('{{ checked_periods(periods) | join("', '") }}')
    {%- else -%}
        1 = 1
    {%- endif -%}
{% endmacro %}

{% macro checked_periods(periods) %}
    {#- A label that is no period would silently build nothing. -#}
    {%- for label in periods -%}
        {%- if not modules.re.match('[0-9]{4}(-Q[1-4]|-(0[1-9]|1[0-2]))?$', label | string) -%}
            {%- do exceptions.raise_compiler_error(
                "'" ~ label ~ "' 不是报告期 / is no period: 2015-12, 2015-Q4 or 2015"
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do return(periods) -%}
{% endmacro %}

{% macro get_incremental_whole_period_sql(arg_dict) %}
    {#-
        What goes is decided by the run's periods, not by the new rows: a period that has
        become empty must be emptied.
    -#}
    {%- set columns = arg_dict['dest_columns'] | map(attribute='quoted') | join(', ') -%}
    delete from {{ arg_dict['target_relation'] }}
    where {{ periods_filter() }};

    insert into {{ arg_dict['target_relation'] }} ({{ columns }})
    select {{ columns }}
    from {{ arg_dict['temp_relation'] }}
{% endmacro %}
