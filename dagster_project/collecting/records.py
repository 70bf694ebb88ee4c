"""Append-only folders of JSON lines: ``000001.jsonl``, ``000002.jsonl``, without a gap.

A file is written once, whole, and never changed. Receipts and decisions both stand on this.
Not here: what a record means, or which of two records counts.
"""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from dagster_project.collecting.errors import CollectError
from dagster_project.durable import make_folder, write_once

Record = dict[str, Any]

_decode = json.JSONDecoder().raw_decode  # a quarter faster than json.loads, a call per line

FILE_NAME = re.compile(r"[0-9]{6,}\.jsonl")


def record_path(folder: Path, number: int) -> Path:
    """Give the path of one numbered file."""
    return folder / f"{number:06d}.jsonl"


def record_files(folder: Path) -> list[Path]:
    """List the files of a folder in their order; a missing number is a CollectError."""
    if not folder.is_dir():
        return []
    found = {int(path.stem): path for path in folder.iterdir() if FILE_NAME.fullmatch(path.name)}
    for expected in range(1, len(found) + 1):
        if expected not in found:
            missing = record_path(folder, expected)
            raise CollectError("COLLECT_RECORD_FILE_MISSING", folder=folder, file=missing.name)
    return [found[number] for number in sorted(found)]


def next_number(folder: Path) -> int:
    """Give the number of the file to be written next."""
    return len(record_files(folder)) + 1


def write_records(folder: Path, number: int, records: Iterable[Mapping[str, object]]) -> Path:
    """Write one file of records, whole or not at all; FileExistsError where it exists."""
    path = record_path(make_folder(folder), number)
    write_once(path, "".join(map(_line, records)).encode())
    return path


def read_record_file(path: Path) -> list[Record]:
    """Read one file: record n stands on line n. A broken line is a CollectError."""
    # Not splitlines(): text inside a record may hold U+2028 and its like, which are no line ends.
    lines = _text(path).split("\n")
    if lines.pop() != "" or not lines:
        raise CollectError("COLLECT_RECORD_FILE_CUT", file=path, line=len(lines) + 1)
    return [_record(path, number, line) for number, line in enumerate(lines, start=1)]


def _line(record: Mapping[str, object]) -> str:
    """Print a record as one line of JSON, Chinese as it is."""
    return json.dumps(record, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"


def _text(path: Path) -> str:
    """Read a file's text; bytes that are no UTF-8 are a CollectError with their line."""
    data = path.read_bytes()
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CollectError("COLLECT_RECORD_LINE_BROKEN", file=path, line=line) from error


def _record(path: Path, number: int, line: str) -> Record:
    """Read one line of JSON, which must hold one object."""
    try:
        record, end = _decode(line)
    except ValueError as error:
        raise CollectError("COLLECT_RECORD_LINE_BROKEN", file=path, line=number) from error
    if not isinstance(record, dict) or end != len(line):
        raise CollectError("COLLECT_RECORD_LINE_BROKEN", file=path, line=number)
    return record
