"""What all declared objects are made of: a strict base, texts in two languages, names and codes.

Not here: the objects themselves (see ``programme.model``, ``programme.plan``).
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
UnitCode = Annotated[str, Field(pattern=r"^\d{12}$")]


class Model(BaseModel):
    """Frozen, and refusing words it does not know: a typing error is named, not dropped."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Model):
    """A text in Chinese and English."""

    zh: str
    en: str
