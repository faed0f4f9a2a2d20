"""Shares of candidates: a bound on every choice, and a way to good ones."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.portfolio import drawn
from gonogo.stats.portfolio.choosing import Choice, choose
from gonogo.stats.portfolio.problem import Candidate, Limits, Problem, Worst
from gonogo.stats.portfolio.programme import programme, solve
from gonogo.stats.portfolio.relaxing import is_ruled_out, near, relaxed
from tests.stats.portfolio.test_asking import SIX
from tests.stats.portfolio.test_choosing import drawn as any_problem


def sure(name: str, worth: float, cost: float) -> Candidate:
    return Candidate(name, np.array([worth]), (cost,))


class TestRelaxed:
    def test_a_single_budget_is_filled_by_worth_for_the_money_and_the_last_in_part(self) -> None:
        """The greedy rule for one knapsack: 60 + 100 + 120 * 20 / 30, a textbook example."""
        items = (sure("a", 60, 10), sure("b", 100, 20), sure("c", 120, 30))
        found = relaxed(programme(Problem(items, Limits(total=50.0))))
        assert found is not None
        assert found.bound == pytest.approx(240)
        assert found.taken == pytest.approx([1, 1, 2 / 3])
        # A unit of money is worth 4: a and b bring 20 more than what they cost of it.
        assert found.reduced == pytest.approx([20, 20, 0])

    @settings(max_examples=15)
    @given(st.integers(0, 10_000))
    def test_no_choice_is_worth_more(self, seed: int) -> None:
        problem = any_problem(seed)
        found, best = relaxed(programme(problem)), choose(problem)
        if isinstance(best, Choice):
            assert found is not None
            assert best.expected <= found.bound + 1e-6 * max(abs(found.bound), 1)
        if found is None:
            assert not isinstance(best, Choice)
            assert is_ruled_out(programme(problem))


class TestNear:
    def test_a_choice_is_found_that_keeps_the_limits_from_one_that_does_not(self) -> None:
        everything = {one.name: 0 for one in SIX.candidates}
        built = programme(SIX)
        found = near(built, everything, nodes=1000, seconds=5.0)
        assert found is not None
        assert found.done == solve(built).done
        assert not found.proven

    def test_of_many_it_comes_near_the_best_at_once(self) -> None:
        problem = drawn(30, seed=7)
        best = choose(problem)
        assert isinstance(best, Choice)
        built = programme(problem)
        found = near(built, None, nodes=1000, seconds=5.0)
        assert found is not None
        assert found.done is not None
        worth = built.expected[list(found.done)].sum()
        assert 0.97 * best.expected <= worth <= best.expected + 1e-6
        assert best.expected <= found.bound

    def test_where_nothing_keeps_the_limits_there_is_none(self) -> None:
        must = replace(SIX.candidates[0], must=True)
        built = programme(Problem((must,), Limits(total=1.0)))
        assert near(built, {}, nodes=10, seconds=1.0) is None
        assert near(programme(Problem((), Limits())), {}, nodes=10, seconds=1.0) is None

    def test_the_safest_is_looked_for_near_the_one_worth_most(self) -> None:
        free = replace(SIX, limits=replace(SIX.limits, worst=Worst(0.25, -1e6)))
        built = programme(free)
        found = near(built, {}, nodes=1000, seconds=5.0, safest=0.25)
        assert found is not None
        assert found.done == solve(built, safest=0.25).done
