"""The questions that are put to reports beside the programme's rules: far figures, broken habits.

They need other submissions, so that only a build puts them. Not here: how (see ``outliers``,
``habits``).
"""

FAR_FROM_ITSELF, FAR_FROM_OTHERS, ROUND_FIGURES = (
    "OUTLIER_HISTORY",
    "OUTLIER_PEERS",
    "OUTLIER_ROUNDED",
)
EXCHANGED = "OUTLIER_EXCHANGED"
CODE_CHANGED, ROW_GONE = "HABIT_CODE", "HABIT_ROW"
QUESTIONS = (
    FAR_FROM_ITSELF, FAR_FROM_OTHERS, EXCHANGED, ROUND_FIGURES, CODE_CHANGED, ROW_GONE,
)  # fmt: skip
SOFT, ROW, FORM = "Q", "row", "form"
EARLIER = "earlier"
"""By this word a unit's earlier submissions stand in ``Relations.seen``."""
