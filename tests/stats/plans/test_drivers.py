"""What drives the date: plans of which the answer is known."""

import numpy as np
import pytest
from scipy import stats

from gonogo.stats.estimate import Estimate, Undefined
from gonogo.stats.plans.drivers import Driver, Kind, drivers, rank_correlation
from gonogo.stats.plans.durations import Fixed, Pert, quantile
from gonogo.stats.plans.network import Branch, Link, Network, Outcome, Risk, Step
from gonogo.stats.plans.simulation import simulate


def value(measured: object) -> float:
    assert isinstance(measured, Estimate)
    return measured.value


@pytest.fixture(scope="module")
def tornado() -> dict[str, Driver]:
    """A long uncertain step, a short one, one that is never critical, and what may come between."""
    steps = (
        Step("long", Pert(5, 10, 25), needs=(("engineer", 1),)),
        Step("short", Pert(1, 2, 3), (Link("long"),)),
        Step("aside", Pert(0.1, 0.2, 0.3)),
        Step("also", Fixed(4), needs=(("engineer", 1),)),
        Step("try", Fixed(3), (Link("short"),), branch=Branch(0.6)),
        Step("instead", Fixed(7), only_if=Outcome("try", succeeded=False)),
    )
    risks = (Risk("flood", 0.3, ("short",), Fixed(6)),)
    found = simulate(Network(steps, {"engineer": 1}, risks=risks), futures=2000, seed=3)
    return {driver.key: driver for driver in drivers(found)}


class TestDrivers:
    def test_what_swings_the_date_most_comes_first(self, tornado: dict[str, Driver]) -> None:
        swings = [value(driver.swing) for driver in tornado.values()]

        assert swings == sorted(swings, key=abs, reverse=True)
        assert next(iter(tornado)) == "long"
        assert "aside" not in tornado

    def test_a_step_swings_it_by_its_own_percentiles(self, tornado: dict[str, Driver]) -> None:
        low, high = quantile(Pert(5, 10, 25), [0.1, 0.9])

        assert value(tornado["long"].swing) == pytest.approx(high - low, rel=0.1)
        assert value(tornado["long"].correlation) > value(tornado["short"].correlation) > 0

    def test_a_risk_and_a_hypothesis_swing_it_by_what_they_cost(
        self, tornado: dict[str, Driver]
    ) -> None:
        assert tornado["flood"].kind is Kind.RISK
        assert value(tornado["flood"].swing) == pytest.approx(6, abs=0.01)
        assert tornado["try"].kind is Kind.HYPOTHESIS
        assert value(tornado["try"].swing) == pytest.approx(7, abs=0.01)
        assert isinstance(tornado["flood"].correlation, Undefined)

    def test_one_more_of_a_role_makes_it_sooner_or_changes_nothing(
        self, tornado: dict[str, Driver]
    ) -> None:
        assert tornado["engineer"].kind is Kind.POOL
        assert value(tornado["engineer"].swing) >= 0

    def test_every_swing_is_within_its_interval(self, tornado: dict[str, Driver]) -> None:
        for driver in tornado.values():
            assert isinstance(driver.swing, Estimate)
            assert driver.swing.low <= driver.swing.value <= driver.swing.high
            assert value(driver.bad) - value(driver.good) == pytest.approx(driver.swing.value)

    def test_what_may_end_it_all_comes_first(self) -> None:
        steps = (
            Step("try", Pert(1, 2, 3), branch=Branch(0.8, stops=True)),
            Step("on", Pert(1, 20, 90), (Link("try"),)),
        )
        first = drivers(simulate(Network(steps), futures=500, seed=3))[0]

        assert first.key == "try"
        assert first.swing == Undefined(
            "one of the two is never reached in half of the futures", n=500
        )
        assert isinstance(first.good, Estimate)

    def test_a_plan_that_never_varies_has_none(self) -> None:
        assert drivers(simulate(Network((Step("a", Fixed(2)),)), futures=50, seed=1)) == ()


class TestRankCorrelation:
    def test_it_is_scipy_s(self) -> None:
        rng = np.random.default_rng(2)
        a = rng.integers(0, 9, 300).astype(float)
        b = a + rng.normal(0, 3, 300)

        found = rank_correlation(a, b, 0.95)

        assert isinstance(found, Estimate)
        assert found.value == pytest.approx(stats.spearmanr(a, b).statistic)
        assert found.low < found.value < found.high

    def test_without_numbers_to_rank_there_is_none(self) -> None:
        same = np.ones(5)

        assert isinstance(rank_correlation(same, np.arange(5.0), 0.95), Undefined)
        assert isinstance(rank_correlation(same[:2], same[:2], 0.95), Undefined)
        assert value(rank_correlation(np.arange(5.0), -np.arange(5.0), 0.95)) == -1
