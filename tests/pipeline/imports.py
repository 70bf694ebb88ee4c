"""Everything a build imports, loaded once by the server from which builds are forked."""

import dbt.adapters.duckdb
import dbt.cli.main
import great_expectations
import pandera.pandas

from dagster_project.defs import assembly, build

__all__ = ["assembly", "build", "dbt", "great_expectations", "pandera"]
