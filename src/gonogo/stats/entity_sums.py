"""Sums over entities with all their values: what ratios of sums and their errors are told by."""

import math
from dataclasses import dataclass, replace
from typing import Self

from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.levels import normal_quantile

FEWEST = 30
"""Entities of an arm below which nothing is said: their mean is not about normal yet."""
PARTS = ("count", "total", "count_before", "total_before")
NAMES = (
    "n",
    *PARTS,
    *(f"{one}_{other}" for place, one in enumerate(PARTS) for other in PARTS[place:]),
)
"""How the sums of an arm are called where they are kept: sums, then sums of products."""


@dataclass(frozen=True, slots=True)
class EntitySums:
    """Sums over the entities of an arm: of four numbers of each, and of their products.

    Of an entity: `count` values that are known and their `total`, and both of before the test.
    Totals are taken less `centre` times the count, those of before less `centre_before` times
    theirs, so that products lose no digits. Arms and groups of other entities add up.
    """

    centre: float
    centre_before: float
    numbers: tuple[float, ...]
    """As `NAMES` calls them."""

    def __post_init__(self) -> None:
        if len(self.numbers) != len(NAMES):
            raise ValueError(f"{len(self.numbers)} numbers, expected {len(NAMES)}")

    def __add__(self, other: Self) -> "EntitySums":
        if (self.centre, self.centre_before) != (other.centre, other.centre_before):
            raise ValueError("sums about different centres, expected the same")
        both = zip(self.numbers, other.numbers, strict=True)
        return replace(self, numbers=tuple(one + another for one, another in both))

    @property
    def n(self) -> int:
        """Entities of which something is known."""
        return int(self.numbers[0])

    @property
    def count(self) -> int:
        """Their values."""
        return int(self.numbers[1])

    @property
    def ratio(self) -> float | None:
        """Mean of a value; None without any."""
        _, count, total, *_ = self.numbers
        return self.centre + total / count if count else None

    @property
    def known_before(self) -> float:
        """Values that are known from before."""
        return self._of("count_before")

    def _of(self, name: str) -> float:
        return self.numbers[NAMES.index(name)]

    def away(self, when: str) -> float:
        """The ratio less its centre, of now ("") or "_before"; 0 where nothing is known."""
        count = self._of(f"count{when}")
        return self._of(f"total{when}") / count if count else 0.0

    def spread(self, one: str, other: str) -> float:
        """Sum over entities of the products of their distances from the ratios, per mean count."""
        first, second = self.away(one), self.away(other)
        names = [f"count{one}", f"total{one}", f"count{other}", f"total{other}"]
        cc, ct, tc, tt = (
            self._product(names[left], names[right])
            for left, right in ((0, 2), (0, 3), (1, 2), (1, 3))
        )
        scale = self._of(f"count{one}") * self._of(f"count{other}") / self.n**2
        found = tt - second * tc - first * ct + first * second * cc
        return found / scale if scale else 0.0

    def _product(self, one: str, other: str) -> float:
        name = f"{one}_{other}"
        return self._of(name if name in NAMES else f"{other}_{one}")


def spread_of(
    n: int, count: float, squares: float, fourths: float, level: float, unit: str
) -> Measured:
    """Standard deviation of an entity, as `sizes` takes it, with a large-sample interval.

    Of `n` entities with `count` values: the sums of the second and fourth powers of what each one's
    total lies from the mean value times its number of them.

    >>> round(spread_of(100, 100, 25.0, 6.25, 0.95, "share").value, 3)
    0.503
    """
    if n < FEWEST or count <= 0:
        return Undefined(f"fewer than {FEWEST} entities", n=n)
    scale = (count / n) ** 2
    variance = squares / (n - 1) / scale
    if variance <= 0:
        return Undefined("nothing varies", n=n)
    around = max(0.0, fourths / n - (squares / n) ** 2) / scale**2
    reach = normal_quantile(level) * math.sqrt(around / n)
    return Estimate(
        value=math.sqrt(variance),
        low=math.sqrt(max(0.0, variance - reach)),
        high=math.sqrt(variance + reach),
        level=level,
        n=n,
        unit=unit,
        method="standard deviation of entities, delta method on its square",
    )
