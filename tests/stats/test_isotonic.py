"""Isotonic regression against scikit-learn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.isotonic import IsotonicRegression

from gonogo.stats.arrays import Floats
from gonogo.stats.estimate import Undefined
from gonogo.stats.isotonic import Knots, isotonic, pooled

pytestmark = pytest.mark.filterwarnings("error")

ROWS = st.lists(st.tuples(st.booleans(), st.integers(0, 12)), min_size=1, max_size=40)


class TestIsotonic:
    @given(ROWS)
    def test_it_is_that_of_scikit_learn(self, rows: list[tuple[bool, int]]) -> None:
        """Between knots and outside of them too; scores with ties."""
        label, score = [yes for yes, _ in rows], [s / 10 for _, s in rows]
        found = isotonic(label, score)
        assert isinstance(found, Knots)
        theirs = IsotonicRegression(out_of_bounds="clip").fit(score, np.array(label, dtype=float))
        at = np.linspace(-0.5, 2, 101)
        assert found(at) == pytest.approx(theirs.predict(at), abs=1e-9)

    @given(ROWS)
    def test_it_rises_and_keeps_the_mean(self, rows: list[tuple[bool, int]]) -> None:
        label, score = [yes for yes, _ in rows], [float(s) for _, s in rows]
        found = isotonic(label, score)
        assert isinstance(found, Knots)
        assert (np.diff(found.probabilities) >= 0).all()
        assert found(score).mean() == pytest.approx(np.mean(label))

    def test_what_cannot_be_fitted_says_why(self) -> None:
        assert isotonic([], []) == Undefined("no observations", n=0)
        missing = isotonic([1, 0], [0.5, float("nan")])
        assert missing == Undefined("1 of 2 scores are missing or infinite", n=2)
        with pytest.raises(ValueError, match="expected as many"):
            isotonic([1, 0], [0.5])


class TestPooled:
    def test_a_hundred_thousand_values_take_no_time(self) -> None:
        """Each value is pooled at most once, even where all fall."""
        falling: Floats = np.arange(100_000.0)[::-1]
        found = pooled(falling, np.ones(100_000))
        assert np.ptp(found) == 0
