"""Learning curves: SciPy's own fit, curves that are known, and real data held back."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import curve_fit

from gonogo.stats.arrays import Floats
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.learning_curves import (
    FAMILIES,
    Curve,
    _fitted,
    fit,
    foretell,
    gain,
    stops_paying,
)

pytestmark = pytest.mark.filterwarnings("error")

SIZES = np.array([50, 100, 200, 400, 800, 1600], dtype=float)


def drawn(seed: int, noise: float, power: float = 0.5) -> tuple[Floats, Floats]:
    """Five repeats at each size of 0.9 - 2 n^-power."""
    sizes = np.repeat(SIZES, 5)
    rng = np.random.default_rng(seed)
    return sizes, 0.9 - 2 * sizes**-power + noise * rng.normal(size=sizes.size)


def fitted(sizes: Floats, scores: Floats) -> Curve:
    found = fit(sizes, scores)
    assert isinstance(found, Curve), found
    return found


def estimated(measured: Measured) -> Estimate:
    assert isinstance(measured, Estimate), measured
    return measured


class TestFit:
    def test_the_power_law_agrees_with_scipy(self) -> None:
        """Levenberg-Marquardt on the same means; ours looks through exponents in steps."""
        scores = np.array([0.61, 0.70, 0.755, 0.80, 0.83, 0.85])

        def law(n: Floats, end: float, amount: float, power: float) -> Floats:
            found: Floats = end + amount * (n / 1600) ** -power
            return found

        theirs, _ = curve_fit(law, SIZES, scores, p0=(0.9, -0.05, 0.5))
        ours = _fitted("power law", SIZES, scores, np.ones(6), np.array([3200.0, 6400.0]))
        assert ours == pytest.approx(law(np.array([3200.0, 6400.0]), *theirs), abs=1e-3)

    def test_a_power_law_without_noise_is_carried_on(self) -> None:
        curve = fitted(SIZES, 0.9 - 2 * SIZES**-0.5)
        assert curve.weights["power law"] > 0.99
        found = estimated(foretell(curve, 6400, 0.95, "auc"))
        assert found.value == pytest.approx(0.9 - 2 * 6400**-0.5, abs=1e-4)

    @given(st.integers(0, 500), st.floats(0.001, 0.02))
    @settings(max_examples=25, deadline=None)
    def test_weights_sum_to_one_and_order_does_not_matter(self, seed: int, noise: float) -> None:
        sizes, scores = drawn(seed, noise)
        curve = fitted(sizes, scores)
        assert set(curve.weights) == set(FAMILIES)
        assert sum(curve.weights.values()) == pytest.approx(1)
        turned = fitted(sizes[::-1].copy(), scores[::-1].copy())
        assert turned.held_back == pytest.approx(curve.held_back)

    @given(st.integers(0, 500))
    @settings(max_examples=15, deadline=None)
    def test_an_error_rate_is_the_mirror_of_an_accuracy(self, seed: int) -> None:
        sizes, scores = drawn(seed, 0.01)
        up = estimated(foretell(fitted(sizes, scores), 5000, 0.9, "share"))
        down = estimated(foretell(fitted(sizes, 1 - scores), 5000, 0.9, "share"))
        assert down.value == pytest.approx(1 - up.value)
        assert down.low == pytest.approx(1 - up.high)

    def test_what_cannot_be_fitted_says_why(self) -> None:
        few = fit([1, 2, 3, 4], [0.1, 0.2, 0.3, 0.4])
        assert few == Undefined("4 sizes, of 5 that are needed to hold some back", n=4)
        assert isinstance(fit([], []), Undefined)
        assert isinstance(fit([1, 2, 3, 4, 5], [1, 2, 3, 4, math.nan]), Undefined)
        with pytest.raises(ValueError, match="expected as many"):
            fit([1, 2], [1])
        with pytest.raises(ValueError, match="expected 1 or more"):
            fit([0, 1, 2, 3, 4], [1, 2, 3, 4, 5])

    def test_scores_that_never_change_stay_where_they_are(self) -> None:
        curve = fitted(SIZES, np.full(6, 0.7))
        assert estimated(foretell(curve, 1e6, 0.95, "auc")).value == pytest.approx(0.7)


class TestForetell:
    def test_farther_ahead_it_knows_less(self) -> None:
        curve = fitted(*drawn(1, 0.01))
        widths = [
            found.high - found.low
            for found in (
                estimated(foretell(curve, n, 0.95, "auc")) for n in (1600, 3200, 6400, 51200)
            )
        ]
        assert widths == sorted(widths)

    def test_below_what_was_measured_it_tells_nothing(self) -> None:
        assert isinstance(foretell(fitted(*drawn(1, 0.01)), 10, 0.95, "auc"), Undefined)

    @pytest.mark.parametrize("power", [0.3, 0.5, 0.8])
    def test_holds_the_truth_four_times_as_far(self, power: float) -> None:
        """Of 120 noisy power laws; the interval is approximate, and rather too wide."""
        held = 0
        truth = 0.9 - 2 * 6400**-power
        for seed in range(120):
            found = estimated(foretell(fitted(*drawn(seed, 0.01, power)), 6400, 0.95, "auc"))
            held += found.low <= truth <= found.high
        assert held >= 105


class TestGainAndStopsPaying:
    def test_gain_starts_at_nothing(self) -> None:
        curve = fitted(*drawn(2, 0.005))
        assert estimated(gain(curve, 1600, 0.95, "auc")).value == pytest.approx(0)
        assert estimated(gain(curve, 6400, 0.95, "auc")).value > 0.01

    def test_it_stops_where_the_last_row_costs_what_it_brings(self) -> None:
        """The derivative of 0.9 - 2 n^-1/2 is n^-3/2: at worth 10^6 and price 1 that is 10,000."""
        curve = fitted(SIZES, 0.9 - 2 * SIZES**-0.5)
        found = stops_paying(curve, price=1.0, worth=1e6, most=1e6)
        assert found == pytest.approx(10_000, rel=0.03)

    def test_a_dearer_row_stops_it_earlier_and_a_dear_one_at_once(self) -> None:
        curve = fitted(*drawn(3, 0.002))
        cheap, dear, never = (
            stops_paying(curve, price=p, worth=1e6, most=1e6) for p in (0.5, 2.0, 1e4)
        )
        assert cheap >= dear >= never == 1600

    def test_where_lower_is_better_worth_is_negative(self) -> None:
        curve = fitted(SIZES, 0.1 + 2 * SIZES**-0.5)
        assert stops_paying(curve, price=1.0, worth=-1e6, most=1e6) == pytest.approx(1e4, rel=0.03)
        assert stops_paying(curve, price=1.0, worth=1e6, most=1e6) == 1600

    def test_wrong_prices_are_refused(self) -> None:
        curve = fitted(*drawn(1, 0.01))
        with pytest.raises(ValueError, match="price is"):
            stops_paying(curve, price=0, worth=1, most=1e5)
        with pytest.raises(ValueError, match="most is"):
            stops_paying(curve, price=1, worth=1, most=10)
