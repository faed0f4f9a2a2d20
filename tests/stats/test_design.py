"""Sample size, power and detectable effect: published examples, statsmodels, and one another."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from statsmodels.stats.power import TTestIndPower
from statsmodels.stats.proportion import power_proportions_2indep
from tea_tasting.aggr import Aggregates
from tea_tasting.metrics import Mean

from gonogo.stats.cuped import variance_left
from gonogo.stats.design import (
    Design,
    Unreachable,
    detectable_effect,
    sample_size,
)
from gonogo.stats.design_means import MarginMeans, MarginProportions, TwoMeans, TwoProportions
from gonogo.stats.design_paired import (
    Clustered,
    MarginPaired,
    OneAuc,
    PairedProportions,
    TwoAucs,
    design_effect,
    hanley_mcneil_variance,
)


def known_before(correlation: float) -> Aggregates:
    """A quantity of standard deviation 2 and its like before, as tea-tasting reckons with them."""
    return Aggregates(
        1000,
        {"after": 10.0, "before": 10.0},
        {"after": 4.0, "before": 4.0},
        {("after", "before"): 4.0 * correlation},
    )


pytestmark = pytest.mark.filterwarnings("error")

DESIGNS: list[Design] = [
    TwoProportions(base=0.3),
    TwoProportions(base=0.02, alpha=0.01, two_sided=False, ratio=3.0),
    TwoMeans(sd=2.0),
    TwoMeans(sd=0.1, alpha=0.1, two_sided=False, ratio=0.5),
    MarginProportions(base=0.7, difference=0.01),
    MarginMeans(sd=3.0, difference=-0.5),
    OneAuc(base=0.6, ratio=4.0),
    TwoAucs(base=0.75, correlation=0.6),
    TwoAucs(base=0.7, correlation=0.0, two_sided=False),
    PairedProportions(discordant=0.2),
    MarginPaired(discordant=0.15),
    Clustered(TwoProportions(base=0.3), size=20, icc=0.05, variation=0.65),
]
designs = st.sampled_from(DESIGNS)
shares = st.floats(0.02, 0.98)


def effect_of(design: Design, share: float) -> float:
    """An effect in the upper range of `design`."""
    high = design.ends[1]
    return share * (high if math.isfinite(high) else 5.0)


class TestEveryDesign:
    @given(designs, shares, st.integers(2, 5000), st.integers(1, 5000))
    def test_power_rises_with_n(self, design: Design, share: float, n: int, more: int) -> None:
        effect = effect_of(design, share)
        n = max(n, design.least)
        before, after = design.power(n, effect), design.power(n + more, effect)
        assert 0 <= before <= 1 + 1e-12
        assert after >= before - 1e-9 or before < 0.5

    @given(designs, st.floats(0.05, 0.9), st.sampled_from([0.8, 0.9, 0.95]))
    def test_a_larger_effect_takes_no_more_rows(
        self, design: Design, share: float, power: float
    ) -> None:
        less = sample_size(design, effect_of(design, share), power)
        more = sample_size(design, effect_of(design, share * 1.1), power)
        assume(isinstance(less, int))
        assert isinstance(more, int)
        assert isinstance(less, int)
        assert more <= less

    @given(designs, shares, st.sampled_from([0.6, 0.8, 0.9]))
    def test_the_size_is_the_smallest_that_has_the_power(
        self, design: Design, share: float, power: float
    ) -> None:
        effect = effect_of(design, share)
        n = sample_size(design, effect, power)
        assume(isinstance(n, int))
        assert isinstance(n, int)
        assert design.power(n, effect) >= power
        assert n == design.least or design.power(n - 1, effect) < power
        assert design.total(n) >= n

    @given(designs, st.floats(0.05, 0.9), st.sampled_from([0.8, 0.9]))
    @settings(max_examples=60)
    def test_the_detectable_effect_is_the_inverse_of_the_size(
        self, design: Design, share: float, power: float
    ) -> None:
        """What n rows find takes n rows; a hundredth less of it takes more."""
        n = sample_size(design, effect_of(design, share), power)
        assume(isinstance(n, int) and n > 10 + design.least)
        assert isinstance(n, int)
        found = detectable_effect(design, n, power)
        assert isinstance(found, float)
        assert found <= effect_of(design, share) * (1 + 1e-9)
        assert design.power(n, found) == pytest.approx(power, abs=1e-6)
        back = sample_size(design, found, power)
        assert isinstance(back, int)
        assert abs(back - n) <= 1

    @pytest.mark.parametrize("design", DESIGNS, ids=lambda one: type(one).__name__)
    @pytest.mark.parametrize("power", [0.0, 1.0, -1.0, math.nan])
    def test_a_power_that_is_none_is_refused(self, design: Design, power: float) -> None:
        with pytest.raises(ValueError, match="power is"):
            sample_size(design, 0.1, power)

    @pytest.mark.parametrize("design", DESIGNS, ids=lambda one: type(one).__name__)
    def test_no_effect_is_not_found_and_says_so(self, design: Design) -> None:
        assert sample_size(design, 0.0, 0.8) == Unreachable("there is no effect to find")

    def test_what_cannot_be_says_so(self) -> None:
        design = TwoProportions(base=0.9)
        outside = sample_size(design, 0.2, 0.8)
        assert isinstance(outside, Unreachable)
        assert "outside" in outside.reason
        tiny = sample_size(design, 1e-9, 0.8)
        assert tiny == Unreachable("more than 10^12 observations would be needed")
        few = detectable_effect(design, 1, 0.8)
        assert few == Unreachable("1 observations are too few for this test, 2 the least")
        none = detectable_effect(design, 4, 0.9)
        assert isinstance(none, Unreachable)
        assert "no effect up to 0.1" in none.reason

    def test_an_effect_downwards(self) -> None:
        found = detectable_effect(TwoProportions(base=0.5), 200, 0.8, down=True)
        up = detectable_effect(TwoProportions(base=0.5), 200, 0.8)
        assert isinstance(found, float)
        assert isinstance(up, float)
        assert found == pytest.approx(-up)


class TestTwoProportions:
    def test_r_power_prop_test(self) -> None:
        """The examples in R's help page of power.prop.test: 0.740 with 50 each; 76.7 for 90 %."""
        assert TwoProportions(base=0.5).power(50, 0.25) == pytest.approx(0.740, abs=5e-4)
        assert sample_size(TwoProportions(base=0.5), 0.25, 0.9) == 77

    def test_fleiss_with_his_continuity_correction(self) -> None:
        """Fleiss (1981), 3.2: 0.60 against 0.70 at 0.01 and 95 % takes 827 each with correction."""
        n = sample_size(TwoProportions(base=0.6, alpha=0.01), 0.1, 0.95)
        assert isinstance(n, int)
        assert n / 4 * (1 + math.sqrt(1 + 4 / (n * 0.1))) ** 2 == pytest.approx(827, abs=1)

    @given(shares, shares, st.integers(5, 5000), st.sampled_from([0.5, 1.0, 2.0]))
    def test_agrees_with_statsmodels(self, base: float, other: float, n: int, ratio: float) -> None:
        assume(abs(other - base) > 1e-3)
        theirs = power_proportions_2indep(
            other - base, base, n, ratio=1 / ratio, alpha=0.05, return_results=False
        )
        # Theirs takes nobs1 as the group of prop2 + diff and the ratio the other way round.
        swapped = power_proportions_2indep(
            base - other, other, n, ratio=ratio, alpha=0.05, return_results=False
        )
        ours = TwoProportions(base=base, ratio=ratio).power(n, other - base)
        assert ours == pytest.approx(swapped, abs=1e-9)
        if ratio == 1:
            assert ours == pytest.approx(theirs, abs=1e-9)

    def test_without_effect_power_is_alpha(self) -> None:
        assert TwoProportions(base=0.2, alpha=0.03).power(100, 0) == pytest.approx(0.03)


