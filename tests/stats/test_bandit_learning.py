"""Learning from rewards, and what it cost."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta, binom

from gonogo.stats.bandit_learning import (
    posterior,
    regret,
    standing,
    weights,
    with_sums,
)
from gonogo.stats.bandits import prepare
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Estimate, Measured, Undefined

pytestmark = pytest.mark.filterwarnings("error")


def estimated(measured: Measured) -> Estimate:
    assert isinstance(measured, Estimate), measured
    return measured


def played(
    kind: str, rates: list[float], rounds: int, seed: int
) -> tuple[dict[str, Counts], float]:
    """What a bandit saw that learned after every 20 choices, and what it truly cost."""
    rng = np.random.default_rng(seed)
    arms: dict[str, dict[str, Any]] = {str(k): {} for k in range(len(rates))}
    seen = {name: Counts(0, 0) for name in arms}
    for _ in range(rounds):
        shares = list(prepare(kind, {}, arms).propensities({}).values())
        taken = rng.multinomial(20, np.array(shares) / sum(shares))
        new = {str(k): Counts(int(rng.binomial(n, rates[k])), int(n)) for k, n in enumerate(taken)}
        seen = {name: seen[name] + new[name] for name in seen}
        arms = {name: {"successes": one.yes, "failures": one.no} for name, one in seen.items()}
    cost = sum(one.n * (max(rates) - rates[int(name)]) for name, one in seen.items())
    return seen, cost


class TestWithSums:
    def test_sums_teach_what_the_contexts_they_are_of_do(self) -> None:
        rng = np.random.default_rng(2)
        rows, gains = rng.normal(size=(20, 3)), rng.random(20)
        arms: dict[str, dict[str, Any]] = {"a": {"successes": 3.0}, "b": {}}
        products = (rows.T @ rows)[np.triu_indices(3)].tolist()
        found = with_sums(arms, "a", products, (rows.T @ gains).tolist())
        weights = np.linalg.solve(found["a"]["a"], found["a"]["b"])
        padded = np.vstack([rows, np.eye(3)])  # ridge regression
        theirs = np.linalg.lstsq(padded, np.concatenate([gains, np.zeros(3)]), rcond=None)[0]
        assert weights == pytest.approx(theirs)
        assert (found["a"]["successes"], found["b"]) == (3.0, {})

    @pytest.mark.parametrize(
        ("arm", "products", "rewards"), [("z", [1.0], [1.0]), ("a", [1.0], [1.0, 2.0])]
    )
    def test_what_does_not_fit_is_refused(
        self, arm: str, products: list[float], rewards: list[float]
    ) -> None:
        with pytest.raises(ValueError, match="expected"):
            with_sums({"a": {}}, arm, products, rewards)


class TestPosterior:
    @given(st.floats(0, 1e4), st.floats(0, 1e4))
    def test_it_is_the_beta_distribution(self, successes: float, failures: float) -> None:
        found = estimated(posterior(successes, failures, 0.9))
        theirs = beta(successes + 1, failures + 1)
        assert found.value == pytest.approx(theirs.mean())
        assert (found.low, found.high) == pytest.approx(theirs.interval(0.9))


class TestWeights:
    def test_the_value_is_ridge_regression_and_the_interval_holds_the_truth(self) -> None:
        """Though rewards decide which arm is taken, and at every tenth look."""
        truth = {"a": np.array([0.4, 0.3]), "b": np.array([0.5, -0.2])}
        missed = 0
        for seed in range(40):
            rng = np.random.default_rng(seed)
            arms: dict[str, dict[str, Any]] = {"a": {}, "b": {}}
            wrong = False
            for look in range(60):
                row = np.array([1.0, rng.uniform(-1, 1)])
                ready = prepare("linucb", {"epsilon": 0.1}, arms, ("x",))
                arm = ready.choose({"x": row[1]}, rng).arm
                gain = float(rng.random() < row @ truth[arm])
                products = np.outer(row, row)[np.triu_indices(2)].tolist()
                arms = with_sums(arms, arm, products, (gain * row).tolist())
                if look % 10 == 9 and "a" in arms["a"]:
                    for one, true in zip(weights(arms["a"], 0.1), truth["a"], strict=True):
                        wrong |= not estimated(one).low <= true <= estimated(one).high
            missed += wrong
            for learned in arms.values():
                values = [estimated(one).value for one in weights(learned, 0.1)]
                assert values == pytest.approx(np.linalg.solve(learned["a"], learned["b"]))
        assert missed <= binom.ppf(1 - 1e-6, 40, 0.1)

    def test_nothing_known_is_nothing(self) -> None:
        assert weights({}, 0.1) == ()


class TestRegret:
    @given(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 300)), min_size=2, max_size=5))
    def test_the_value_is_the_definition(self, found: list[tuple[int, int]]) -> None:
        arms = {str(k): Counts(min(yes, n), n) for k, (yes, n) in enumerate(found)}
        rates = [one.yes / one.n for one in arms.values()]
        value = sum(one.n * (max(rates) - one.yes / one.n) for one in arms.values())
        measured = estimated(regret(arms, 0.05))
        assert measured.value == pytest.approx(value)
        assert 0 <= measured.low <= measured.value <= measured.high

    @pytest.mark.parametrize(
        "kind", ["epsilon-greedy", pytest.param("thompson", marks=pytest.mark.slow)]
    )
    def test_it_holds_what_learning_truly_cost(self, kind: str) -> None:
        """Though the bandit takes the arms that look best: 60 runs of 40 looks."""
        missed = 0
        for seed in range(60):
            seen, cost = played(kind, [0.1, 0.2, 0.25], 40, seed)
            found = regret(seen, 0.05)
            missed += isinstance(found, Estimate) and not found.low <= cost <= found.high
        assert missed <= binom.ppf(1 - 1e-6, 60, 0.05)

    def test_thompson_costs_less_than_taking_turns(self) -> None:
        cost = np.mean([played("thompson", [0.1, 0.3], 40, seed)[1] for seed in range(5)])
        assert cost < 0.5 * (0.1 * 800)

    def test_what_is_not_known_is_said(self) -> None:
        assert isinstance(regret({"a": Counts(1, 2)}, 0.05), Undefined)
        found = regret({"a": Counts(1, 2), "b": Counts(0, 0)}, 0.05)
        assert found == Undefined("arm b was never taken: its rate is not known", n=2)


class TestStanding:
    def test_shares_sum_to_one(self) -> None:
        found = standing({"a": Counts(1, 10), "b": Counts(4, 30)}, 0.05)
        assert [one.share for one in found] == [0.25, 0.75]
        assert estimated(found[1].rate).level == pytest.approx(1 - 0.025)
