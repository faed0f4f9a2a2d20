"""Conformal sets: the definition, the distribution of their coverage, and groups."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta, kstest

from gonogo.stats.conformal import (
    Threshold,
    by_group,
    class_scores,
    class_sets,
    coverage,
    intervals,
    residual_scores,
    threshold,
)
from gonogo.stats.estimate import Estimate, Undefined

pytestmark = pytest.mark.filterwarnings("error")


def found(scores: list[float], level: float) -> Threshold:
    one = threshold(scores, level)
    assert isinstance(one, Threshold)
    return one


class TestThreshold:
    @given(st.lists(st.floats(0, 10), min_size=1, max_size=40), st.floats(0.05, 0.99))
    def test_leaving_each_row_out_holds_as_often_as_said(
        self, scores: list[float], level: float
    ) -> None:
        """What conformal prediction rests on, exactly: each row is as likely to be the new one."""
        held = 0
        for place, own in enumerate(scores):
            rest = scores[:place] + scores[place + 1 :]
            held += own <= (found(rest, level).quantile if rest else math.inf)
        assert held / len(scores) >= level - 1e-9

    def test_too_few_rows_hold_everything(self) -> None:
        one = found([0.5] * 8, 0.9)
        assert (one.quantile, one.expected, one.reached(0.99)) == (math.inf, 1.0, 1.0)

    def test_nine_rows_are_enough_for_nine_of_ten(self) -> None:
        assert found(list(range(9)), 0.9).quantile == 8.0

    def test_coverage_follows_its_beta_distribution(self) -> None:
        """Vovk (2012): over calibration sets, of uniform scores coverage is the quantile itself."""
        rng = np.random.default_rng(1)
        quantiles = [found(rng.random(99).tolist(), 0.9).quantile for _ in range(2000)]
        assert kstest(quantiles, beta(90, 10).cdf).pvalue > 1e-4
        assert np.mean(quantiles) == pytest.approx(found([0.5] * 99, 0.9).expected, abs=0.005)
        share = np.mean(np.array(quantiles) >= 0.88)
        assert Threshold(0.9, 0.9, 99).reached(0.88) == pytest.approx(share, abs=0.04)

    def test_nothing_is_held_by_nothing(self) -> None:
        assert threshold([], 0.9) == Undefined("no observations", n=0)


class TestClassSets:
    def test_sets_hold_the_label_as_often_as_said(self) -> None:
        """A forecast that is far from right: coverage holds, sets are larger."""
        rng = np.random.default_rng(2)
        true = rng.dirichlet([1, 1, 1], 8000)
        labels = (rng.random(8000)[:, None] > true.cumsum(axis=1)).sum(axis=1).clip(0, 2)
        for told in (true, true[:, ::-1]):
            one = threshold(class_scores(labels[:4000], told[:4000]), 0.9)
            assert isinstance(one, Threshold)
            inside = class_sets(one, told[4000:])[np.arange(4000), labels[4000:]]
            measured = coverage(inside, 1 - 1e-6)
            assert isinstance(measured, Estimate)
            assert measured.low <= one.expected + 0.02
            assert measured.high >= 0.9

    @pytest.mark.parametrize(
        ("labels", "chances"), [([2], [[0.5, 0.5]]), ([0], [0.5, 0.5]), ([0, 1], [[0.5, 0.5]])]
    )
    def test_what_does_not_fit_is_refused(
        self, labels: list[int], chances: list[list[float]]
    ) -> None:
        with pytest.raises(ValueError, match=r"expected|not one of"):
            class_scores(labels, chances)


class TestIntervals:
    def test_they_hold_the_outcome_as_often_as_said(self) -> None:
        """Also where how far off it is differs by row; a scale makes them follow it."""
        rng = np.random.default_rng(3)
        x = rng.uniform(0.1, 3, 8000)
        y = x + x * rng.standard_exponential(8000)
        widths = []
        for scale in (np.ones(8000), x):
            one = threshold(residual_scores(y[:4000], x[:4000], scale[:4000]), 0.9)
            assert isinstance(one, Threshold)
            low, high = intervals(one, x[4000:], scale[4000:])
            held = ((low <= y[4000:]) & (y[4000:] <= high)).mean()
            assert held == pytest.approx(0.9, abs=0.025)
            widths.append(np.mean(high - low))
        assert widths[1] < widths[0]

    def test_a_scale_of_nothing_is_refused(self) -> None:
        with pytest.raises(ValueError, match="expected numbers above 0"):
            residual_scores([1.0], [1.0], [0.0])


class TestByGroup:
    def test_each_group_is_held_as_often(self) -> None:
        rng = np.random.default_rng(4)
        group = np.where(rng.random(8000) < 0.2, "few", "many")
        scores = rng.random(8000) * np.where(group == "few", 3, 1)
        apart = by_group(scores[:4000], group[:4000], 0.9)
        whole = threshold(scores[:4000], 0.9)
        assert isinstance(whole, Threshold)
        for name, one in apart.items():
            assert isinstance(one, Threshold)
            own = scores[4000:][group[4000:] == name]
            assert (own <= one.quantile).mean() == pytest.approx(0.9, abs=0.05)
        few = scores[4000:][group[4000:] == "few"]
        assert (few <= whole.quantile).mean() < 0.8

    def test_lengths_that_differ_are_refused(self) -> None:
        with pytest.raises(ValueError, match="expected"):
            by_group([1.0], ["a", "b"], 0.9)
