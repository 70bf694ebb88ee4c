"""The coded reasons (情况类别) with which a question is answered: codes and labels.

The words stand in ``messages/answers.yml``. Not here: answers (see ``collecting.answers``), the
sheet on which a clerk gives them (see ``reading.explanations``).
"""

from dagster_project.messages import render

CONFIRMED = "confirmed_as_reported"
REASONS = (
    CONFIRMED,
    "one_off_event",
    "seasonal",
    "method_change",
    "boundary_change",
    "other",
)
WITHDRAWN = "withdrawn"
"""Said by the office alone: an earlier answer no longer stands, the question is open again."""


def label(reason: str, lang: str) -> str:
    """Give a reason's words.

    >>> label("method_change", "zh")
    '口径变化'
    """
    return render(f"ANSWER_REASON_{reason.upper()}", lang)


def reason_of(text: str) -> str | None:
    """Give the reason that a code or a label means, None where it means none.

    >>> reason_of("核实无误"), reason_of("seasonal"), reason_of("不知道")
    ('confirmed_as_reported', 'seasonal', None)
    """
    wanted = text.strip().lower()
    words = (
        (one, {one, label(one, "zh"), label(one, "en").lower()}) for one in (*REASONS, WITHDRAWN)
    )
    return next((one for one, known in words if wanted in known), None)
