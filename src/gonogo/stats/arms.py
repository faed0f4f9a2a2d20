"""Two arms watched batch by batch: sums from which their difference is told at any moment.

A step reads the counts and sums of what came since the last one, never what came before, so it
costs the same after a minute and after a month.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
import numpy.typing as npt

from gonogo.stats.arrays import Floats
from gonogo.stats.counts import Counts

ROOM = 1e-9
"""How far rounding may carry sums past what values within bounds can add up to, relatively."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What came in one arm since the last look; batches of one look add up.

    >>> Batch.of_values([1.0, 3.0]) + Batch.of_counts(Counts(yes=1, n=2))
    Batch(n=4, total=5.0, squares=11.0)
    """

    n: int
    """Observations."""
    total: float
    """Their sum."""
    squares: float
    """Sum of their squares."""

    def __add__(self, other: Self) -> "Batch":
        return Batch(self.n + other.n, self.total + other.total, self.squares + other.squares)

    @classmethod
    def of_counts(cls, counts: Counts) -> "Batch":
        """Of answers, a yes being 1."""
        return cls(counts.n, float(counts.yes), float(counts.yes))

    @classmethod
    def of_values(cls, values: npt.ArrayLike) -> "Batch":
        """Of `values`, shape (n,)."""
        found = np.asarray(values, np.float64)
        return cls(found.size, float(found.sum()), float(found @ found))

    def scaled(self, bounds: tuple[float, float], *, flipped: bool = False) -> Floats:
        """n, sum and sum of squares, shape (3,), with the bounds moved to 0 and 1, or 1 and 0.

        Raises `ValueError` for sums that values within the bounds cannot have.
        """
        least, most = (bounds[1], bounds[0]) if flipped else bounds
        span = most - least
        total = (self.total - self.n * least) / span
        squares = (self.squares - 2 * least * self.total + self.n * least**2) / span**2
        size = max(abs(bounds[0]), abs(bounds[1])) / abs(span)
        room = ROOM * max(1, self.n) * (1 + size**2)
        possible = -room <= total <= self.n + room and total**2 <= self.n * squares + room * self.n
        if not (self.n >= 0 and possible and squares <= total + room):
            raise ValueError(
                f"{self} cannot be of values within [{bounds[0]:g}, {bounds[1]:g}], "
                "expected sums of such values"
            )
        return np.array([self.n, min(max(0.0, total), self.n), max(0.0, squares)])


NOTHING = Batch(0, 0.0, 0.0)
"""No observation."""


@dataclass(frozen=True, slots=True)
class Revision:
    """What was learned anew of observations that were counted before."""

    by: float = 0.0
    """Sum of what those that changed are more than they were."""
    by_squares: float = 0.0
    """Sum of the squares of that."""
    squares: float = 0.0
    """How much more the sum of the squares of those values is."""
    withdrawn: Batch = NOTHING
    """Those that are no longer known, as they were."""

    def __add__(self, other: Self) -> "Revision":
        return Revision(
            self.by + other.by,
            self.by_squares + other.by_squares,
            self.squares + other.squares,
            self.withdrawn + other.withdrawn,
        )

    def scaled(self, bounds: tuple[float, float], *, flipped: bool = False) -> "Revision":
        """With the bounds moved to 0 and 1, or 1 and 0; raises as `Batch.scaled`."""
        least, most = (bounds[1], bounds[0]) if flipped else bounds
        span = most - least
        n, total, squares = self.withdrawn.scaled(bounds, flipped=flipped).tolist()
        return Revision(
            self.by / span,
            self.by_squares / span**2,
            (self.squares - 2 * least * self.by) / span**2,
            Batch(int(n), total, squares),
        )


UNREVISED = Revision()
"""Nothing was learned anew."""


@dataclass(frozen=True, slots=True)
class Arms:
    """All that is kept of two arms, as plain numbers; values lie in [0, 1] here.

    What each batch shows of an arm is its mean; batches count by the size of their smaller arm.
    """

    weight: float = 0.0
    """Sum over batches of the observations in the smaller arm."""
    live: float = 0.0
    """Sum over batches of that weight times the mean of the live arm."""
    new: float = 0.0
    """Likewise of the new arm."""
    live_spread: float = 0.0
    """Sum of squared distances of the live arm's values from what was foretold, as weighed."""
    new_spread: float = 0.0
    """Likewise of the new arm."""
    n_live: float = 0.0
    """Observations of the live arm so far."""
    total_live: float = 0.0
    """Their sum."""
    n_new: float = 0.0
    total_new: float = 0.0
    waiting_n_live: float = 0.0
    """Observations that wait until the other arm has one as well."""
    waiting_total_live: float = 0.0
    waiting_squares_live: float = 0.0
    waiting_n_new: float = 0.0
    waiting_total_new: float = 0.0
    waiting_squares_new: float = 0.0

    def numbers(self) -> dict[str, float]:
        """As it is stored.

        >>> Arms.of(Arms(weight=3.0).numbers()) == Arms(weight=3.0)
        True
        """
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @classmethod
    def of(cls, numbers: Mapping[str, float]) -> Self:
        """What was stored as `numbers`."""
        return cls(**numbers)

    def after(self, live: Floats | None, new: Floats, expected: float) -> "Arms":
        """The sums after a batch, scaled as by `Batch.scaled`; without a live arm, of one alone.

        `expected`, in [0, 1], is what is foretold of the first batch.
        """
        now = np.array(list(self))
        found = alone(now, new, expected) if live is None else step(now, live, new, expected)
        return Arms(*found.tolist())

    def revised(self, live: Revision, new: Revision) -> "Arms":
        """The sums after observations of either arm were told anew, scaled as batches are.

        Each change counts as one more observation of the difference, foretold to be nothing, with
        the weight that values of its arm have on average; one that is withdrawn, as if it had been
        what the others are. So the means are those of what is known now, and the interval holds
        where both arms are told anew alike.
        """
        return _revised(_revised(self, "live", live), "new", new)

    def __iter__(self) -> Iterator[float]:
        return (getattr(self, one.name) for one in fields(self))


