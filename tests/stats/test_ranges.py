"""The range of a mean curve: against Student's t of pairs, and by simulation."""

from typing import Any

import numpy as np
import pytest
from scipy.stats import ttest_rel

from gonogo.stats.estimate import Estimate, Undefined
from gonogo.stats.ranges import Differences, differences, largest_range


def compared(curves: Any) -> Differences:
    found = differences(np.asarray(curves, dtype=float))
    assert isinstance(found, Differences)
    return found


class TestDifferences:
    def test_a_pair_of_steps_is_a_paired_t_interval(self) -> None:
        rng = np.random.default_rng(1)
        curves = rng.normal(size=(20, 2)) + np.array([0.0, 1.5])
        theirs = ttest_rel(curves[:, 1], curves[:, 0]).confidence_interval(0.9)
        low, high = compared(curves).ends(0.9, 0.9)
        assert low == pytest.approx(theirs.low)
        assert high == pytest.approx(theirs.high)

    def test_what_rows_differ_in_everywhere_has_no_say(self) -> None:
        rng = np.random.default_rng(2)
        curves = rng.normal(size=(30, 5))
        shifted = curves + 100 * rng.normal(size=(30, 1))
        assert compared(shifted).range == pytest.approx(compared(curves).range)
        assert compared(shifted).error == pytest.approx(compared(curves).error)

    @pytest.mark.parametrize("shape", [(1, 5), (5, 1), (0, 5)])
    def test_too_little_to_compare_has_a_reason(self, shape: tuple[int, int]) -> None:
        assert isinstance(differences(np.zeros(shape)), Undefined)


class TestLargest:
    def test_rows_that_all_move_alike_have_no_spread(self) -> None:
        curves = np.arange(5) + np.random.default_rng(3).normal(size=(40, 1))
        found = largest_range([compared(curves)], 0.95, "score")
        assert isinstance(found, Undefined)
        assert "alike" in found.reason

    def test_of_two_columns_the_wider_one_is_told(self) -> None:
        rng = np.random.default_rng(4)
        flat, steep = rng.normal(size=(50, 4)), rng.normal(size=(50, 4)) + 3 * np.arange(4)
        found = largest_range([compared(flat), compared(steep)], 0.95, "score")
        assert isinstance(found, Estimate)
        assert found.value == compared(steep).range
        assert found.low < 9 < found.high

    def test_it_holds_the_true_range_though_all_was_picked(self) -> None:
        """Of six columns without effect and one with a small one, in 400 samples of 60 rows."""
        rng = np.random.default_rng(5)
        hits = 0
        for _ in range(400):
            several = [compared(rng.normal(size=(60, 5)) * 0.3) for _ in range(6)]
            several.append(compared(rng.normal(size=(60, 5)) * 0.3 + [0, 0.05, 0.1, 0.1, 0.15]))
            found = largest_range(several, 0.95, "score")
            assert isinstance(found, Estimate)
            hits += found.low <= 0.15 <= found.high
        assert hits / 400 >= 0.95
