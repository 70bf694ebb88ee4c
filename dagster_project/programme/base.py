"""What all declared objects are made of: a strict base, texts in two languages, names and codes.

Not here: the objects themselves (see ``programme.model``, ``programme.plan``).
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
UnitCode = Annotated[str, Field(pattern=r"^\d{12}$")]

BETWEEN_LANGUAGES = " / "
"""Stands in every description that dbt holds."""


class Model(BaseModel):
    """Frozen, and refusing words it does not know: a typing error is named, not dropped."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Model):
    """A text in Chinese and English."""

    zh: str
    en: str

    @classmethod
    def from_description(cls, description: str) -> "Text":
        """Read what dbt calls a description: Chinese, a slash between blanks, English."""
        zh, _, en = description.partition(BETWEEN_LANGUAGES)
        return cls(zh=zh.strip(), en=en.strip())

    @property
    def description(self) -> str:
        """Give both languages as dbt tells them to BI tools.

        >>> Text(zh="街道", en="Street").description
        '街道 / Street'
        """
        return f"{self.zh}{BETWEEN_LANGUAGES}{self.en}"


def both_languages(name: str, text: Text | None) -> dict[str, str | None]:
    """Give a text as two columns, null where there is none.

    >>> both_languages("unit", Text(zh="街道", en="Street"))
    {'unit_zh': '街道', 'unit_en': 'Street'}
    """
    return {f"{name}_zh": text.zh if text else None, f"{name}_en": text.en if text else None}
