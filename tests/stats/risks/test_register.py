"""The loss of a whole register."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multivariate_normal, norm

from gonogo.stats.estimate import Estimate, Measured
from gonogo.stats.money.amounts import Between, Known, Lognormal, Normal
from gonogo.stats.risks import probabilities
from gonogo.stats.risks.probabilities import Percentiles, Point
from gonogo.stats.risks.register import Exposed, losses, simulate, worst_of

SEED = 20261121
FOUR = (
    Exposed("a", Point(0.5), Known(100.0)),
    Exposed("b", Point(0.2), Known(310.0)),
    Exposed("c", Point(0.1), Known(1020.0)),
    Exposed("d", Point(0.05), Known(5040.0)),
)
CHANCES = st.floats(0, 1)
RISKS = st.lists(
    st.builds(
        Exposed,
        st.sampled_from("abcdefgh"),
        st.builds(Point, CHANCES),
        st.builds(lambda low, more: Between(low, low + more, low + 3 * more), CHANCES, CHANCES),
        CHANCES,
        CHANCES,
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda one: one.key,
)


def _value(measured: Measured) -> float:
    assert isinstance(measured, Estimate)
    return measured.value


class TestAgainstEnumeration:
    def test_percentiles_of_independent_risks(self) -> None:
        """Of sixteen outcomes each with its probability: the percentiles they have."""
        outcomes = []
        for true in product((False, True), repeat=4):
            chance = np.prod(
                [
                    probabilities.mean(one.probability)
                    if yes
                    else 1 - probabilities.mean(one.probability)
                    for one, yes in zip(FOUR, true, strict=True)
                ]
            )
            lost = sum(
                one.loss.value
                for one, yes in zip(FOUR, true, strict=True)
                if yes and isinstance(one.loss, Known)
            )
            outcomes.append((lost, float(chance)))
        outcomes.sort()
        below = np.cumsum([chance for _, chance in outcomes])
        found = simulate(FOUR, seed=SEED, correlation=0.0)
        for share in (0.5, 0.8, 0.95):
            assert _value(found.by[share]) == outcomes[int(np.searchsorted(below, share))][0]
        assert found.expected == pytest.approx(sum(lost * chance for lost, chance in outcomes))
        assert isinstance(found.simulated, Estimate)
        assert found.simulated.low <= found.expected <= found.simulated.high

    def test_how_often_two_come_true_together(self) -> None:
        """By the bivariate normal distribution of the copula."""
        two = (Exposed("a", Point(0.2), Known(1.0)), Exposed("b", Point(0.3), Known(1.0)))
        both = losses(two, futures=40_000, seed=SEED, correlation=0.5).all(axis=0).mean()
        edges = norm.ppf([0.2, 0.3])
        wanted = multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]]).cdf(edges)
        assert both == pytest.approx(wanted, abs=4 * (wanted / 40_000) ** 0.5)

    @pytest.mark.parametrize("correlation", [0.0, 0.5, 0.9])
    def test_each_comes_true_as_often_as_was_said(self, correlation: float) -> None:
        """However much they go together."""
        chances = (0.5, 0.2, 0.05)
        risks = [Exposed(str(chance), Point(chance), Known(1.0)) for chance in chances]
        lost = losses(risks, futures=40_000, seed=SEED, correlation=correlation)
        for chance, found in zip(chances, lost.mean(axis=1), strict=True):
            assert found == pytest.approx(chance, abs=3 * (chance * (1 - chance) / 40_000) ** 0.5)

    def test_severities_keep_their_distribution(self) -> None:
        """What it costs where it comes true has the percentiles that were said."""
        one = (Exposed("a", Point(0.5), Lognormal(10.0, 90.0)),)
        lost = losses(one, futures=40_000, seed=SEED, correlation=0.3)[0]
        assert np.quantile(lost[lost > 0], [0.1, 0.5, 0.9]) == pytest.approx([10, 30, 90], rel=0.05)


class TestContributions:
    def test_add_up(self) -> None:
        """Expected losses to the expected loss in all, those of the tail to the tail's mean."""
        found = simulate(FOUR, seed=SEED, correlation=0.2)
        parts = found.contributions
        assert sum(one.expected for one in parts) == pytest.approx(found.expected)
        assert sum(_value(one.tail) for one in parts) == pytest.approx(_value(found.tail))
        assert sum(one.share or 0.0 for one in parts) == pytest.approx(1.0)
        assert sum(one.tail_share or 0.0 for one in parts) == pytest.approx(1.0)

    def test_the_rare_and_large_one_makes_the_tail(self) -> None:
        """It has two thirds of the expected loss of the common ones and nearly all of the tail."""
        found = {one.key: one for one in simulate(FOUR, seed=SEED, correlation=0.0).contributions}
        assert (found["d"].tail_share or 0) > 0.9 > (found["d"].share or 0)

    def test_nothing_to_lose(self) -> None:
        """Shares of nothing are not said."""
        found = simulate((Exposed("a", Point(0.5), Known(0.0)),), seed=1, correlation=0.0)
        assert (found.contributions[0].share, found.contributions[0].tail_share) == (None, None)
        assert _value(simulate((), seed=1, correlation=0.0).by[0.95]) == 0.0


