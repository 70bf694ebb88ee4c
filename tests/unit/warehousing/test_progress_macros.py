"""The figures that stand in the macros of progress are those of the t distribution."""

import re
from pathlib import Path

import pytest
from scipy.stats import t

MACROS = Path(__file__).parents[3] / "dbt" / "macros" / "progress.sql"


def test_the_quantiles_are_those_of_students_t():
    text = MACROS.read_text(encoding="utf-8")
    written = [float(one) for one in re.findall(r"(\d+\.\d{3})[,\s]", text.split("quantile in")[1])]
    assert written[-1] == written[29]
    assert written[:30] == pytest.approx([t.ppf(0.975, df) for df in range(1, 31)], abs=5.1e-4)
