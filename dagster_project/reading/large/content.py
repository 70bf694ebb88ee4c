"""The fingerprint of a large table, equal to that of the same rows read one by one.

Not here: what the fingerprint is made of (see ``reading.content``).
"""

import hashlib
import sys
from collections.abc import Iterator

import pyarrow as pa
from pyarrow import compute as pc

from dagster_project.programme.model import Column, Form
from dagster_project.reading.content import FIELD, ROW

AT_ONCE = 50_000
"""Rows put in order and hashed together, some 20 MB."""


def content_hash_of(form: Form, rows: pa.Table, statuses: pa.Table) -> str:
    """Give the SHA-256 of typed rows and statuses, sorted by the form's keys."""
    keys = pa.table([_texts(form.column(name), rows[name]) for name in form.keys], form.keys)
    order = pc.sort_indices(keys, [(name, "ascending") for name in form.keys])
    marks, digest, between = _marks(rows, statuses), hashlib.sha256(), b""
    for some in _runs(keys, order):
        joined = _joined(form, rows.take(some))
        marked = _marked(joined["row"], some, marks)
        joined = joined.set_column(len(form.keys), "row", marked)
        ordered = joined.sort_by([(name, "ascending") for name in joined.column_names])["row"]
        digest.update(between)
        whole = pc.binary_join_element_wise(ordered.combine_chunks(), "", ROW)
        digest.update(_bytes(whole)[: -len(ROW)])
        between = ROW.encode()
    return digest.hexdigest()


def _runs(keys: pa.Table, order: pa.Array) -> Iterator[pa.Array]:
    """Cut rows in the order of their keys where one key ends and another begins."""
    start, count = 0, len(order)
    while start < count:
        end = min(start + AT_ONCE, count)
        last = _key(keys, order, end - 1)
        while end < count and _key(keys, order, end) == last:
            end += 1
        yield order.slice(start, end - start)
        start = end


def _key(keys: pa.Table, order: pa.Array, place: int) -> list[str]:
    return [column[order[place].as_py()].as_py() for column in keys.columns]


def _joined(form: Form, rows: pa.Table) -> pa.Table:
    """Give each row as one text, behind its keys."""
    texts = {column.name: _texts(column, rows[column.name]) for column in form.columns}
    joined = pc.binary_join_element_wise(*texts.values(), FIELD)
    keys = {f"key{place}": texts[name] for place, name in enumerate(form.keys)}
    return pa.table({**keys, "row": joined})


def _bytes(texts: pa.Array) -> memoryview:
    """Give the bytes of all texts, which lie one behind the other."""
    _, offsets, content = texts.buffers()
    first, last = (
        int.from_bytes(memoryview(offsets)[4 * at : 4 * at + 4], sys.byteorder)
        for at in (texts.offset, texts.offset + len(texts))
    )
    return memoryview(content)[first:last]


def _texts(column: Column, values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Give the plain form of each value, empty where there is none."""
    if column.type == "boolean":
        values = pc.if_else(values, "1", "0")
    elif column.type == "decimal":
        texts = pc.utf8_rtrim(values.cast(pa.string()), "0")
        values = pc.utf8_rtrim(texts, ".")
    return values.cast(pa.string()).fill_null("")


def _marked(joined: pa.ChunkedArray, rows: pa.Array, marks: pa.Table) -> pa.ChunkedArray:
    """Append to some rows, given by their places, what their cells' statuses add."""
    if not marks.num_rows:
        return joined
    own = marks["text"].take(pc.index_in(rows, marks["row"].combine_chunks()))
    return pc.binary_join_element_wise(joined, pc.fill_null(own, ""), "")


def _marks(rows: pa.Table, statuses: pa.Table) -> pa.Table:
    """Give by the row's place what the statuses of its cells add, in the order of the columns."""
    missing = {
        name: pc.is_null(rows[name]) for name in pc.unique(statuses["column_name"]).to_pylist()
    }
    marks = pc.coalesce(statuses["obs_status"], _unknown(statuses, missing))
    shown = statuses.append_column("mark", marks).filter(pc.is_valid(marks))
    names = pc.binary_join_element_wise("", shown["column_name"], FIELD)
    texts = pc.binary_join_element_wise(names, shown["mark"], "=")
    places = pc.subtract(shown["row_number"].cast(pa.uint64()), pa.scalar(1, pa.uint64()))
    numbered = pa.table({"row": places, "text": texts, "at": range(shown.num_rows)})
    ordered = numbered.sort_by([("row", "ascending"), ("at", "ascending")])
    by_row = ordered.group_by("row", use_threads=False).aggregate([("text", "list")])
    added = pc.binary_join(by_row["text_list"].combine_chunks(), "")
    return pa.table({"row": by_row["row"], "text": added})


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
