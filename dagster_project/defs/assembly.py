"""Assembly: all definitions put together for one installation.

Not here: the parts themselves.
"""

import dagster as dg

from dagster_project.defs import jobs, sensors
from dagster_project.defs.collect.assets import readings, receipts, returned
from dagster_project.defs.partitions import partitions_of
from dagster_project.defs.process import assets as process
from dagster_project.defs.process.checks import period_checks, table_checks
from dagster_project.defs.release.assets import dictionary_asset, release_asset
from dagster_project.defs.warehouse import assets as warehouse
from dagster_project.defs.warehouse.runner import manifest_path
from dagster_project.defs.warehouse.sources import shared_sources
from dagster_project.errors import JicengError
from dagster_project.programme.load import load_programme
from dagster_project.programme.model import Programme
from dagster_project.settings import Settings


def build_definitions(settings: Settings) -> dg.Definitions:
    """Put the definitions together for one installation."""
    programme = load_programme(settings.programme_root)
    _check_generated(programme, settings)
    manifest = manifest_path(settings)
    dimensions = warehouse.models_without_form(manifest, warehouse.DIMENSIONS, "dbt_dimensions")
    shared = warehouse.models_without_form(manifest, warehouse.SHARED, "dbt_shared")
    assets, checks, form_jobs = [], table_checks(settings, programme), []
    for form in programme.forms.values():
        partitions = partitions_of(programme, form, settings)
        models = warehouse.form_models(manifest, form.form_id, partitions)
        made = (process.landed_rows, process.returned, process.audited)
        assets += [models, *(one(form, partitions) for one in made)]
        checks += period_checks(form, partitions, settings)
        form_jobs.append(jobs.process_job(form))
    collect = jobs.collect_job()
    later_jobs = [jobs.dimensions_job(dimensions), *form_jobs, jobs.release_job(shared)]
    sources = shared_sources(manifest, programme)
    published = [release_asset(programme), dictionary_asset(programme)]
    return dg.Definitions(
        assets=[receipts, readings, returned, *sources, dimensions, *assets, shared, *published],
        asset_checks=checks,
        jobs=[collect, *later_jobs],
        sensors=[sensors.inbox_sensor(collect), sensors.pending_sensor(later_jobs)],
        schedules=[jobs.due_schedule(form, collect) for form in programme.forms.values()],
        resources={"settings": dg.ResourceDefinition.hardcoded_resource(settings)},
        executor=dg.in_process_executor,
    )


def _check_generated(programme: Programme, settings: Settings) -> None:
    """Say which forms have no dbt models yet, before dbt or Dagster fails on what is not there."""
    models = {path.stem for path in (settings.dbt_project / "models").rglob("fct_*.sql")}
    if missing := [form_id for form_id in programme.forms if f"fct_{form_id}" not in models]:
        raise JicengError(
            "RUN_MODELS_MISSING", forms=", ".join(missing), place=settings.dbt_project
        )