class TestTwoMeans:
    @pytest.mark.parametrize(
        ("effect", "alpha", "each"), [(0.5, 0.05, 64), (0.8, 0.05, 26), (0.8, 0.01, 38)]
    )
    def test_cohens_table(self, effect: float, alpha: float, each: int) -> None:
        """Cohen (1992), A power primer, Psychological Bulletin 112, table 2, power 0.80.

        The table rounds to the nearest, so that a fraction of a row may be missing in it.
        """
        n = sample_size(TwoMeans(sd=1.0, alpha=alpha), effect, 0.8)
        assert n in (each, each + 1)
        assert TwoMeans(sd=1.0, alpha=alpha).power(each, effect) == pytest.approx(0.8, abs=0.01)

    def test_r_power_t_test(self) -> None:
        """R's help page of power.t.test: 20 each and one standard deviation have power 0.869."""
        assert TwoMeans(sd=1.0).power(20, 1.0) == pytest.approx(0.8689528, abs=1e-6)

    @given(
        st.floats(0.01, 2), st.integers(2, 2000), st.sampled_from([0.5, 1.0, 3.0]), st.booleans()
    )
    def test_agrees_with_statsmodels(
        self, effect: float, n: int, ratio: float, two_sided: bool
    ) -> None:
        assume(n * ratio >= 2)
        theirs = TTestIndPower().power(
            effect, n, 0.05, ratio=ratio, alternative="two-sided" if two_sided else "larger"
        )
        ours = TwoMeans(sd=1.0, ratio=ratio, two_sided=two_sided).power(n, effect)
        assume(math.isfinite(theirs))
        assert ours == pytest.approx(theirs, abs=1e-6)

    @given(
        st.floats(0.05, 1),
        st.integers(10, 2000),
        st.sampled_from([0.5, 1.0, 2.0]),
        st.booleans(),
        st.floats(-0.9, 0.9),
    )
    def test_power_agrees_with_tea_tasting(
        self, effect: float, n: int, ratio: float, two_sided: bool, correlation: float
    ) -> None:
        """Also where something known before takes variance out."""
        theirs = Mean(
            "after",
            "before",
            alternative="two-sided" if two_sided else "greater",
            equal_var=True,
            alpha=0.05,
            ratio=ratio,
            effect_size=effect,
            n_obs=round(n * (1 + ratio)),
        ).solve_power_from_aggregates(known_before(correlation), "power")[0]
        left = 2.0 * math.sqrt(variance_left(correlation))
        design = TwoMeans(left, two_sided=two_sided, ratio=ratio)
        each = round(n * (1 + ratio)) / (1 + ratio)
        assume(math.isfinite(theirs.power))
        assert design.power(each, effect) == pytest.approx(theirs.power, abs=1e-6)

    @pytest.mark.parametrize(
        ("effect", "power", "correlation"), [(0.5, 0.8, 0.0), (0.5, 0.9, 0.6), (0.2, 0.8, -0.8)]
    )
    def test_sample_size_agrees_with_tea_tasting(
        self, effect: float, power: float, correlation: float
    ) -> None:
        """Theirs counts both groups, so ours is the half of it, rounded up."""
        theirs = Mean(
            "after", "before", equal_var=True, alpha=0.05, power=power, effect_size=effect
        ).solve_power_from_aggregates(known_before(correlation), "n_obs")[0]
        left = 2.0 * math.sqrt(variance_left(correlation))
        assert sample_size(TwoMeans(left), effect, power) == math.ceil(theirs.n_obs / 2)

    @pytest.mark.parametrize(("n", "power"), [(100, 0.8), (1000, 0.9)])
    def test_detectable_effect_agrees_with_tea_tasting(self, n: int, power: float) -> None:
        theirs = Mean(
            "after", equal_var=True, alpha=0.05, power=power, n_obs=2 * n
        ).solve_power_from_aggregates(known_before(0.0), "effect_size")[0]
        found = detectable_effect(TwoMeans(2.0), n, power)
        assert found == pytest.approx(theirs.effect_size, abs=1e-6)

    def test_beyond_a_million_the_normal_takes_over_without_a_step(self) -> None:
        design = TwoMeans(sd=1.0)
        assert design.power(499_000, 0.004) == pytest.approx(design.power(501_100, 0.004), abs=2e-3)


