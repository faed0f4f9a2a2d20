"""Counts: what they refuse, and that they add up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.stats.counts import Counts, count
from gonogo.stats.estimate import Undefined


class TestCounts:
    @pytest.mark.parametrize(("yes", "n"), [(-1, 3), (4, 3), (0, -1)])
    def test_more_yes_than_observations_is_refused(self, yes: int, n: int) -> None:
        with pytest.raises(ValueError, match="expected 0 <= yes <= n"):
            Counts(yes=yes, n=n)

    @given(st.lists(st.booleans()), st.lists(st.booleans()))
    def test_merging_equals_pooling(self, first: list[bool], second: list[bool]) -> None:
        a, b, pooled = count(first), count(second), count(first + second)
        assert isinstance(a, Counts)
        assert isinstance(b, Counts)
        assert a + b == pooled

    def test_the_rest_said_no(self) -> None:
        assert Counts(yes=3, n=10).no == 7


class TestCount:
    def test_missing_answers_are_not_counted_as_no(self) -> None:
        assert count([1.0, float("nan")]) == Undefined("1 of 2 labels are missing", n=2)

    def test_other_numbers_are_refused(self) -> None:
        with pytest.raises(ValueError, match="label holds 2, expected only 0 and 1"):
            count([0, 2])
