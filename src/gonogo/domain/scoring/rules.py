"""Use cases scored by a rubric: criteria with levels in words, opinions, and what evidence answers.

A level is a number from 1, the worst, to 5, the best; of every criterion more is better.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256

import numpy as np

from gonogo.core.canonical import digest
from gonogo.core.conditions import Condition
from gonogo.core.errors import Invalid
from gonogo.stats.arrays import Floats
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.money.amounts import Between, mean
from gonogo.stats.multicriteria import WeightInterval, uniform_weights
from gonogo.stats.portfolio.ranking import Ranked, above, ranks
from gonogo.stats.portfolio.rubrics import (
    HIGHEST,
    LOWEST,
    Disagreement,
    disagreement,
    pooled,
    stays_first,
    weighted,
)

FUTURES = 4_000
REMEMBERED = 1_000
"""Levels of a use case by a criterion that are remembered; 32 kB each."""
SEED = 7
LEVEL = 0.8
"""The middle share of futures between whose ends a score lies."""
METHOD = "weighted mean of levels over drawn futures; interval: the middle futures"
WEIGHTS_DRAWN = 500
"""Weights that are drawn evenly, to tell what comes first whatever the weights are."""
MOST_EVIDENCE = 20
"""Entries that can be attached to one level."""


class Source(StrEnum):
    """What can answer a criterion by itself."""

    BENEFIT = "benefit"
    """The benefit model: worth if it is built, over what building it costs."""
    HYPOTHESES = "hypotheses"
    """Settled hypotheses, and gates that versions have passed."""
    DATA = "data"
    """Data checks of the datasets that the use case works with."""
    RISK = "risk"
    """The risk tier of the use case, its open incidents, and the risks of its register."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One question of the rubric."""

    key: str
    title: str
    asks: str
    weight: float
    levels: tuple[str, ...]
    """What each level means in plain words, from 1 to 5."""
    source: Source | None = None
    """What answers it by itself; None where only people can."""
    bounds: tuple[float, ...] = ()
    """Where levels 2 to 5 begin, for a benefit or a chance."""
    conditions: tuple[Condition, ...] = ()
    """What data are asked, for data."""
    tiers: Mapping[str, Between] = field(default_factory=dict)
    """Risk tier → levels that are possible."""
    severities: Mapping[str, float] = field(default_factory=dict)
    """Severity of an open risk → the highest level there can be while it is open."""

    @property
    def wording(self) -> str:
        """What an opinion answers to: where it changes, earlier opinions answer something else."""
        return digest({"asks": self.asks, "levels": list(self.levels)})[:12]


@dataclass(frozen=True, slots=True)
class Rubric:
    """What use cases are scored by."""

    name: str
    criteria: tuple[Criterion, ...]
    text: str
    """The file as it was written."""

    @property
    def digest(self) -> str:
        """SHA-256 of the file."""
        return sha256(self.text.encode()).hexdigest()

    @property
    def weights(self) -> tuple[float, ...]:
        """Of the criteria, adding up to 1."""
        total = sum(one.weight for one in self.criteria)
        return tuple(one.weight / total for one in self.criteria)

    def criterion(self, key: str, place: str) -> Criterion:
        """The criterion called `key`; raises `Invalid` at `place`."""
        for one in self.criteria:
            if one.key == key:
                return one
        known = ", ".join(one.key for one in self.criteria)
        raise Invalid(field=place, value=key, expected=f"a criterion of the rubric: {known}")


@dataclass(frozen=True, slots=True)
class StatedRubric:
    """A rubric, and where it was stated."""

    rubric: Rubric
    number: int
    """From 1; 0 is the one that comes with gonogo."""
    at: str
    by: str
    entry: str
    """Digest of the entry that keeps it; "" for the one that comes with gonogo."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What an assessor says of one criterion, speaking for a role."""

    case: str
    role: str
    criterion: str
    levels: Between
    """The lowest and highest that are possible, and the likeliest."""
    reason: str
    evidence: tuple[str, ...]
    """Digests of entries that it rests on."""
    wording: str
    """Of the criterion as it was asked."""
    at: str
    by: str
    entry: str


@dataclass(frozen=True, slots=True)
class Computed:
    """A level that follows from what is on the record."""

    levels: Between
    says: str
    """From what, in one sentence with the numbers."""
    evidence: tuple[str, ...]
    """Digests of the entries it follows from."""


@dataclass(frozen=True, slots=True)
class Graded:
    """One criterion of a use case."""

    criterion: Criterion
    low: float
    """Lower end of the middle futures."""
    value: float
    """Mean level."""
    high: float
    computed: Computed | None
    why_not: str
    """Why evidence does not answer it; "" where it does or never could."""
    opinions: tuple[Opinion, ...]
    """That count."""
    aside: tuple[tuple[Opinion, str], ...]
    """Opinions that do not count, and why."""
    apart: Disagreement | None
    """How far several assessors are apart."""

    @property
    def known(self) -> bool:
        """Whether anything is known of it: else any level is as likely as any other."""
        return self.computed is not None or bool(self.opinions)


