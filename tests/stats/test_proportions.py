"""Intervals of proportions, their differences and ratios, against tables and other libraries."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest
from scipy.stats.contingency import relative_risk
from statsmodels.stats.proportion import (
    confint_proportions_2indep,
    proportion_confint,
)

from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.proportions import clopper_pearson, katz_ratio, newcombe_difference, wilson

pytestmark = pytest.mark.filterwarnings("error")

One = Callable[[Counts, float], Measured]
Two = Callable[[Counts, Counts, float], Measured]
ONES: list[One] = [wilson, clopper_pearson]
TWOS: list[Two] = [newcombe_difference, katz_ratio]


@st.composite
def counts(draw: st.DrawFn, least: int = 1, most: int = 300) -> Counts:
    n = draw(st.integers(least, most))
    return Counts(yes=draw(st.integers(0, n)), n=n)


levels = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99, 0.999])


def estimated(measured: Measured) -> Estimate:
    assert isinstance(measured, Estimate), measured
    return measured


def ends(measured: Measured, digits: int = 4) -> tuple[float, float]:
    found = estimated(measured)
    return round(found.low, digits), round(found.high, digits)


class TestWilson:
    @pytest.mark.parametrize(
        ("yes", "n", "low", "high"),
        [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0000, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ],
    )
    def test_newcombe_table_1_method_3(self, yes: int, n: int, low: float, high: float) -> None:
        """Newcombe (1998), Statistics in Medicine 17, 857-872, table I, score method."""
        assert ends(wilson(Counts(yes=yes, n=n), 0.95)) == (low, high)

    @given(counts(), levels)
    def test_agrees_with_scipy_and_statsmodels(self, found: Counts, level: float) -> None:
        ours = estimated(wilson(found, level))
        theirs = binomtest(found.yes, found.n).proportion_ci(level, method="wilson")
        others = proportion_confint(found.yes, found.n, alpha=1 - level, method="wilson")
        assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)
        assert (ours.low, ours.high) == pytest.approx(others, abs=1e-12)

    def test_covers_the_share_it_says_on_average(self) -> None:
        """Mean exact coverage over all proportions is known to lie close to the level."""
        assert np.mean(_coverages(wilson, n=40)) == pytest.approx(0.95, abs=0.01)


class TestClopperPearson:
    @pytest.mark.parametrize(
        ("yes", "n", "low", "high"),
        [
            (81, 263, 0.2527, 0.3676),
            (15, 148, 0.0578, 0.1617),
            (0, 20, 0.0000, 0.1684),
            (1, 29, 0.0009, 0.1776),
        ],
    )
    def test_newcombe_table_1_method_5(self, yes: int, n: int, low: float, high: float) -> None:
        """Newcombe (1998), Statistics in Medicine 17, 857-872, table I, exact method."""
        assert ends(clopper_pearson(Counts(yes=yes, n=n), 0.95)) == (low, high)

    @given(counts(), levels)
    def test_agrees_with_scipy(self, found: Counts, level: float) -> None:
        ours = estimated(clopper_pearson(found, level))
        theirs = binomtest(found.yes, found.n).proportion_ci(level, method="exact")
        assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)

    def test_covers_every_proportion_at_least_as_often_as_it_says(self) -> None:
        assert min(_coverages(clopper_pearson, n=40)) >= 0.95


def _coverages(interval: One, n: int) -> list[float]:
    """Exact coverage at 95 % for proportions from 0.01 to 0.99: a sum, no simulation."""
    found = [estimated(interval(Counts(yes=yes, n=n), 0.95)) for yes in range(n + 1)]
    return [
        sum(binom.pmf(yes, n, p) for yes, e in enumerate(found) if e.low <= p <= e.high)
        for p in np.linspace(0.01, 0.99, 197)
    ]


@pytest.mark.parametrize("interval", ONES)
class TestEveryProportion:
    def test_no_observations_say_so(self, interval: One) -> None:
        assert interval(Counts(0, 0), 0.95) == Undefined("no observations", n=0)

    @pytest.mark.parametrize("level", [0.0, 1.0, 95.0])
    def test_a_level_outside_is_refused(self, interval: One, level: float) -> None:
        with pytest.raises(ValueError, match="level"):
            interval(Counts(1, 2), level)

    @given(found=counts(), level=levels)
    def test_holds_the_value_within_0_and_1(
        self, interval: One, found: Counts, level: float
    ) -> None:
        e = estimated(interval(found, level))
        assert e.value == found.yes / found.n
        assert 0 <= e.low <= e.value <= e.high <= 1
        assert not e.exact

    @given(found=counts(), level=levels)
    def test_yes_and_no_mirror_each_other(self, interval: One, found: Counts, level: float) -> None:
        yes = estimated(interval(found, level))
        no = estimated(interval(Counts(found.no, found.n), level))
        assert (yes.low, yes.high) == pytest.approx((1 - no.high, 1 - no.low), abs=1e-12)


class TestNewcombeDifference:
    @pytest.mark.parametrize(
        ("a", "b", "low", "high"),
        [
            ((56, 70), (48, 80), 0.0524, 0.3339),
            ((9, 10), (3, 10), 0.1705, 0.8090),
            ((6, 7), (2, 7), 0.0582, 0.8062),
            ((5, 56), (0, 29), -0.0381, 0.1926),
            ((0, 10), (0, 20), -0.1611, 0.2775),
            ((0, 10), (0, 10), -0.2775, 0.2775),
            ((10, 10), (0, 20), 0.6791, 1.0000),
            ((10, 10), (0, 10), 0.6075, 1.0000),
        ],
    )
    def test_newcombe_table_2_method_10(
        self, a: tuple[int, int], b: tuple[int, int], low: float, high: float
    ) -> None:
        """Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10."""
        assert ends(newcombe_difference(Counts(*a), Counts(*b), 0.95)) == (low, high)

    @given(counts(), counts(), levels)
    def test_agrees_with_statsmodels(self, a: Counts, b: Counts, level: float) -> None:
        ours = estimated(newcombe_difference(a, b, level))
        theirs = confint_proportions_2indep(
            a.yes, a.n, b.yes, b.n, compare="diff", method="newcomb", alpha=1 - level
        )
        assert (ours.low, ours.high) == pytest.approx(theirs, abs=1e-9)

    @given(counts(), counts(), levels)
    def test_turned_round_it_changes_its_sign(self, a: Counts, b: Counts, level: float) -> None:
        there, back = newcombe_difference(a, b, level), newcombe_difference(b, a, level)
        assert ends(there, 12) == pytest.approx([-end for end in reversed(ends(back, 12))])


class TestKatzRatio:
    def test_physicians_health_study(self) -> None:
        """Agresti (2002), Categorical Data Analysis, 2nd ed., 3.1.4: 1.82, from 1.43 to 2.31."""
        found = estimated(katz_ratio(Counts(189, 11_034), Counts(104, 11_037), 0.95))
        assert round(found.value, 2) == 1.82
        assert ends(found, 2) == (1.43, 2.31)

    @given(counts(), counts(), levels)
    def test_agrees_with_scipy_where_no_cell_is_empty(
        self, a: Counts, b: Counts, level: float
    ) -> None:
        assume(0 not in {a.yes, a.no, b.yes, b.no})
        ours = estimated(katz_ratio(a, b, level))
        theirs = relative_risk(a.yes, a.n, b.yes, b.n)
        limits = theirs.confidence_interval(level)
        assert ours.method.startswith("log-ratio")
        assert ours.value == pytest.approx(theirs.relative_risk)
        assert (ours.low, ours.high) == pytest.approx((limits.low, limits.high))

    @pytest.mark.parametrize(
        ("a", "b"),
        [
            ((0, 10), (3, 10)),
            ((0, 200), (150, 200)),
            ((10, 10), (3, 10)),
            ((3, 10), (10, 10)),
            ((10, 10), (20, 20)),
            ((0, 10), (10, 10)),
            ((1, 1), (1, 1)),
        ],
    )
    def test_empty_cells_take_the_score_interval(
        self, a: tuple[int, int], b: tuple[int, int]
    ) -> None:
        """At its ends Koopman's statistic is the normal quantile; the oracle recomputes it."""
        found = estimated(katz_ratio(Counts(*a), Counts(*b), 0.95))
        assert found.value == (a[0] / a[1]) / (b[0] / b[1])
        assert found.method.startswith("asymptotic score")
        assert 0 < found.high < math.inf
        for end in (found.low, found.high):
            if end:
                assert _chi_square(a, b, end) == pytest.approx(1.959964**2, rel=1e-5)

    def test_koopman_agrees_with_statsmodels(self) -> None:
        """statsmodels looks for the same ends numerically, in its own way."""
        found = estimated(katz_ratio(Counts(10, 10), Counts(3, 10), 0.95))
        theirs = confint_proportions_2indep(
            10, 10, 3, 10, compare="ratio", method="score", correction=False
        )
        assert (found.low, found.high) == pytest.approx(theirs, rel=1e-5)

    def test_no_yes_in_the_denominator_has_no_ratio(self) -> None:
        found = katz_ratio(Counts(3, 10), Counts(0, 12), 0.95)
        assert found == Undefined("no yes among the 12 observations of the denominator", n=22)

    @given(counts(), counts(), levels)
    def test_turned_round_it_is_the_inverse(self, a: Counts, b: Counts, level: float) -> None:
        assume(a.yes and b.yes)
        there, back = estimated(katz_ratio(a, b, level)), estimated(katz_ratio(b, a, level))
        assert there.low * back.high == pytest.approx(1, rel=1e-6)


