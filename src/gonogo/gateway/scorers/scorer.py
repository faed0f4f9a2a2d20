"""A model that is in memory, as the gateway asks it: values in, one number out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gonogo.stats.arrays import Floats

Row = Sequence[Any]
"""Values in the order of the columns; None where there is none."""
One = Callable[[Row], float]
"""The score of one row. NaN where the model gives no number; raises what the model raises."""


@dataclass(frozen=True, slots=True, eq=False)
class Scorer:
    """How one model is asked for one row at a time."""

    names: tuple[str, ...]
    """The columns it reads, in their order."""
    one: One
    """Not to be called by two threads at once: it works in a buffer of its own."""
    bounded: bool
    """Whether it always ends soon: trees do, a loop within a model need not."""
    stop: Callable[[], None] | None = None
    """Tells a call that runs in another thread to give up, where that can be told."""


def numbers(values: Row) -> Floats:
    """Values as numbers: NaN for none, 1 for true."""
    return np.array(values, dtype=np.float64)
