"""Bootstrap intervals, against the textbook example and SciPy."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from gonogo.stats.acceleration import acceleration
from gonogo.stats.arrays import Floats
from gonogo.stats.auc import auc
from gonogo.stats.bootstrap import Method, bootstrap
from gonogo.stats.estimate import Estimate, Measured, Undefined

pytestmark = pytest.mark.filterwarnings("error")

# Efron & Tibshirani (1993), An Introduction to the Bootstrap, table 14.1: spatial test data, A;
# also the data set `spatial` of R's package bootstrap.
TEXT = "48 36 20 29 42 42 20 42 22 41 45 14 6 0 33 28 34 4 32 24 47 41 24 26 30 41"
SPATIAL = np.array(TEXT.split(), dtype=float)


def estimated(measured: Measured) -> Estimate:
    assert isinstance(measured, Estimate), measured
    return measured


def spread(values: Floats) -> float:
    return float(np.var(values))


def means(values: Floats) -> Floats:
    found: Floats = values.mean(axis=-1)
    return found


def ratio(above: Floats, below: Floats) -> float:
    return float(above.sum() / below.sum()) if below.sum() else math.nan


class TestBootstrap:
    def test_spatial_test_data(self) -> None:
        """Efron & Tibshirani (1993), 14.2: variance 171.5; BCa at 90 %: 115.8 to 259.6.

        Theirs rests on 2,000 resamples; ours on 20,000 may differ from it by that noise.
        """
        found = estimated(bootstrap(spread, (SPATIAL,), 0.90, 1, 20_000, unit="points"))
        assert round(found.value, 1) == 171.5
        assert found.low == pytest.approx(115.8, abs=3)
        assert found.high == pytest.approx(259.6, abs=6)
        plain = bootstrap(spread, (SPATIAL,), 0.90, 1, 20_000, method="percentile", unit="points")
        assert estimated(plain).low == pytest.approx(100.8, abs=3)
        assert estimated(plain).high == pytest.approx(233.9, abs=4)

    @pytest.mark.parametrize("method", ["bca", "percentile"])
    def test_agrees_with_scipy(self, method: Method) -> None:
        """Other random numbers, so equal only up to the noise of 20,000 resamples."""
        values = np.random.default_rng(8).gamma(2, 1, 60)
        ours = estimated(
            bootstrap(means, (values,), 0.9, 3, 20_000, method=method, unit="ms", vectorised=True)
        )
        theirs = scipy_stats.bootstrap(
            (values,), np.mean, n_resamples=20_000, confidence_level=0.9, method=method, rng=5
        ).confidence_interval
        noise = 0.03 * (ours.high - ours.low)
        assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=noise)

    def test_vectorised_is_the_same_number(self) -> None:
        values = np.random.default_rng(9).normal(size=40)
        one = bootstrap(means, (values,), 0.95, 7, 999, unit="ms")
        many = bootstrap(means, (values,), 0.95, 7, 999, unit="ms", vectorised=True)
        assert estimated(one).low == pytest.approx(estimated(many).low, rel=1e-12)
        assert estimated(one).high == pytest.approx(estimated(many).high, rel=1e-12)

    @settings(max_examples=25, deadline=None)
    @given(
        st.lists(st.floats(-100, 100), max_size=20),
        st.integers(0, 2**32),
        st.sampled_from(["bca", "percentile"]),
    )
    def test_same_seed_same_answer_and_it_holds_the_value(
        self, values: list[float], seed: int, method: Method
    ) -> None:
        first, second = (
            bootstrap(np.median, (values,), 0.9, seed, 99, method=method, unit="ms")
            for _ in range(2)
        )
        assert first == second
        if isinstance(first, Estimate):
            assert first.low <= first.value <= first.high
            assert not first.exact

    def test_an_interval_of_no_width_is_no_interval(self) -> None:
        """Of five rows one differs: hardly a resample's median does, which proves nothing."""
        found = bootstrap(np.median, ([1.0, 1.0, 0.0, 1.0, 1.0],), 0.9, 192, 99, unit="ms")
        reason = "nearly all resamples give the same value: nothing to judge it by"
        assert found == Undefined(reason, n=5)

    def test_another_seed_another_answer(self) -> None:
        first, second = (
            bootstrap(spread, (SPATIAL,), 0.9, seed, 999, unit="points") for seed in (1, 2)
        )
        assert first != second

    def test_rows_stay_together(self) -> None:
        """The difference of equal columns is 0 in every resample only if rows are drawn whole."""
        found = bootstrap(
            lambda a, b: float(np.mean(a - b)), (SPATIAL, SPATIAL), 0.9, 1, 99, unit="points"
        )
        assert found == Undefined(
            "no two resamples give different values: nothing to judge it by", n=26
        )

    def test_strata_keep_their_sizes(self) -> None:
        label = np.array([1] * 2 + [0] * 30)
        seen: set[int] = set()

        def statistic(label: Floats, score: Floats) -> float | Undefined:
            seen.add(int(label.sum()))
            return auc(label, score)

        score = np.random.default_rng(1).normal(size=32) + label
        data = (label, score)
        found = bootstrap(
            statistic, data, 0.9, 1, 199, method="percentile", unit="auc", stratify=label
        )
        assert seen == {2}
        assert "within 2 strata" in estimated(found).method
        bootstrap(statistic, data, 0.9, 1, 199, method="percentile", unit="auc")
        assert len(seen) > 3

    def test_undefined_resamples_widen_the_interval_and_are_told(self) -> None:
        """With 3 rows of the denominator among 30, about 4 % of resamples have none of them."""
        below = np.array([1.0] * 3 + [0.0] * 27)
        above = np.random.default_rng(2).random(30)
        found = estimated(
            bootstrap(ratio, (above, below), 0.95, 1, 999, method="percentile", unit="ratio")
        )
        assert "of them undefined and counted at both ends" in found.method
        assert (found.low, found.high) == (-math.inf, math.inf)
        wide = estimated(
            bootstrap(ratio, (above, below), 0.8, 1, 999, method="percentile", unit="ratio")
        )
        assert math.isfinite(wide.low)
        assert math.isfinite(wide.high)

    def test_without_bca_the_percentile_interval_says_why(self) -> None:
        """Without its only yes the AUC does not exist, so the jackknife has no answer."""
        label = np.array([1.0] + [0.0] * 20)
        found = estimated(
            bootstrap(auc, (label, np.arange(21.0)[::-1] % 7), 0.8, 1, 999, unit="auc")
        )
        assert found.method.startswith(
            "percentile bootstrap (Efron 1979), as for BCa the jackknife"
        )

    def test_a_biased_statistic_keeps_its_value_inside(self) -> None:
        """The number of distinct values only falls in resamples."""
        found = estimated(
            bootstrap(
                lambda x: float(np.unique(x).size), (np.arange(30),), 0.9, 1, 199, unit="count"
            )
        )
        assert found.value == found.high == 30
        assert found.method.endswith("widened to hold the value")

    @pytest.mark.parametrize(
        ("values", "reason"),
        [
            ([], "no observations"),
            ([1.0], "one observation: nothing to resample"),
            ([2.0] * 9, "no two resamples give different values: nothing to judge it by"),
            ([1.0, math.nan], "the statistic is undefined here"),
        ],
    )
    def test_nothing_to_resample_says_why(self, values: list[float], reason: str) -> None:
        found = bootstrap(np.mean, (values,), 0.9, 1, 99, unit="ms")
        assert found == Undefined(reason, n=len(values))

    def test_the_reason_of_the_statistic_is_kept(self) -> None:
        found = bootstrap(auc, ([1, 1, 1], [1.0, 2.0, 3.0]), 0.9, 1, 99, unit="auc")
        assert found == Undefined("only one class: all 3 labels are yes", n=3)

    @pytest.mark.parametrize(
        ("changed", "message"),
        [
            ({"resamples": 38}, "resamples is 38, expected 39 or more at level 0.95"),
            ({"method": "basic"}, "expected 'bca' or 'percentile'"),
            ({"data": ()}, "expected one or more"),
            ({"data": ([1.0, 2.0], [1.0])}, "expected the same length"),
            ({"stratify": [1]}, "expected the same length"),
            ({"level": 1.0}, "strictly between"),
        ],
    )
    def test_wrong_questions_are_refused(self, changed: dict[str, Any], message: str) -> None:
        asked: dict[str, Any] = {
            "data": ([1.0, 2.0],),
            "level": 0.95,
            "seed": 1,
            "resamples": 99,
            "unit": "ms",
        }
        with pytest.raises(ValueError, match=message):
            bootstrap(np.mean, **(asked | changed))

    def test_covers_a_skewed_mean_about_as_often_as_it_says(self) -> None:
        """200 seeded samples of 40; 2 % are allowed for BCa's own error at this n."""
        rng = np.random.default_rng(31)
        covered = 0
        for seed in range(200):
            values = rng.exponential(1, 40)
            found = estimated(
                bootstrap(means, (values,), 0.9, seed, 499, unit="ms", vectorised=True)
            )
            covered += found.low <= 1 <= found.high
        assert covered >= scipy_stats.binom.ppf(1e-6, 200, 0.88)


