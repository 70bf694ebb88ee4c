"""The error of a rule that cannot be understood, checked or printed.

Not here: what a rule finds wrong with a report, which is a finding, not an error.
"""

from dagster_project.errors import JicengError


class RuleError(JicengError):
    """An edit rule that says something the language has no words for."""
