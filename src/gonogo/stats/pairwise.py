"""Weights from pairwise judgements: the analytic hierarchy process, and how consistent they are."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gonogo.stats.arrays import Floats

RANDOM_INDEX = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)
"""Mean consistency index of judgements made at random, for 1 to 10 things: Saaty (1980)."""
MOST = len(RANDOM_INDEX)
"""Things that can be judged pair by pair."""
STRONGEST = 9.0
"""The strongest judgement: "extremely more important"."""
TOLERATED = 0.10
"""The consistency ratio up to which Saaty takes judgements as consistent enough."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """Weights of things from judgements of every pair of them."""

    weights: tuple[float, ...]
    """In the order of the things; they add up to 1."""
    largest: float
    """The largest eigenvalue: as many as there are things where all judgements agree."""
    index: float
    """Consistency index: 0 where all judgements agree."""
    ratio: float
    """Consistency ratio: the index over that of judgements at random; 0 for one or two things."""

    @property
    def consistent(self) -> bool:
        """Whether the ratio is at most 0.10."""
        return self.ratio <= TOLERATED


def ahp(judged: Sequence[Sequence[float]]) -> Weighed:
    """Weights by the principal eigenvector of the matrix of judgements.

    `judged[i][j]`, in [1/9, 9], says how many times as important i is as j; `judged[j][i]` is its
    reciprocal and the diagonal is 1. One to ten things. Raises `ValueError` otherwise.

    Source: Saaty (1980), The Analytic Hierarchy Process, McGraw-Hill; index and random index there.

    >>> found = ahp([[1, 3], [1 / 3, 1]])
    >>> [round(weight, 4) for weight in found.weights], found.ratio
    ([0.75, 0.25], 0.0)
    """
    matrix = _checked(judged)
    n = len(matrix)
    eigenvalues, vectors = np.linalg.eig(matrix)
    # Perron: the largest eigenvalue of a positive matrix is real, and so is its vector.
    place = int(eigenvalues.real.argmax())
    vector = np.abs(vectors[:, place].real)
    largest = max(float(eigenvalues[place].real), float(n))
    index = (largest - n) / (n - 1) if n > 1 else 0.0
    random = RANDOM_INDEX[n - 1]
    return Weighed(
        weights=tuple((vector / vector.sum()).tolist()),
        largest=largest,
        index=index,
        ratio=index / random if random else 0.0,
    )


def _checked(judged: Sequence[Sequence[float]]) -> Floats:
    matrix: Floats = np.asarray(judged, dtype=np.float64)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not 1 <= len(matrix) <= MOST:
        raise ValueError(f"judged has the shape {matrix.shape}, expected 1 to {MOST} things square")
    smallest, largest = 1 / STRONGEST - 1e-9, STRONGEST + 1e-9
    if not ((matrix >= smallest) & (matrix <= largest)).all():
        raise ValueError("judged holds a number beyond 1/9 to 9, expected Saaty's scale")
    if not np.allclose(matrix * matrix.T, 1):
        raise ValueError("judged is not reciprocal, expected judged[j][i] to be 1 / judged[i][j]")
    return matrix
