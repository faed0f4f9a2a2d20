"""Rows with a number that is true of them and the number a model predicted."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gonogo.checks.inputs.scored import score_of
from gonogo.core.errors import Invalid
from gonogo.stats.arrays import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Predicted:
    """Numbers and predictions of them; validated when built.

    Raises `Invalid` naming the field for lengths that differ and for missing or infinite numbers.

    >>> Predicted([1, 2], [1.5, 2]).n
    2
    """

    truth: npt.ArrayLike
    """What is true, in the unit of the target; kept as float64 of shape (n,)."""
    prediction: npt.ArrayLike
    """What the model said; kept as float64 of shape (n,)."""

    def __post_init__(self) -> None:
        size = np.size(np.asarray(self.truth))
        truth = score_of("label", self.truth, size)
        object.__setattr__(self, "truth", truth)
        object.__setattr__(self, "prediction", score_of("prediction", self.prediction, size))

    @property
    def truths(self) -> Floats:
        """What is true, shape (n,)."""
        return np.asarray(self.truth, dtype=np.float64)

    @property
    def predictions(self) -> Floats:
        """What the model said, shape (n,)."""
        return np.asarray(self.prediction, dtype=np.float64)

    @property
    def n(self) -> int:
        """Rows."""
        return int(self.truths.size)


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """Items of queries with how relevant each is and the score that ranks it; validated when built.

    Raises `Invalid` naming the field for lengths that differ, missing or infinite numbers, negative
    relevance, and a query that is missing.

    >>> Ranked([1, 0, 2], [0.9, 0.2, 0.4], ["a", "a", "b"]).queries
    2
    """

    relevance: npt.ArrayLike
    """How relevant an item is to its query, 0 or more; kept as float64 of shape (n,)."""
    score: npt.ArrayLike
    """What the model said, greater stands further up; kept as float64 of shape (n,)."""
    query: npt.ArrayLike
    """To which query an item belongs; kept as whole numbers from 0 on, shape (n,)."""

    def __post_init__(self) -> None:
        size = np.size(np.asarray(self.relevance))
        relevance = score_of("label", self.relevance, size)
        if (relevance < 0).any():
            raise Invalid(field="label", value=float(relevance.min()), expected="0 or more")
        query = np.asarray(self.query, dtype=object)
        if query.shape != (size,):
            raise Invalid(
                field="query", value=query.shape, expected=f"one query for each of {size} labels"
            )
        gone = sum(one is None or one != one for one in query)  # noqa: PLR0124  # NaN is not itself
        if gone:
            raise Invalid(field="query", value=f"{gone} missing", expected="a query for each item")
        codes = np.unique(query.astype(str), return_inverse=True)[1]
        object.__setattr__(self, "relevance", relevance)
        object.__setattr__(self, "score", score_of("score", self.score, size))
        object.__setattr__(self, "query", codes.astype(np.int64))

    @property
    def queries(self) -> int:
        """How many queries there are."""
        return int(np.unique(np.asarray(self.query)).size)
