"""What is said of a choice in the time there is, and what more time adds."""

import pytest

from benchmarks.portfolio import drawn
from gonogo.domain.portfolio.answering import (
    EXPLAINED,
    Told,
    answered,
    chosen,
    explained,
    with_frontier,
)
from gonogo.domain.portfolio.rules import Answer, Asked
from gonogo.stats.portfolio.choosing import Choice, choose
from gonogo.stats.portfolio.problem import Problem

MANY: Problem = drawn(70, seed=11)
ASKED = Asked(MANY.limits)
QUESTIONS = 2 * EXPLAINED + 7
"""Why in and why out, and what more of the money and of six roles would bring."""


@pytest.fixture(scope="module")
def first() -> Answer:
    """A choice that is not proven: the search ended after its first node."""
    choice = choose(MANY, nodes=1)
    assert isinstance(choice, Choice)
    return Answer(choice, choice.worth(0.8), choice.worst(0.1), 0.1)


@pytest.fixture(scope="module")
def steps(first: Answer) -> list[Told]:
    """What is said of it in little time, as it is found."""
    return list(explained(MANY, ASKED, first, 0.03 * QUESTIONS))


class TestExplained:
    def test_every_question_is_answered_in_the_time_there_is(self, steps: list[Told]) -> None:
        assert [one.step for one in steps] == list(range(1, QUESTIONS + 1))
        assert {one.of for one in steps} == {QUESTIONS}
        answer = steps[-1].answer
        assert len(answer.ins) == len(answer.out) == EXPLAINED
        assert [one.what for one in answer.marginals] == ["budget", *MANY.limits.people]
        done = {one.name for one in answer.out} | set(answer.choice.starts)
        assert set(answer.unexplained) == {one.name for one in MANY.candidates} - done

    def test_more_time_keeps_what_is_proven_and_only_narrows_the_rest(
        self, steps: list[Told]
    ) -> None:
        before = steps[-1].answer
        again = list(explained(MANY, ASKED, before, 0.06 * QUESTIONS))
        assert len(again) == before.open
        after = again[-1].answer if again else before
        assert after.open <= before.open
        for now, was in zip(after.out, before.out, strict=True):
            assert now.name == was.name
            assert (now.lacks_least or 0) >= (was.lacks_least or 0)
            assert was.lacks is None or (now.lacks is not None and now.lacks <= was.lacks)
            assert now is was or not was.is_proven
        for gained, more in zip(after.marginals, before.marginals, strict=True):
            assert more.gain <= gained.gain <= gained.gain_most <= more.gain_most
        for kept, had in zip(after.ins, before.ins, strict=True):
            assert (kept.loss_least or 0) >= (had.loss_least or 0)

    def test_few_are_answered_exactly_and_need_no_more_time(self) -> None:
        few = drawn(8, seed=2)
        answer = answered(few.candidates, Asked(few.limits))
        assert answer.is_proven
        assert answer.open == 0
        assert list(explained(few, Asked(few.limits), answer, 1.0)) == []
        assert all(point.most == point.expected for point in answer.frontier)


class TestChosen:
    def test_a_good_choice_is_told_before_the_proof(self) -> None:
        problem = drawn(30, seed=7)
        found = list(chosen(problem, Asked(problem.limits), 60.0))
        assert found[-1].choice.proven
        assert [one.choice.expected for one in found] == sorted(
            one.choice.expected for one in found
        )

    def test_what_was_found_before_stays_unless_there_is_a_better_one(self, first: Answer) -> None:
        *_, last = chosen(MANY, ASKED, 0.1, first)
        assert last.choice.expected >= first.choice.expected
        assert last.choice.gap <= first.choice.gap


class TestWithFrontier:
    def test_of_many_it_is_told_point_by_point_with_what_none_can_beat(self, first: Answer) -> None:
        told = list(with_frontier(MANY, first, 2.0))
        assert [one.step for one in told] == list(range(1, 8))
        points = told[-1].answer.frontier
        assert told[-1].answer.within == 2.0
        assert points[-1].expected == pytest.approx(first.choice.expected)
        assert all(one.expected <= one.most for one in points)
