"""The best choice against every choice there is, and limits that conflict against leaving out."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonogo.stats.portfolio.choosing import Choice, Infeasible, choose, uses
from gonogo.stats.portfolio.problem import (
    Candidate,
    Limits,
    Problem,
    Worst,
    padded,
    worst_mean,
)

ROLES = ("engineer", "analyst")


def sure(name: str, worth: float, cost: float = 1.0, **more: object) -> Candidate:
    found = Candidate(name, np.array([worth]), (cost,))
    return replace(found, **more)  # type: ignore[arg-type]  # fields by name


def drawn(seed: int) -> Problem:
    """Up to six candidates with needs, starts, kinds and futures, under every kind of limit."""
    rng = np.random.default_rng(seed)
    count, quarters = int(rng.integers(2, 7)), 3
    names = [f"c{number}" for number in range(count)]
    candidates = []
    for number, name in enumerate(names):
        length = int(rng.integers(1, quarters + 1))
        candidates.append(
            Candidate(
                name,
                rng.normal(30, 40, 12),
                tuple(float(one) for one in rng.integers(1, 20, length)),
                {str(rng.choice(ROLES)): tuple(float(n) for n in rng.integers(0, 3, length))},
                kind="exploration" if rng.random() < 0.3 else "exploitation",
                must=rng.random() < 0.1,
                needs=(names[int(rng.integers(number))],) if number and rng.random() < 0.3 else (),
                starts=(0, 1) if rng.random() < 0.3 else (0,),
                kept=0.9,
            )
        )
    limits = Limits(
        total=float(rng.integers(20, 90)) if rng.random() < 0.7 else None,
        budget=tuple(float(one) for one in rng.integers(10, 40, quarters)),
        people={role: tuple(float(one) for one in rng.integers(2, 6, quarters)) for role in ROLES},
        either=((names[0], names[-1]),) if rng.random() < 0.4 else (),
        shares={"exploration": (0.0, 0.4)} if rng.random() < 0.4 else {},
        worst=Worst(0.25, float(rng.normal(0, 20))) if rng.random() < 0.5 else None,
    )
    return Problem(tuple(candidates), limits)


def kept(problem: Problem, starts: dict[str, int]) -> bool:
    """Whether a choice keeps all limits, said plainly."""
    limits, quarters = problem.limits, problem.quarters
    done = [(problem.named(name), start) for name, start in starts.items()]
    ok = all(one.name in starts for one in problem.candidates if one.must)
    ok &= all(need in starts and starts[need] <= start for one, start in done for need in one.needs)
    ok &= all(len([name for name in group if name in starts]) <= 1 for group in limits.either)
    costs = sum((padded(one.cost, start, quarters) for one, start in done), np.zeros(quarters))
    ok &= bool((costs[: len(limits.budget)] <= np.array(limits.budget) + 1e-9).all())
    spent = sum(one.spent for one, _ in done)
    ok &= limits.total is None or spent <= limits.total + 1e-9
    for role, row in limits.people.items():
        busy = [padded(one.people.get(role, ()), start, quarters) for one, start in done]
        ok &= bool((sum(busy, np.zeros(quarters)) <= np.array(row) + 1e-9).all())
    for kind, (least, most) in limits.shares.items():
        there = sum(one.spent for one, _ in done if one.kind == kind)
        ok &= least * spent - 1e-9 <= there <= most * spent + 1e-9
    if limits.worst is not None:
        worth = worst_mean(futures(problem, starts), limits.worst.share)
        ok &= worth >= limits.worst.least - 1e-6
    return bool(ok)


def futures(problem: Problem, starts: dict[str, int]) -> np.ndarray:
    found = np.zeros(problem.candidates[0].futures.size)
    for name, start in starts.items():
        one = problem.named(name)
        found = found + one.futures * one.kept**start
    return found


def every(problem: Problem) -> Iterator[dict[str, int]]:
    """Every choice there is, kept or not."""
    options = [(None, *one.starts) for one in problem.candidates]
    for starts in product(*options):
        yield {
            one.name: start
            for one, start in zip(problem.candidates, starts, strict=True)
            if start is not None
        }


def best(problem: Problem) -> float | None:
    worths = [futures(problem, one).mean() for one in every(problem) if kept(problem, one)]
    return float(max(worths)) if worths else None


class TestAgainstEveryChoice:
    @settings(max_examples=60)
    @given(st.integers(0, 10_000))
    def test_no_choice_that_keeps_the_limits_is_worth_more(self, seed: int) -> None:
        problem = drawn(seed)
        found, expected = choose(problem), best(problem)
        if expected is None:
            assert isinstance(found, Infeasible)
            return
        assert isinstance(found, Choice)
        assert found.proven
        assert kept(problem, found.starts)
        assert found.expected == pytest.approx(expected, rel=1e-6, abs=1e-6)
        assert found.futures == pytest.approx(futures(problem, found.starts))
        assert all(use.left >= -1e-6 for use in found.uses)

    @settings(max_examples=15)
    @given(st.integers(0, 10_000))
    def test_more_of_anything_is_never_worse(self, seed: int) -> None:
        problem = drawn(seed)
        before = choose(problem)
        limits = problem.limits
        more = replace(
            limits,
            total=None if limits.total is None else limits.total + 10,
            budget=tuple(one + 5 for one in limits.budget),
            people={role: tuple(one + 1 for one in row) for role, row in limits.people.items()},
            either=(),
        )
        after = choose(replace(problem, limits=more))
        if isinstance(before, Choice):
            assert isinstance(after, Choice)
            assert after.expected >= before.expected - 1e-6

    def test_amounts_of_millions_are_chosen_as_those_of_ones(self) -> None:
        """The solver's tolerance is absolute; ours is not."""
        small = drawn(11)
        limits = small.limits
        large = Problem(
            tuple(
                replace(one, futures=one.futures * 1e7, cost=tuple(c * 1e6 for c in one.cost))
                for one in small.candidates
            ),
            replace(
                limits,
                total=None if limits.total is None else limits.total * 1e6,
                budget=tuple(one * 1e6 for one in limits.budget),
                worst=None
                if limits.worst is None
                else replace(limits.worst, least=limits.worst.least * 1e7),
            ),
        )
        one, other = choose(small), choose(large)
        assert isinstance(one, Choice)
        assert isinstance(other, Choice)
        assert one.starts == other.starts


