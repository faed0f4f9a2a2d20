"""The worth of a use case against arithmetic by hand, and the ways it must move."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from gonogo.stats.estimate import Estimate, Undefined
from gonogo.stats.money.amounts import Between, Known, Lognormal, Normal
from gonogo.stats.money.benefit import Benefit, Stage, bass, flows, measured, ramp, realised, worth

SURE = Benefit(
    volume=Known(1000),
    per_decision=Known(2),
    adoption=(0.5, 1.0),
    avoided_loss=Known(100),
    running_cost=Known(300),
    stages=(Stage("research", Known(400), 1, 0.5), Stage("build", Known(600), 1, 0.8)),
    rate=0.1,
)


class TestFlows:
    def test_by_hand(self) -> None:
        """Spent 400 and 600, earned half of 2,100 less 300 and all of it less 300."""
        found = flows(SURE, 10, seed=7)
        assert found.built[0] == pytest.approx([-400, -600, 750, 1800])
        assert found.expected[0] == pytest.approx([-400, -300, 0.4 * 750, 0.4 * 1800])

    def test_lives_end_where_a_stage_fails(self) -> None:
        lived = flows(SURE, 4000, seed=7).lived
        kinds, times = np.unique(lived, axis=0, return_counts=True)
        assert sorted(kinds.tolist()) == [
            [-400, -600, 0, 0],
            [-400, -600, 750, 1800],
            [-400, 0, 0, 0],
        ]
        assert sorted((times / 4000).tolist()) == pytest.approx([0.1, 0.4, 0.5], abs=1e-3)

    def test_the_same_seed_gives_the_same_futures(self) -> None:
        model = replace(SURE, volume=Lognormal(500, 2000))
        assert np.array_equal(flows(model, 50, seed=3).lived, flows(model, 50, seed=3).lived)


class TestWorth:
    def test_without_anything_uncertain_it_is_arithmetic(self) -> None:
        found = worth(SURE, 4000, 0.8, seed=7)
        built = -400 - 600 / 1.1 + 750 / 1.21 + 1800 / 1.331
        adjusted = -400 - 300 / 1.1 + 300 / 1.21 + 720 / 1.331
        assert found.if_built.value == pytest.approx(built)
        assert found.risk_adjusted.value == pytest.approx(adjusted)
        assert found.futures.mean() == pytest.approx(adjusted, abs=2)
        assert found.success == pytest.approx(0.4)
        assert found.loss == pytest.approx(0.6, abs=1e-3)
        assert isinstance(found.internal_rate, float)

    def test_a_sum_of_normals_is_normal(self) -> None:
        """One period, a normal benefit: the present value's percentiles are known."""
        model = Benefit(Known(1), Normal(-100, 300), (1.0,), rate=0.0)
        found = worth(model, 4000, 0.8, seed=7)
        assert found.if_built.low == pytest.approx(-100, abs=5)
        assert found.if_built.high == pytest.approx(300, abs=5)
        assert found.loss == pytest.approx(norm.cdf(-100 / (200 / norm.ppf(0.9))), abs=0.01)

    @settings(max_examples=25)
    @given(st.floats(0, 1), st.floats(0, 1), st.floats(0.01, 1))
    def test_a_higher_chance_is_never_worse_where_success_pays(
        self, first: float, second: float, more: float
    ) -> None:
        stages = (replace(SURE.stages[0], success=first), replace(SURE.stages[1], success=second))
        better = (stages[0], replace(stages[1], success=second + (1 - second) * more))
        lower, higher = (
            worth(replace(SURE, stages=each), 50, 0.8, seed=7).risk_adjusted.value
            for each in (stages, better)
        )
        assert higher >= lower - 1e-9

    def test_what_never_pays_says_so(self) -> None:
        found = worth(replace(SURE, per_decision=Known(0), avoided_loss=Known(0)), 50, 0.8, seed=7)
        assert isinstance(found.payback, Undefined)
        assert isinstance(found.internal_rate, Undefined)
        assert found.internal_rates == ()
        assert found.loss == 1


class TestRealised:
    def test_what_was_measured_replaces_the_estimate(self) -> None:
        seen = Estimate(1.5, 1.5 - 1.96, 1.5 + 1.96, 0.95, 400, "money", "A/B")
        found = realised(SURE, seen)
        assert isinstance(found.per_decision, Normal)
        same = norm(1.5, 1.0)
        assert found.per_decision.p10 == pytest.approx(same.ppf(0.1), abs=1e-4)
        assert found.per_decision.p90 == pytest.approx(same.ppf(0.9), abs=1e-4)
        assert found.volume == SURE.volume

    def test_an_exact_number_is_known_and_an_open_interval_is_nothing(self) -> None:
        assert measured(Estimate(3, 3, 3, 1.0, 9, "money", "exact")) == Known(3)
        with pytest.raises(ValueError, match="open"):
            measured(Estimate(3, -np.inf, 4, 0.9, 9, "money", "A/B"))


class TestAdoption:
    def test_bass_is_the_solution_of_its_equation(self) -> None:
        """The share's slope is (p + q share)(1 - share): checked by small steps."""
        p, q, share, step = 0.03, 0.38, 0.0, 1e-4
        for _ in range(30_000):
            share += step * (p + q * share) * (1 - share)
        assert bass(3, p, q)[-1] == pytest.approx(share, abs=1e-4)

    @given(st.integers(1, 20), st.integers(1, 20), st.floats(0, 1))
    def test_a_ramp_never_falls_and_ends_where_it_should(
        self, periods: int, reach: int, final: float
    ) -> None:
        found = ramp(periods, reach, final)
        assert list(found) == sorted(found)
        assert found[-1] <= final
        assert len(found) == periods


class TestRefused:
    @pytest.mark.parametrize(
        ("changed", "says"),
        [
            ({"adoption": ()}, "adoption"),
            ({"adoption": (0.5, 1.2)}, "adoption"),
            ({"volume": Between(-1, 2, 3)}, "volume"),
            ({"running_cost": Normal(1, 2)}, "running cost"),
            ({"stages": (Stage("research", Known(-1), 1, 0.5),)}, "cost of research"),
            ({"stages": (Stage("research", Known(1), 1, 1.5),)}, "success 1.5"),
            ({"stages": (Stage("research", Known(1), -1, 0.5),)}, "-1 periods"),
            ({"rate": 1.5}, "rate"),
        ],
    )
    def test_what_cannot_be_is_named(self, changed: dict[str, object], says: str) -> None:
        with pytest.raises(ValueError, match=says):
            replace(SURE, **changed)  # type: ignore[arg-type]  # wrong on purpose
