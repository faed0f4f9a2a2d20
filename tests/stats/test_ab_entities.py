"""Effects of tests whose units are entities, against tea-tasting, statsmodels and simulation."""

import math
from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom
from statsmodels.stats.power import TTestIndPower
from tea_tasting.aggr import Aggregates
from tea_tasting.metrics import RatioOfMeans

from gonogo.stats.ab_entities import (
    Sizes,
    adjusted,
    any_time_p,
    at_any_time,
    effect,
    errors_apart,
    explained,
    sizes,
)
from gonogo.stats.arrays import Floats
from gonogo.stats.cuped import cuped_difference
from gonogo.stats.design import Unreachable
from gonogo.stats.entity_sums import NAMES, PARTS, EntitySums, spread_of
from gonogo.stats.estimate import Estimate, Measured, Undefined

pytestmark = pytest.mark.filterwarnings("error")
SEEDS = st.integers(0, 10_000)


def estimated(measured: Measured) -> Estimate:
    assert isinstance(measured, Estimate), measured
    return measured


def summed(people: Floats, centre: float = 0.0, before: float = 0.0) -> EntitySums:
    """The sums of entities, shape (n, 4): count, total, count and total of before."""
    moved = people - people[:, [0, 0, 2, 2]] * np.array([0.0, centre, 0.0, before])
    products = moved.T @ moved
    return EntitySums(
        centre,
        before,
        (
            float(len(moved)),
            *moved.sum(axis=0).tolist(),
            *(float(products[i, j]) for i in range(4) for j in range(i, 4)),
        ),
    )


def people(rng: np.random.Generator, n: int, *, shift: float = 0.0, new: float = 0.3) -> Floats:
    """Entities with a bent of their own, some of them back often, some never seen before."""
    bent = rng.normal(2.0, 1.0, n)
    count, before = 1 + rng.poisson(2.0, n), rng.poisson(2.0, n) * (rng.random(n) > new)
    total = count * (bent + shift) + np.sqrt(count) * rng.normal(size=n)
    known = before * bent + np.sqrt(before) * rng.normal(size=n)
    return np.column_stack([count, total, before, known]).astype(np.float64)


def theirs(found: Floats) -> Aggregates:
    covariance = np.cov(found.T)
    return Aggregates(
        count_=len(found),
        mean_=dict(zip(PARTS, found.mean(axis=0).tolist(), strict=True)),
        var_=dict(zip(PARTS, np.diag(covariance).tolist(), strict=True)),
        cov_={
            (min(one, other), max(one, other)): float(covariance[i, j])
            for i, one in enumerate(PARTS)
            for j, other in enumerate(PARTS)
            if i < j
        },
    )


