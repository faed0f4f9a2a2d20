"""The band of an ROC curve: what it holds, how wide it is, and how often it is right."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr, ndtri

from gonogo.checks.findings.curves import roc_curve
from gonogo.stats.estimate import Undefined
from gonogo.stats.roc_band import Band, roc_band


def band_of(yes: np.ndarray, score: np.ndarray, level: float = 0.95) -> Band:
    """The band of a sample, from the thinned curve that travels with evidence."""
    curve = np.array(roc_curve(yes, score), dtype=float)
    found = roc_band(
        curve[:, 0], curve[:, 1], yes=int(yes.sum()), no=int((~yes).sum()), level=level
    )
    assert isinstance(found, Band)
    return found


def sample(rng: np.random.Generator, n: int, apart: float) -> tuple[np.ndarray, np.ndarray]:
    """`n` rows of either class with normal scores, `apart` standard deviations from one another."""
    yes = np.arange(2 * n) < n
    return yes, rng.normal(size=2 * n) + apart * yes


class TestBand:
    @pytest.mark.parametrize(("apart", "n"), [(0.0, 30), (1.0, 30), (1.0, 300), (2.5, 100)])
    def test_the_whole_true_curve_lies_within_as_often_as_it_says(
        self, apart: float, n: int
    ) -> None:
        """Binormal scores have a closed curve: Φ(a + Φ⁻¹(x))."""
        rng = np.random.default_rng(n)
        held = 0
        for _ in range(300):
            found = band_of(*sample(rng, n, apart))
            inner = found.across[1:-1]
            truth = ndtr(apart + ndtri(inner))
            held += bool(((found.low[1:-1] <= truth) & (truth <= found.high[1:-1])).all())
        assert held / 300 >= 0.94

    def test_the_empirical_curve_itself_lies_within(self) -> None:
        yes, score = sample(np.random.default_rng(2), 200, 1.0)
        found = band_of(yes, score)
        curve = np.array(roc_curve(yes, score), dtype=float)
        up = np.interp(found.across, curve[:, 0], curve[:, 1])
        assert (found.low <= up + 0.02).all()
        assert (up <= found.high + 1e-12).all()

    def test_a_perfect_model_is_off_by_the_bound_alone(self) -> None:
        """There only the true-positive rate is unsure: √(ln(2 / (1 − √level)) / 2n)."""
        found = roc_band([0, 0, 1], [0, 1, 1], yes=200, no=10**9, level=0.9)
        assert isinstance(found, Band)
        bound = math.sqrt(math.log(2 / (1 - math.sqrt(0.9))) / 400)
        assert found.low[1:] == pytest.approx(1 - bound)

    @settings(max_examples=50)
    @given(
        st.integers(1, 10**6),
        st.integers(1, 10**6),
        st.floats(0.5, 0.999),
        st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=20),
    )
    def test_it_is_ordered_and_inside_the_unit_square(
        self, yes: int, no: int, level: float, steps: list[tuple[float, float]]
    ) -> None:
        across = [0.0, *sorted(x for x, _ in steps), 1.0]
        up = [0.0, *sorted(y for _, y in steps), 1.0]
        found = roc_band(across, up, yes=yes, no=no, level=level)
        assert isinstance(found, Band)
        assert ((found.low >= 0) & (found.low <= found.high) & (found.high <= 1)).all()
        wider = roc_band(across, up, yes=yes, no=no, level=(1 + level) / 2)
        assert isinstance(wider, Band)
        assert (wider.low <= found.low).all()
        assert (wider.high >= found.high).all()

    def test_without_rows_of_a_class_there_is_none(self) -> None:
        found = roc_band([0, 1], [0, 1], yes=0, no=5, level=0.95)
        assert found == Undefined("the band needs rows of both classes", n=5)

    @pytest.mark.parametrize(
        ("across", "up"),
        [
            ([0, 1], [0, 1, 1]),
            ([0], [0]),
            ([0, 2], [0, 1]),
            ([0, 1, 0.5], [0, 1, 1]),
            ([0, math.nan], [0, 1]),
            ([-1, 1], [0, 1]),
        ],
    )
    def test_what_is_no_curve_is_refused(self, across: list[float], up: list[float]) -> None:
        with pytest.raises(ValueError, match=r"expected|curve"):
            roc_band(across, up, yes=5, no=5, level=0.95)