class TestMargins:
    def test_chow_means(self) -> None:
        """Chow, Shao & Wang (2008), 3.2.4: margin 5, sd 10, 80 %: 50 each by normal quantiles.

        R's package TrialSize, whose examples follow the book's, has 50 as well.
        """
        n = sample_size(MarginMeans(sd=10.0), 5, 0.8)
        assert n == 51  # the t test asks for one more

    def test_chow_proportions(self) -> None:
        """Chow, Shao & Wang (2008), 4.2.4: 0.85 against 0.65, margin 0.10, 80 %: 25 each."""
        assert sample_size(MarginProportions(base=0.65, difference=0.2), 0.1, 0.8) == 25

    def test_a_truly_worse_model_never_passes_within_its_loss(self) -> None:
        design = MarginProportions(base=0.8, difference=-0.05)
        found = sample_size(design, 0.05, 0.8)
        assert isinstance(found, Unreachable)
        assert design.power(10_000, 0.05) == pytest.approx(0.05)

    def test_paired_margin_is_a_normal_interval_of_the_difference(self) -> None:
        """With no true difference n is (z_a + z_b)² discordant / margin² (Lu & Bean 1995)."""
        n = sample_size(MarginPaired(discordant=0.1), 0.05, 0.8)
        assert n == math.ceil((1.6448536 + 0.8416212) ** 2 * 0.1 / 0.05**2)


