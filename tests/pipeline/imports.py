"""Everything a build imports, loaded once by the server from which builds are forked.

The dbt project is parsed once as well: a new home then takes seconds less.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import dbt.adapters.duckdb
import dbt.cli.main
import great_expectations
import pandera.pandas

from dagster_project.defs import assembly, build
from dagster_project.defs.warehouse.runner import parse
from dagster_project.settings import Settings

__all__ = ["assembly", "build", "dbt", "great_expectations", "pandera"]

with TemporaryDirectory() as passing:
    parse(Settings(home=Path(passing)))
