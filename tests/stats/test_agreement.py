"""Agreement beyond chance against published examples and independent implementations."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import cohens_kappa
from statsmodels.stats.inter_rater import fleiss_kappa as fleiss_of_statsmodels

from gonogo.stats.agreement import Scale, cohen_kappa, fleiss_kappa, krippendorff_alpha
from gonogo.stats.estimate import Estimate, Undefined

DRAWN = (0.95, 7, 999)
NAN = math.nan

COHEN_1960 = np.array([[88, 14, 18], [10, 40, 10], [2, 6, 12]])
"""Cohen (1960), table 2: 200 patients, two judges, three diagnoses."""

FLEISS_1971 = np.array(
    [
        [0, 0, 0, 6, 0], [0, 3, 0, 0, 3], [0, 1, 4, 0, 1], [0, 0, 0, 0, 6], [0, 3, 0, 3, 0],
        [2, 0, 4, 0, 0], [0, 0, 4, 0, 2], [2, 0, 3, 1, 0], [2, 0, 0, 4, 0], [0, 0, 0, 0, 6],
        [1, 0, 0, 5, 0], [1, 1, 0, 4, 0], [0, 3, 3, 0, 0], [1, 0, 0, 5, 0], [0, 2, 0, 3, 1],
        [0, 0, 5, 0, 1], [3, 0, 0, 1, 2], [5, 1, 0, 0, 0], [0, 2, 0, 4, 0], [1, 0, 2, 0, 3],
        [0, 0, 0, 0, 6], [0, 1, 0, 5, 0], [0, 2, 0, 1, 3], [2, 0, 0, 4, 0], [1, 0, 0, 4, 1],
        [0, 5, 0, 1, 0], [4, 0, 0, 0, 2], [0, 2, 0, 4, 0], [1, 0, 5, 0, 0], [0, 0, 0, 0, 6],
    ]
)  # fmt: skip
"""Fleiss (1971), table 1: 30 patients, six psychiatrists each, five diagnoses.

The same ratings are the data set `diagnoses` of R's package irr, from which statsmodels tests too.
"""

KRIPPENDORFF_2011 = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
        [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
    ]
).T
"""Krippendorff (2011), section C: twelve units, four observers, missing ratings.

Also the example of the package krippendorff's `alpha`, and, but for which of the observers rated
the twelfth unit alone, that of `kripp.alpha` in R's package irr.
"""


def rated(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The ratings that a table of counts stands for."""
    cells = [(i, j) for i, row in enumerate(table) for j, n in enumerate(row) for _ in range(n)]
    first, second = np.array(cells).T
    return first, second


def value(found: Estimate | Undefined) -> float:
    assert isinstance(found, Estimate), found
    return found.value


def alpha_by_pairs(ratings: np.ndarray, scale: Scale) -> float:
    """Krippendorff's alpha as he writes it: pair by pair, by the coincidence matrix."""
    units = [row[~np.isnan(row)] for row in ratings]
    units = [row for row in units if row.size >= 2]
    values = sorted(set(np.concatenate(units)))
    together = {(c, k): 0.0 for c in values for k in values}
    for row in units:
        for i, c in enumerate(row):
            for j, k in enumerate(row):
                if i != j:
                    together[c, k] += 1 / (row.size - 1)
    of = {c: sum(together[c, k] for k in values) for c in values}
    n = sum(of.values())

    def metric(c: float, k: float) -> float:
        if scale is Scale.NOMINAL:
            return float(c != k)
        if scale is Scale.INTERVAL:
            return (c - k) ** 2
        low, high = sorted((c, k))
        between = sum(of[g] for g in values if low <= g <= high)
        return float((between - (of[c] + of[k]) / 2) ** 2)

    observed = sum(together[c, k] * metric(c, k) for c in values for k in values)
    expected = sum(of[c] * of[k] * metric(c, k) for c in values for k in values)
    return 1 - (n - 1) * observed / expected


