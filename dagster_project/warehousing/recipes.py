"""By what things are made, as fingerprints: declarations, regions, dbt models, suites, headers.

Worked out once for each opening of the workshop. Not here: what is made and of which deliveries
(see ``state``), which files belong to a form (see ``sources``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from dagster_project.programme.load import HOME, form_hash, programme_hash
from dagster_project.programme.model import Programme
from dagster_project.settings import Settings
from dagster_project.version import VERSION
from dagster_project.warehousing.sources import model_files, suite_files
from dagster_project.warehousing.state import fingerprint, fingerprint_of_files


@dataclass(frozen=True)
class Recipes:
    """The fingerprints of all that is declared, under None those of no form in particular."""

    settings: Settings
    declared: Programme
    accepted_headers: Mapping[str, Mapping[str, str]]

    @property
    def programme(self) -> str:
        """Give the hash of the whole programme."""
        return programme_hash(self.declared)

    @cached_property
    def register(self) -> str:
        """Give the hash of the region files and the names of imported code books."""
        files = (self.settings.programme_root or HOME) / "regions"
        imported = sorted(path.name for path in self.settings.imported_regions.glob("*.parquet"))
        return fingerprint([fingerprint_of_files(files.glob("*.csv")), *imported])

    @cached_property
    def of_forms(self) -> dict[str | None, str]:
        """Give for each form the hash of its declaration, its dbt models and the regions."""
        common = [VERSION, self.register]
        recipes: dict[str | None, str] = {None: fingerprint(common)}
        for form_id in self.declared.forms:
            made_by = [form_hash(self.declared, form_id), self.models[form_id]]
            headers = sorted(self.accepted_headers.get(form_id, {}).items())
            recipes[form_id] = fingerprint([*common, *made_by, *headers])
        return recipes

    @cached_property
    def with_suites(self) -> dict[str | None, str]:
        """Give the same with the suite by which each form is audited."""
        recipes = self.of_forms.items()
        return {form_id: fingerprint([recipe, self.suites[form_id]]) for form_id, recipe in recipes}

    @cached_property
    def models(self) -> dict[str | None, str]:
        """Give the hash of each form's dbt models, and of the models of no form in particular."""
        files = model_files(self.settings.dbt_project, self.declared)
        return {form_id: fingerprint_of_files(paths) for form_id, paths in files.items()}

    @cached_property
    def suites(self) -> dict[str | None, str]:
        """Give the hash of each form's suite, and of the suites of no form in particular."""
        files = suite_files(self.settings.expectations, self.declared)
        return {form_id: fingerprint_of_files(paths) for form_id, paths in files.items()}
