"""Choosing on several criteria: Hwang and Yoon's aircraft, dominance, and how sure a choice is."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from gonogo.stats.estimate import Estimate
from gonogo.stats.multicriteria import (
    drawn,
    first_shares,
    nondominated,
    topsis,
    uniform_weights,
    winner_stays,
)

AIRCRAFT = (
    (2.0, 1500, 20_000, 5.5, 5, 9),
    (2.5, 2700, 18_000, 6.5, 3, 5),
    (1.8, 2000, 21_000, 4.5, 7, 7),
    (2.2, 1800, 20_000, 5.0, 5, 5),
)
WEIGHTS = (0.2, 0.1, 0.1, 0.1, 0.2, 0.3)
HIGHER = (True, True, True, False, True, True)

numbers = st.floats(0.1, 100).map(lambda value: round(value, 3))


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[list[float]], list[float], list[bool]]:
    candidates, criteria = draw(st.integers(2, 5)), draw(st.integers(1, 5))
    row = st.lists(numbers, min_size=criteria, max_size=criteria)
    return (
        draw(st.lists(row, min_size=candidates, max_size=candidates)),
        draw(row),
        draw(st.lists(st.booleans(), min_size=criteria, max_size=criteria)),
    )


Table = tuple[list[list[float]], list[float], list[bool]]


def estimate(value: float, low: float, high: float, level: float = 0.95) -> Estimate:
    return Estimate(value, low, high, level, 100, "share", "m")


class TestTopsis:
    def test_the_published_choice_of_an_aircraft(self) -> None:
        """Hwang & Yoon (1981), 132-136, by hand to three digits: 0.643, 0.268, 0.613, 0.312.

        Six criteria of a fighter aircraft, weighed 0.2, 0.1, 0.1, 0.1, 0.2 and 0.3.
        """
        found = topsis(AIRCRAFT, WEIGHTS, HIGHER)
        assert found.tolist() == pytest.approx([0.643, 0.268, 0.613, 0.312], abs=0.001)

    @given(tables(), st.floats(0.01, 100), st.data())
    def test_the_unit_of_a_criterion_does_not_matter(
        self, table: Table, factor: float, data: st.DataObject
    ) -> None:
        values, weights, higher = table
        which = data.draw(st.integers(0, len(higher) - 1))
        other = np.array(values)
        other[:, which] *= factor
        assert topsis(other, weights, higher) == pytest.approx(
            topsis(values, weights, higher), abs=1e-6
        )

    @given(tables(), st.floats(0.01, 100))
    def test_only_the_proportions_of_the_weights_matter(self, table: Table, factor: float) -> None:
        values, weights, higher = table
        more = [factor * weight for weight in weights]
        assert topsis(values, more, higher) == pytest.approx(topsis(values, weights, higher))

    @given(tables())
    def test_the_first_is_dominated_by_none(self, table: Table) -> None:
        values, weights, higher = table
        closeness = topsis(values, weights, higher)
        assert ((closeness >= 0) & (closeness <= 1)).all()
        assert nondominated(values, higher)[int(closeness.argmax())]

    @given(tables())
    def test_better_throughout_is_1_and_worse_throughout_is_0(self, table: Table) -> None:
        values, weights, higher = table
        signs = np.where(higher, 1.0, -1.0)
        span = np.ptp(values, axis=0) + 1
        best, worst = (
            (np.array(values) * signs).max(axis=0) + span,
            (np.array(values) * signs).min(axis=0) - span,
        )
        found = topsis([*values, best * signs, worst * signs], weights, higher)
        assert found[-2] == pytest.approx(1)
        assert found[-1] == pytest.approx(0, abs=1e-9)

    def test_candidates_that_are_alike_are_as_close_as_each_other(self) -> None:
        assert topsis([[1.0, 0.0]] * 3, [1, 1], [True, False]).tolist() == [0.5] * 3

    @pytest.mark.parametrize(
        ("values", "weights", "says"),
        [
            ([[1.0, math.nan]], [1, 1], "finite"),
            ([[1.0, 2.0]], [1, -1], "0 or more"),
            ([[1.0, 2.0]], [0, 0], "all weights are 0"),
            ([[1.0, 2.0]], [1], "weights have the shape"),
            ([[1.0]], [1, 1], "candidates"),
            ([], [1, 1], "candidates"),
        ],
    )
    def test_what_cannot_be_ranked_is_refused(
        self, values: list[list[float]], weights: list[float], says: str
    ) -> None:
        with pytest.raises(ValueError, match=says):
            topsis(values, weights, [True, True])


class TestNondominated:
    @given(tables())
    def test_is_what_comparing_pair_by_pair_finds(self, table: Table) -> None:
        values, _, higher = table
        signs = [1 if up else -1 for up in higher]

        def beats(one: list[float], other: list[float]) -> bool:
            gains = [s * (a - b) for s, a, b in zip(signs, one, other, strict=True)]
            return min(gains) >= 0 and max(gains) > 0

        expected = [not any(beats(rival, one) for rival in values) for one in values]
        assert nondominated(values, higher).tolist() == expected

    def test_twins_do_not_dominate_one_another(self) -> None:
        assert nondominated([[1.0, 1.0], [1.0, 1.0]], [True, False]).tolist() == [True, True]


class TestDrawn:
    def test_draws_fall_into_the_interval_as_often_as_it_says(self) -> None:
        found = drawn([[estimate(0.5, 0.3, 0.6)]], draws=40_000, seed=7).ravel()
        assert float(np.mean((found >= 0.3) & (found <= 0.6))) == pytest.approx(0.95, abs=0.005)
        assert float(np.median(found)) == pytest.approx(0.5, abs=0.003)
        assert float(np.quantile(found, 0.9)) == pytest.approx(
            0.5 + 0.1 / norm.ppf(0.975) * norm.ppf(0.9), abs=0.003
        )

    def test_exact_numbers_stay(self) -> None:
        found = drawn([[estimate(3.0, 3.0, 3.0, 1.0)]], draws=10, seed=7)
        assert set(found.ravel()) == {3.0}

    def test_an_open_side_is_as_wide_as_the_other(self) -> None:
        open_, closed = (
            drawn([[estimate(1.0, 0.0, high)]], draws=100, seed=7) for high in (math.inf, 2.0)
        )
        assert open_.tolist() == closed.tolist()

    def test_open_at_both_ends_cannot_be_drawn(self) -> None:
        with pytest.raises(ValueError, match="both ends"):
            drawn([[estimate(1.0, -math.inf, math.inf)]], draws=1, seed=7)


class TestFirstShares:
    def test_who_is_better_in_one_of_two_criteria_wins_with_half_of_the_weights(self) -> None:
        weights = uniform_weights(2, draws=20_000, seed=7)
        found = first_shares([[2.0, 1.0], [1.0, 2.0]], weights, [True, True])
        assert found == pytest.approx([0.5, 0.5], abs=0.02)

    def test_ties_share_the_first_place(self) -> None:
        assert first_shares([[1.0, 1.0]] * 2, [1, 1], [True, True]) == [0.5, 0.5]

    @given(tables())
    @settings(max_examples=30)
    def test_the_dominated_never_comes_first_and_shares_add_up(self, table: Table) -> None:
        values, _, higher = table
        weights = uniform_weights(len(higher), draws=200, seed=7)
        found = first_shares(values, weights, higher)
        assert sum(found) == pytest.approx(1)
        for share, kept in zip(found, nondominated(values, higher), strict=True):
            assert kept or share == 0

    def test_two_that_differ_by_noise_are_undecided(self) -> None:
        table = [[estimate(0.70, 0.6, 0.8)], [estimate(0.70, 0.6, 0.8)]]
        found = first_shares(drawn(table, draws=20_000, seed=7), [1.0], [True])
        assert found == pytest.approx([0.5, 0.5], abs=0.02)


class TestWinnerStays:
    def test_the_end_is_where_the_two_are_equally_close(self) -> None:
        """By symmetry the winner of two mirrored candidates changes at equal weights."""
        found = winner_stays([[2.0, 1.0], [1.0, 2.0]], [0.7, 0.3], [True, True])
        assert (found[0].low, found[0].high) == pytest.approx((0.5, 1.0))
        assert (found[1].low, found[1].high) == pytest.approx((0.0, 0.5))
        assert found[0].weight == pytest.approx(0.7)

    @given(tables())
    @settings(max_examples=20, deadline=None)
    def test_inside_the_interval_the_winner_is_the_same(self, table: Table) -> None:
        values, weights, higher = table
        shares = np.array(weights) / sum(weights)
        first = topsis(values, shares, higher)
        for which, found in enumerate(winner_stays(values, weights, higher)):
            assert found.low <= found.weight <= found.high
            middle = (found.low + found.high) / 2
            rest = np.delete(shares, which)
            moved = np.insert((1 - middle) * rest / rest.sum(), which, middle) if rest.size else [1]
            closeness = topsis(values, moved, higher)
            assert closeness[int(first.argmax())] == pytest.approx(closeness.max(), abs=1e-9)

    def test_a_dominating_winner_stays_with_any_weight(self) -> None:
        found = winner_stays([[2.0, 2.0], [1.0, 1.0]], [0.5, 0.5], [True, True])
        assert [(one.low, one.high) for one in found] == [(0.0, 1.0)] * 2
