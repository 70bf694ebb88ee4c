"""The pool that Dagster queues steps in.

Not here: the lock that holds between processes (see ``collecting.lock``).
"""

POOL = "warehouse"
"""All steps that open the build database: DuckDB takes one writer, and a queue is kinder."""
