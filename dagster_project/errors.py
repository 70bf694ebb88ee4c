"""The root of every error that a person can mend.

An error carries a code and parameters; its words, Chinese and English, stand in ``messages/``.
Not here: findings about a report's content, which are data (see ``reading.model``).
"""

from functools import partial

from dagster_project.messages import advised, two_languages


class CodedError(Exception):
    """An error known by the code of its message and the values that its text names."""

    def __init__(self, code: str, **params: object) -> None:
        """Take the message code and the values that its text names."""
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __reduce__(self) -> tuple[object, ...]:
        """Let it travel between processes: exceptions forget how they were made."""
        return partial(type(self), self.code, **self.params), ()


class JicengError(CodedError):
    """Something a person must mend: what is wrong, where, and what to do."""

    def text(self, lang: str) -> str:
        """Give the message with its remedy in one language, ``zh`` or ``en``."""
        return advised(self.code, lang, **self.params)

    def __str__(self) -> str:
        """Give the message in both languages, Chinese first."""
        return two_languages(self.code, **self.params)
