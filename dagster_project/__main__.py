"""Lets ``python -m dagster_project`` be the ``jiceng`` command."""

from dagster_project.cli import main

if __name__ == "__main__":
    main()
