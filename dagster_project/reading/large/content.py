"""The fingerprint of a large table, equal to that of the same rows read one by one.

Not here: what the fingerprint is made of (see ``reading.content``).
"""

import hashlib
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TypeVar

import pyarrow as pa
from pyarrow import compute as pc

from dagster_project.programme.model import Column, Form
from dagster_project.reading.content import FIELD, ROW
from dagster_project.reading.large.blocks import THREADS

Piece = TypeVar("Piece")
Result = TypeVar("Result")

AT_ONCE = 50_000
"""Rows put in order and hashed together, some 20 MB."""


def content_hash_of(form: Form, rows: pa.Table, statuses: pa.Table) -> str:
    """Give the SHA-256 of typed rows and statuses, sorted by the form's keys."""
    keys = _keys(form, rows, form.keys)
    marks, digest, between = _marks(rows, statuses), hashlib.sha256(), b""
    if _is_ascending(keys):
        parts = _ahead(partial(_in_order, form, rows, marks), range(0, rows.num_rows, AT_ONCE))
    else:
        order = pc.sort_indices(keys, [(name, "ascending") for name in form.keys])
        parts = _ahead(partial(_put_in_order, form, rows, marks), _runs(keys, order))
    for part in parts:
        digest.update(between)
        digest.update(_bytes(part)[: -len(ROW)])
        between = ROW.encode()
    return digest.hexdigest()


def _is_ascending(keys: pa.Table) -> bool:
    """Say whether rows stand in the order of their keys already, no key twice: most tables do."""
    if not keys.num_rows:
        return False
    is_below = pa.scalar(value=False)
    for column in reversed(keys.columns):
        before, after = column.slice(0, keys.num_rows - 1), column.slice(1)
        is_same = pc.and_(pc.equal(before, after), is_below)
        is_below = pc.or_(pc.less(before, after), is_same)
    return bool(pc.all(is_below, min_count=0).as_py())


def _in_order(form: Form, rows: pa.Table, marks: pa.Table, start: int) -> pa.Array:
    """Give as ended texts some rows that stand in the order of their keys."""
    some = rows.slice(start, AT_ONCE)
    places = pa.array(range(start, start + some.num_rows), pa.uint64())
    return _ended(_marked(_joined(form, some), places, marks))


def _put_in_order(form: Form, rows: pa.Table, marks: pa.Table, places: pa.Array) -> pa.Array:
    """Give as ended texts all rows of some keys, in the order of keys and texts."""
    taken = rows.take(places)
    keyed = _keys(form, taken, [f"key{place}" for place, _ in enumerate(form.keys)])
    keyed = keyed.append_column("row", _marked(_joined(form, taken), places, marks))
    return _ended(keyed.sort_by([(name, "ascending") for name in keyed.column_names])["row"])


def _ended(texts: pa.ChunkedArray) -> pa.Array:
    """Put behind each row what separates it from the next."""
    return pc.binary_join_element_wise(texts.combine_chunks(), "", ROW)


def _ahead(work: Callable[[Piece], Result], pieces: Iterable[Piece]) -> Iterator[Result]:
    """Do pieces of work in threads, a few before their results are asked for."""
    with ThreadPoolExecutor(THREADS) as pool:
        coming: deque[Future[Result]] = deque()
        for piece in pieces:
            coming.append(pool.submit(work, piece))
            if len(coming) > THREADS:
                yield coming.popleft().result()
        while coming:
            yield coming.popleft().result()


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


def _keys(form: Form, rows: pa.Table, names: Sequence[str]) -> pa.Table:
    """Give the columns of the form's keys as texts."""
    texts = (_texts(form.column(name), rows[name]).fill_null("") for name in form.keys)
    return pa.table(list(texts), list(names))


def _joined(form: Form, rows: pa.Table) -> pa.ChunkedArray:
    """Give each row as one text."""
    texts = (_texts(column, rows[column.name]) for column in form.columns)
    return pc.binary_join_element_wise(*texts, FIELD, null_handling="replace", null_replacement="")


def _bytes(texts: pa.Array) -> memoryview:
    """Give the bytes of all texts, which lie one behind the other."""
    _, offsets, content = texts.buffers()
    first, last = (
        int.from_bytes(memoryview(offsets)[4 * at : 4 * at + 4], sys.byteorder)
        for at in (texts.offset, texts.offset + len(texts))
    )
    return memoryview(content)[first:last]


def _texts(column: Column, values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Give the plain form of each value, null where there is none."""
    if column.type == "boolean":
        values = pc.if_else(values, "1", "0")
    elif column.type == "decimal":
        texts = pc.utf8_rtrim(values.cast(pa.string()), "0")
        values = pc.utf8_rtrim(texts, ".")
    return values.cast(pa.string())


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