class TestChoose:
    def test_a_knapsack_of_the_textbook(self) -> None:
        """Martello & Toth (1990), Knapsack Problems, ch. 2: seven items within 50 are worth 107."""
        worths, weights = (70, 20, 39, 37, 7, 5, 10), (31, 10, 20, 19, 4, 3, 6)
        candidates = tuple(
            sure(str(at), float(worth), float(weight))
            for at, (worth, weight) in enumerate(zip(worths, weights, strict=True))
        )
        found = choose(Problem(candidates, Limits(total=50.0)))
        assert isinstance(found, Choice)
        assert found.expected == 107
        assert set(found.starts) == {"0", "3"}

    def test_what_is_needed_comes_along_and_no_later(self) -> None:
        platform = sure("platform", -2, starts=(0, 1))
        case = sure("case", 10, needs=("platform",), starts=(0, 1), kept=0.9)
        found = choose(Problem((case, platform), Limits()))
        assert isinstance(found, Choice)
        assert found.starts == {"case": 0, "platform": 0}

    def test_waiting_costs_but_may_make_room(self) -> None:
        one = sure("one", 10, 5)
        other = sure("other", 9, 5, starts=(0, 1), kept=0.9)
        found = choose(Problem((one, other), Limits(budget=(5.0, 5.0))))
        assert isinstance(found, Choice)
        assert found.starts == {"one": 0, "other": 1}
        assert found.expected == pytest.approx(10 + 8.1)

    def test_shares_hold_of_the_money_that_is_spent(self) -> None:
        kinds = {
            "core": (10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 10.0),
            "next": (5.0, 5.0),
            "far": (1.0,),
        }
        candidates = tuple(
            sure(f"{kind}{at}", worth, 10.0, kind=kind)
            for kind, worths in kinds.items()
            for at, worth in enumerate(worths)
        )
        shares = {"core": (0.0, 0.7), "next": (0.2, 1.0), "far": (0.1, 1.0)}
        found = choose(Problem(candidates, Limits(total=100.0, shares=shares)))
        assert isinstance(found, Choice)
        assert found.spent == 100

    def test_a_gamble_is_left_where_the_worst_may_not_lose(self) -> None:
        gamble = Candidate("gamble", np.array([-50.0, 100.0]), (1.0,))
        bond = Candidate("bond", np.array([5.0, 5.0]), (1.0,))
        free = choose(Problem((gamble, bond), Limits(total=1.0)))
        careful = choose(Problem((gamble, bond), Limits(total=1.0, worst=Worst(0.5, 0.0))))
        assert isinstance(free, Choice)
        assert isinstance(careful, Choice)
        assert set(free.starts) == {"gamble"}
        assert set(careful.starts) == {"bond"}
        assert careful.worst(0.5) == 5
        assert free.worth().low == -50 or free.worth().low < 25

    def test_nothing_to_choose_from_is_nothing(self) -> None:
        found = choose(Problem((), Limits(total=5.0)))
        assert isinstance(found, Choice)
        assert (found.starts, found.expected) == ({}, 0)

    def test_a_search_that_is_ended_says_how_far_it_may_be_off(self) -> None:
        rng = np.random.default_rng(7)
        candidates = tuple(
            Candidate(
                str(at),
                rng.normal(50, 10, 1),
                tuple(rng.uniform(5, 20, 4)),
                {role: tuple(rng.uniform(0, 3, 4)) for role in ROLES},
            )
            for at in range(60)
        )
        limits = Limits(budget=(150.0,) * 4, people=dict.fromkeys(ROLES, (20.0,) * 4))
        found = choose(Problem(candidates, limits), nodes=1)
        assert isinstance(found, Choice)
        assert not found.proven
        assert found.gap > 0


