"""Paired proportions: Newcombe's interval and McNemar's test."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import mcnemar as oracle

from gonogo.stats.estimate import Estimate, Undefined
from gonogo.stats.paired import Pairs, mcnemar, newcombe_paired, pairs

counts = st.integers(0, 60)
tables = st.builds(Pairs, counts, counts, counts, counts)


def interval(found: Pairs, level: float = 0.95) -> Estimate:
    measured = newcombe_paired(found, level)
    assert isinstance(measured, Estimate)
    return measured


class TestPairs:
    def test_counts_every_kind(self) -> None:
        assert pairs([1, 1, 1, 0, 0, 0], [1, 0, 0, 1, 0, 0]) == Pairs(1, 2, 1, 2)

    def test_none_at_all(self) -> None:
        assert pairs([], []) == Pairs(0, 0, 0, 0)

    def test_missing_answers_are_undefined(self) -> None:
        assert isinstance(pairs([1, 0], [float("nan"), 0]), Undefined)

    def test_lengths_that_differ_are_refused(self) -> None:
        with pytest.raises(ValueError, match="as many of each"):
            pairs([1, 0], [1])
        with pytest.raises(ValueError, match="as many of each"):
            pairs([1, 0], [])

    def test_a_negative_count_is_refused(self) -> None:
        with pytest.raises(ValueError, match="negative"):
            Pairs(1, -1, 0, 0)

    @given(tables, tables)
    def test_adding_is_pooling(self, a: Pairs, b: Pairs) -> None:
        assert (a + b).n == a.n + b.n


class TestNewcombePaired:
    def test_the_published_example(self) -> None:
        """Fagerland, Lydersen & Laake (2014), Stat. Med. 33, 2850-2875: airway reactivity."""
        found = interval(Pairs(both=1, first=1, second=7, neither=12))
        assert found.value == pytest.approx(-0.2857, abs=5e-5)
        assert (found.low, found.high) == pytest.approx((-0.507, -0.026), abs=5e-4)

    @given(tables.filter(lambda found: found.n > 0), st.floats(0.5, 0.999))
    def test_stays_in_range_and_mirrors(self, found: Pairs, level: float) -> None:
        one = interval(found, level)
        swapped = interval(Pairs(found.both, found.second, found.first, found.neither), level)
        assert -1 <= one.low <= one.value <= one.high <= 1
        assert (swapped.low, swapped.high) == pytest.approx((-one.high, -one.low), abs=1e-12)

    def test_two_that_never_differ_are_still_unsure(self) -> None:
        found = interval(Pairs(30, 0, 0, 10))
        assert found.value == 0
        assert found.low < 0 < found.high

    def test_going_together_narrows(self) -> None:
        together, apart = interval(Pairs(45, 5, 5, 45)), interval(Pairs(25, 25, 25, 25))
        assert together.high - together.low < 0.6 * (apart.high - apart.low)

    def test_many_rows_come_to_the_normal_interval(self) -> None:
        found = interval(Pairs(600_000, 100_000, 90_000, 210_000))
        error = np.sqrt((190_000 - 10_000**2 / 1e6) / 1e12)
        assert found.high - found.value == pytest.approx(1.959964 * error, rel=1e-3)

    def test_no_observations(self) -> None:
        assert newcombe_paired(Pairs(0, 0, 0, 0), 0.95) == Undefined("no observations", n=0)

    @pytest.mark.slow
    @pytest.mark.parametrize(("share", "agree"), [(0.5, 0.0), (0.8, 0.6), (0.95, 0.9)])
    def test_covers_as_promised(self, share: float, agree: float) -> None:
        rng = np.random.default_rng(5)
        held, samples = 0, 4000
        for _ in range(samples):
            first = rng.uniform(size=60) < share
            second = np.where(rng.uniform(size=60) < agree, first, rng.uniform(size=60) < 0.7)
            truth = (1 - agree) * (share - 0.7)
            counted = pairs(first, second)
            assert isinstance(counted, Pairs)
            found = interval(counted)
            held += found.low <= truth <= found.high
        assert held / samples >= 0.94


class TestMcnemar:
    @given(tables.filter(lambda found: found.first + found.second > 0))
    def test_agrees_with_statsmodels(self, found: Pairs) -> None:
        table = [[found.both, found.first], [found.second, found.neither]]
        assert mcnemar(found) == pytest.approx(oracle(table, exact=True).pvalue)

    def test_no_pair_that_differs(self) -> None:
        assert isinstance(mcnemar(Pairs(3, 0, 0, 4)), Undefined)