class TestEffect:
    @given(SEEDS, st.floats(0.8, 0.99), st.floats(-3, 3))
    def test_it_is_that_of_tea_tasting(self, seed: int, level: float, centre: float) -> None:
        """A ratio of means with its delta method; where sums are taken about changes nothing."""
        rng = np.random.default_rng(seed)
        a, b = people(rng, 80), people(rng, 120, shift=0.3)
        ours = estimated(effect(summed(a, centre), summed(b, centre), level, "EUR"))
        metric = RatioOfMeans("total", "count", confidence_level=level)
        found = metric.analyze_aggregates(theirs(a), theirs(b))
        assert ours.value == pytest.approx(found.effect_size)
        assert (ours.low, ours.high) == pytest.approx(
            (found.effect_size_ci_lower, found.effect_size_ci_upper)
        )

    def test_errors_are_those_of_a_regression_with_clusters(self) -> None:
        """Row by row by statsmodels: its sandwich is ours but for n over n - 1 of an arm."""
        rng = np.random.default_rng(4)
        count = 1 + rng.poisson(3.0, 400)
        who = np.repeat(np.arange(400), count)
        arm = (np.arange(400) % 2)[who]
        value = rng.normal(size=400)[who] + rng.normal(size=who.size)
        model = sm.OLS(value, sm.add_constant(arm.astype(float)))
        fitted = model.fit(
            cov_type="cluster", cov_kwds={"groups": who, "use_correction": False}, use_t=False
        )
        totals = np.bincount(who, value)
        table = np.column_stack([count, totals, 0 * totals, 0 * totals])
        ours = estimated(effect(summed(table[::2]), summed(table[1::2]), 0.95, "s"))
        assert ours.value == pytest.approx(float(fitted.params[1]))
        reach = float(fitted.bse[1]) * math.sqrt(200 / 199) * 1.9659
        assert (ours.high - ours.low) / 2 == pytest.approx(reach, rel=1e-3)

    @given(SEEDS)
    def test_parts_add_up_to_the_whole(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        a, b = people(rng, 90), people(rng, 90)
        parts = summed(a[:40], 2.0) + summed(a[40:], 2.0)
        one = estimated(effect(parts, summed(b, 2.0), 0.9, "s"))
        whole = estimated(effect(summed(a), summed(b), 0.9, "s"))
        assert (one.low, one.value, one.high) == pytest.approx((whole.low, whole.value, whole.high))

    def test_a_large_mean_costs_no_digits(self) -> None:
        rng = np.random.default_rng(5)
        a, b = people(rng, 200), people(rng, 200, shift=0.1)
        far = [
            np.column_stack([one[:, 0], one[:, 1] + 1e9 * one[:, 0], one[:, 2:]]) for one in (a, b)
        ]
        near = estimated(effect(summed(a), summed(b), 0.95, "s"))
        found = estimated(effect(summed(far[0], 1e9), summed(far[1], 1e9), 0.95, "s"))
        assert (found.low, found.high) == pytest.approx((near.low, near.high), rel=1e-4)

    def test_few_entities_and_equal_ones_say_nothing(self) -> None:
        rng = np.random.default_rng(6)
        few = effect(summed(people(rng, 29)), summed(people(rng, 50)), 0.95, "s")
        assert few == Undefined(
            "an arm has 29 entities of which the number is known, fewer than 30", n=79
        )
        same = np.column_stack([np.ones(50), np.ones(50), np.zeros(50), np.zeros(50)])
        assert isinstance(effect(summed(same), summed(same), 0.95, "s"), Undefined)

    def test_sums_about_other_centres_are_not_added(self) -> None:
        rng = np.random.default_rng(6)
        with pytest.raises(ValueError, match="different centres"):
            _ = summed(people(rng, 9)) + summed(people(rng, 9), 1.0)
        with pytest.raises(ValueError, match=f"expected {len(NAMES)}"):
            EntitySums(0.0, 0.0, (1.0,))


class TestAdjusted:
    @given(SEEDS)
    def test_of_entities_that_come_once_it_is_cuped(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        a, b = people(rng, 70, new=0.0), people(rng, 90, shift=0.2, new=0.0)
        for one in (a, b):
            one[:, 1] /= one[:, 0]
            one[:, [0, 2]] = 1.0
        ours = estimated(adjusted(summed(a), summed(b), 0.95, "s"))
        known = estimated(cuped_difference(a[:, 1], a[:, 3], b[:, 1], b[:, 3], 0.95, "s"))
        assert ours.value == pytest.approx(known.value)
        assert (ours.low, ours.high) == pytest.approx((known.low, known.high), rel=1e-6)

    def test_it_agrees_with_tea_tasting_on_many(self) -> None:
        """Theirs takes one slope over both arms, effect and all: the same for many of them."""
        rng = np.random.default_rng(7)
        a, b = people(rng, 20_000), people(rng, 20_000, shift=0.05)
        found = RatioOfMeans("total", "count", "total_before", "count_before").analyze_aggregates(
            theirs(a), theirs(b)
        )
        ours = estimated(adjusted(summed(a), summed(b), 0.95, "s"))
        assert ours.value == pytest.approx(found.effect_size, abs=1e-4)
        width = found.effect_size_ci_upper - found.effect_size_ci_lower
        assert ours.high - ours.low == pytest.approx(width, rel=1e-3)
        plain = estimated(effect(summed(a), summed(b), 0.95, "s"))
        left = 1 - (explained(summed(a), summed(b)) or 0.0)
        assert ours.high - ours.low == pytest.approx(
            math.sqrt(left) * (plain.high - plain.low), rel=1e-3
        )

    def test_where_nothing_is_known_from_before_it_says_so(self) -> None:
        rng = np.random.default_rng(8)
        fresh = summed(people(rng, 50, new=1.0))
        found = adjusted(fresh, summed(people(rng, 50)), 0.95, "s")
        assert isinstance(found, Undefined)
        assert "before the test" in found.reason
        assert explained(fresh, fresh) is None


class TestAtAnyTime:
    @given(st.floats(-4, 4), st.floats(0.05, 20))
    def test_the_p_value_is_that_of_the_interval(self, away: float, tight: float) -> None:
        fixed = Estimate(away, away - 1.959964, away + 1.959964, 0.95, 500, "s", "m")
        found = estimated(at_any_time(fixed, tight))
        p = any_time_p(fixed, tight)
        if abs(p - 0.05) > 1e-6:
            assert (p < 0.05) is not (found.low <= 0 <= found.high)
        assert found.low <= fixed.low < fixed.high <= found.high

    def test_it_is_tightest_at_the_error_planned_for(self) -> None:
        fixed = Estimate(0.0, -1.96, 1.96, level=0.95, n=1000, unit="s", method="m")
        widths = [estimated(at_any_time(fixed, error)).high for error in (0.1, 1.0, 10.0)]
        assert min(widths) == widths[1]
        with pytest.raises(ValueError, match="expected a number above 0"):
            at_any_time(fixed, 0.0)

    def test_what_is_undefined_stays_so(self) -> None:
        none = Undefined("none", n=0)
        assert at_any_time(none, 1.0) == none
        still = Estimate(1.0, 1.0, 1.0, level=0.95, n=5, unit="s", method="m")
        assert isinstance(at_any_time(still, 1.0), Undefined)
        assert any_time_p(still, 1.0) == 1.0

    @pytest.mark.slow
    def test_looked_at_daily_it_says_difference_at_most_alpha(self) -> None:
        """2,000 tests of nothing, 28 days, entities that come back; one look a day misleads."""
        wrong, misled = _daily(np.random.default_rng(11), 2000)
        assert wrong <= 0.05 * 2000
        assert misled > 0.15 * 2000

    def test_of_some_looked_at_daily_few_say_difference(self) -> None:
        wrong, _ = _daily(np.random.default_rng(12), 60)
        assert wrong <= binom.ppf(1 - 1e-6, 60, 0.05)


def _daily(rng: np.random.Generator, tests: int, days: int = 28) -> tuple[int, int]:
    """How many tests without effect ever say difference, sequentially and by the fixed interval.

    Each arm has 600 entities with a rate of their own, which come on some days from their first.
    """
    wrong = misled = 0
    tight = 0.06 / errors_apart(0.05, 0.8, any_time=True)
    for _ in range(tests):
        rate = rng.beta(2, 8, (2, 600, 1))
        days_seen = rng.random((2, 600, days)) < rng.beta(1, 3, (2, 600, 1))
        came = np.where(np.arange(days) >= rng.integers(0, days, (2, 600, 1)), days_seen, 0)
        count = came.cumsum(axis=2)
        total = ((rng.random((2, 600, days)) < rate) & (came > 0)).cumsum(axis=2)
        said = sequentially = False
        for day in range(days):
            arms = [
                summed(np.column_stack([c, t, 0 * c, 0 * c])[c > 0].astype(float))
                for c, t in zip(count[:, :, day], total[:, :, day], strict=True)
            ]
            fixed = effect(arms[0], arms[1], 0.95, "share")
            found = at_any_time(fixed, tight)
            said |= _tells(fixed)
            sequentially |= _tells(found)
        wrong, misled = wrong + sequentially, misled + said
    return wrong, misled


def _tells(found: Measured) -> bool:
    return isinstance(found, Estimate) and not found.low <= 0 <= found.high


class TestSizes:
    def test_they_are_those_of_statsmodels(self) -> None:
        found = sizes(2.0, 0.1, alpha=0.05, power=0.9, share=0.25)
        assert isinstance(found, Sizes)
        known = TTestIndPower().solve_power(0.05, power=0.9, alpha=0.05, ratio=1 / 3)
        assert found.control == math.ceil(known)
        assert found.treatment == math.ceil(found.control / 3)
        assert found.control_any_time > found.control

    @pytest.mark.parametrize("any_time", [False, True])
    def test_so_many_have_the_power(self, any_time: bool) -> None:
        found = sizes(1.0, 0.2, alpha=0.05, power=0.8, share=0.5)
        assert isinstance(found, Sizes)
        n = found.control_any_time if any_time else found.control
        error = math.sqrt(2 / n)
        fixed = Estimate(0.2, 0.2 - 1.96 * error, 0.2 + 1.96 * error, 0.95, 2 * n, "s", "m")
        tight = 0.2 / errors_apart(0.05, 0.8, any_time=True)
        read = estimated(at_any_time(fixed, tight)) if any_time else fixed
        lows = read.low + error * np.random.default_rng(1).normal(size=50_000)
        assert (lows > 0).mean() == pytest.approx(0.8, abs=0.012)

    def test_what_cannot_be_found_is_said(self) -> None:
        assert isinstance(sizes(1.0, 0.0, alpha=0.05, power=0.8, share=0.5), Unreachable)
        with pytest.raises(ValueError, match="power"):
            sizes(1.0, 0.1, alpha=0.05, power=1.0, share=0.5)


class TestSpread:
    def test_of_answers_that_come_once_it_is_theirs(self) -> None:
        yes = np.random.default_rng(2).random(5000) < 0.3
        away = yes - yes.mean()
        found = estimated(
            spread_of(5000, 5000, float(away @ away), float((away**4).sum()), 0.95, "share")
        )
        assert found.value == pytest.approx(yes.std(ddof=1))
        assert found.low < math.sqrt(0.21) < found.high

    def test_its_square_covers(self) -> None:
        """300 samples of skewed values: about 95 % hold the standard deviation."""
        rng, held = np.random.default_rng(3), 0
        for _ in range(300):
            value = rng.exponential(size=2000)
            away = value - value.mean()
            found = estimated(
                spread_of(2000, 2000, float(away @ away), float((away**4).sum()), 0.95, "s")
            )
            held += found.low <= 1 <= found.high
        assert held >= 0.88 * 300

    def test_without_spread_it_says_so(self) -> None:
        assert isinstance(spread_of(29, 29, 1.0, 1.0, 0.95, "s"), Undefined)
        assert spread_of(50, 50, 0.0, 0.0, 0.95, "s") == Undefined("nothing varies", n=50)


def test_names_say_what_is_kept() -> None:
    found = summed(people(np.random.default_rng(1), 40))
    assert found.n == 40
    assert found.ratio == pytest.approx(2.0, abs=0.6)
    assert replace(found, numbers=(0.0,) * len(NAMES)).ratio is None
