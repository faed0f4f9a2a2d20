"""Choosing among 200 candidates over 8 quarters with 6 roles, to proven optimality.

The peer is plain enumeration, which nobody has the time to run: a million choices of the same
problem are judged by NumPy as fast as it can, and that is scaled to all of them.
"""

import time
from functools import partial

import numpy as np

from benchmarks.bench import Bench
from benchmarks.measuring import Line, in_words
from gonogo.stats.arrays import Floats
from gonogo.stats.portfolio.choosing import Choice, choose
from gonogo.stats.portfolio.problem import Candidate, Limits, Problem
from gonogo.stats.portfolio.programme import programme

NAME = "portfolio"
CANDIDATES, QUARTERS, ROLES = 200, 8, 6
QUICK_CANDIDATES = 30
SHARE = 0.35
"""Of all that is asked for, how much there is of each role and of the money in each quarter."""
JUDGED = 1_000_000
BATCH = 10_000
YEAR = 365.25 * 24 * 3600


def run(bench: Bench) -> list[Line]:
    """Measure it."""
    count = QUICK_CANDIDATES if bench.quick else CANDIDATES
    problem = drawn(count, seed=7)
    with bench.measuring(f"choosing among {count} candidates", 2) as tick:
        seconds, choice = _timed(problem)
        tick()
        each = _enumeration(problem, BATCH if bench.quick else JUDGED)
        tick()
    if not isinstance(choice, Choice):
        raise TypeError(f"there is no choice: {choice}")
    # A hundred years or the age of the universe: the logarithm says it as well.
    all_of_them = each * 2.0**count
    return [
        Line(
            name=NAME,
            what=f"best choice among {count} candidates × {QUARTERS} quarters × {ROLES} roles "
            f"({'proven' if choice.proven else 'not proven'}, {choice.nodes:,} nodes)",
            measured=in_words(seconds),
            peer=f"all 2^{count} choices, {in_words(each)} each: {all_of_them / YEAR:.2g} years",
            ratios=(seconds / all_of_them,),
            promise="proven optimal",
            kept=choice.proven if bench.judged else None,
        )
    ]


def drawn(count: int, seed: int) -> Problem:
    """A problem of `count` candidates, of which a seed always gives the same.

    Each takes two quarters or more, one to three roles and money; what it is worth goes with its
    size, so that no candidate is plainly better. Some need another one, some are alternatives.
    """
    rng = np.random.default_rng(seed)
    roles = [f"role {number + 1}" for number in range(ROLES)]
    candidates, asked = [], np.zeros((1 + ROLES, QUARTERS))
    for number in range(count):
        length = int(rng.integers(2, QUARTERS + 1))
        start = int(rng.integers(0, QUARTERS - length + 1))
        money = float(rng.integers(20, 120))
        cost = _over(money, start, length)
        asked[0] += cost
        people = {}
        for at in rng.choice(ROLES, size=int(rng.integers(1, 4)), replace=False):
            people[roles[at]] = _over(float(rng.integers(1, 5)) / 2, start, length)
            asked[1 + at] += people[roles[at]]
        size = sum(cost) + 60 * sum(map(sum, people.values()))
        candidates.append(
            Candidate(
                name=f"candidate {number + 1}",
                futures=np.array([size * float(rng.lognormal(0.3, 0.6))]),
                cost=cost,
                people=people,
                needs=(f"candidate {int(rng.integers(number)) + 1}",)
                if number and rng.random() < 0.1
                else (),
            )
        )
    either = tuple(
        (f"candidate {at}", f"candidate {at + 1}") for at in range(1, count, max(count // 10, 2))
    )
    limits = Limits(
        budget=tuple((SHARE * asked[0]).tolist()),
        people={role: tuple((SHARE * asked[1 + at]).tolist()) for at, role in enumerate(roles)},
        either=either,
    )
    return Problem(tuple(candidates), limits)


def _over(amount: float, start: int, length: int) -> tuple[float, ...]:
    return (0.0,) * start + (amount,) * length + (0.0,) * (QUARTERS - start - length)


def _timed(problem: Problem) -> tuple[float, object]:
    started = time.perf_counter()
    found = choose(problem)
    return time.perf_counter() - started, found


def _enumeration(problem: Problem, judged: int) -> float:
    """Seconds that it takes to judge one choice, of many at once."""
    found = programme(problem)
    rows = np.array([row.coefficients for row in found.rows])
    highs = np.array([row.high for row in found.rows])
    rng = np.random.default_rng(7)
    draw = partial(rng.integers, 0, 2, (BATCH, len(found.columns)))
    spent = 0.0
    for _ in range(judged // BATCH):
        choices: Floats = draw().astype(float)
        started = time.perf_counter()
        kept = (choices @ rows.T <= highs).all(axis=1)
        (np.where(kept, choices @ found.expected, -np.inf)).max()
        spent += time.perf_counter() - started
    return spent / (judged // BATCH * BATCH)
