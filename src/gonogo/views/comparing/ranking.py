"""Who comes first: the Pareto set, a weighted ranking, and what would change it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from gonogo.core.specs.shape import Good
from gonogo.stats.estimate import Estimate
from gonogo.stats.multicriteria import (
    closeness_by_weight,
    drawn,
    first_shares,
    nondominated,
    topsis,
    uniform_weights,
    winner_stays,
)
from gonogo.stats.pairwise import TOLERATED
from gonogo.views.comparing.asked import Asked
from gonogo.views.comparing.rows import Row

DRAWS = 10_000
SEED = 7
METHOD = (
    "TOPSIS (Hwang & Yoon 1981); shares over 10,000 draws of every number from its interval, "
    "independently; weights drawn evenly (SMAA, Lahdelma & Salminen 2001)"
)


@dataclass(frozen=True, slots=True)
class Weight:
    """How much a criterion counts, and how far that may change."""

    criterion: str
    weight: float
    """Share of all weights, of those that count."""
    low: float
    """From this weight the first stays first, the others in proportion."""
    high: float
    """Up to this weight."""
    closeness: tuple[tuple[float, tuple[float, ...]], ...]
    """At weights from 0 to 1, how close each candidate is, in the order they were asked for."""


@dataclass(frozen=True, slots=True)
class Place:
    """One candidate in the ranking."""

    subject: str
    closeness: float
    """To the ideal candidate, 0 to 1."""
    first: float
    """Share of draws from the intervals in which it comes first, with these weights."""
    any_weights: float
    """As `first`, with weights drawn evenly from all there are."""
    on_front: bool
    """Whether it is in the Pareto set by the estimates."""
    front: float
    """Share of draws from the intervals in which it is."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Candidates, best first."""

    headline: str
    places: tuple[Place, ...]
    weights: tuple[Weight, ...]
    """Of the criteria that count."""
    source: str
    """Where the weights are from: even, given or judged."""
    consistency: float | None
    """Consistency ratio of the judgements; up to 0.10 they are consistent enough."""
    method: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A criterion and the row of measurements that stands for it."""

    name: str
    weight: float
    """As it was asked for, whether it can be used or not."""
    row: Row
    why_not: str
    """Why it does not count in the ranking; "" where it does."""


def judged(name: str, weight: float, row: Row, subjects: Sequence[str]) -> Judged:
    """`row` as a criterion; it counts only where every candidate has a number to compare."""
    lacking = [
        f"{subject.removeprefix('model:')}: {cell.why or 'interval open at both ends'}"
        for subject, cell in zip(subjects, row.cells, strict=True)
        if not _drawable(cell.counts)
    ]
    return Judged(name, weight, row, "; ".join(lacking))


def ranking(asked: Asked, criteria: Sequence[Judged]) -> Ranking | str:
    """The ranking on all criteria that count; why there is none, in words, where there is none."""
    counting = [one for one in criteria if not one.why_not]
    if not counting:
        return "No criterion is measured of all of them in the same way."
    if not sum(one.weight for one in counting):
        return "No criterion that has a weight is measured of all of them in the same way."
    table = [
        [cell for one in counting if (cell := one.row.cells[place].counts) is not None]
        for place in range(len(asked.subjects))
    ]
    values = [[cell.value for cell in row] for row in table]
    higher = [one.row.good is Good.HIGHER for one in counting]
    weights = [one.weight for one in counting]
    numbers = drawn(table, DRAWS, SEED)
    columns = (
        topsis(values, weights, higher).tolist(),
        first_shares(numbers, weights, higher),
        first_shares(numbers, uniform_weights(len(counting), DRAWS, SEED), higher),
        nondominated(values, higher).tolist(),
        nondominated(numbers, higher).mean(axis=0).tolist(),
    )
    places = [
        Place(str(subject), *column)
        for subject, *column in zip(asked.subjects, *columns, strict=True)
    ]
    places.sort(key=lambda one: -one.closeness)
    stays = winner_stays(values, weights, higher)
    consistency = None if asked.judged is None else asked.judged.ratio
    return Ranking(
        headline=_headline(places, criteria, consistency),
        places=tuple(places),
        weights=tuple(
            Weight(
                one.name, at.weight, at.low, at.high, _by_weight(values, weights, higher, number)
            )
            for number, (one, at) in enumerate(zip(counting, stays, strict=True))
        ),
        source=asked.source,
        consistency=consistency,
        method=METHOD,
    )


def _by_weight(
    values: Sequence[Sequence[float]],
    weights: Sequence[float],
    higher: Sequence[bool],
    criterion: int,
) -> tuple[tuple[float, tuple[float, ...]], ...]:
    at, closeness = closeness_by_weight(values, weights, higher, criterion)
    return tuple(zip(at.tolist(), map(tuple, closeness.tolist()), strict=True))


def _drawable(found: Estimate | None) -> bool:
    return found is not None and (math.isfinite(found.low) or math.isfinite(found.high))


def _headline(
    places: Sequence[Place], criteria: Sequence[Judged], consistency: float | None
) -> str:
    first, second = places[0], places[1]
    name = first.subject.removeprefix("model:")
    counting = [one.name for one in criteria if not one.why_not]
    left = [one.name for one in criteria if one.why_not]
    on = _several(counting) if len(counting) < 4 else f"{len(counting)} criteria"
    if math.isclose(first.closeness, second.closeness, abs_tol=1e-12):
        says = f"On {on} nobody comes first alone"
    else:
        says = (
            f"On {on} {name} comes first: in {first.first:.0%} of draws from the intervals, "
            f"and in {first.any_weights:.0%} where the weights are drawn too"
        )
    if left:
        says += f". Not counted, for want of comparable data: {_several(left)}"
    if consistency is not None and consistency > TOLERATED:
        says += f". The judgements contradict one another: consistency ratio {consistency:.2f}"
    return f"{says}."


def _several(names: Sequence[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
