"""What there is to choose from and what limits the choice, as values."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from gonogo.stats.arrays import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """Something that may be done, once; quarters are counted from its own start."""

    name: str
    futures: Floats
    """Shape (futures,): what it is worth in each; a future is the same for all candidates."""
    cost: tuple[float, ...] = ()
    """Money it takes in each quarter, 0 or more."""
    people: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    """Role → people it takes in each quarter, 0 or more."""
    kind: str = ""
    """What it counts as where shares are asked: exploration, exploitation, ..."""
    must: bool = False
    """Whether it has to be done."""
    needs: tuple[str, ...] = ()
    """Without which it cannot be done; they start no later than it does."""
    starts: tuple[int, ...] = (0,)
    """Quarters in which it may start, from 0."""
    kept: float = 1.0
    """Share of its worth that is kept for each quarter it starts later, in (0, 1]."""

    @property
    def expected(self) -> float:
        """What it is worth on average, started at once."""
        return float(self.futures.mean())

    @property
    def spent(self) -> float:
        """The money it takes in all."""
        return sum(self.cost)


@dataclass(frozen=True, slots=True)
class Worst:
    """Appetite for risk: the mean of the worst `share` of futures shall be `least` or more."""

    share: float
    """In (0, 1]: 0.1 looks at the worst tenth of all futures."""
    least: float
    """In the unit of the candidates' worth; below 0 for a loss that is borne."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What limits the choice; what is left out is not limited."""

    total: float | None = None
    """Money in all."""
    budget: tuple[float, ...] = ()
    """Money in each quarter."""
    people: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    """Role → people in each quarter."""
    either: tuple[tuple[str, ...], ...] = ()
    """Groups of which one at most may be done."""
    shares: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """Kind → least and greatest share of the money that goes there, in [0, 1]."""
    worst: Worst | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Candidates and limits that fit each other; `ValueError`, by name, where they do not."""

    candidates: tuple[Candidate, ...]
    limits: Limits

    def __post_init__(self) -> None:
        names = [one.name for one in self.candidates]
        if (twice := _first_repeated(names)) is not None:
            raise ValueError(f"candidate {twice} is there twice, expected names that differ")
        if len({one.futures.shape for one in self.candidates}) > 1:
            raise ValueError("candidates have different numbers of futures, expected as many each")
        for one in self.candidates:
            _check(one, set(names))
        for group in self.limits.either:
            _known(group, set(names), "either-or")
        _check_limits(self.limits)

    @property
    def quarters(self) -> int:
        """Quarters that are limited."""
        rows = [self.limits.budget, *self.limits.people.values()]
        return max(len(row) for row in rows)

    def named(self, name: str) -> Candidate:
        """The candidate of that name; raises `ValueError` where there is none."""
        for one in self.candidates:
            if one.name == name:
                return one
        raise ValueError(f"there is no candidate {name}")


def padded(row: Sequence[float], start: int, quarters: int) -> Floats:
    """`row` from `start` on, shape (quarters,): what lies beyond the last quarter is left out.

    >>> padded((1.0, 2.0, 3.0), start=2, quarters=4).tolist()
    [0.0, 0.0, 1.0, 2.0]
    """
    found = np.zeros(quarters)
    kept = row[: max(quarters - start, 0)]
    found[start : start + len(kept)] = kept
    return found


def worst_mean(values: Floats, share: float) -> float:
    """Mean of the worst `share` of `values`, shape (futures,): CVaR, as a worth and not a loss.

    Where the share ends within a future, that one counts in part.

    Source: Rockafellar & Uryasev (2000), Journal of Risk 2, 21-41.

    >>> worst_mean(np.array([1.0, 2.0, 3.0, 4.0]), 0.375)
    1.3333333333333333
    """
    ordered = np.sort(values)
    weight = share * ordered.size
    weights = np.clip(weight - np.arange(ordered.size), 0.0, 1.0)
    return float(weights @ ordered / weight)


def _first_repeated(names: Sequence[str]) -> str | None:
    return next((name for at, name in enumerate(names) if name in names[:at]), None)


def _check(one: Candidate, names: set[str]) -> None:
    if one.futures.ndim != 1 or not one.futures.size or not np.isfinite(one.futures).all():
        raise ValueError(f"{one.name}: its worth is missing or infinite, expected a row of numbers")
    for what, row in {"cost": one.cost, **one.people}.items():
        _not_negative(f"{one.name}: {what}", row)
    if not one.starts or min(one.starts) < 0:
        raise ValueError(f"{one.name}: it starts in {one.starts}, expected quarters from 0 on")
    if not 0 < one.kept <= 1:
        raise ValueError(f"{one.name}: it keeps {one.kept} a quarter, expected above 0, at most 1")
    _known(one.needs, names - {one.name}, f"{one.name}: needs")


def _known(asked: Iterable[str], names: set[str], what: str) -> None:
    for name in asked:
        if name not in names:
            raise ValueError(f"{what} {name}, which is no other candidate")


def _check_limits(limits: Limits) -> None:
    rows = {"budget": limits.budget, "total": (limits.total or 0.0,), **limits.people}
    for what, row in rows.items():
        _not_negative(what, row)
    for kind, (least, most) in limits.shares.items():
        if not 0 <= least <= most <= 1:
            raise ValueError(f"share of {kind} is {least} to {most}, expected 0 to 1 in order")
    if sum(least for least, _ in limits.shares.values()) > 1 + 1e-9:
        raise ValueError("the least shares add up to more than 1, expected 1 at most")
    if limits.worst is not None and not (
        0 < limits.worst.share <= 1 and math.isfinite(limits.worst.least)
    ):
        raise ValueError(f"worst share is {limits.worst.share}, expected above 0, at most 1")


def _not_negative(what: str, row: Sequence[float]) -> None:
    for value in row:
        if not 0 <= value < math.inf:
            raise ValueError(f"{what} is {value}, expected 0 or more")
