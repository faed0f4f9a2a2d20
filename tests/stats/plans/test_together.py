"""Plans together: what is left keeps its futures, and nobody is later for what is gone."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonogo.stats.estimate import Estimate, Undefined
from gonogo.stats.plans.comparing import dearer, later, likelier
from gonogo.stats.plans.durations import Fixed, Pert
from gonogo.stats.plans.network import Link, Network, Outcome, Risk, Step
from gonogo.stats.plans.together import alone, together, without
from tests.stats.plans.test_scheduling import networks

NAMES = ("p", "q")


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Network, dict[str, str]]:
    """Two small plans that share their people, and the goal of each."""
    steps: list[Step] = []
    risks: list[Risk] = []
    goals: dict[str, str] = {}
    pools: dict[str, int] = {}
    for name in NAMES:
        one = draw(networks())
        pools = pools or dict(one.pools)
        steps += [named(name, step) for step in one.steps]
        risks += [
            replace(risk, key=f"{name}/{risk.key}", steps=tuple(f"{name}/{s}" for s in risk.steps))
            for risk in one.risks
        ]
        goals[name] = f"{name}/goal"
        after = tuple(Link(f"{name}/{step.key}") for step in one.steps)
        steps.append(Step(goals[name], Fixed(0), after, milestone=True))
    return Network(tuple(steps), pools, risks=tuple(risks), correlation=0.2), goals


def named(name: str, step: Step) -> Step:
    outcome = step.only_if
    return replace(
        step,
        key=f"{name}/{step.key}",
        after=tuple(replace(link, step=f"{name}/{link.step}") for link in step.after),
        only_if=outcome and Outcome(f"{name}/{outcome.step}", outcome.succeeded),
    )


def work(name: str, days: float) -> tuple[Step, ...]:
    return (
        Step(f"{name}/work", Fixed(days), needs=(("a", 1),)),
        Step(f"{name}/goal", Fixed(0), (Link(f"{name}/work"),), milestone=True),
    )


class TestTogether:
    @settings(max_examples=20)
    @given(pairs(), st.sampled_from(NAMES))
    def test_without_a_plan_no_future_of_the_others_is_later(
        self, given_: tuple[Network, dict[str, str]], gone: str
    ) -> None:
        network, goals = given_
        found = together(network, goals, futures=60, seed=3)
        left = without(found, gone, futures=40)
        for name in set(NAMES) - {gone}:
            now, then = found.finish[goals[name]][:40], left.finish[goals[name]]
            assert (then <= now + 1e-9).all()

    @settings(max_examples=20)
    @given(pairs())
    def test_alone_a_plan_is_on_the_mean_not_later(
        self, given_: tuple[Network, dict[str, str]]
    ) -> None:
        network, goals = given_
        found = together(network, goals, futures=60, seed=3)
        for name in NAMES:
            own = alone(found, name, goals[name]).finish[goals[name]]
            now = found.finish[goals[name]]
            finite = np.isfinite(now)
            # Whether it is reached at all is luck, and the same luck.
            assert (np.isfinite(own) == finite).all()
            if finite.any():
                assert own[finite].mean() <= now[finite].mean() + 1e-9

    @pytest.mark.parametrize(("first", "ends"), [("p", (5.0, 7.0)), ("q", (7.0, 2.0))])
    def test_who_goes_first_is_given(self, first: str, ends: tuple[float, float]) -> None:
        network = Network((*work("p", 5), *work("q", 2)), {"a": 1})
        goals = {name: f"{name}/goal" for name in NAMES}
        ranks = {name: int(name != first) for name in NAMES}
        found = together(network, goals, ranks=ranks, futures=3, seed=1)

        assert tuple(found.finish[goals[name]][0] for name in NAMES) == ends

    def test_without_precedence_all_count_alike(self) -> None:
        network = Network((*work("p", 5), *work("q", 2)), {"a": 1})
        found = together(network, {n: f"{n}/goal" for n in NAMES}, futures=3, seed=1)

        # Soonest on the mean: the short one goes first.
        assert found.finish["q/goal"][0] == 2
        assert found.finish["p/goal"][0] == 7

    def test_who_goes_first_leaves_no_gap_that_others_can_use(self) -> None:
        wait = Step("p/late", Fixed(1), (Link("p/work", 10),), (("a", 1),), milestone=True)
        network = Network((*work("p", 1), wait, *work("q", 4)), {"a": 1})
        goals = {"p": "p/late", "q": "q/goal"}
        found = together(network, goals, ranks={"p": 0, "q": 1}, futures=2, seed=1)

        assert found.finish["p/late"][0] == 12
        assert found.finish["q/goal"][0] == 5


class TestComparing:
    def test_differences_of_the_same_futures_have_small_intervals(self) -> None:
        rng = np.random.default_rng(1)
        now = rng.gamma(4, 10, 2000)
        then = now + 2
        found = later(now, then, 0.8, seed=1, level=0.95)

        assert isinstance(found, Estimate)
        assert (found.value, found.low, found.high) == pytest.approx((2, 2, 2))
        more = likelier(now, then, 40, 42, level=0.95)
        assert isinstance(more, Estimate)
        assert more.value == 0
        cost = dearer(now, 2 * now, level=0.95)
        assert isinstance(cost, Estimate)
        assert cost.low < 40 < cost.high

    def test_the_interval_of_a_difference_holds_it_as_often_as_it_says(self) -> None:
        held = 0
        for seed in range(25):
            rng = np.random.default_rng(seed)
            now = rng.exponential(10, 200)
            then = now * 1.3
            found = later(now, then, 0.5, seed=seed, level=0.9)
            true = 0.3 * 10 * np.log(2)
            held += isinstance(found, Estimate) and found.low <= true <= found.high
        assert held / 25 >= 0.76

    def test_what_is_not_reached_has_no_difference(self) -> None:
        now, never = np.ones(10), np.full(10, np.inf)
        assert isinstance(later(now, never, 0.5, seed=1, level=0.9), Undefined)
        same = later(now, now, 0.5, seed=1, level=0.9)
        assert isinstance(same, Estimate)
        assert same.value == 0
        with pytest.raises(ValueError, match="futures are 10 and 3"):
            later(now, np.ones(3), 0.5, seed=1, level=0.9)


def test_a_plan_together_with_none_is_itself() -> None:
    steps = (
        Step("p/a", Pert(1, 2, 9), needs=(("a", 1),)),
        Step("p/goal", Pert(1, 2, 3), (Link("p/a"),), (("a", 1),), milestone=True),
    )
    found = together(Network(steps, {"a": 1}), {"p": "p/goal"}, futures=50, seed=1)

    assert (alone(found, "p", "p/goal").end == found.end).all()
