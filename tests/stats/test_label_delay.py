"""Delays of outcomes that came, against simulation."""

import numpy as np
import pytest
from scipy.stats import binom

from gonogo.stats.arrays import Bools, Floats
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.label_delay import (
    Delays,
    delays_of_arrived,
)

pytestmark = pytest.mark.filterwarnings("error")


def estimated(measured: Measured) -> Estimate:
    assert isinstance(measured, Estimate), measured
    return measured


def curve(found: Delays | Undefined) -> Delays:
    assert isinstance(found, Delays), found
    return found


def cohort(seed: int, n: int, mean: float = 5.0) -> tuple[Floats, Bools, Floats]:
    """Time watched, whether the outcome came, age: decided evenly over ten days."""
    rng = np.random.default_rng(seed)
    delay, age = rng.exponential(mean, n), rng.uniform(0, 10, n)
    return np.minimum(delay, age), delay <= age, age


class TestDelaysOfArrived:
    def test_young_decisions_do_not_make_delays_short(self) -> None:
        """Shares of what comes within the longest age, of exponential delays."""
        watched, came, age = cohort(2, 20_000)
        found = curve(delays_of_arrived(watched[came], age[came], 0.95))
        true = (1 - np.exp(-3 / 5)) / (1 - np.exp(-10 / 5))
        assert estimated(found.share(3)).value == pytest.approx(true, abs=0.03)
        naive = (watched[came] <= 3).mean()
        assert naive > true + 0.08

    def test_intervals_hold_the_truth(self) -> None:
        held = 0
        true = (1 - np.exp(-3 / 2)) / (1 - np.exp(-10 / 2))
        for seed in range(300):
            watched, came, age = cohort(seed, 300, mean=2.0)
            found = curve(delays_of_arrived(watched[came], age[came], 0.95))
            one = estimated(found.share(3))
            held += one.low <= true <= one.high
        assert binom.ppf(1e-6, 300, 0.94) <= held

    def test_where_all_are_old_it_is_the_plain_share(self) -> None:
        found = curve(delays_of_arrived([1, 2, 2, 7], [9] * 4, 0.95))
        assert found.arrived == pytest.approx([0.25, 0.75, 1.0])

    def test_an_outcome_before_its_decision_is_refused(self) -> None:
        with pytest.raises(ValueError, match="expected age of at least that"):
            delays_of_arrived([3], [2], 0.95)
