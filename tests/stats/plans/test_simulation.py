"""Simulated plans against closed forms, a textbook's network, and themselves."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from gonogo.stats.estimate import Estimate
from gonogo.stats.plans import simulation
from gonogo.stats.plans.durations import (
    Estimated,
    Fixed,
    Lognormal,
    Pert,
    Triangular,
    mean,
    quantile,
    variance,
)
from gonogo.stats.plans.network import Branch, Link, Network, Outcome, Risk, Step, UnknownStep
from gonogo.stats.plans.results import chance, criticality, curve, loads, money, when
from gonogo.stats.plans.simulation import Simulated, simulate
from tests.stats.plans.test_network import RELIABLE

MANY = 4000


def chain(*durations: Estimated, correlation: float = 0.0) -> Network:
    steps = [
        Step(f"s{i}", duration, (Link(f"s{i - 1}"),) if i else ())
        for i, duration in enumerate(durations)
    ]
    return Network(tuple(steps), correlation=correlation)


class TestClosedForms:
    @pytest.mark.parametrize("duration", [Pert(2, 5, 12), Triangular(2, 5, 12), Lognormal(2, 12)])
    def test_one_step_has_the_percentiles_of_its_duration(
        self, duration: Pert | Triangular | Lognormal
    ) -> None:
        found = when(simulate(chain(duration), futures=MANY, seed=1).end, level=0.999)

        for share, measured in found.by.items():
            assert isinstance(measured, Estimate)
            exact = float(quantile(duration, share))
            assert measured.low <= exact <= measured.high

    def test_a_chain_adds_means_and_variances(self) -> None:
        four: list[Estimated] = [Pert(1, 2, 6), Triangular(2, 3, 9), Lognormal(1, 5), Fixed(2)]
        parts = four * 8
        end = simulate(chain(*parts), futures=MANY, seed=2).end
        expected, spread = sum(map(mean, parts)), math.sqrt(sum(map(variance, parts)))

        assert end.mean() == pytest.approx(expected, abs=4 * spread / math.sqrt(MANY))
        assert end.std() == pytest.approx(spread, rel=4 / math.sqrt(2 * MANY))
        # And nears the normal distribution, as sums do.
        assert np.quantile(end, 0.8) == pytest.approx(expected + 0.8416 * spread, rel=0.02)

    @pytest.mark.parametrize("rho", [0.3, 0.9])
    def test_durations_that_vary_together_add_their_covariances(self, rho: float) -> None:
        parts = [Lognormal(2, 6), Lognormal(1, 4), Lognormal(3, 5)]
        end = simulate(chain(*parts, correlation=rho), futures=10 * MANY, seed=3).end
        sigmas = [part.of_logarithm[1] for part in parts]
        expected = sum(
            mean(a) * mean(b) * math.expm1((rho if i != j else 1.0) * sigmas[i] * sigmas[j])
            for i, a in enumerate(parts)
            for j, b in enumerate(parts)
        )

        assert end.var() == pytest.approx(expected, rel=0.06)

    def test_two_parallel_steps_end_by_the_product_of_their_chances(self) -> None:
        network = Network((Step("a", Triangular(1, 3, 8)), Step("b", Lognormal(2, 6))))
        end = simulate(network, futures=MANY, seed=4).end
        mu, sigma = Lognormal(2, 6).of_logarithm
        exact = stats.triang(2 / 7, 1, 7).cdf(4) * stats.lognorm(sigma, scale=math.exp(mu)).cdf(4)

        found = chance(end, 4.0, level=0.999)

        assert isinstance(found, Estimate)
        assert found.low <= exact <= found.high

    def test_a_branch_is_the_mixture_of_its_ways(self) -> None:
        # One attempt takes 2, a second 2 more; then what replaces it takes 5.
        tried = Step("try", Fixed(2), branch=Branch(0.4, retries=1))
        instead = Step("instead", Fixed(5), only_if=Outcome("try", succeeded=False))
        on = Step("on", Fixed(1), (Link("try"),))
        end = simulate(Network((tried, instead, on)), futures=MANY, seed=5).end

        shares = dict(zip(*np.unique(end, return_counts=True), strict=True))
        assert set(shares) == {3.0, 5.0, 10.0}
        for days, share in {3.0: 0.4, 5.0: 0.24, 10.0: 0.36}.items():
            assert shares[days] / MANY == pytest.approx(share, abs=0.03)

    def test_a_mixture_of_two_durations(self) -> None:
        tried = Step("try", Pert(1, 2, 6), branch=Branch(0.7))
        instead = Step("instead", Fixed(3), only_if=Outcome("try", succeeded=False))
        end = simulate(Network((tried, instead)), futures=MANY, seed=6).end
        beta = stats.beta(*Pert(1, 2, 6).shapes, loc=1, scale=5)
        exact = 0.7 * beta.cdf(4.5) + 0.3 * beta.cdf(1.5)

        found = chance(end, 4.5, level=0.999)

        assert isinstance(found, Estimate)
        assert found.low <= exact <= found.high

    def test_a_plan_that_stops_has_no_late_percentiles(self) -> None:
        tried = Step("try", Fixed(2), branch=Branch(0.6, stops=True), cost=10)
        on = Step("on", Fixed(1), (Link("try"),), cost=100)
        found = simulate(Network((tried, on)), futures=MANY, seed=7)
        dates = when(found.end)

        assert isinstance(dates.reached, Estimate)
        assert dates.reached.value == pytest.approx(0.6, abs=0.03)
        assert isinstance(dates.by[0.5], Estimate)
        assert not isinstance(dates.by[0.8], Estimate)
        assert "of the futures" in dates.by[0.8].reason
        assert isinstance(dates.if_reached[0.9], Estimate)
        assert dates.if_reached[0.9].value == 3
        # Money is spent on what happens alone.
        assert sorted(set(found.cost)) == [10, 110]
        assert found.cost.mean() == pytest.approx(70, abs=3)
        assert curve(found.end)[98] is None

    def test_a_risk_is_its_chance_times_what_it_does(self) -> None:
        risk = Risk("flood", 0.25, ("a",), Fixed(4), stretch=1.5, cost=Fixed(80))
        found = simulate(Network((Step("a", Fixed(2)),), risks=(risk,)), futures=MANY, seed=8)

        assert sorted(set(found.end)) == [2, 7]
        assert (found.end == 7).mean() == pytest.approx(0.25, abs=0.03)
        assert ((found.end == 7) == (found.cost == 80)).all()

    def test_people_are_paid_for_the_days_they_work(self) -> None:
        steps = (
            Step("a", Fixed(3), needs=(("engineer", 2),), cost=7),
            Step("b", Fixed(1), (Link("a", 2),), (("engineer", 1),)),
        )
        found = simulate(Network(steps, {"engineer": 2}, {"engineer": 10}), futures=1, seed=1)

        assert found.cost.tolist() == [77]
        assert found.busy.tolist() == [[7]]
        assert found.span.tolist() == [6]
        load = loads(found)["engineer"].busy
        assert isinstance(load, Estimate)
        assert load.value == pytest.approx(7 / 12)


@pytest.fixture(scope="module")
def reliable() -> Simulated:
    steps = tuple(
        Step(key, Pert(*points), tuple(map(Link, after)), milestone=key == "F")
        for key, (points, after) in RELIABLE.items()
    )
    return simulate(Network(steps), futures=20_000, seed=9)


class TestTextbook:
    def test_the_critical_path_alone_has_the_textbook_s_mean(self, reliable: Simulated) -> None:
        path = chain(*[Pert(*RELIABLE[key][0]) for key in "ABCEFJLN"])
        end = simulate(path, futures=20_000, seed=9).end

        # The mean is 44 weeks; its variance is 9 by the textbook's (range/6)^2.
        assert end.mean() == pytest.approx(44, abs=0.1)
        assert end.std() == pytest.approx(3, rel=0.1)
        # All paths together end later than the longest of the means says.
        assert reliable.end.mean() > 44.2

    def test_it_is_the_longest_path_of_the_same_numbers_drawn_by_numpy(
        self, reliable: Simulated
    ) -> None:
        rng = np.random.default_rng(1)
        finish: dict[str, np.ndarray] = {}
        for key, (points, after) in RELIABLE.items():
            a, b = Pert(*points).shapes
            days = points[0] + (points[2] - points[0]) * rng.beta(a, b, 20_000)
            start = np.max([finish[before] for before in after], axis=0) if after else 0.0
            finish[key] = start + days
        end = np.maximum(finish["N"], finish["M"])

        assert stats.ks_2samp(end, reliable.end).pvalue > 0.001
        assert stats.ks_2samp(finish["F"], reliable.finish["F"]).pvalue > 0.001

    def test_the_first_three_steps_are_always_critical(self, reliable: Simulated) -> None:
        found = criticality(reliable)

        values = {k: v.value for k, v in found.items() if isinstance(v, Estimate)}
        assert values["A"] == values["B"] == values["C"] == 1
        assert values["M"] + values["N"] == pytest.approx(1)
        assert values["L"] + values["K"] == pytest.approx(values["N"])
        assert values["L"] > values["K"]


class TestSame:
    network = Network(
        (
            Step("a", Pert(1, 2, 6), needs=(("x", 1),), branch=Branch(0.5, 2)),
            Step("b", Lognormal(1, 6), needs=(("x", 1),), milestone=True),
            Step("c", Triangular(1, 2, 3), (Link("a"),), (("x", 1),)),
        ),
        {"x": 1},
        {"x": 100},
        (Risk("r", 0.3, ("b",), Lognormal(1, 4)),),
        correlation=0.4,
    )

    def test_the_same_seed_gives_the_same_futures(self) -> None:
        one, other = (simulate(self.network, futures=600, seed=11) for _ in "ab")

        assert (one.end == other.end).all()
        assert (one.cost == other.cost).all()
        assert (one.end != simulate(self.network, futures=600, seed=12).end).any()

    def test_how_futures_are_cut_into_parts_changes_none(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        whole = simulate(self.network, futures=600, seed=11)
        monkeypatch.setattr(simulation, "CELLS", 1)

        parts = simulate(self.network, futures=600, seed=11)

        assert list(simulation.parts(3, 600)) == [(0, 256), (256, 512), (512, 600)]
        assert (whole.end == parts.end).all()
        assert (whole.cost == parts.cost).all()
        assert (whole.criticality == parts.criticality).all()
        assert (whole.busy == parts.busy).all()

    def test_one_step_more_leaves_the_numbers_of_the_others(self) -> None:
        more = replace(self.network, steps=(Step("z", Pert(1, 2, 3)), *self.network.steps))

        one = simulate(self.network, futures=600, seed=11, goal="b")
        other = simulate(more, futures=600, seed=11, goal="b")

        assert (one.end == other.end).all()


class TestOrder:
    @pytest.mark.parametrize("seed", range(12))
    def test_more_people_are_never_later_in_the_mean(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        steps = tuple(
            Step(
                f"s{i}",
                Pert(1, 2, 2 + float(rng.integers(1, 9))),
                tuple(Link(f"s{j}") for j in range(i) if rng.random() < 0.15),
                (("ab"[rng.integers(2)], 1),),
            )
            for i in range(14)
        )
        before = simulate(Network(steps, {"a": 1, "b": 1}), futures=500, seed=seed)
        for a, b in ((2, 1), (2, 2), (3, 2)):
            more = Network(steps, {"a": a, "b": b})
            found = simulate(more, futures=500, seed=seed)
            assert found.end.mean() <= before.end.mean() + 1e-9
            before = found

    def test_an_order_that_is_none_is_refused(self) -> None:
        network = chain(Fixed(1), Fixed(2))

        with pytest.raises(UnknownStep, match="the order of work names z"):
            simulate(network, futures=5, seed=1, orders=[["s0", "z"]])
        with pytest.raises(ValueError, match="lacks s1"):
            simulate(network, futures=5, seed=1, orders=[["s0"]])
        with pytest.raises(ValueError, match="has s1 before s0"):
            simulate(network, futures=5, seed=1, orders=[["s1", "s0"]])

    def test_what_cannot_be_simulated_is_refused(self) -> None:
        with pytest.raises(ValueError, match="futures are 0"):
            simulate(chain(Fixed(1)), futures=0, seed=1)
        with pytest.raises(UnknownStep, match="the goal names z"):
            simulate(chain(Fixed(1)), futures=1, seed=1, goal="z")
        with pytest.raises(ValueError, match="seed is -1"):
            simulate(chain(Fixed(1)), futures=1, seed=-1)


class TestIntervals:
    def test_they_hold_the_true_percentile_as_often_as_they_say(self) -> None:
        duration = Triangular(2, 5, 12)
        exact = float(quantile(duration, 0.8))
        held = 0
        for seed in range(300):
            found = when(simulate(chain(duration), futures=200, seed=seed).end).by[0.8]
            held += isinstance(found, Estimate) and found.low <= exact <= found.high
        assert held / 300 >= 0.92

    def test_money_that_never_varies_needs_no_interval(self) -> None:
        mean_cost, shares = money(np.array([5.0, 5.0, 5.0]))

        assert mean_cost == shares[0.5]
