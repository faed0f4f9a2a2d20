"""Bootstrap by counts: the same as by rows."""

import numpy as np
import pytest
from scipy import stats

from gonogo.stats.arrays import Floats
from gonogo.stats.bootstrap import bootstrap
from gonogo.stats.cell_bootstrap import bootstrap_cells
from gonogo.stats.confusion import f1_of
from gonogo.stats.estimate import Estimate, Undefined

CELLS = [60, 25, 12, 103]
KINDS = np.repeat(np.arange(4), CELLS)


def ratio(cells: Floats) -> Floats:
    return cells[:, 0] / (cells[:, 0] + cells[:, 1])


def of_rows(kinds: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> Floats:
    counted = np.stack([(kinds == kind).sum(axis=1) for kind in range(4)], axis=1)
    return f1_of(counted.astype(np.float64))


class TestBootstrapCells:
    def test_agrees_with_the_bootstrap_of_rows(self) -> None:
        by_cells = bootstrap_cells(f1_of, CELLS, 0.95, seed=1, resamples=20_000, unit="share")
        by_rows = bootstrap(
            of_rows, (KINDS,), 0.95, seed=1, resamples=20_000, unit="share", vectorised=True
        )
        assert isinstance(by_cells, Estimate)
        assert isinstance(by_rows, Estimate)
        assert by_cells.value == by_rows.value
        assert (by_cells.low, by_cells.high) == pytest.approx((by_rows.low, by_rows.high), abs=4e-3)

    def test_agrees_with_scipy(self) -> None:
        """A skewed statistic, so that bias and acceleration have a say."""
        found = bootstrap_cells(ratio, [12, 2, 6], 0.9, seed=3, resamples=20_000, unit="share")
        kinds = np.repeat(np.arange(3), [12, 2, 6])
        wanted = stats.bootstrap(
            (kinds,),
            lambda rows, axis: (rows == 0).sum(axis=axis) / (rows < 2).sum(axis=axis),
            n_resamples=20_000,
            confidence_level=0.9,
            vectorized=True,
            rng=np.random.default_rng(5),
        ).confidence_interval
        assert isinstance(found, Estimate)
        assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high), abs=0.02)

    def test_the_same_seed_gives_the_same_answer(self) -> None:
        one, two = (
            bootstrap_cells(f1_of, CELLS, 0.95, seed=9, resamples=999, unit="share")
            for _ in range(2)
        )
        assert one == two

    def test_ten_million_rows_are_no_trouble(self) -> None:
        cells = [2_000_000, 1_000_000, 1_000_000, 6_000_000]
        found = bootstrap_cells(f1_of, cells, 0.95, seed=9, resamples=2000, unit="share")
        assert isinstance(found, Estimate)
        assert 0 < found.high - found.low < 1e-2
        assert "BCa" in found.method

    @pytest.mark.parametrize(
        ("cells", "reason"),
        [
            ([0, 0, 0, 0], "no observations"),
            ([1, 0, 0, 0], "one observation"),
            ([0, 0, 0, 50], "undefined"),
            ([50, 0, 0, 0], "different values"),
        ],
    )
    def test_no_number_without_spread(self, cells: list[int], reason: str) -> None:
        found = bootstrap_cells(f1_of, cells, 0.95, seed=9, resamples=999, unit="share")
        assert isinstance(found, Undefined)
        assert reason in found.reason

    def test_what_are_no_counts_is_refused(self) -> None:
        with pytest.raises(ValueError, match="counts"):
            bootstrap_cells(f1_of, [3, -1, 2, 2], 0.95, seed=9, resamples=999, unit="share")
        with pytest.raises(ValueError, match="resamples"):
            bootstrap_cells(f1_of, CELLS, 0.95, seed=9, resamples=9, unit="share")
