"""Off-policy estimates: by hand, by definition, and what they hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from gonogo.stats.arrays import Floats
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.off_policy import (
    Logged,
    doubly_robust,
    ips,
    lift,
    logged,
    overlap,
    snips,
)

pytestmark = pytest.mark.filterwarnings("error")

LOGGING = np.array([0.6, 0.3, 0.1])
TARGET = np.array([0.2, 0.2, 0.6])
RATES = np.array([[0.1, 0.2, 0.4], [0.3, 0.2, 0.1]])
"""Of reward, by context and action."""
TRUE = float((RATES @ TARGET).mean())


def estimated(measured: Measured) -> Estimate:
    assert isinstance(measured, Estimate), measured
    return measured


def drawn(seed: int, n: int) -> tuple[Logged, Floats, Floats]:
    """A log, with what a wrong model foretells of the taken action and of the other policy."""
    rng = np.random.default_rng(seed)
    context = rng.integers(0, 2, n)
    action = rng.choice(3, size=n, p=LOGGING)
    reward = (rng.random(n) < RATES[context, action]).astype(float)
    model = RATES * 0.8 + 0.05
    return (
        Logged(reward, LOGGING[action], TARGET[action]),
        model[context, action],
        model[context] @ TARGET,
    )


def estimates(log: Logged, taken: Floats, expected: Floats) -> dict[str, Measured]:
    return {
        "ips": ips(log, 0.95, "share"),
        "snips": snips(log, 0.95, "share"),
        "doubly robust": doubly_robust(log, taken, expected, 0.95, "share"),
    }


class TestByHand:
    """Five decisions, worked out with pen and paper from the formulas of the Open Bandit Pipeline.

    Weights 0.5/0.25 = 2, 0.25/0.5 = 0.5, 2, 0, 1; rewards 1, 0, 1, 1, 0.
    """

    LOG = logged([1, 0, 1, 1, 0], [0.25, 0.5, 0.25, 0.5, 0.5], [0.5, 0.25, 0.5, 0.0, 0.5])

    def test_inverse_propensity(self) -> None:
        assert estimated(ips(self.LOG, 0.95, "share")).value == pytest.approx(4 / 5)

    def test_self_normalised(self) -> None:
        assert estimated(snips(self.LOG, 0.95, "share")).value == pytest.approx(4 / 5.5)

    def test_doubly_robust(self) -> None:
        """0.6 + mean of 2 (1 - 0.5), 0.5 (0 - 0.2), 2 (1 - 0.5), 0, 1 (0 - 0.2)."""
        found = doubly_robust(self.LOG, [0.5, 0.2, 0.5, 0.2, 0.2], [0.6] * 5, 0.95, "share")
        assert estimated(found).value == pytest.approx(0.6 + (1 - 0.1 + 1 + 0 - 0.2) / 5)

    def test_overlap(self) -> None:
        found = overlap(self.LOG)
        assert not isinstance(found, Undefined)
        assert found.effective == pytest.approx(5.5**2 / (4 + 0.25 + 4 + 0 + 1))
        assert (found.largest, found.unseen) == (2.0, 0.2)
        assert found.mean == pytest.approx(1.1)
        assert not found.enough


class TestEstimates:
    @given(st.lists(st.floats(0, 1), min_size=3, max_size=20))
    def test_the_policy_that_logged_gets_the_mean(self, rewards: list[float]) -> None:
        """All estimates are the plain mean, where they are defined at all."""
        log = logged(rewards, [0.5] * len(rewards), [0.5] * len(rewards))
        mean = float(np.mean(rewards))
        for found in (ips(log, 0.9, "share"), snips(log, 0.9, "share")):
            assert isinstance(found, Undefined) or found.value == pytest.approx(mean)
        assert isinstance(lift(log, 0.9, "share"), Undefined)

    def test_a_good_model_makes_the_interval_shorter(self) -> None:
        log, taken, expected = drawn(1, 5000)
        plain = estimated(ips(log, 0.95, "share"))
        better = estimated(doubly_robust(log, taken, expected, 0.95, "share"))
        assert better.high - better.low < plain.high - plain.low

    @pytest.mark.parametrize("which", ["ips", "snips", "doubly robust"])
    def test_intervals_hold_the_truth(self, which: str) -> None:
        held, times = 0, 400
        for seed in range(times):
            found = estimates(*drawn(seed, 1000))[which]
            held += estimated(found).low <= TRUE <= estimated(found).high
        assert binom.ppf(1e-6, times, 0.94) <= held <= binom.ppf(1 - 1e-6, times, 0.96)

    def test_lift_is_paired(self) -> None:
        log, _, _ = drawn(3, 20_000)
        found = estimated(lift(log, 0.95, "share"))
        by_hand = estimated(ips(log, 0.95, "share")).value - log.reward.mean()
        assert found.value == pytest.approx(by_hand)
        assert found.low <= TRUE - float((RATES @ LOGGING).mean()) <= found.high

    def test_what_has_no_answer_says_why(self) -> None:
        one = logged([1.0], [0.5], [0.5])
        for found in (
            ips(one, 0.9, "s"),
            snips(one, 0.9, "s"),
        ):
            assert found == Undefined("fewer than two decisions", n=1)
        never = snips(logged([1, 0], [0.5, 0.5], [0, 0]), 0.9, "s")
        assert never == Undefined("the other policy would take none of these decisions", n=2)
        assert overlap(logged([], [], [])) == Undefined("no decisions", n=0)

    @pytest.mark.parametrize(
        "wrong", [([1.0], [0.0], [0.5]), ([1.0], [0.5], [1.5]), ([np.nan], [0.5], [0.5])]
    )
    def test_a_log_that_cannot_be_is_refused(self, wrong: tuple[list[float], ...]) -> None:
        with pytest.raises(ValueError, match=r"expected|not in \[0, 1\]"):
            logged(*wrong)
