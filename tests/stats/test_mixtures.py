"""The mixture against its integral, and what it promises at one moment."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import gammaincc, gammaln

from gonogo.stats.confidence_sequences import mixture_boundary
from gonogo.stats.mixtures import boundary, log_evidence, precision_for

pytestmark = pytest.mark.filterwarnings("error")


def integrated(away: float, spread: float, precision: float) -> float:
    """The wagers exp(l away - psi(l) spread), weighed by a gamma density of 1 - l cut at 1."""
    whole = np.log1p(-gammaincc(precision, precision))
    scale = precision * np.log(precision) - gammaln(precision) - whole

    def wager(share: float) -> float:
        prior = scale + (precision - 1) * np.log1p(-share) - precision * (1 - share)
        psi = -np.log1p(-share) - share
        return float(np.exp(prior + share * away - psi * spread))

    return float(np.log(quad(wager, 0, 1, epsabs=1e-12, limit=400)[0]))


class TestLogEvidence:
    @pytest.mark.parametrize("precision", [1.5, 20.0, 150.0])
    @pytest.mark.parametrize(
        ("away", "spread"), [(0, 0.3), (5, 0), (30, 50), (-10, 50), (200, 1e3)]
    )
    def test_it_is_the_integral(self, away: float, spread: float, precision: float) -> None:
        found = float(log_evidence(away, spread, precision))
        assert found == pytest.approx(integrated(away, spread, precision), abs=1e-6)

    @given(st.floats(-3, 8), st.floats(0, 1e9), st.floats(1, 1e6))
    def test_it_grows_with_the_distance(self, z: float, spread: float, precision: float) -> None:
        away = z * np.sqrt(spread + 1)
        low, high = log_evidence([away, away + 1], spread, precision)
        assert low <= high + 1e-9

    def test_no_bet_is_lost_beyond_nothing(self) -> None:
        assert log_evidence(-1e9, 5.0, 2.0) == -np.inf

    def test_a_value_that_is_bounded_brings_no_more_than_it_may(self) -> None:
        """One value, of every mean: the expected evidence is at most 1, exactly."""
        for mean in (0.01, 0.3, 0.9):
            for guess in (0.0, 0.2, 1.0):
                gains = np.exp(log_evidence([1 - mean, -mean], [(1 - guess) ** 2, guess**2], 2.0))
                assert mean * gains[0] + (1 - mean) * gains[1] <= 1 + 1e-12


class TestBoundary:
    @given(st.floats(0, 1e8), st.floats(1, 1e5), st.floats(1e-6, 0.2))
    def test_evidence_is_there_exactly(self, spread: float, precision: float, a: float) -> None:
        at = boundary(spread, precision, a)
        assert float(log_evidence(at, spread, precision)) == pytest.approx(-np.log(a), abs=1e-6)

    def test_of_much_data_it_is_that_of_normal_values(self) -> None:
        """Where no single value matters, the range of the values does not either."""
        spread = np.array([1e7, 1e8])
        normal = mixture_boundary(spread, 1e6, 0.01, two_sided=False)
        assert boundary(spread, 1e6, 0.01) == pytest.approx(normal, rel=2e-3)


class TestPrecisionFor:
    @pytest.mark.parametrize("spread", [50.0, 1000.0, 1e5])
    def test_no_other_precision_is_much_tighter_there(self, spread: float) -> None:
        here = boundary(spread, precision_for(spread, 0.01), 0.01)
        others = [boundary(spread, spread * f, 0.01) for f in np.geomspace(1e-3, 10, 30)]
        assert here <= 1.01 * min(others)
