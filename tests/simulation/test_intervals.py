"""Every kind of interval holds what it says, and as often as the documentation tells."""

import pytest

from tests.simulation.coverage_table import cell, cells_of, written
from tests.simulation.intervals import INTERVALS, LEVEL, Interval

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("error")]

FEW = 5
"""Rows of a class to be expected below which a cell is shown, not promised."""
SHORT = 0.06
"""What an asymptotic method may lack of the level with few rows, chance included."""


@pytest.mark.parametrize("interval", INTERVALS, ids=lambda one: one.title)
def test_holds_what_it_says_and_what_is_written(interval: Interval) -> None:
    """In every cell with some rows of each class; the table in docs/statistics.md is this one."""
    found = cells_of(interval)
    for (_, n, rate), one in found.items():
        if n * rate >= FEW:
            assert one.share >= LEVEL - SHORT, (n, rate)
    lines = [line for line in written().splitlines() if line.startswith(f"| {interval.title} |")]
    told = [part.strip() for line in lines for part in line.split("|")[2:-1]]
    assert told == [cell(one) for one in found.values()]
