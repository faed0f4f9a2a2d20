"""The worst group against the best one: cases by hand, and that the interval keeps its promise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.checks.findings.extremes import largest_difference, largest_difference_of, worst_ratio
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Estimate, Undefined
from gonogo.stats.proportions import katz_ratio, newcombe_difference


@st.composite
def counts(draw: st.DrawFn) -> Counts:
    n = draw(st.integers(1, 200))
    return Counts(yes=draw(st.integers(0, n)), n=n)


groups = st.lists(counts(), min_size=2, max_size=6)


class TestWorstRatio:
    def test_two_groups_have_the_plain_interval(self) -> None:
        """Where there is one pair nothing was picked."""
        worse, better = Counts(30, 60), Counts(80, 100)
        plain = katz_ratio(worse, better, 0.95)
        found = worst_ratio([better, worse], 0.95)
        assert isinstance(plain, Estimate)
        assert isinstance(found, Estimate)
        assert found.low == pytest.approx(plain.low)
        assert found.high == pytest.approx(plain.high)

    def test_more_groups_move_the_far_end_out(self) -> None:
        two, three = (
            worst_ratio([Counts(30, 60), Counts(80, 100), *more], 0.95)
            for more in ([], [Counts(75, 100)])
        )
        assert isinstance(two, Estimate)
        assert isinstance(three, Estimate)
        assert three.value == two.value
        assert three.high > two.high
        assert three.low == two.low

    def test_a_small_group_lowers_the_near_end(self) -> None:
        """It may be the one that is truly worst off."""
        sure = worst_ratio([Counts(400, 500), Counts(450, 500)], 0.95)
        unsure = worst_ratio([Counts(400, 500), Counts(450, 500), Counts(9, 11)], 0.95)
        assert isinstance(sure, Estimate)
        assert isinstance(unsure, Estimate)
        assert unsure.low < sure.low

    def test_equal_groups_reach_one(self) -> None:
        found = worst_ratio([Counts(50, 100), Counts(50, 100)], 0.95)
        assert isinstance(found, Estimate)
        assert found.value == found.high == 1
        assert found.low < 0.8

    def test_a_group_without_yes_has_ratio_0_and_an_open_question(self) -> None:
        found = worst_ratio([Counts(0, 20), Counts(40, 80)], 0.95)
        assert isinstance(found, Estimate)
        assert found.value == found.low == 0
        assert 0 < found.high < 1

    def test_two_groups_without_yes_say_nothing_of_one_another(self) -> None:
        found = worst_ratio([Counts(0, 20), Counts(0, 30), Counts(40, 80)], 0.95)
        assert isinstance(found, Estimate)
        assert found.value == 0

    def test_no_yes_at_all_is_undefined(self) -> None:
        found = worst_ratio([Counts(0, 20), Counts(0, 80)], 0.95)
        assert found == Undefined("no group has a yes, so there is no ratio", n=100)

    @pytest.mark.parametrize("few", [[], [Counts(3, 9)]])
    def test_fewer_than_two_groups_are_undefined(self, few: list[Counts]) -> None:
        assert isinstance(worst_ratio(few, 0.95), Undefined)

    def test_an_empty_group_is_undefined(self) -> None:
        assert isinstance(worst_ratio([Counts(0, 0), Counts(3, 9)], 0.95), Undefined)

    @given(groups)
    def test_holds_the_plain_value_within_0_and_1(self, found: list[Counts]) -> None:
        measured = worst_ratio(found, 0.95)
        if isinstance(measured, Estimate):
            rates = [one.yes / one.n for one in found]
            assert measured.value == min(rates) / max(rates)
            assert 0 <= measured.low <= measured.high <= 1

    @given(groups, st.randoms())
    def test_the_order_of_groups_changes_nothing(self, found: list[Counts], luck: object) -> None:
        turned = worst_ratio(found[::-1], 0.95)
        measured = worst_ratio(found, 0.95)
        if isinstance(measured, Estimate) and isinstance(turned, Estimate):
            assert turned.value == measured.value
            assert turned.low == pytest.approx(measured.low, abs=1e-9)
            assert turned.high == pytest.approx(measured.high, abs=1e-9)
        else:
            assert measured == turned


class TestLargestDifference:
    def test_two_groups_have_the_plain_interval(self) -> None:
        plain = newcombe_difference(Counts(80, 100), Counts(30, 60), 0.95)
        found = largest_difference([Counts(30, 60), Counts(80, 100)], 0.95)
        assert isinstance(plain, Estimate)
        assert isinstance(found, Estimate)
        assert found.low == pytest.approx(plain.low)
        assert found.high == pytest.approx(plain.high)

    def test_equal_groups_reach_zero(self) -> None:
        found = largest_difference([Counts(50, 100), Counts(50, 100)], 0.95)
        assert isinstance(found, Estimate)
        assert found.value == found.low == 0
        assert found.high > 0.1

    def test_fewer_than_two_groups_are_undefined(self) -> None:
        assert isinstance(largest_difference([Counts(3, 9)], 0.95), Undefined)

    @given(groups)
    def test_holds_the_plain_value_within_0_and_1(self, found: list[Counts]) -> None:
        measured = largest_difference(found, 0.95)
        assert isinstance(measured, Estimate)
        rates = [one.yes / one.n for one in found]
        assert measured.value == max(rates) - min(rates)
        assert 0 <= measured.low <= measured.high <= 1


class TestLargestDifferenceOf:
    def test_one_rate_is_the_largest_difference(self) -> None:
        rate = [Counts(30, 60), Counts(80, 100), Counts(40, 90)]
        assert largest_difference_of([rate], 0.95) == largest_difference(rate, 0.95)

    @given(groups, groups)
    def test_is_the_larger_of_both_and_wider_on_the_far_side(
        self, first: list[Counts], second: list[Counts]
    ) -> None:
        found = largest_difference_of([first, second], 0.95)
        one, other = largest_difference(first, 0.95), largest_difference(second, 0.95)
        assert isinstance(found, Estimate)
        assert isinstance(one, Estimate)
        assert isinstance(other, Estimate)
        assert found.value == max(one.value, other.value)
        assert found.high == max(one.high, other.high)
        assert found.low <= max(one.low, other.low)
        assert found.n == one.n + other.n

    def test_no_rate_and_a_rate_of_one_group_are_undefined(self) -> None:
        assert isinstance(largest_difference_of([], 0.95), Undefined)
        one = largest_difference_of([[Counts(1, 9), Counts(2, 9)], [Counts(1, 9)]], 0.95)
        assert isinstance(one, Undefined)


SCENES = {
    "two alike": ([200, 200], [0.8, 0.8]),
    "two apart": ([500, 60], [0.9, 0.7]),
    "three, two of them worst": ([500, 60, 40], [0.9, 0.75, 0.75]),
    "three alike": ([200, 100, 50], [0.6, 0.6, 0.6]),
    "six, small ones": ([400, 120, 60, 40, 30, 20], [0.9, 0.9, 0.8, 0.8, 0.75, 0.75]),
    "six alike": ([100] * 6, [0.5] * 6),
    "rare": ([400, 300, 200], [0.05, 0.05, 0.1]),
}


@pytest.mark.slow
@pytest.mark.parametrize("scene", SCENES)
def test_covers_the_true_extreme_at_least_as_often_as_promised(scene: str) -> None:
    """4,000 samples: three standard errors of the simulation are 0.0103."""
    sizes, rates = SCENES[scene]
    rng = np.random.default_rng(11)
    samples = 4000
    ratio_held = difference_held = 0
    for _ in range(samples):
        drawn = [Counts(int(rng.binomial(n, p)), n) for n, p in zip(sizes, rates, strict=True)]
        ratio, difference = worst_ratio(drawn, 0.95), largest_difference(drawn, 0.95)
        assert isinstance(difference, Estimate)
        difference_held += (
            difference.low <= max(rates) - min(rates) + 1e-12 <= difference.high + 2e-12
        )
        if isinstance(ratio, Undefined):
            ratio_held += 1
        else:
            ratio_held += ratio.low <= min(rates) / max(rates) <= ratio.high
    assert ratio_held / samples >= 0.95 - 0.0103
    assert difference_held / samples >= 0.95 - 0.0103


@pytest.mark.slow
@pytest.mark.parametrize("scene", SCENES)
def test_covers_the_largest_of_two_rates(scene: str) -> None:
    """The second rate is of half as many rows and differs half as much."""
    sizes, rates = SCENES[scene]
    halves = [(rate + rates[0]) / 2 for rate in rates]
    truth = max(max(rates) - min(rates), max(halves) - min(halves))
    rng = np.random.default_rng(13)
    held = 0
    for _ in range(3000):
        drawn = [
            [Counts(int(rng.binomial(n, p)), n) for n, p in zip(these, those, strict=True)]
            for these, those in ((sizes, rates), ([n // 2 for n in sizes], halves))
        ]
        found = largest_difference_of(drawn, 0.95)
        assert isinstance(found, Estimate)
        held += found.low <= truth + 1e-12 <= found.high + 2e-12
    assert held / 3000 >= 0.95 - 0.012


@pytest.mark.slow
def test_the_pair_that_was_picked_would_not_keep_it() -> None:
    """Why the correction is there: the picked pair's own interval misses far too often."""
    rng = np.random.default_rng(12)
    held = 0
    for _ in range(2000):
        drawn = sorted(
            (Counts(int(rng.binomial(100, 0.5)), 100) for _ in range(6)), key=lambda one: one.yes
        )
        picked = newcombe_difference(drawn[-1], drawn[0], 0.95)
        assert isinstance(picked, Estimate)
        held += picked.low <= 0 <= picked.high
    assert held / 2000 < 0.8