class TestProperties:
    @given(RISKS, st.integers(0, 4), st.sampled_from([0.0, 0.4]))
    def test_without_a_risk_no_future_costs_more(
        self, risks: list[Exposed], at: int, correlation: float
    ) -> None:
        """Random numbers belong to each risk, so the others come out as before."""
        left = [one for number, one in enumerate(risks) if number != at % len(risks)]
        asked = {"futures": 200, "seed": 7, "correlation": correlation}
        before = losses(risks, futures=200, seed=7, correlation=correlation).sum(axis=0)
        after = losses(left, futures=200, seed=7, correlation=correlation).sum(axis=0)
        assert (after <= before + 1e-9).all(), asked

    @given(RISKS, CHANCES, CHANCES, st.sampled_from([0.0, 0.4]))
    def test_a_mitigation_never_raises_it(
        self, risks: list[Exposed], chance: float, loss: float, correlation: float
    ) -> None:
        """Not in any future, so in no percentile and not in the tail."""
        first = risks[0]
        less = replace(
            first,
            leaves_probability=first.leaves_probability * chance,
            leaves_loss=first.leaves_loss * loss,
        )
        before = losses(risks, futures=200, seed=7, correlation=correlation).sum(axis=0)
        after = losses([less, *risks[1:]], futures=200, seed=7, correlation=correlation).sum(axis=0)
        assert (after <= before + 1e-9).all()
        assert less.expected <= first.expected + 1e-12

    def test_the_same_seed_gives_the_same(self) -> None:
        """Bit by bit, in any order of the risks."""
        one = simulate(FOUR, seed=3, correlation=0.2)
        again = simulate(FOUR[::-1], seed=3, correlation=0.2)
        assert one.contributions == again.contributions
        assert one.by == again.by

    def test_going_together_makes_the_tail_heavier(self) -> None:
        """And leaves the expected loss as it is."""
        many = tuple(Exposed(f"r{i}", Point(0.2), Known(10.0)) for i in range(20))
        alone = simulate(many, seed=SEED, correlation=0.0)
        together = simulate(many, seed=SEED, correlation=0.5)
        assert alone.expected == together.expected
        assert _value(together.by[0.95]) > _value(alone.by[0.95])

    def test_what_is_not_sure_of_the_probabilities_is_told(self) -> None:
        """A sure probability leaves no range, percentiles leave theirs."""
        sure = simulate(FOUR, seed=SEED, correlation=0.0).unsure
        assert isinstance(sure, Estimate)
        assert sure.low == pytest.approx(sure.high)
        vague = simulate(
            (Exposed("a", Percentiles(0.1, 0.4), Known(100.0)),), seed=1, correlation=0
        )
        assert isinstance(vague.unsure, Estimate)
        ends = [vague.unsure.low, vague.unsure.high]
        assert ends == pytest.approx([10, 40], rel=0.05)


class TestWorstOf:
    def test_is_a_twentieth(self) -> None:
        """The largest ones; of equal ones the first."""
        assert np.flatnonzero(worst_of(np.array([1.0] * 30 + [9.0] + [1.0] * 9))).tolist() == [
            0,
            30,
        ]


class TestRefusals:
    def test_a_loss_that_may_be_a_gain(self) -> None:
        """Only what costs is a risk here."""
        with pytest.raises(ValueError, match="0 or more"):
            Exposed("a", Point(0.5), Normal(-1, 5))

    def test_a_mitigation_that_makes_it_worse(self) -> None:
        """What is left is a share."""
        with pytest.raises(ValueError, match="from 0 to 1"):
            Exposed("a", Point(0.5), Known(1.0), leaves_loss=1.1)

    def test_bad_questions(self) -> None:
        """Few futures, perfect correlation and keys that are there twice are refused."""
        with pytest.raises(ValueError, match="100 or more"):
            simulate(FOUR, futures=99, seed=1, correlation=0.0)
        with pytest.raises(ValueError, match="correlation"):
            simulate(FOUR, seed=1, correlation=1.0)
        with pytest.raises(ValueError, match="unique keys"):
            simulate((FOUR[0], FOUR[0]), seed=1, correlation=0.0)
