"""Worth against risk: against every choice there is, and what is soon known of it."""

from dataclasses import replace

import numpy as np
import pytest

from gonogo.stats.portfolio.choosing import Infeasible
from gonogo.stats.portfolio.frontiers import Point, frontier, sketched
from gonogo.stats.portfolio.problem import Limits, Problem, Worst
from tests.stats.portfolio.test_asking import SIX, chosen, every


class TestFrontier:
    def test_no_choice_is_worth_more_at_no_more_risk(self) -> None:
        found = frontier(SIX, 0.25, points=12)
        assert not isinstance(found, Infeasible)
        choices = every(SIX)
        for point in found:
            better = [
                one
                for one in choices
                if one[0] > point.expected + 1e-6 and one[1] >= point.worst - 1e-6
            ]
            assert not better
        assert len(found) >= 4
        assert found[-1].expected == pytest.approx(max(one[0] for one in choices))
        assert found[0].worst == pytest.approx(max(one[1] for one in choices))

    def test_it_goes_from_the_safest_to_the_most_valuable(self) -> None:
        found = frontier(SIX, 0.25)
        assert not isinstance(found, Infeasible)
        assert [point.expected for point in found] == sorted(point.expected for point in found)
        worsts = [point.worst for point in found]
        assert worsts == sorted(worsts, reverse=True)
        assert isinstance(found[0], Point)

    def test_where_nothing_can_be_chosen_the_conflict_is_named(self) -> None:
        must = replace(SIX.candidates[0], must=True)
        found = frontier(Problem((must,), Limits(total=1.0)), 0.25)
        assert found == Infeasible(("a must be done", "budget in all"))


class TestSketched:
    def test_points_are_choices_and_none_at_their_risk_is_worth_more_than_is_told(self) -> None:
        steps = list(sketched(SIX, chosen(SIX), 0.25, seconds=8.0, futures=30))
        found = steps[-1]
        assert len(steps) == 7
        assert len(found) >= 3
        choices = every(SIX)
        for point in found:
            assert any(np.allclose(one, (point.expected, point.worst)) for one in choices)
            there = max(one[0] for one in choices if one[1] >= point.worst - 1e-6)
            assert point.expected <= there + 1e-6 <= point.most + 2e-6

    def test_it_is_told_from_the_choice_on_that_is_worth_most(self) -> None:
        best = chosen(SIX)
        first, *_, last = sketched(SIX, best, 0.25, seconds=8.0, futures=40)
        for points in (first, last):
            assert points[-1].starts == best.starts
            assert points[-1].most == points[-1].expected == best.expected
        assert len(last) >= len(first)

    def test_a_limit_of_risk_does_not_narrow_it(self) -> None:
        bold = replace(SIX, limits=replace(SIX.limits, worst=Worst(0.25, 0.0)))
        *_, found = sketched(bold, chosen(SIX), 0.25, seconds=8.0, futures=40)
        *_, same = sketched(SIX, chosen(SIX), 0.25, seconds=8.0, futures=40)
        assert found == same
