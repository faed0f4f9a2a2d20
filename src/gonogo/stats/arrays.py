"""Arrays as they come in: made one-dimensional and numeric, or refused with the reason."""

import numpy as np
import numpy.typing as npt

from gonogo.stats.estimate import Undefined

Floats = npt.NDArray[np.float64]
"""A one-dimensional array of numbers, shape (n,)."""
Bools = npt.NDArray[np.bool_]
"""A one-dimensional array of yes and no, shape (n,)."""
Integers = npt.NDArray[np.int64]
"""A one-dimensional array of whole numbers, shape (n,)."""


def vector(name: str, values: npt.ArrayLike) -> Floats:
    """`values` as float64 of shape (n,); raises `ValueError` for any other shape or for text.

    `name` is what they are called in the plural.

    >>> vector("scores", [1, 2]).tolist()
    [1.0, 2.0]
    """
    try:
        found = np.asarray(values, dtype=np.float64)
    except TypeError as error:
        raise ValueError(f"{name} are not numeric, expected numbers") from error
    if found.ndim != 1:
        raise ValueError(f"{name} have shape {found.shape}, expected one dimension")
    return found


def finite(name: str, values: npt.ArrayLike) -> Floats | Undefined:
    """`values` of shape (n,), n > 0, all finite; `Undefined` says what is in the way.

    Raises `ValueError` as `vector` does.

    >>> finite("latencies", [1.0, float("nan")]).reason
    '1 of 2 latencies are missing or infinite'
    """
    found = vector(name, values)
    if not found.size:
        return Undefined("no observations", n=0)
    bad = found.size - int(np.count_nonzero(np.isfinite(found)))
    if bad:
        n = found.size
        return Undefined(f"{bad} of {n} {name} are missing or infinite", n=n)
    return found


def yes_or_no(label: npt.ArrayLike) -> Bools | Undefined:
    """`label` of shape (n,), n > 0, as booleans; accepts booleans, 0 and 1.

    `Undefined` where there is no label or some are missing; raises `ValueError` for any value
    that is neither 0 nor 1.

    >>> yes_or_no([0, 1, 1]).tolist()
    [False, True, True]
    """
    found = vector("labels", label)
    if not found.size:
        return Undefined("no observations", n=0)
    missing = int(np.count_nonzero(np.isnan(found)))
    if missing:
        return Undefined(f"{missing} of {found.size} labels are missing", n=found.size)
    strange = found[(found != 0) & (found != 1)]
    if strange.size:
        raise ValueError(f"label holds {strange[0]:g}, expected only 0 and 1")
    answers: Bools = found == 1
    return answers


def ranked(label: npt.ArrayLike, score: npt.ArrayLike) -> tuple[Bools, Floats] | Undefined:
    """`label` and `score` of the same shape (n,) if they can be ranked against each other.

    `Undefined` with no observations, one class only, missing values or a constant score. Infinite
    scores are fine: they have a rank. Raises `ValueError` where the lengths differ.

    >>> ranked([1, 1], [0.3, 0.4]).reason
    'only one class: all 2 labels are yes'
    """
    yes, scores = yes_or_no(label), vector("scores", score)
    if isinstance(yes, Undefined):
        return yes
    n = _same_length(yes, scores)
    missing = int(np.count_nonzero(np.isnan(scores)))
    if missing:
        return Undefined(f"{missing} of {n} scores are missing", n=n)
    why = unrankable(int(yes.sum()), n, float(scores.min()), float(scores.max()))
    return (yes, scores) if why is None else why


def unrankable(yes: int, n: int, lowest: float, highest: float) -> Undefined | None:
    """Why `n` rows, `yes` of them labelled yes, cannot be ranked; None where they can be."""
    if yes in (0, n):
        return Undefined(f"only one class: all {n} labels are {'yes' if yes else 'no'}", n=n)
    if lowest == highest:
        return Undefined(f"the score is constant, {lowest:g}, so it ranks nothing", n=n)
    return None


def forecast(label: npt.ArrayLike, score: npt.ArrayLike) -> tuple[Bools, Floats] | Undefined:
    """`label` and `score` of the same shape (n,) if the scores are probabilities in [0, 1].

    One class and a constant score are fine here: a forecast can be right or wrong about them.
    Raises `ValueError` where the lengths differ.

    >>> forecast([1, 0], [2.5, 0.4]).reason
    'the scores are no probabilities: 1 of 2 lie outside [0, 1]'
    """
    yes, scores = yes_or_no(label), vector("scores", score)
    if isinstance(yes, Undefined):
        return yes
    n = _same_length(yes, scores)
    readable = finite("scores", scores)
    if isinstance(readable, Undefined):
        return readable
    outside = int(np.count_nonzero((scores < 0) | (scores > 1)))
    return no_probabilities(outside, n) if outside else (yes, scores)


def no_probabilities(outside: int, n: int) -> Undefined:
    """Why `n` scores are no forecasts, `outside` of which lie outside [0, 1]."""
    return Undefined(f"the scores are no probabilities: {outside} of {n} lie outside [0, 1]", n=n)


def _same_length(label: Bools, score: Floats) -> int:
    if label.size != score.size:
        raise ValueError(f"{label.size} labels but {score.size} scores, expected as many of each")
    return label.size


def midranks(values: Floats) -> Floats:
    """The rank of each of `values`, from 1, shape (n,); ties share the mean of their ranks.

    SciPy's `rankdata` gives the same and is its oracle in the tests; it is not asked because it
    comes with every distribution there is, which would double the start of the command line.

    >>> midranks(np.array([20.0, 10.0, 20.0])).tolist()
    [2.5, 1.0, 2.5]
    """
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks: Floats = (np.cumsum(counts) - (counts - 1) / 2)[places]
    return ranks
