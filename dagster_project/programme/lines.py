"""YAML files that remember on which line each value stands.

Not here: what the values mean (see ``programme.model``).
"""

from dataclasses import dataclass
from pathlib import Path

import yaml

Place = tuple[int | str, ...]


class YamlError(ValueError):
    """A file that is no YAML: on which line, and what the parser says."""

    def __init__(self, line: int, problem: str) -> None:
        """Take the line (from 1) and the problem."""
        super().__init__(line, problem)
        self.line = line
        self.problem = problem


@dataclass(frozen=True)
class Document:
    """One YAML file: its content, and the line of every value in it."""

    path: Path
    content: object
    lines: dict[Place, int]

    def line_of(self, place: Place) -> int:
        """Give the line (from 1) of a value, or of the nearest value around it."""
        while place not in self.lines and place:
            place = place[:-1]
        return self.lines.get(place, 1)


def read_document(path: Path) -> Document:
    """Read a YAML file, raising YamlError with the line where it is none."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(path.read_text(encoding="utf-8"))
    try:
        node = loader.get_single_node()
        content = loader.construct_document(node) if node else None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise YamlError(line, error.problem or "") from error
    finally:
        loader.dispose()
    lines: dict[Place, int] = {}
    if node:
        _note_lines(node, (), lines)
    return Document(path, content, lines)


def _note_lines(node: yaml.Node, place: Place, lines: dict[Place, int]) -> None:
    lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = (*place, key.value)
            lines[inner] = key.start_mark.line + 1
            _note_lines(value, inner, lines)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            _note_lines(value, (*place, number), lines)
