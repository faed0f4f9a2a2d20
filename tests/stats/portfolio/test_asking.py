"""What is asked of a choice, against every choice there is."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.portfolio import drawn
from gonogo.stats.portfolio.asking import (
    limited,
    marginal,
    marginals,
    raised,
    why_in,
    why_out,
)
from gonogo.stats.portfolio.choosing import Choice, choose, with_must
from gonogo.stats.portfolio.problem import Candidate, Limits, Problem, worst_mean


def bet(name: str, mean: float, spread: float, cost: float, people: float = 0.0) -> Candidate:
    rng = np.random.default_rng(sum(map(ord, name)))
    futures = rng.normal(0, spread, 40)
    return Candidate(name, futures - futures.mean() + mean, (cost,), {"engineer": (people,)})


SIX = Problem(
    (
        bet("a", 50, 60, 4, 1),
        bet("b", 40, 10, 4, 2),
        bet("c", 30, 40, 3, 1),
        bet("d", 20, 2, 2, 1),
        bet("e", 12, 30, 2, 0),
        bet("f", -5, 1, 1, 0),
    ),
    Limits(total=9.0, people={"engineer": (3.0,)}),
)


def chosen(problem: Problem) -> Choice:
    found = choose(problem)
    assert isinstance(found, Choice)
    return found


def every(problem: Problem) -> list[tuple[float, float]]:
    """Worth and mean of the worst quarter of every choice that keeps the limits."""
    found = []
    count = len(problem.candidates)
    for number in range(2**count):
        taken = [one for at, one in enumerate(problem.candidates) if number >> at & 1]
        people = sum(one.people["engineer"][0] for one in taken)
        if sum(one.spent for one in taken) <= 9 and people <= 3:
            futures = sum((one.futures for one in taken), np.zeros(40))
            found.append((float(futures.mean()), worst_mean(futures, 0.25)))
    return found


class TestMarginals:
    def test_each_is_the_difference_of_two_best_choices(self) -> None:
        choice = chosen(SIX)
        found = {one.what: one for one in marginals(SIX, choice, money=2.0)}
        more_money = chosen(replace(SIX, limits=replace(SIX.limits, total=11.0)))
        more_people = chosen(replace(SIX, limits=replace(SIX.limits, people={"engineer": (4.0,)})))
        assert found["budget"].gain == pytest.approx(more_money.expected - choice.expected)
        assert found["engineer"].gain == pytest.approx(more_people.expected - choice.expected)
        assert found["budget"].gain > 0
        assert set(found["budget"].comes_in) == set(more_money.starts) - set(choice.starts)
        assert set(found["budget"].goes_out) == set(choice.starts) - set(more_money.starts)

    def test_one_more_of_what_is_not_short_brings_nothing(self) -> None:
        free = replace(SIX, limits=Limits(total=100.0, people={"engineer": (100.0,)}))
        assert [one.gain for one in marginals(free, chosen(free), money=1.0)] == [0.0, 0.0]


class TestWhyOut:
    def test_what_it_lacks_brings_it_in_and_less_does_not(self) -> None:
        choice = chosen(SIX)
        for one in SIX.candidates:
            if one.name in choice.starts:
                continue
            found = why_out(SIX, choice, one.name)
            assert found.lacks is not None
            for more, comes_in in ((found.lacks + 0.01, True), (found.lacks - 0.01, False)):
                richer = replace(one, futures=one.futures + more)
                again = chosen(
                    replace(
                        SIX,
                        candidates=tuple(
                            richer if each.name == one.name else each for each in SIX.candidates
                        ),
                    )
                )
                assert (one.name in again.starts) is comes_in

    def test_a_larger_budget_that_brings_it_in_is_found(self) -> None:
        choice = chosen(SIX)
        free = replace(SIX, limits=replace(SIX.limits, people={"engineer": (9.0,)}))
        choice = chosen(free)
        name = next(n for n in ("e", "d", "c") if n not in choice.starts)
        found = why_out(free, choice, name)
        assert found.budget is not None
        again = chosen(replace(free, limits=raised(free.limits, found.budget)))
        assert name in again.starts
        assert any(use.what == "budget in all" for use in found.short)

    def test_what_is_worth_nothing_says_so_and_no_budget_brings_it_in(self) -> None:
        found = why_out(SIX, chosen(SIX), "f")
        assert found.worthless
        assert found.budget is None
        assert found.lacks is not None
        assert found.lacks >= 5

    def test_limits_that_rule_it_out_are_named(self) -> None:
        giant = Candidate("giant", np.full(40, 500.0), (50.0,), {"engineer": (1.0,)})
        problem = replace(SIX, candidates=(*SIX.candidates, giant))
        found = why_out(problem, chosen(problem), "giant")
        assert found.lacks is None
        assert found.conflict == ("budget in all",)

    def test_what_is_chosen_is_not_asked_about(self) -> None:
        choice = chosen(SIX)
        with pytest.raises(ValueError, match="is chosen"):
            why_out(SIX, choice, next(iter(choice.starts)))


class TestWhyIn:
    def test_the_loss_is_that_of_the_best_choice_without_it(self) -> None:
        choice = chosen(SIX)
        for name in choice.starts:
            found = why_in(SIX, choice, name)
            kept = tuple(one for one in SIX.candidates if one.name != name)
            without = replace(SIX, candidates=kept)
            best = max(worth for worth, _ in every(without))
            assert found.loss == pytest.approx(choice.expected - best)
            assert name not in {*found.instead, *found.also_out}

    def test_what_needs_it_goes_with_it(self) -> None:
        a, b = (Candidate(name, np.full(40, 10.0), (1.0,)) for name in "ab")
        problem = Problem((a, replace(b, needs=("a",))), Limits(total=9.0, either=(("a", "b"),)))
        free = replace(problem, limits=Limits(total=9.0))
        found = why_in(free, chosen(free), "a")
        assert (found.loss, found.also_out, found.instead) == (20.0, ("b",), ())
        assert why_in(problem, chosen(problem), "a").loss == 10.0

    def test_what_has_to_be_done_may_cost_more_than_it_brings(self) -> None:
        costly = Candidate("costly", np.full(40, -5.0), must=True)
        free = Problem((costly, Candidate("good", np.full(40, 3.0))), Limits(total=9.0))
        assert why_in(free, chosen(free), "costly").loss == -5.0

    def test_limits_that_hold_only_with_it_are_told_from_a_loss(self) -> None:
        a = Candidate("a", np.full(40, 5.0), (1.0,), kind="bets")
        b = Candidate("b", np.full(40, 5.0), (1.0,), must=True)
        problem = Problem((a, b), Limits(total=2.0, shares={"bets": (0.5, 1.0)}))
        assert why_in(problem, chosen(problem), "a").loss is None

    def test_what_is_not_chosen_is_not_asked_about(self) -> None:
        with pytest.raises(ValueError, match="is not chosen"):
            why_in(SIX, chosen(SIX), "f")


class TestInLimitedTime:
    """What is told lies about what is proven where there is time enough."""

    HARD = drawn(30, seed=3)
    LITTLE = 0.02

    def test_why_out_lies_about_the_answer(self) -> None:
        choice = chosen(self.HARD)
        left = [one.name for one in self.HARD.candidates if one.name not in choice.starts][:3]
        for name in left:
            exact = why_out(self.HARD, choice, name, roughly=True)
            found = why_out(self.HARD, choice, name, seconds=self.LITTLE, roughly=True)
            assert exact.is_proven
            assert lies(found.lacks_least, exact.lacks, found.lacks)
            assert found.budget == exact.budget
            assert found.budget_about

    def test_why_in_lies_about_the_answer(self) -> None:
        choice = chosen(self.HARD)
        for name in list(choice.starts)[:3]:
            exact = why_in(self.HARD, choice, name)
            found = why_in(self.HARD, choice, name, seconds=self.LITTLE)
            assert exact.is_proven
            assert lies(found.loss_least, exact.loss, found.loss)

    def test_marginals_lie_about_the_answer(self) -> None:
        choice = chosen(self.HARD)
        for what in limited(self.HARD.limits)[:3]:
            exact = marginal(self.HARD, choice, what, 1.0)
            found = marginal(self.HARD, choice, what, 1.0, seconds=self.LITTLE)
            assert exact.is_proven
            assert lies(found.gain, exact.gain, found.gain_most)

    def test_of_a_choice_that_is_not_proven_it_still_lies_there(self) -> None:
        rough = choose(self.HARD, seconds=self.LITTLE, like={})
        assert isinstance(rough, Choice)
        best = chosen(self.HARD)
        assert rough.expected - 1e-6 <= best.expected <= rough.expected + rough.gap + 1e-6
        out = [one.name for one in self.HARD.candidates if one.name not in rough.starts]
        name, done = next(
            (name, done)
            for name in out
            if isinstance(done := choose(with_must(self.HARD, name)), Choice)
        )
        found = why_out(self.HARD, rough, name, seconds=self.LITTLE, roughly=True)
        assert lies(found.lacks_least, best.expected - done.expected, found.lacks)

    def test_about_how_much_more_money_is_near_what_it_takes(self) -> None:
        free = replace(SIX, limits=replace(SIX.limits, people={"engineer": (9.0,)}))
        choice = chosen(free)
        name = next(n for n in ("e", "d", "c") if n not in choice.starts)
        exact, about = (why_out(free, choice, name, roughly=how) for how in (False, True))
        assert not exact.budget_about
        assert exact.budget is not None
        assert about.budget == pytest.approx(exact.budget, abs=0.25)


def lies(least: float | None, value: float | None, most: float | None) -> bool:
    """Whether a value lies between; without a most there is none."""
    return (least or 0.0) - 1e-6 <= (value or 0.0) <= (np.inf if most is None else most) + 1e-6
