{#-
    What stands is not made again. A build that runs the same models as the last one says so in the
    variable `models_unchanged`: views then stay as they are, and tables only get other rows, without a
    temporary table, a look at their columns or new comments. Each would cost as much as computing a
    period.
-#}

{% materialization view, adapter='duckdb' %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='view') -%}
    {%- if var('models_unchanged', false) and existing is not none and existing.is_view -%}
        {%- call noop_statement('main', 'stands') -%} select 1 {%- endcall -%}
    {%- else -%}
        {%- do drop_relation_if_exists(existing) -%}
        {%- call statement('main') -%} {{ get_create_view_as_sql(target_relation, sql) }} {%- endcall -%}
        {%- do persist_docs(target_relation, model) -%}
        {%- do adapter.commit() -%}
    {%- endif -%}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{% materialization incremental, adapter='duckdb' %}
    {%- set existing = load_cached_relation(this) -%}
    {%- if not (var('models_unchanged', false) and is_incremental()) -%}
        {{ return(dbt.materialization_incremental_duckdb()) }}
    {%- endif -%}
    {%- set other_rows = adapter.get_incremental_strategy_macro(context, config.get('incremental_strategy')) -%}
    {%- call statement('main') -%}
        {{ other_rows({
            'target_relation': existing,
            'temp_relation': '(' ~ sql ~ ') as made',
            'dest_columns': adapter.get_columns_in_relation(existing),
        }) }}
    {%- endcall -%}
    {%- do adapter.commit() -%}
    {{ return({'relations': [existing]}) }}
{% endmaterialization %}

{% macro duckdb__persist_docs(relation, model, for_relation, for_columns) %}
    {%- set is_kept = model.config.materialized == 'incremental' and is_incremental() -%}
    {%- if not (var('models_unchanged', false) and is_kept) -%}
        {%- do default__persist_docs(relation, model, for_relation, for_columns) -%}
    {%- endif -%}
{% endmacro %}
