"""The words that a report of the programme may be expected to hold, to tell a text's encoding by.

Not here: how they are used (see ``encodings``).
"""

from dagster_project.programme.model import Programme

LEAST_LETTERS = 2
"""A single character may well stand in the text of another encoding by chance."""


def known_words(programme: Programme) -> frozenset[str]:
    """Give titles, headers and aliases of all forms in Chinese."""
    words = {form.title.zh for form in programme.forms.values()}
    for form in programme.forms.values():
        for column in form.columns:
            words.add(column.header_zh)
            words.update(column.aliases)
    return frozenset(word for word in words if len(word) >= LEAST_LETTERS and not word.isascii())
