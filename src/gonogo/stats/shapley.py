"""Shapley values by walks from one row to another, with how sure their Monte-Carlo mean is."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from gonogo.stats.arrays import Bools, Floats, Integers
from gonogo.stats.levels import check_level

Orders = npt.NDArray[np.int64]
"""Orders in which features are taken over, shape (walks, features)."""
Score = Callable[[Bools, Integers], Floats]
"""Scores mixed rows: which features are the row's own, shape (m, features), and from which
background row the others come, shape (m,); gives shape (m,)."""


@dataclass(frozen=True, slots=True, eq=False)
class Shapley:
    """How a score is shared among the features; base and values add up to the score."""

    values: Floats
    """What each feature adds, shape (features,)."""
    error: Floats
    """Standard error of each by chance of the walks, shape (features,); NaN of a single pair."""
    base: float
    """The mean score of the background rows."""
    pairs: int
    """Pairs of walks, each from a background row of its own turn, independent of one another."""

    def reach(self, level: float) -> Floats:
        """Half the width of Student's t interval of each value, shape (features,)."""
        if self.pairs < 2:
            return np.full_like(self.values, np.inf)
        found: Floats = float(stdtrit(self.pairs - 1, (1 + check_level(level)) / 2)) * self.error
        return found


def walks(features: int, pairs: int, seed: int) -> Orders:
    """Random orders of the features, each followed by its reverse, shape (2 pairs, features).

    A feature that comes early in one walk comes late in the next, which cancels much of the chance.

    Source: Mitchell, Cooper, Frank & Holmes (2022), Journal of Machine Learning Research 23 (43),
    for antithetic permutations.

    >>> orders = walks(3, 1, seed=7)
    >>> (orders[0] == orders[1][::-1]).all()
    np.True_
    """
    if features < 1 or pairs < 1:
        raise ValueError(f"{features} features and {pairs} pairs, expected 1 or more of both")
    rng = np.random.default_rng(seed)
    forth = np.array([rng.permutation(features) for _ in range(pairs)], dtype=np.int64)
    return np.stack([forth, forth[:, ::-1]], axis=1).reshape(2 * pairs, features)


def shapley_values(score: Score, own: float, background: Floats, orders: Orders) -> Shapley:
    """The score `own` of a row shared among its features, in the score's unit.

    A walk starts at a background row and takes over the row's own values feature by feature, in
    one of `orders`, shape (walks, features), an even number of them; what each step adds to the
    score is that feature's. Two walks that follow one another start at the same background row and
    count as one observation. `background`, shape (b,), holds the scores of the background rows,
    each of them the start of equally many pairs, so that base and values add up to `own` exactly.
    Exact where `orders` are all that there are for every background row.

    `ValueError` for shapes that do not fit.

    Source: Štrumbelj & Kononenko (2014), Knowledge and Information Systems 41, 647-665, algorithm
    2, with whole walks as in Castro, Gómez & Tejada (2009), Computers & Operations Research 36,
    1726-1730.

    >>> both = lambda mine, _: mine.all(axis=1) * 80.0
    >>> found = shapley_values(both, 80.0, np.zeros(1), walks(2, 1, seed=7))
    >>> found.values.tolist(), found.base
    ([40.0, 40.0], 0.0)
    """
    count, features = orders.shape
    pairs = count // 2
    if count % 2 or not background.size or pairs % background.size:
        raise ValueError(
            f"{count} walks over {background.size} background rows, expected pairs for each row"
        )
    start = np.repeat(np.arange(pairs) % background.size, 2)
    path = np.empty((count, features + 1))
    path[:, 0], path[:, -1] = background[start], own
    if features > 1:
        # Of walk w the features taken over after k steps are those of rank below k.
        rank = np.argsort(orders, axis=1)
        steps = np.arange(1, features)
        mine: Bools = (rank[:, np.newaxis, :] < steps[np.newaxis, :, np.newaxis]).reshape(
            -1, features
        )
        found = score(mine, np.repeat(start, features - 1))
        path[:, 1:-1] = np.asarray(found, dtype=np.float64).reshape(count, features - 1)
    gains = np.empty((count, features))
    np.put_along_axis(gains, orders, np.diff(path, axis=1), axis=1)
    by_pair = gains.reshape(pairs, 2, features).mean(axis=1)
    spread = by_pair.std(axis=0, ddof=1) if pairs > 1 else np.full(features, np.nan)
    return Shapley(
        values=by_pair.mean(axis=0),
        error=spread / np.sqrt(pairs),
        base=float(background.mean()),
        pairs=pairs,
    )
