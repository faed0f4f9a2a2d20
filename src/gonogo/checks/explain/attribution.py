"""What of a score each column adds: the value that every way of attributing gives."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from gonogo.stats.arrays import Bools, Floats

if TYPE_CHECKING:
    import pandas as pd

Table = npt.NDArray[np.float64]
"""A number for each row and column, shape (n, columns)."""


class Scale(StrEnum):
    """In what the columns add up."""

    LOG_ODDS = "log-odds"
    """The logarithm of the odds; the score is its logistic function."""
    SCORE = "score"
    """The model's score itself."""


@dataclass(frozen=True, slots=True, eq=False)
class Attributions:
    """Of each row what each column adds to the margin; base and values add up to it."""

    values: Table
    """Shape (n, columns); positive is towards a yes. NaN in rows that could not be attributed."""
    base: Floats
    """What the margin would be of no row in particular, shape (n,)."""
    scale: Scale
    error: Table | None = None
    """Standard error by chance of the walks, as `values`; None where they are exact."""

    @property
    def margin(self) -> Floats:
        """What they add up to, shape (n,)."""
        found: Floats = self.base + self.values.sum(axis=1)
        return found

    @property
    def score(self) -> Floats:
        """The score that is so explained, shape (n,)."""
        found: Floats = expit(self.margin) if self.scale is Scale.LOG_ODDS else self.margin
        return found

    @property
    def given(self) -> Bools:
        """Which rows could be attributed, shape (n,)."""
        return np.isfinite(self.margin)


Explain = Callable[["pd.DataFrame"], Attributions]
"""Rows in, of the columns the model reads; attributions out."""


@dataclass(frozen=True, slots=True, eq=False)
class Explainer:
    """A way of attributing the scores of one model."""

    method: str
    """What it does, as a reader would look it up."""
    exact: bool
    """Whether there is no chance in it."""
    explain: Explain


def gathered(parts: Table, sources: npt.NDArray[np.intp], columns: int) -> Table:
    """What prepared columns add, summed over those made from one column, shape (n, columns).

    >>> gathered(np.array([[1.0, 2.0, 4.0]]), np.array([0, 1, 1]), 2).tolist()
    [[1.0, 6.0]]
    """
    found = np.zeros((len(parts), columns))
    for place, source in enumerate(sources):
        found[:, source] += parts[:, place]
    return found
