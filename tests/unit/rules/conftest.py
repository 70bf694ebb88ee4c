"""Fixtures of the rules' tests."""

import pytest

from dagster_project.programme.model import Programme
from tests.unit.rules.desk import Desk


@pytest.fixture
def desk(programme: Programme):
    """Give the maker of desks for the forms of the programme."""
    return lambda form_id, **options: Desk(programme.forms[form_id], programme, **options)
