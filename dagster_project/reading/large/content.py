"""The fingerprint of a large table, equal to that of the same rows read one by one.

Not here: what the fingerprint is made of (see ``reading.content``).
"""

import hashlib

import pyarrow as pa
from pyarrow import compute as pc

from dagster_project.programme.model import Column, Form
from dagster_project.reading.content import FIELD, ROW

AT_ONCE = 50_000
"""Rows put in order and hashed together, some 20 MB."""


def content_hash_of(form: Form, rows: pa.Table, statuses: pa.Table) -> str:
    """Give the SHA-256 of typed rows and statuses, sorted by the form's keys."""
    texts = {column.name: _texts(column, rows[column.name]) for column in form.columns}
    joined = pc.binary_join_element_wise(*(texts[c.name] for c in form.columns), FIELD)
    joined = _marked(joined.combine_chunks(), rows, statuses)
    keys = {f"key{place}": texts[name] for place, name in enumerate(form.keys)}
    texts.clear()
    table = pa.table({**keys, "row": joined})
    order = pc.sort_indices(table, [(name, "ascending") for name in table.column_names])
    digest, between = hashlib.sha256(), b""
    for start in range(0, len(order), AT_ONCE):
        some = table["row"].take(order.slice(start, AT_ONCE))
        digest.update(between + ROW.join(some.to_pylist()).encode())
        between = ROW.encode()
    return digest.hexdigest()


def _texts(column: Column, values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Give the plain form of each value, empty where there is none."""
    if column.type == "boolean":
        values = pc.if_else(values, "1", "0")
    elif column.type == "decimal":
        texts = pc.utf8_rtrim(values.cast(pa.string()), "0")
        values = pc.utf8_rtrim(texts, ".")
    return values.cast(pa.string()).fill_null("")


def _marked(joined: pa.Array, rows: pa.Table, statuses: pa.Table) -> pa.Array:
    """Append to each row the statuses of its cells, in the order of the form's columns."""
    if not statuses.num_rows:
        return joined
    missing = {
        name: pc.is_null(rows[name]) for name in pc.unique(statuses["column_name"]).to_pylist()
    }
    marks = pc.coalesce(statuses["obs_status"], _unknown(statuses, missing))
    shown = statuses.append_column("mark", marks).filter(pc.is_valid(marks))
    if not shown.num_rows:
        return joined
    pairs = pc.binary_join_element_wise("", shown["column_name"], FIELD)
    texts = pc.binary_join_element_wise(pairs, shown["mark"], "=")
    numbered = pa.table({"row": shown["row_number"], "text": texts, "at": range(len(texts))})
    ordered = numbered.sort_by([("row", "ascending"), ("at", "ascending")])
    by_row = ordered.group_by("row", use_threads=False).aggregate([("text", "list")])
    added = pc.binary_join(by_row["text_list"].combine_chunks(), "")
    mask = pc.is_in(pa.array(range(1, len(joined) + 1)), by_row["row"].cast(pa.int64()))
    some = pc.binary_join_element_wise(joined.filter(mask), added, "")
    return pc.replace_with_mask(joined, mask, some)


def _unknown(statuses: pa.Table, missing: dict[str, pa.ChunkedArray]) -> pa.Array:
    """Give the raw text behind a question mark where a cell has no value and no status."""
    names, numbers, texts = (
        statuses[name].combine_chunks() for name in ("column_name", "row_number", "raw_text")
    )
    marks = pa.nulls(len(names), pa.string())
    for name, nulls in missing.items():
        own = pc.equal(names, name)
        raw = texts.filter(own)
        is_null = nulls.combine_chunks().take(pc.subtract(numbers.filter(own), 1))
        asked = pc.and_(is_null, pc.greater(pc.binary_length(raw), 0))
        told = pc.if_else(asked, pc.binary_join_element_wise("?", raw, ""), None)
        marks = pc.replace_with_mask(marks, own, told)
    return marks