class TestCohenKappa:
    def test_the_example_of_1960(self) -> None:
        """Cohen (1960), Educational and Psychological Measurement 20, 37-46: kappa is 0.492."""
        first, second = rated(COHEN_1960)
        found = cohen_kappa(first, second, *DRAWN)
        assert value(found) == pytest.approx(0.492, abs=5e-4)

    def test_the_weighted_example_of_1968(self) -> None:
        """Cohen (1968), Psychological Bulletin 70, 213-220: weighted kappa is 0.348."""
        costs = [[0, 1, 3], [1, 0, 6], [3, 6, 0]]
        first, second = rated(COHEN_1960)
        found = cohen_kappa(first, second, *DRAWN, weights=costs)
        assert value(found) == pytest.approx(0.348, abs=5e-4)

    @pytest.mark.parametrize("kind", [None, "linear", "quadratic"])
    def test_as_scikit_learn(self, kind: str | None) -> None:
        rng = np.random.default_rng(2)
        first = rng.integers(0, 4, 150)
        second = np.where(rng.uniform(size=150) < 0.6, first, rng.integers(0, 4, 150))
        apart = np.abs(np.arange(4)[:, None] - np.arange(4))
        costs = None if kind is None else apart if kind == "linear" else apart**2
        found = cohen_kappa(first, second, *DRAWN, weights=costs)
        assert value(found) == pytest.approx(cohen_kappa_score(first, second, weights=kind))

    def test_the_interval_is_near_the_asymptotic_one(self) -> None:
        """Fleiss, Cohen & Everitt (1969), as statsmodels has it, for 200 rows."""
        first, second = rated(COHEN_1960)
        found = cohen_kappa(first, second, 0.95, 7, 4999)
        told = cohens_kappa(COHEN_1960)
        assert isinstance(found, Estimate)
        assert found.low == pytest.approx(told.kappa_low, abs=0.02)
        assert found.high == pytest.approx(told.kappa_upp, abs=0.02)
        assert "BCa" in found.method

    def test_full_agreement_is_no_proof_of_it(self) -> None:
        found = cohen_kappa([0, 1] * 20, [0, 1] * 20, *DRAWN)
        assert isinstance(found, Estimate)
        assert found.value == found.high == 1
        assert found.low == pytest.approx(1 - 2 * (1 - 0.025 ** (1 / 40)))

    def test_one_code_alone_says_nothing(self) -> None:
        assert isinstance(cohen_kappa([1] * 9, [1] * 9, *DRAWN), Undefined)
        assert cohen_kappa([], [], *DRAWN) == Undefined("no observations", n=0)

    def test_what_cannot_be_rated_is_refused(self) -> None:
        with pytest.raises(ValueError, match="as many of each"):
            cohen_kappa([0, 1], [0], *DRAWN)
        with pytest.raises(ValueError, match="codes from 0"):
            cohen_kappa([0, -1], [0, 1], *DRAWN)
        with pytest.raises(ValueError, match="diagonal"):
            cohen_kappa([0, 1], [0, 1], *DRAWN, weights=[[1, 1], [1, 0]])
        with pytest.raises(ValueError, match="2 by 2"):
            cohen_kappa([0, 1], [0, 1], *DRAWN, weights=[[0]])


class TestFleissKappa:
    def test_the_example_of_1971(self) -> None:
        """Fleiss (1971), Psychological Bulletin 76, 378-382: kappa is 0.430."""
        assert FLEISS_1971.sum(axis=0).tolist() == [26, 26, 30, 55, 43]
        found = fleiss_kappa(FLEISS_1971, *DRAWN)
        assert value(found) == pytest.approx(0.430, abs=5e-4)

    def test_as_statsmodels(self) -> None:
        rng = np.random.default_rng(4)
        counts = rng.multinomial(5, [0.2, 0.5, 0.3], size=40)
        assert value(fleiss_kappa(counts, *DRAWN)) == pytest.approx(fleiss_of_statsmodels(counts))

    def test_unequal_numbers_of_ratings_have_none(self) -> None:
        found = fleiss_kappa([[2, 1], [1, 1]], *DRAWN)
        assert isinstance(found, Undefined)
        assert "Krippendorff" in found.reason

    def test_one_rating_each_says_nothing(self) -> None:
        assert isinstance(fleiss_kappa([[1, 0], [0, 1]], *DRAWN), Undefined)
        assert isinstance(fleiss_kappa(np.empty((0, 2)), *DRAWN), Undefined)

    def test_other_shapes_are_refused(self) -> None:
        with pytest.raises(ValueError, match="units by values"):
            fleiss_kappa([1, 2], *DRAWN)


