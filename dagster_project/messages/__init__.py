"""The message catalogue: every text a person reads, Chinese and English, by code.

Texts stand in the YAML files beside this one, one file per area. Not here: any logic.
"""

from functools import cache
from pathlib import Path

from dagster_project.yaml_file import read_yaml

Message = dict[str, str]


@cache
def catalogue() -> dict[str, Message]:
    """Load all messages: code to its ``zh``, ``en``, ``remedy_zh`` and ``remedy_en`` texts."""
    messages: dict[str, Message] = {}
    for path in sorted(Path(__file__).parent.glob("*.yml")):
        messages |= read_yaml(path)
    return messages


def render(code: str, lang: str, **params: object) -> str:
    """Give a message in one language with its parameters filled in."""
    return catalogue()[code][lang].format_map(params)


def remedy(code: str, lang: str, **params: object) -> str:
    """Give what to do about a message, empty where the catalogue names nothing."""
    return catalogue()[code].get(f"remedy_{lang}", "").format_map(params)


def advised(code: str, lang: str, **params: object) -> str:
    """Give a message in one language with what to do about it."""
    words, advice = render(code, lang, **params), remedy(code, lang, **params)
    return f"{words} {advice}" if advice else words


def two_languages(code: str, **params: object) -> str:
    """Give a message with what to do about it in both languages, Chinese first."""
    return " / ".join(advised(code, lang, **params) for lang in ("zh", "en"))
