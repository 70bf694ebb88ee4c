{#-
    What stands is not made again. A build that runs the same models as the last one says so in the
    variable `models_unchanged`: views then stay as they are, and so do the comments of tables that only
    get other rows. Both would cost as much as computing a period.
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

{% macro duckdb__persist_docs(relation, model, for_relation, for_columns) %}
    {%- set is_kept = model.config.materialized == 'incremental' and is_incremental() -%}
    {%- if not (var('models_unchanged', false) and is_kept) -%}
        {%- do default__persist_docs(relation, model, for_relation, for_columns) -%}
    {%- endif -%}
{% endmacro %}