class TestConflict:
    def test_the_limits_that_conflict_are_named_and_no_others(self) -> None:
        candidates = (
            sure("a", 5, 60, must=True),
            sure("b", 5, 60, must=True),
            sure("c", 5, 1),
        )
        found = choose(Problem(candidates, Limits(total=100.0, people={"engineer": (1.0,)})))
        assert found == Infeasible(("a must be done", "b must be done", "budget in all"))

    def test_a_risk_that_cannot_be_borne_is_a_limit_too(self) -> None:
        one = Candidate("one", np.array([-10.0, 10.0]), must=True)
        found = choose(Problem((one,), Limits(worst=Worst(0.5, 0.0))))
        assert found == Infeasible(("one must be done", "the worst 50 % of futures mean 0 or more"))

    @settings(max_examples=25)
    @given(st.integers(0, 10_000))
    def test_leaving_out_any_one_of_them_leaves_a_choice(self, seed: int) -> None:
        problem = drawn(seed)
        hard = replace(
            problem,
            candidates=tuple(replace(one, must=True) for one in problem.candidates),
        )
        found = choose(hard)
        assert (best(hard) is None) == isinstance(found, Infeasible)
        if isinstance(found, Infeasible):
            assert found.conflict
            musts = [name for name in found.conflict if name.endswith("must be done")]
            for name in musts:
                free = name.removesuffix(" must be done")
                only = replace(
                    hard,
                    candidates=tuple(
                        replace(
                            one,
                            must=f"{one.name} must be done" in musts and one.name != free,
                            needs=tuple(
                                other
                                for other in one.needs
                                if f"{one.name} needs {other}" in found.conflict
                            ),
                        )
                        for one in hard.candidates
                    ),
                )
                assert isinstance(
                    choose(replace(only, limits=_only(only.limits, found.conflict))), Choice
                )


def _only(limits: Limits, names: tuple[str, ...]) -> Limits:
    """The limits that are named, the others left out."""
    return replace(
        limits,
        total=limits.total if "budget in all" in names else None,
        budget=tuple(
            one if f"budget of quarter {at + 1}" in names else 1e6
            for at, one in enumerate(limits.budget)
        ),
        people={
            role: tuple(
                one if f"{role} in quarter {at + 1}" in names else 1e6 for at, one in enumerate(row)
            )
            for role, row in limits.people.items()
        },
        either=tuple(
            group for group in limits.either if f"one of {', '.join(group)} at most" in names
        ),
        shares={} if not any("of the money" in name for name in names) else limits.shares,
        worst=limits.worst if any(name.startswith("the worst") for name in names) else None,
    )


class TestUses:
    def test_each_limit_has_its_use(self) -> None:
        one = Candidate("one", np.zeros(1), (3.0, 4.0), {"engineer": (2.0, 1.0)}, starts=(1,))
        problem = Problem((one,), Limits(10.0, (5.0, 5.0), {"engineer": (2.0, 2.0)}))
        found = {use.what: use.used for use in uses(problem, {"one": 1})}
        assert found == {
            "budget in all": 7,
            "budget of quarter 1": 0,
            "budget of quarter 2": 3,
            "engineer in quarter 1": 0,
            "engineer in quarter 2": 2,
        }