def _chi_square(a: tuple[int, int], b: tuple[int, int], ratio: float) -> float:
    """Koopman (1984), Biometrics 40, 513-517, formula 2.2, its restricted estimate by search."""
    grid = np.linspace(1e-9, min(1, 1 / ratio) - 1e-9, 2_000_001)
    x, m, y, n = *a, *b
    likelihood = (
        x * np.log(ratio * grid)
        + (m - x) * np.log1p(-ratio * grid)
        + y * np.log(grid)
        + (n - y) * np.log1p(-grid)
    )
    q = float(grid[np.argmax(likelihood)])
    p = q * ratio
    return float((x - m * p) ** 2 / (m * p * (1 - p)) + (y - n * q) ** 2 / (n * q * (1 - q)))


@pytest.mark.parametrize("interval", TWOS)
class TestEveryComparison:
    @pytest.mark.parametrize(
        ("a", "b", "side"),
        [
            (Counts(0, 0), Counts(1, 2), "the first side"),
            (Counts(1, 2), Counts(0, 0), "the second side"),
            (Counts(0, 0), Counts(0, 0), "either side"),
        ],
    )
    def test_a_side_without_observations_is_named(
        self, interval: Two, a: Counts, b: Counts, side: str
    ) -> None:
        assert interval(a, b, 0.95) == Undefined(f"no observations on {side}", n=a.n + b.n)

    @given(a=counts(), b=counts(), level=levels)
    def test_holds_the_value_and_is_never_exact(
        self, interval: Two, a: Counts, b: Counts, level: float
    ) -> None:
        found = interval(a, b, level)
        assume(isinstance(found, Estimate))
        e = estimated(found)
        assert e.low <= e.value <= e.high
        assert not e.exact
        assert e.n == a.n + b.n

    def test_covers_the_truth(self, interval: Two) -> None:
        """Exact coverage at 0.3 against 0.5 with 40 each, by summing over all outcomes."""
        truth = -0.2 if interval is newcombe_difference else 0.6
        p, q = ([float(binom.pmf(yes, 40, share)) for yes in range(41)] for share in (0.3, 0.5))
        covered = sum(
            p[x] * q[y]
            for x in range(41)
            for y in range(1, 41)
            if p[x] * q[y] > 1e-9
            and (e := estimated(interval(Counts(x, 40), Counts(y, 40), 0.95))).low
            <= truth
            <= e.high
        )
        assert covered == pytest.approx(0.95, abs=0.01)