def step(sums: Floats, live: Floats, new: Floats, expected: npt.ArrayLike) -> Floats:
    """`sums`, the fields of `Arms`, after a batch: shape (15, ...), live and new (3, ...).

    The weights of a batch are the same for both arms, so that what both have in common cancels, and
    none exceeds 1, so that no value moves a sum by more than 1. The live arm is foretold by its
    mean so far; the new one by its own, in which the live one's counts as one observation.

    Source: Howard et al. (2021), Annals of Statistics 49, theorem 4, for sums about foretold
    values; weighed by Fan, Grama & Liu's bound, which grows faster than the square of a weight.
    """
    live, new = live + sums[9:12], new + sums[12:15]
    ready = (live[0] > 0) & (new[0] > 0)
    n_live, n_new = np.maximum(live[0], 1), np.maximum(new[0], 1)
    weight = np.minimum(n_live, n_new)
    foretold = _mean(sums[6], sums[5], expected)
    after = _mean(sums[6] + live[1], sums[5] + live[0], expected)
    guess = (sums[8] + after) / (sums[7] + 1)
    stepped = np.stack(
        [
            sums[0] + weight,
            sums[1] + weight * live[1] / n_live,
            sums[2] + weight * new[1] / n_new,
            sums[3] + (weight / n_live) ** 2 * _spread(live, foretold),
            sums[4] + (weight / n_new) ** 2 * _spread(new, guess),
            sums[5] + live[0],
            sums[6] + live[1],
            sums[7] + new[0],
            sums[8] + new[1],
            *np.zeros_like(sums[9:15]),
        ]
    )
    waiting = np.concatenate([sums[:9], live, new])
    return np.where(ready, stepped, waiting)


def alone(sums: Floats, new: Floats, expected: npt.ArrayLike) -> Floats:
    """As `step`, of one arm that is held to a limit: its mean is foretold by its mean so far."""
    guess = (sums[8] + np.asarray(expected)) / (sums[7] + 1)
    found = sums.copy()
    found[0] += new[0]
    found[2] += new[1]
    found[4] += _spread(new, guess)
    found[7] += new[0]
    found[8] += new[1]
    return found


def _revised(arms: Arms, arm: str, of: Revision) -> Arms:
    """The sums after what was told anew of the arm `live` or `new`."""
    if of == UNREVISED:
        return arms
    now = arms.numbers()
    n, total = now[f"n_{arm}"], now[f"total_{arm}"]
    out = of.withdrawn
    if n == 0:
        # They still wait for the other arm, and come into its first batch as they are now.
        now[f"waiting_n_{arm}"] -= out.n
        now[f"waiting_total_{arm}"] += of.by - out.total
        now[f"waiting_squares_{arm}"] += of.squares - out.squares
        return Arms.of(now)
    mean, weight = total / n, arms.weight / n
    by = of.by + out.n * mean - out.total
    squares = out.n * mean**2 - 2 * mean * out.total + out.squares
    now[arm] += weight * by
    now[f"{arm}_spread"] += weight**2 * (of.by_squares + max(0.0, squares))
    now[f"total_{arm}"] += by
    return Arms.of(now)


def _mean(total: Floats, n: Floats, otherwise: npt.ArrayLike) -> Floats:
    found: Floats = np.where(n > 0, total / np.maximum(n, 1), otherwise)
    return found


def _spread(batch: Floats, foretold: Floats) -> Floats:
    """Sum of squared distances of a batch's values from `foretold`."""
    found: Floats = np.maximum(
        0.0, batch[2] - 2 * foretold * batch[1] + batch[0] * np.square(foretold)
    )
    return found
