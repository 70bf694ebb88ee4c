"""Libraries that are put off: imported at their first use, and only then."""

import inspect
import sys
from importlib import import_module
from importlib.util import find_spec

import pytest

from dagster_project.lean import Later, import_later


@pytest.fixture
def heavy(tmp_path, monkeypatch):
    (tmp_path / "heavy_library.py").write_text("WEIGHT = 3\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield "heavy_library"
    sys.modules.pop("heavy_library", None)


def test_a_library_put_off_is_imported_at_its_first_use(heavy):
    import_later(heavy)
    held = import_module(heavy)
    assert isinstance(held, Later)
    assert find_spec(heavy).name == heavy  # asking whether it is there is no use of it,
    assert inspect.getmodule(test_a_library_put_off_is_imported_at_its_first_use.__code__)
    assert held.__file__.endswith("heavy_library.py")  # nor is asking where it stands
    assert isinstance(sys.modules[heavy], Later)
    assert held.WEIGHT == 3
    assert not isinstance(sys.modules[heavy], Later)
    assert held.WEIGHT == sys.modules[heavy].WEIGHT
    with pytest.raises(AttributeError):
        _ = held.HEIGHT


def test_what_is_imported_or_absent_stays_as_it_is(heavy):
    imported = import_module(heavy)
    import_later(heavy, "no_such_library")
    assert sys.modules[heavy] is imported
    assert "no_such_library" not in sys.modules
