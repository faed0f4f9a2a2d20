"""What decisions cost, and where they cost least."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gonogo.stats.costs import CostCurve, Costs, least_cost_threshold, mean_cost
from gonogo.stats.estimate import Estimate, Undefined

each_cost = st.floats(-5, 5)
DEAR = Costs(false_no=4)


def rows(n: int, seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    score = rng.uniform(size=n)
    return rng.uniform(size=n) < score, score


def curve(n: int = 300, costs: Costs = DEAR, level: float = 0.95, seed: int = 3) -> CostCurve:
    found = least_cost_threshold(*rows(n, seed), costs, level, seed=7, resamples=999)
    assert isinstance(found, CostCurve)
    return found


class TestMeanCost:
    @given(st.lists(st.tuples(st.integers(0, 9), each_cost), min_size=1, max_size=6))
    def test_agrees_with_scipy_on_the_rows_themselves(self, kinds: list[tuple[int, float]]) -> None:
        counts, each = zip(*kinds, strict=True)
        values = np.repeat(each, counts)
        found = mean_cost(counts, each, 0.9)
        if values.size < 2 or np.ptp(each) == 0:
            assert isinstance(found, Undefined)
        else:
            assert isinstance(found, Estimate)
            assert found.value == pytest.approx(values.mean(), abs=1e-9)
            assert min(each) <= found.low <= found.value <= found.high <= max(each)

    def test_of_many_rows_it_is_student_s(self) -> None:
        """Where every kind is common the likelihood is nearly a normal one."""
        counts, each = [8000, 1500, 500], [0.0, 1.0, 5.0]
        found = mean_cost(counts, each, 0.95)
        assert isinstance(found, Estimate)
        wanted = stats.ttest_1samp(np.repeat(each, counts), 0).confidence_interval(0.95)
        assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high), rel=5e-3)

    def test_a_dear_mistake_that_did_not_happen_may_come_yet(self) -> None:
        found = mean_cost([100, 0], [0.0, 50.0], 0.95)
        assert isinstance(found, Estimate)
        assert (found.value, found.low) == (0, 0)
        assert found.high > 0.5

    def test_nothing_to_tell_apart(self) -> None:
        assert mean_cost([3, 2], [1, 1], 0.95) == Undefined("every decision costs 1", n=5)

    def test_no_rows(self) -> None:
        assert mean_cost([0, 0], [1, 2], 0.95) == Undefined("no observations", n=0)


class TestCosts:
    def test_elkan_s_threshold(self) -> None:
        """Elkan (2001), section 2: p* = (c10 - c00) / (c10 - c00 + c01 - c11)."""
        costs = Costs(true_no=-1, false_yes=4, false_no=12, true_yes=-3)
        assert costs.calibrated_threshold == pytest.approx(5 / 20)


class TestLeastCostThreshold:
    def test_the_curve_is_what_the_decisions_cost(self) -> None:
        label, score = rows(80)
        found = least_cost_threshold(label, score, DEAR, 0.95, seed=7, resamples=199)
        assert isinstance(found, CostCurve)
        assert found.thresholds.size == 81
        for threshold, cost in zip(found.thresholds, found.cost, strict=True):
            chosen = score >= threshold
            assert cost == pytest.approx((chosen & ~label).mean() + 4 * (~chosen & label).mean())
        best = found.thresholds[found.cost.argmin()]
        assert found.measured.value == best

    def test_many_scores_are_thinned(self) -> None:
        found = curve(5000)
        assert found.thresholds.size <= 101
        assert found.measured.n == 5000

    def test_dearer_misses_lower_it(self) -> None:
        assert curve(2000).measured.value < curve(2000, Costs(false_yes=4)).measured.value

    def test_more_rows_narrow_it(self) -> None:
        few, many = curve(300).measured, curve(20_000).measured
        assert many.high - many.low < 0.5 * (min(1.0, few.high) - max(0.0, few.low))

    def test_a_higher_level_widens_it(self) -> None:
        narrow, wide = curve(level=0.8).measured, curve(level=0.99).measured
        assert wide.low <= narrow.low
        assert narrow.high <= wide.high

    def test_a_score_without_skill_leaves_both_sides_open(self) -> None:
        """Selecting all may be the best there is, and so may selecting nobody."""
        rng = np.random.default_rng(1)
        label, score = rng.uniform(size=400) < 0.5, rng.uniform(size=400)
        found = least_cost_threshold(label, score, Costs(), 0.95, seed=7, resamples=999)
        assert isinstance(found, CostCurve)
        assert found.measured.low == -np.inf
        assert found.measured.high == np.inf

    def test_one_class_and_a_constant_score_are_undefined(self) -> None:
        for label, score in (([1, 1], [0.1, 0.2]), ([0, 1], [0.5, 0.5]), ([], [])):
            found = least_cost_threshold(label, score, Costs(), 0.95, seed=7, resamples=99)
            assert isinstance(found, Undefined)

    def test_a_mistake_that_costs_nothing_is_refused(self) -> None:
        with pytest.raises(ValueError, match="no dearer"):
            least_cost_threshold([0, 1], [0.1, 0.2], Costs(false_no=0), 0.95, seed=7, resamples=99)

    @pytest.mark.slow
    @pytest.mark.parametrize("n", [150, 500])
    @pytest.mark.parametrize("costs", [Costs(), DEAR])
    def test_covers_as_promised(self, n: int, costs: Costs) -> None:
        """Of calibrated scores the best threshold is Elkan's."""
        held = 0
        for seed in range(200):
            found = curve(n, costs, seed=seed).measured
            held += found.low <= costs.calibrated_threshold <= found.high
        assert held / 200 >= 0.92
