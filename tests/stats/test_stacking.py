"""Weights of an ensemble: no combination errs less, and none of the models alone does."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from gonogo.stats.estimate import Undefined
from gonogo.stats.stacking import stacked_weights

pytestmark = pytest.mark.filterwarnings("error")


def loss(truth: Any, said: Any, weights: Any) -> float:
    return float(np.mean((truth - said @ weights) ** 2))


def drawn(seed: int, n: int, k: int) -> tuple[Any, Any]:
    rng = np.random.default_rng(seed)
    truth = rng.normal(3, 2, n)
    return truth, truth[:, np.newaxis] + rng.normal(0, rng.uniform(0.3, 3, k), (n, k))


class TestStackedWeights:
    @given(st.integers(0, 10_000), st.integers(5, 60), st.integers(1, 5))
    def test_no_combination_errs_less(self, seed: int, n: int, k: int) -> None:
        """Held against SciPy's constrained minimum, each model alone, and what comes by chance."""
        truth, said = drawn(seed, n, k)
        found = stacked_weights(truth, said)
        assert not isinstance(found, Undefined)
        assert (found >= 0).all()
        assert found.sum() == pytest.approx(1)
        own = loss(truth, said, found)
        tried = [*np.eye(k), *np.random.default_rng(seed).dirichlet(np.ones(k), 20)]
        assert own <= min(loss(truth, said, one) for one in tried) + 1e-9
        solve: Any = minimize
        oracle = solve(
            lambda weights: loss(truth, said, weights),
            np.full(k, 1 / k),
            bounds=[(0, 1)] * k,
            constraints={"type": "eq", "fun": lambda weights: weights.sum() - 1},
            method="SLSQP",
            options={"ftol": 1e-12, "maxiter": 500},
        )
        assert own <= oracle.fun + 1e-6

    def test_of_two_it_is_the_closed_form(self) -> None:
        """Bates & Granger (1969), equation 1, of errors without a mean taken off."""
        truth, said = drawn(4, 400, 2)
        first, second = (truth - said[:, place] for place in (0, 1))
        a, b, c = np.mean(first**2), np.mean(second**2), np.mean(first * second)
        found = stacked_weights(truth, said)
        assert not isinstance(found, Undefined)
        assert found[0] == pytest.approx((b - c) / (a + b - 2 * c), abs=1e-9)

    def test_what_is_right_takes_all(self) -> None:
        truth, said = drawn(1, 50, 3)
        said[:, 1] = truth
        assert np.asarray(stacked_weights(truth, said)) == pytest.approx([0, 1, 0], abs=1e-9)

    @given(st.floats(1e-6, 1e6))
    def test_the_unit_has_no_say(self, unit: float) -> None:
        truth, said = drawn(2, 80, 3)
        known, scaled = stacked_weights(truth, said), stacked_weights(unit * truth, unit * said)
        assert np.asarray(scaled) == pytest.approx(np.asarray(known), abs=1e-6)

    @pytest.mark.parametrize(
        ("truth", "said"),
        [([], np.empty((0, 2))), ([1.0], [[np.nan, 1.0]]), ([np.nan], [[1.0, 2.0]])],
    )
    def test_without_numbers_there_are_no_weights(self, truth: Any, said: Any) -> None:
        assert isinstance(stacked_weights(truth, said), Undefined)

    @pytest.mark.parametrize("said", [[1.0, 2.0], [[1.0, 2.0]] * 3])
    def test_shapes_that_do_not_fit_are_refused(self, said: Any) -> None:
        with pytest.raises(ValueError, match="expected"):
            stacked_weights([1.0, 2.0], said)
