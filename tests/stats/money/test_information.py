"""The value of information: closed forms against integrals, simulation against closed forms."""

import math

import numpy as np
import pytest
from hypothesis import strategies as st
from scipy.stats import norm

from gonogo.stats.estimate import Estimate, Undefined
from gonogo.stats.money.information import (
    Experiment,
    evpi,
    evsi,
    ranked,
)

means, deviations = st.floats(-300, 300), st.floats(1, 300)


def unit_loss(distance: float) -> float:
    """The unit normal linear loss integral: Raiffa & Schlaifer (1961), 5.3."""
    return float(norm.pdf(distance) - distance * norm.sf(distance))


def evpi_normal(mean: float, deviation: float) -> float:
    """The closed form for a normal value, to be taken or left at 0: Raiffa & Schlaifer, 5.3."""
    return deviation * unit_loss(abs(mean) / deviation)


def evsi_normal(mean: float, deviation: float, noise: float, n: int) -> float:
    """Of `n` observations, each with standard deviation `noise`: Raiffa & Schlaifer, 5.4."""
    after = deviation**2 / math.sqrt(deviation**2 + noise**2 / n)
    return after * unit_loss(abs(mean) / after)


class TestUnitLoss:
    @pytest.mark.parametrize(
        ("distance", "published"),
        [(0.0, 0.3989), (0.5, 0.1978), (1.0, 0.08332), (1.5, 0.02931), (2.0, 0.008491)],
    )
    def test_the_published_table(self, distance: float, published: float) -> None:
        """Raiffa & Schlaifer (1961), table II."""
        assert unit_loss(distance) == pytest.approx(published, rel=1e-3)


def futures(count: int) -> tuple[np.ndarray, np.ndarray]:
    """A value normal about 20, deviation 100, seen with noise 100; and doing nothing."""
    rng = np.random.default_rng(7)
    value = rng.normal(20, 100, count)
    seen = value + rng.normal(0, 100, count)
    return np.column_stack([value, np.zeros(count)]), seen


class TestFutures:
    def test_perfect_information_agrees_with_the_closed_form(self) -> None:
        found = evpi(futures(20_000)[0], 0.99)
        assert isinstance(found, Estimate)
        assert found.low < evpi_normal(20, 100) < found.high
        assert found.high - found.low < 3

    def test_sample_information_by_regression_agrees_with_the_closed_form(self) -> None:
        values, seen = futures(20_000)
        found = evsi(values, seen, 0.99, seed=7)
        assert isinstance(found, Estimate)
        assert found.low < evsi_normal(20, 100, 200, 4) < found.high
        assert found.high - found.low < 5

    def test_several_choices_and_a_curved_relation_are_learnt(self) -> None:
        """Worth x² - 1 or 0: knowing x gains the mean of max(x² - 1, 0), 2 phi(1)."""
        x = np.random.default_rng(7).standard_normal(20_000)
        values = np.column_stack([x**2 - 1, np.zeros_like(x)])
        found = evsi(values, x, 0.99, seed=7)
        assert isinstance(found, Estimate)
        assert found.value == pytest.approx(2 * norm.pdf(1), abs=0.03)

    def test_what_tells_nothing_is_worth_nothing(self) -> None:
        values, _ = futures(5000)
        noise = np.random.default_rng(8).standard_normal((5000, 2))
        found = evsi(values, noise, 0.9, seed=7)
        assert isinstance(found, Estimate)
        assert found.value < 1.0

    def test_few_futures_do_not_make_noise_worth_something(self) -> None:
        """What a regression learns by heart would be worth about 8 here; knowing all, 39.9."""
        rng = np.random.default_rng(9)
        values = np.column_stack([rng.normal(0, 100, 400), np.zeros(400)])
        found = evsi(values, rng.standard_normal((400, 3)), 0.9, seed=7)
        assert isinstance(found, Estimate)
        assert found.value < 2.0

    def test_information_that_changes_no_choice_is_worth_nothing(self) -> None:
        values, seen = futures(2000)
        found = evsi(values + np.array([5000.0, 0.0]), seen, 0.9, seed=7)
        assert isinstance(found, Estimate)
        assert found.value == 0

    def test_too_few_futures_say_so(self) -> None:
        values, seen = futures(100)
        assert isinstance(evsi(values, seen, 0.9, seed=7), Undefined)
        assert isinstance(evpi([[math.nan, 1.0], [1.0, 2.0]], 0.9), Undefined)

    def test_lengths_that_differ_are_refused(self) -> None:
        values, seen = futures(300)
        with pytest.raises(ValueError, match="as many"):
            evsi(values, seen[1:], 0.9, seed=7)


class TestRanked:
    def test_the_one_that_gains_most_comes_first(self) -> None:
        asked = [Experiment("pilot", 50, 45), Experiment("survey", 10, 2), Experiment("A/B", 9, 20)]
        assert [one.name for one in ranked(asked)] == ["survey", "pilot", "A/B"]
        assert ranked(asked)[-1].gain == -11