@dataclass(frozen=True, slots=True)
class Scored:
    """A use case and its score."""

    case: str
    graded: tuple[Graded, ...]
    """In the order of the rubric."""
    score: Measured
    """Level from 1 to 5; undefined while nothing is known of any criterion."""
    futures: Floats
    """Shape (futures,)."""

    @property
    def known(self) -> int:
        """Criteria of which something is known."""
        return sum(one.known for one in self.graded)


@dataclass(frozen=True, slots=True)
class Ranking:
    """How sure the order of scored use cases is, and what the weights decide of it."""

    ranked: tuple[Ranked, ...]
    """In the order of the use cases."""
    above: tuple[tuple[float, ...], ...]
    """How often each scores above each other."""
    any_weights: tuple[float, ...]
    """How often each is first where weights are drawn evenly from all there are."""
    stays: tuple[WeightInterval, ...]
    """Of each criterion, the weights with which the first by mean score stays first."""


Answers = Mapping[str, Computed | Undefined]
"""Criterion → what evidence makes of it, or why it says nothing; without it, only people can."""


def score(rubric: Rubric, case: str, opinions: Sequence[Opinion], answers: Answers) -> Scored:
    """The score of a use case: what evidence answers, else what its assessors say."""
    columns, graded = [], []
    for criterion in rubric.criteria:
        one, levels = _graded(criterion, case, opinions, answers.get(criterion.key))
        columns.append(levels)
        graded.append(one)
    futures = weighted(np.column_stack(columns), rubric.weights)
    found: Measured = Undefined("nothing is on the record, and nobody has assessed it", n=0)
    if any(one.known for one in graded):
        low, high = np.quantile(futures, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]).tolist()
        middle = float(futures.mean())
        # Where nothing is uncertain the mean may be a last digit away from every future.
        ends = min(low, middle), max(high, middle)
        found = Estimate(middle, *ends, LEVEL, FUTURES, "level", METHOD)
    return Scored(case, tuple(graded), found, futures)


def rank(rubric: Rubric, scored: Sequence[Scored]) -> Ranking:
    """The order of use cases, each of which has a score."""
    if not scored:
        return Ranking((), (), (), ())
    table = np.column_stack([one.futures for one in scored])
    means = np.array([[one.value for one in case.graded] for case in scored])
    drawn = uniform_weights(len(rubric.criteria), WEIGHTS_DRAWN, SEED) @ means.T
    best = drawn >= drawn.max(axis=1, keepdims=True) - 1e-12
    first = (best / best.sum(axis=1, keepdims=True)).mean(axis=0)
    return Ranking(
        ranked=tuple(ranks(table, LEVEL)),
        above=tuple(tuple(row) for row in above(table).tolist()),
        any_weights=tuple(first.tolist()),
        stays=tuple(stays_first(means, rubric.weights)),
    )


def checked_levels(low: float, likely: float, high: float, place: str) -> Between:
    """A range of levels; raises `Invalid` at `place`."""
    if not LOWEST <= low <= likely <= high <= HIGHEST:
        raise Invalid(
            field=place,
            value=f"{low:g}, {likely:g}, {high:g}",
            expected="the lowest, likeliest and highest level, from 1 to 5, in this order",
        )
    return Between(low, likely, high)


def level_of(value: float, bounds: Sequence[float]) -> float:
    """The level of a number by where levels 2 to 5 begin.

    >>> level_of(0.5, [0, 1, 3, 10]), level_of(-1, [0, 1, 3, 10])
    (2.0, 1.0)
    """
    return LOWEST + sum(value >= bound for bound in bounds)


def _graded(
    criterion: Criterion,
    case: str,
    opinions: Sequence[Opinion],
    answer: Computed | Undefined | None,
) -> tuple[Graded, Floats]:
    own = [one for one in opinions if one.criterion == criterion.key]
    counting: list[Opinion] = []
    aside: list[tuple[Opinion, str]] = []
    for one in own:
        if isinstance(answer, Computed):
            aside.append((one, "evidence answers it"))
        elif one.wording != criterion.wording:
            aside.append((one, "the rubric asks something else now"))
        else:
            counting.append(one)
    computed = answer if isinstance(answer, Computed) else None
    ranges = tuple(one.levels for one in counting) if computed is None else (computed.levels,)
    levels = _levels(case, criterion.key, ranges)
    low, high = np.quantile(levels, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    exact = float(np.mean([mean(one) for one in ranges])) if ranges else (LOWEST + HIGHEST) / 2
    graded = Graded(
        criterion=criterion,
        low=min(float(low), exact),
        value=exact,
        high=max(float(high), exact),
        computed=computed,
        why_not=answer.reason if isinstance(answer, Undefined) else "",
        opinions=tuple(counting),
        aside=tuple(aside),
        apart=disagreement([one.levels for one in counting]),
    )
    return graded, levels


@lru_cache(maxsize=REMEMBERED)
def _levels(case: str, criterion: str, ranges: tuple[Between, ...]) -> Floats:
    """The levels of all futures; the same ranges of the same criterion come to the same."""
    levels = pooled(ranges, FUTURES, np.random.default_rng(_seed(case, criterion)))
    levels.flags.writeable = False
    return levels


def _seed(case: str, criterion: str) -> int:
    """Each use case and criterion draws its own futures, whatever is beside it."""
    return int(sha256(f"{SEED}:{case}:{criterion}".encode()).hexdigest()[:12], 16)
