"""What comes in by quarters where it is not known when it begins: futures of start and of worth."""

from collections.abc import Sequence

import numpy as np

from gonogo.stats.arrays import Floats


def ramp_futures(
    reached: Sequence[float],
    adoption: Sequence[float],
    a_quarter: Floats,
    *,
    running: float = 0.0,
    since: int | None = None,
    seed: int,
) -> Floats:
    """Money in each quarter and future, shape (futures, quarters); 0 before it begins.

    `reached` are the chances of being done in each quarter, adding up to 1 at most: what is left
    is later than the last or never. It begins in the quarter after, with the first share of
    `adoption`, and goes on as long as `adoption` has shares. `a_quarter` is the money of a quarter
    at full adoption in each future, `running` what each quarter of use costs. `since`: it was done
    so many quarters before the first one, for sure.

    >>> ramp_futures([1.0, 0.0, 0.0], [0.5, 1.0], np.array([10.0]), seed=7).tolist()
    [[0.0, 5.0, 10.0]]
    """
    chances = np.asarray(reached, dtype=np.float64)
    if (chances < 0).any() or chances.sum() > 1 + 1e-9 or not adoption:
        raise ValueError("chances are below 0 or add up to more than 1, or nobody adopts it")
    count = a_quarter.size
    if since is None:
        rng = np.random.default_rng(seed)
        places = (rng.permutation(count) + rng.random(count)) / count
        done = np.searchsorted(np.cumsum(chances), places, side="right")
    else:
        done = np.full(count, -since)
    age = np.arange(chances.size)[None, :] - done[:, None] - 1
    used = (age >= 0) & (age < len(adoption))
    share = np.asarray(adoption, dtype=np.float64)[np.clip(age, 0, len(adoption) - 1)]
    money: Floats = np.where(used, share * a_quarter[:, None] - running, 0.0)
    return money
