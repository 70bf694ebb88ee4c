"""From the inbox to what goes back, by the very command that builds."""

import shutil

import pytest

from tests.fixtures.spoiled import CSV, NO_REPORT, REFUSED, SAMPLES, spoiled
from tests.fixtures.spoiled import with_cells as cells
from tests.pipeline import homes

pytestmark = pytest.mark.pipeline


def returned(home):
    """Give what lies there, by its path without the list."""
    root = home / "returned"
    found = (path for path in root.rglob("*") if path.is_file() and not path.name.startswith("."))
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


def test_refused_files_come_back_until_they_are_corrected_and_again_when_deleted(tmp_path):
    inbox = tmp_path / "raw" / "inbox"
    inbox.mkdir(parents=True)
    for name in (REFUSED, NO_REPORT):
        shutil.copyfile(SAMPLES / name, inbox / name)
    (inbox / CSV).write_bytes((SAMPLES / CSV).read_bytes().replace(b",0,", b",-3,", 5))
    homes.build(tmp_path)
    before, released = returned(tmp_path), homes.content_hash(tmp_path)
    folders = sorted({path.rsplit("/", 1)[0] for path in before})
    assert folders == ["services/2015-12", "staff/2015-Q4", "unrecognised"]
    assert len(before) == 9

    shutil.rmtree(tmp_path / "returned")
    homes.build(tmp_path)
    assert returned(tmp_path) == before
    assert homes.content_hash(tmp_path) == released

    (inbox / "更正.xlsx").write_bytes(spoiled(REFUSED, cells(G12=3)))
    homes.build(tmp_path)
    left = {path for path in returned(tmp_path) if "退回修改" in path}
    assert {path.split("/")[0] for path in left} == {"services", "unrecognised"}