class TestAuc:
    def test_hanley_mcneil_standard_error(self) -> None:
        """Hanley & McNeil (1982): AUC 0.893 of 51 and 58 images has standard error 0.032."""
        assert math.sqrt(hanley_mcneil_variance(0.893, 51, 58)) == pytest.approx(0.032, abs=6e-4)

    @pytest.mark.parametrize(("power", "each"), [(0.80, 652), (0.90, 897), (0.95, 1131)])
    def test_hanley_mcneil_table(self, power: float, each: int) -> None:
        """Table III: 0.70 against 0.75, one-sided at 0.05; quantiles of two digits and large n."""
        design = TwoAucs(base=0.70, correlation=0.0, two_sided=False)
        found = sample_size(design, 0.05, power)
        assert found == pytest.approx(each, rel=5e-3)

    def test_correlation_saves_rows(self) -> None:
        sizes = [sample_size(TwoAucs(0.8, r), 0.03, 0.8) for r in (0.0, 0.3, 0.6, 0.9)]
        counts = [n for n in sizes if isinstance(n, int)]
        assert len(counts) == 4
        assert counts == sorted(counts, reverse=True)
        assert counts[3] < counts[0] / 5

    def test_the_variance_is_that_of_exponential_scores(self) -> None:
        """AUC of exponential scores of rates 1 and 1 / 3 is 3 / 4; seeded, 4,000 samples."""
        rng = np.random.default_rng(5)
        areas = [
            (rng.exponential(3, 40)[:, None] > rng.exponential(1, 60)).mean() for _ in range(4000)
        ]
        assert np.mean(areas) == pytest.approx(0.75, abs=0.004)
        assert np.var(areas) == pytest.approx(hanley_mcneil_variance(0.75, 40, 60), rel=0.1)

    def test_a_perfect_score_is_found(self) -> None:
        assert OneAuc(base=0.5).power(50, 0.5) == pytest.approx(1)


class TestClustered:
    def test_equal_sizes(self) -> None:
        """Kerry & Bland (1998), BMJ 316, 1455-1460: D = 1 + (m - 1) r."""
        assert design_effect(20, 0.05) == pytest.approx(1.95)

    def test_unequal_sizes_ask_for_more(self) -> None:
        """Eldridge, Ashby & Kerry (2006): below a variation of 0.23 the difference is small."""
        equal, little, usual = (design_effect(20, 0.05, cv) for cv in (0.0, 0.23, 0.65))
        assert little / equal < 1.03
        assert usual / equal > 1.2

    def test_rows_are_multiplied_by_it(self) -> None:
        plain = sample_size(TwoProportions(base=0.3), 0.05, 0.8)
        clustered = sample_size(Clustered(TwoProportions(base=0.3), 20, 0.05), 0.05, 0.8)
        assert isinstance(plain, int)
        assert isinstance(clustered, int)
        assert abs(clustered - 1.95 * plain) <= 2

    @pytest.mark.parametrize(("size", "icc", "cv"), [(0.5, 0.1, 0), (5, -0.1, 0), (5, 0.1, -1)])
    def test_what_is_no_cluster_is_refused(self, size: float, icc: float, cv: float) -> None:
        with pytest.raises(ValueError, match="expected"):
            design_effect(size, icc, cv)


class TestRefusals:
    @pytest.mark.parametrize(
        "made",
        [
            lambda: TwoProportions(base=0.0),
            lambda: TwoProportions(base=0.5, alpha=0.0),
            lambda: TwoProportions(base=0.5, ratio=0.0),
            lambda: TwoMeans(sd=0.0),
            lambda: TwoMeans(sd=math.inf),
            lambda: MarginProportions(base=0.9, difference=0.2),
            lambda: MarginMeans(sd=1.0, difference=math.nan),
            lambda: OneAuc(base=1.0),
            lambda: TwoAucs(base=0.7, correlation=1.0),
            lambda: PairedProportions(discordant=0.0),
            lambda: MarginPaired(discordant=0.1, difference=0.2),
        ],
    )
    def test_a_design_that_is_none_is_not_built(self, made: object) -> None:
        assert callable(made)
        with pytest.raises(ValueError, match="expected"):
            made()