class TestAcceleration:
    def test_spatial_test_data(self) -> None:
        """Efron & Tibshirani (1993), 14.3: 0.061."""
        found = acceleration(
            lambda arrays: spread(arrays[0]), [SPATIAL], [np.arange(26)], np.random.default_rng(0)
        )
        assert found == pytest.approx(0.061, abs=5e-4)

    def test_of_a_mean_it_is_a_sixth_of_the_skewness(self) -> None:
        values = np.random.default_rng(6).exponential(1, 300)
        found = acceleration(
            lambda arrays: float(arrays[0].mean()),
            [values],
            [np.arange(300)],
            np.random.default_rng(0),
        )
        assert found == pytest.approx(scipy_stats.skew(values) / 6 / math.sqrt(300))

    def test_groups_estimate_the_same(self) -> None:
        """50,000 rows in 500 groups; the groups' own noise is sqrt(6/500)/sqrt(500)/6 = 0.0008."""
        values = np.random.default_rng(6).exponential(1, 50_000)
        found = acceleration(
            lambda arrays: float(arrays[0].mean()),
            [values],
            [np.arange(50_000)],
            np.random.default_rng(0),
        )
        exact = float(scipy_stats.skew(values)) / 6 / math.sqrt(50_000)
        assert found == pytest.approx(exact, abs=5 * 0.0008)

    def test_strata_agree_with_scipys_formula(self) -> None:
        """A difference of two means: cubes over n³ against squares over n², summed over strata."""
        rng = np.random.default_rng(12)
        a, b = rng.exponential(1, 20), rng.exponential(3, 35)
        both = np.concatenate([a, b])
        group = np.array([0] * 20 + [1] * 35)
        found = acceleration(
            lambda arrays: float(
                arrays[0][arrays[1] == 0].mean() - arrays[0][arrays[1] == 1].mean()
            ),
            [both, group],
            [np.arange(20), np.arange(20, 55)],
            rng,
        )
        cubes = sum(
            sign * float(np.sum((x - x.mean()) ** 3)) / x.size**3 for sign, x in ((1, a), (-1, b))
        )
        squares = sum(float(np.sum((x - x.mean()) ** 2)) / x.size**2 for x in (a, b))
        assert found == pytest.approx(cubes / 6 / squares**1.5)
