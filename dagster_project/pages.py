"""Pages that open from disk without a network: one look, written whole or not at all.

Not here: what they say (``warehousing.data_docs``, ``dictionary``).
"""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment

SHARED = Path(__file__).with_name("page_templates")
MARK = '<meta name="generator" content="jiceng">'
"""Stands in ``base.html``: by it a page that was written here is known."""


def rendered(templates: Path, template: str, **content: object) -> str:
    """Fill in a template of a folder; all of them may build on ``base.html``."""
    return _environment(templates).get_template(template).render(**content)


def put(path: Path, text: str) -> None:
    """Write a page whole or not at all; no fsync, for every page can be written again."""
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)


def is_ours(path: Path) -> bool:
    """Say whether a page was written here."""
    return MARK in path.read_text(encoding="utf-8", errors="replace")


@cache
def _environment(templates: Path) -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader([templates, SHARED], encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
