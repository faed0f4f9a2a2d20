"""Absences: work rests while too few are there, against plain arithmetic, and without anomalies."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonogo.stats.estimate import Estimate
from gonogo.stats.plans.absences import Absence, days_away, profile_of, rests
from gonogo.stats.plans.compiled import compiled
from gonogo.stats.plans.durations import Fixed
from gonogo.stats.plans.network import Branch, Link, Network, Step
from gonogo.stats.plans.orders import candidates
from gonogo.stats.plans.results import loads
from gonogo.stats.plans.scheduling import critical, schedule
from gonogo.stats.plans.simulation import simulate
from tests.stats.plans.test_scheduling import FUTURES, drawn, networks

Away = tuple[Absence, ...]


def step(key: str, days: float, units: int = 1, *after: str) -> Step:
    return Step(key, Fixed(days), tuple(map(Link, after)), (("a", units),), milestone=True)


def finishes(network: Network) -> dict[str, float]:
    found = simulate(network, futures=1, seed=1)
    return {key: float(finish[0]) for key, finish in found.finish.items()}


@st.composite
def absences(draw: st.DrawFn) -> dict[str, Away]:
    """Of both roles of small plans, before, within and after their time."""
    found = {}
    for pool in "ab":
        many = draw(st.lists(st.tuples(st.integers(0, 12), st.integers(1, 6), st.integers(1, 3))))
        found[pool] = tuple(Absence(begin, begin + days, n) for begin, days, n in many[:3])
    return found


class TestArithmetic:
    @pytest.mark.parametrize(
        ("people", "steps", "away", "ends"),
        [
            # The only one is away for four days: work rests as long.
            (1, [step("x", 5)], [Absence(3, 7, 1)], {"x": 9}),
            # What is done when they leave is done; what comes next waits until they are back.
            (1, [step("x", 3), step("y", 2, 1, "x")], [Absence(3, 7, 1)], {"x": 3, "y": 9}),
            # One of two is away: a single step is done by who stays.
            (2, [step("x", 5)], [Absence(3, 7, 1)], {"x": 5}),
            # Of two steps one rests.
            (2, [step("x", 5), step("y", 5)], [Absence(3, 7, 1)], {"x": 5, "y": 9}),
            # Both are needed: the step rests while one is away.
            (2, [step("x", 5, 2)], [Absence(3, 7, 1)], {"x": 9}),
            # Two absences one after the other, and two at once.
            (1, [step("x", 4)], [Absence(1, 2, 1), Absence(3, 5, 1)], {"x": 7}),
            (2, [step("x", 4)], [Absence(1, 3, 1), Absence(2, 5, 1)], {"x": 5}),
            # Away after all is done, and from the very first day.
            (1, [step("x", 4)], [Absence(9, 12, 1)], {"x": 4}),
            (1, [step("x", 4)], [Absence(0, 3, 1)], {"x": 7}),
        ],
    )
    def test_work_rests_while_too_few_are_there(
        self, people: int, steps: list[Step], away: list[Absence], ends: dict[str, float]
    ) -> None:
        found = finishes(Network(tuple(steps), {"a": people}, absences={"a": tuple(away)}))

        assert found == pytest.approx(ends)

    def test_absences_add_up(self) -> None:
        both = profile_of(
            [Absence(1, 4, 1), Absence(1, 4, 1), Absence(4, 6, 2), Absence(9, 9.5, 1)]
        )

        assert [(one.begins, one.ends, one.units) for one in both] == [(1, 6, 2), (9, 9.5, 1)]
        until = np.array([0.0, 3.0, 20.0])
        assert days_away(both, 2, until).tolist() == [0, 4, 10.5]
        assert days_away(both, 1, until).tolist() == [0, 2, 5.5]

    def test_days_of_work_and_days_that_pass_fit_together(self) -> None:
        found = rests([((Absence(2, 4, 1), Absence(10, 11, 2)), 0)])
        rng = np.random.default_rng(1)
        begun = found.start(rng.uniform(0, 14, 500))
        days = rng.uniform(0.01, 12, 500)
        end = found.end(begun, days)

        def passed(at: np.ndarray) -> np.ndarray:
            return np.asarray(at - np.clip(at - 2, 0, 2) - np.clip(at - 10, 0, 1))

        assert passed(end) - passed(begun) == pytest.approx(days)

    def test_people_are_busy_for_a_share_of_the_days_they_are_there(self) -> None:
        found = simulate(
            Network((step("x", 5),), {"a": 1}, {"a": 10}, absences={"a": (Absence(3, 8, 1),)}),
            futures=1,
            seed=1,
        )

        assert found.end.tolist() == [10]
        assert found.cost.tolist() == [50]
        busy = loads(found)["a"].busy
        assert isinstance(busy, Estimate)
        assert busy.value == 1

    @pytest.mark.parametrize(("begins", "ends", "units"), [(3, 3, 1), (-1, 3, 1), (1, 3, 0)])
    def test_what_is_no_absence_is_refused(self, begins: float, ends: float, units: int) -> None:
        with pytest.raises(ValueError, match="away"):
            Absence(begins, ends, units)
        with pytest.raises(ValueError, match="absences are of z"):
            Network((step("x", 1),), {"a": 1}, absences={"z": (Absence(0, 1, 1),)})


class TestSchedule:
    @settings(max_examples=40)
    @given(networks(), absences())
    def test_no_more_work_than_there_are_people(
        self, network: Network, away: dict[str, Away]
    ) -> None:
        plan, held = drawn(replace(network, absences=away))
        found = schedule(plan, candidates(plan)[-1], held, linked=True)
        there = np.isfinite(found.start)
        for i, happens in held.happens.items():
            there[i] &= happens
        for row in plan.rows:
            for before, lag in row.before:
                assert (found.start[row.number] >= found.finish[before] + lag - 1e-5).all()
        days = np.where(there, held.days, 0.0)
        for pool, size in enumerate(plan.sizes):
            units = np.array([dict(row.holds).get(pool, 0) for row in plan.rows])[:, np.newaxis]
            for end in found.finish:
                until = np.where(np.isfinite(end), end, 0.0)
                done = (units * days * (found.finish <= until + 1e-6)).sum(axis=0)
                there_for = size * until - days_away(plan.away[pool], size, until)
                assert (done <= there_for + 1e-3).all()

    @settings(max_examples=40)
    @given(networks(), absences(), st.sampled_from("ab"))
    def test_one_more_of_a_role_never_makes_any_future_later(
        self, network: Network, away: dict[str, Away], pool: str
    ) -> None:
        now = replace(network, absences=away)
        more = replace(now, pools={**network.pools, pool: network.pools[pool] + 1})
        assert_never_later(more, now)

    @settings(max_examples=40)
    @given(networks(), absences(), st.sampled_from("ab"))
    def test_an_absence_less_never_makes_any_future_later(
        self, network: Network, away: dict[str, Away], pool: str
    ) -> None:
        now = replace(network, absences=away)
        less = replace(network, absences={**away, pool: away[pool][1:]})
        assert_never_later(less, now)
        assert_never_later(network, now)

    @settings(max_examples=20)
    @given(networks())
    def test_absences_after_all_is_done_change_nothing(self, network: Network) -> None:
        late = replace(network, absences={"a": (Absence(900, 950, 2),)})
        plan, held = drawn(network)
        other, same = drawn(late)
        order = candidates(plan)[0]
        now, then = schedule(plan, order, held), schedule(other, order, same)

        finite = np.isfinite(now.finish)
        assert (np.isfinite(then.finish) == finite).all()
        assert then.finish[finite] == pytest.approx(now.finish[finite])
        assert then.waited == pytest.approx(now.waited)
        assert then.busy == pytest.approx(now.busy)

    def test_what_is_critical_makes_the_end_later(self) -> None:
        network = Network(
            (
                replace(step("x", 4), branch=Branch(0.5, retries=1)),
                step("y", 3, 1, "x"),
                Step("z", Fixed(2.5), (), (("b", 1),)),
            ),
            {"a": 1, "b": 1},
            absences={"a": (Absence(5, 6.25, 1),), "b": (Absence(1, 9, 1),)},
        )
        plan = compiled(network)
        plan, held = drawn(network)
        order = candidates(plan)[0]
        found = schedule(plan, order, held, linked=True)
        marked = critical(plan, order, held, found, (0, 1, 2))
        last = found.finish.max(axis=0)
        for row in plan.rows:
            longer = held.days.copy()
            longer[row.number] += 1e-3
            after = schedule(plan, order, replace(held, days=longer))
            assert (marked[row.number] == (after.finish.max(axis=0) > last + 1e-5)).all()
        assert marked.any(axis=1).tolist() == [True, True, True]


def assert_never_later(better: Network, now: Network) -> None:
    """Future by future, by every order of work."""
    plan, held = drawn(now)
    other, same = drawn(better)
    assert held.count == FUTURES
    for order in candidates(plan)[:6]:
        worse, found = schedule(plan, order, held), schedule(other, order, same)
        assert (found.finish <= worse.finish + 1e-5).all()
