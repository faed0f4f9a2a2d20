"""Propensities against closed forms, draws and definitions; choices against propensities."""

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betaln
from scipy.stats import chi2

from gonogo.stats.bandits import KINDS, Linear, best_of, prepare, vector_of

pytestmark = pytest.mark.filterwarnings("error")

COUNTS = st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 3000)), min_size=1, max_size=5)
CONTEXT = ("age", "tenure")


def learned(kind: str, seed: int = 1) -> dict[str, dict[str, Any]]:
    """Three arms of which something was seen."""
    if kind != "linucb":
        seen = {"a": (30, 70), "b": (45, 60), "c": (9, 12)}
        return {arm: {"successes": s, "failures": f} for arm, (s, f) in seen.items()}
    rng = np.random.default_rng(seed)
    arms = {}
    for arm in "abc":
        rows = np.column_stack([np.ones(40), rng.normal(size=(40, 2))])
        arms[arm] = {
            "a": (np.eye(3) + rows.T @ rows).tolist(),
            "b": (rows.T @ rng.random(40)).tolist(),
        }
    return arms


def beats(a: int, b: int, other_a: int, other_b: int) -> float:
    """Chance that a draw of beta(a, b) exceeds one of the other: a sum, for whole a."""
    i = np.arange(a)
    top = betaln(other_a + i, b + other_b) - np.log(b + i) - betaln(1 + i, b)
    return float(np.exp(top - betaln(other_a, other_b)).sum())


class TestBestOf:
    @given(*[st.integers(1, 2000)] * 4)
    def test_two_arms_are_the_closed_form(self, a: int, b: int, c: int, d: int) -> None:
        assert best_of([a, c], [b, d])[0] == pytest.approx(beats(a, b, c, d), abs=1e-8)

    @pytest.mark.parametrize("parameters", [(0.5, 0.5), (1, 1), (3, 40), (2e6, 9e6)])
    def test_arms_alike_share_evenly(self, parameters: tuple[float, float]) -> None:
        """Also where densities are infinite at their ends, or as narrow as a million rows make."""
        a, b = parameters
        assert best_of([a] * 7, [b] * 7) == pytest.approx(np.full(7, 1 / 7), abs=1e-9)

    def test_draws_are_best_as_often(self) -> None:
        a, b = np.array([20, 25, 30, 5, 100.0]), np.array([100, 100, 90, 4, 500.0])
        draws = np.random.default_rng(3).beta(a, b, size=(400_000, 5)).argmax(axis=1)
        shares = np.bincount(draws, minlength=5) / draws.size
        assert best_of(a, b) == pytest.approx(shares, abs=5 * 0.5 / np.sqrt(draws.size))

    @given(COUNTS)
    def test_the_order_of_the_arms_does_not_matter(self, counts: list[tuple[int, int]]) -> None:
        a, b = [s + 1.0 for s, _ in counts], [f + 1.0 for _, f in counts]
        found = best_of(a, b)
        assert found.sum() == pytest.approx(1, abs=1e-12)
        assert best_of(a[::-1], b[::-1])[::-1] == pytest.approx(found, abs=1e-9)

    @pytest.mark.parametrize("wrong", [([], []), ([1.0], [0.0]), ([1.0, 2.0], [1.0])])
    def test_what_is_no_distribution_is_refused(self, wrong: tuple[list[float], ...]) -> None:
        with pytest.raises(ValueError, match="expected"):
            best_of(*wrong)


class TestPrepare:
    def test_greedy_arms_of_one_mean_take_turns(self) -> None:
        arms = {"a": {"successes": 1}, "b": {"successes": 1}, "c": {"failures": 1}}
        shares = prepare("epsilon-greedy", {"epsilon": 0.3}, arms).propensities({})
        assert shares == pytest.approx({"a": 0.45, "b": 0.45, "c": 0.1})

    def test_thompson_explores_evenly_where_it_is_told(self) -> None:
        """So that weights of the logged choices have a bound."""
        arms = {"a": {"successes": 900, "failures": 10}, "b": {"successes": 10, "failures": 900}}
        shares = prepare("thompson", {"epsilon": 0.1}, arms).propensities({})
        assert shares == pytest.approx({"a": 0.95, "b": 0.05})

    @pytest.mark.parametrize(
        ("kind", "parameters", "arms"),
        [
            ("softmax", {}, {"a": {}}),
            ("thompson", {}, {}),
            ("thompson", {"epsilon": 1.5}, {"a": {}}),
            ("thompson", {"prior_successes": 0.0}, {"a": {}}),
            ("epsilon-greedy", {}, {"a": {"successes": -1}}),
            ("linucb", {"epsilon": 0.0}, {"a": {}}),
            ("linucb", {}, {"a": {"a": [[1.0]], "b": [0.0, 1.0]}}),
        ],
    )
    def test_what_cannot_choose_is_refused(
        self, kind: str, parameters: dict[str, float], arms: dict[str, dict[str, Any]]
    ) -> None:
        with pytest.raises(ValueError, match="expected"):
            prepare(kind, parameters, arms)


class TestChoose:
    @pytest.mark.parametrize("kind", KINDS)
    def test_arms_are_taken_as_often_as_their_propensity_says(self, kind: str) -> None:
        ready = prepare(kind, {"epsilon": 0.3}, learned(kind), CONTEXT)
        features, rng = {"age": 0.4, "tenure": -1.0}, np.random.default_rng(5)
        shares = ready.propensities(features)
        assert sum(shares.values()) == pytest.approx(1)
        assert min(shares.values()) >= 0.1 - 1e-12
        found = [ready.choose(features, rng) for _ in range(20_000)]
        assert all(one.propensity == pytest.approx(shares[one.arm]) for one in found)
        seen = Counter(one.arm for one in found)
        statistic = sum((seen[arm] - 20_000 * p) ** 2 / (20_000 * p) for arm, p in shares.items())
        assert statistic < chi2.ppf(1 - 1e-6, 2)


class TestLinear:
    def test_bounds_are_those_of_the_algorithm(self) -> None:
        """Li et al. (2010), lines 5 to 9 of algorithm 1, arm by arm."""
        arms = learned("linucb")
        ready = prepare("linucb", {"exploration": 2.0}, arms, CONTEXT)
        assert isinstance(ready, Linear)
        row = np.array([1.0, 3.0, 0.5])
        theirs = []
        for arm in arms.values():
            gram, sums = np.array(arm["a"]), np.array(arm["b"])
            spread = np.sqrt(row @ np.linalg.solve(gram, row))
            theirs.append(row @ np.linalg.solve(gram, sums) + 2.0 * spread)
        assert ready.bounds({"age": 3.0, "tenure": 0.5}) == pytest.approx(theirs)

    def test_other_features_get_other_arms(self) -> None:
        arms = {
            "young": {"a": (100 * np.eye(2)).tolist(), "b": [50.0, -300.0]},
            "old": {"a": (100 * np.eye(2)).tolist(), "b": [50.0, 300.0]},
        }
        ready = prepare("linucb", {"epsilon": 0.2}, arms, ("age",))
        assert ready.propensities({"age": -1}) == pytest.approx({"young": 0.9, "old": 0.1})
        assert ready.propensities({"age": 1}) == pytest.approx({"young": 0.1, "old": 0.9})

    @pytest.mark.parametrize("value", [None, "x", float("nan"), float("inf")])
    def test_what_is_no_number_counts_as_nothing(self, value: object) -> None:
        assert vector_of(("age",), {"age": value}).tolist() == [1.0, 0.0]