class TestKrippendorffAlpha:
    @pytest.mark.parametrize(
        ("scale", "told"), [(Scale.NOMINAL, 0.743), (Scale.ORDINAL, 0.815), (Scale.INTERVAL, 0.849)]
    )
    def test_the_example_with_missing_ratings(self, scale: Scale, told: float) -> None:
        """Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, sections C to E.

        The documentation of the package krippendorff prints 0.743 and 0.815 for the same ratings.
        """
        found = krippendorff_alpha(KRIPPENDORFF_2011, *DRAWN, scale=scale)
        assert value(found) == pytest.approx(told, abs=5e-4)
        assert found.n == 11

    def test_the_example_of_two_observers_and_two_values(self) -> None:
        """Krippendorff (2011), section A: alpha is 0.095."""
        ratings = np.array([[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]]).T
        found = krippendorff_alpha(ratings, *DRAWN, scale=Scale.NOMINAL)
        assert value(found) == pytest.approx(0.095, abs=5e-4)

    def test_the_example_of_two_observers_and_many_values(self) -> None:
        """Krippendorff (2011), section B: alpha is 0.692."""
        first, second = "aabbdccceDda".lower(), "babbbcccEddd".lower()
        ratings = np.array([[ord(one) for one in row] for row in (first, second)]).T
        found = krippendorff_alpha(ratings, *DRAWN, scale=Scale.NOMINAL)
        assert value(found) == pytest.approx(0.692, abs=5e-4)

    @pytest.mark.parametrize("scale", Scale)
    @given(seed=st.integers(0, 10_000), raters=st.integers(2, 5), far=st.sampled_from([0, 1e6]))
    @settings(max_examples=25, deadline=None)
    def test_as_pair_by_pair(self, scale: Scale, seed: int, raters: int, far: float) -> None:
        rng = np.random.default_rng(seed)
        ratings = rng.integers(0, 4, (12, raters)) + float(far)
        ratings[rng.uniform(size=ratings.shape) < 0.2] = NAN
        found = krippendorff_alpha(ratings, 0.9, 7, 99, scale=scale)
        if isinstance(found, Estimate):
            assert found.value == pytest.approx(alpha_by_pairs(ratings, scale), abs=1e-9)
            assert found.low <= found.value <= found.high <= 1

    @pytest.mark.parametrize("scale", Scale)
    def test_all_alike_has_none(self, scale: Scale) -> None:
        found = krippendorff_alpha(np.full((6, 2), 0.1), *DRAWN, scale=scale)
        assert isinstance(found, Undefined)

    def test_no_unit_with_two_ratings_has_none(self) -> None:
        found = krippendorff_alpha([[1, NAN], [NAN, 2]], *DRAWN, scale=Scale.NOMINAL)
        assert found == Undefined("no unit has two ratings: nothing to agree", n=0)

    @pytest.mark.parametrize("scale", Scale)
    def test_full_agreement_has_an_open_lower_end(self, scale: Scale) -> None:
        found = krippendorff_alpha([[1, 1], [2, 2], [3, 3]] * 9, *DRAWN, scale=scale)
        assert isinstance(found, Estimate)
        assert found.low < found.value == 1

    def test_infinite_ratings_are_refused(self) -> None:
        with pytest.raises(ValueError, match="finite"):
            krippendorff_alpha([[math.inf, 1]], *DRAWN, scale=Scale.INTERVAL)

    def test_coverage_of_the_interval(self) -> None:
        """Of 150 samples of 60 units about 95 % hold the alpha of the population."""
        rng = np.random.default_rng(11)

        def sample(units: int) -> np.ndarray:
            truth = rng.integers(0, 3, (units, 1))
            return np.where(
                rng.uniform(size=(units, 3)) < 0.7, truth, rng.integers(0, 3, (units, 3))
            )

        whole = krippendorff_alpha(sample(40_000), 0.5, 7, 19, scale=Scale.NOMINAL)
        held = 0
        for _ in range(150):
            found = krippendorff_alpha(sample(60), 0.95, 7, 399, scale=Scale.NOMINAL)
            assert isinstance(found, Estimate)
            held += found.low <= value(whole) <= found.high
        assert held >= 0.9 * 150
