"""The index of cost by periods, and what all of it will cost by it."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gonogo.stats.estimate import Estimate, Undefined
from gonogo.stats.money.by_period import Spell, at_completion, cost_index

SPELLS = [Spell(100, 120), Spell(80, 90), Spell(120, 150), Spell(0, 20), Spell(100, 100)]
AMOUNTS = st.tuples(st.floats(1, 1000), st.floats(1, 1000))


class TestCostIndex:
    def test_is_earned_per_spent_with_the_jackknife_of_its_logarithm(self) -> None:
        """Against the jackknife written out, one period left out at a time."""
        told = cost_index(SPELLS, 0.9)
        logs = []
        for left in range(5):
            rest = [one for at, one in enumerate(SPELLS) if at != left]
            logs.append(math.log(sum(r.earned for r in rest) / sum(r.spent for r in rest)))
        error = math.sqrt(4 / 5 * sum((one - np.mean(logs)) ** 2 for one in logs))

        assert isinstance(told, Estimate)
        assert told.value == pytest.approx(400 / 480)
        assert told.high / told.value == pytest.approx(math.exp(stats.t(4).ppf(0.95) * error))
        assert told.low * told.high == pytest.approx(told.value**2)

    def test_of_two_periods_it_holds_as_often_as_it_says(self) -> None:
        """Months of any size, half as dear or twice: 0.8 within what chance leaves of 1,500."""
        rng = np.random.default_rng(5)
        size = rng.gamma(2.0, 0.5, (1500, 2, 1))
        drawn = size * np.exp(rng.normal(0, 0.4, (1500, 2, 2)))
        held = 0
        for months in drawn.tolist():
            told = cost_index([Spell(*one) for one in months], 0.8)
            assert isinstance(told, Estimate)
            held += told.low <= 1 <= told.high
        assert held / 1500 == pytest.approx(0.8, abs=0.035)

    @pytest.mark.parametrize(
        "spells",
        [
            [],
            SPELLS[:1],
            [Spell(10, 10), Spell(0, 5)],
            [Spell(10, 10), Spell(0, 5), Spell(0, 5)],
            [Spell(0, 0)] * 9,
        ],
    )
    def test_too_few_say_nothing(self, spells: list[Spell]) -> None:
        assert isinstance(cost_index(spells, 0.8), Undefined)


class TestAtCompletion:
    def test_is_the_textbook_value(self) -> None:
        """EAC = BAC / CPI where all was spent on what it was to be spent on."""
        told = at_completion(SPELLS, 1000, 0.8)

        assert isinstance(told, Estimate)
        assert told.value == pytest.approx(1000 / (400 / 480))
        assert told.low < told.value < told.high

    def test_is_exact_where_everything_is_settled(self) -> None:
        told = at_completion(SPELLS, 400, 0.8)
        assert isinstance(told, Estimate)
        assert (told.value, told.exact) == (480, True)

    def test_without_an_index_it_has_its_reason(self) -> None:
        assert isinstance(at_completion(SPELLS[:1], 1000, 0.8), Undefined)

    @given(st.lists(AMOUNTS, min_size=2, max_size=12), st.floats(1, 3))
    def test_is_never_less_than_was_spent(
        self, amounts: list[tuple[float, float]], more: float
    ) -> None:
        spells = [Spell(*one) for one in amounts]
        budget = more * sum(one.earned for one in spells)
        told = at_completion(spells, budget, 0.8)
        assert isinstance(told, Estimate)
        assert told.low >= sum(one.spent for one in spells) * (1 - 1e-9)
