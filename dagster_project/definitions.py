"""The Dagster code location: what ``dagster`` and ``dg`` load."""

from dagster_project.defs.assembly import build_definitions
from dagster_project.settings import Settings

defs = build_definitions(Settings.from_environment())
