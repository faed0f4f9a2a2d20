"""A model version in memory, with what its scores mean."""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from gonogo.core.snapshot import Served
from gonogo.gateway.scorers.scorer import Scorer

Reasoning = Callable[[Mapping[str, Any], bool], tuple[str, ...]]
"""Reason codes for features, strongest first; the flag says whether a yes is the adverse answer."""


class Sure(NamedTuple):
    """How sure an answer is."""

    probability: float | None = None
    """Calibrated, of a yes."""
    set: tuple[str, ...] | None = None
    """Outcomes of which one holds with the chance `coverage`."""
    interval: tuple[float, float] | None = None
    """Around a number, which lies there with the chance `coverage`."""
    coverage: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """A version that has proved itself."""

    served: Served
    scorer: Scorer
    reasons: Reasoning | None
    """None where nothing is known to tell them by."""

    def score(self, values: Mapping[str, Any]) -> float:
        """The score of features."""
        return self.scorer.one([values[name] for name in self.scorer.names])

    def probability(self, score: float) -> float | None:
        """The calibrated probability of a yes; the score itself where it is one."""
        knots = self.served.calibration
        if not knots:
            return score if 0 <= score <= 1 else None
        return _between(knots, score)

    def sure(self, score: float, positive: str, negative: str) -> Sure:
        """A calibrated probability, and a conformal set of outcomes or interval."""
        told = self.probability(score) if self.served.calibration else None
        stated = self.served.conformal
        if stated is None:
            return Sure(told)
        yes = None if stated.interval else self.probability(score)
        if yes is None:
            around = (score - stated.quantile, score + stated.quantile)
            return Sure(told, interval=around, coverage=stated.level)
        # The nonconformity of an answer is one minus its probability.
        chances = ((positive, yes), (negative, 1 - yes))
        found = tuple(outcome for outcome, chance in chances if 1 - chance <= stated.quantile)
        return Sure(told, found, coverage=stated.level)


def _between(knots: tuple[tuple[float, float], ...], score: float) -> float:
    """The value at `score` on the line through the knots; flat beyond its ends.

    >>> _between(((0.0, 0.25), (1.0, 0.75)), 0.5)
    0.5
    """
    place = bisect_right(knots, score, key=lambda knot: knot[0])
    if place == 0:
        return knots[0][1]
    if place == len(knots):
        return knots[-1][1]
    (left, low), (right, high) = knots[place - 1], knots[place]
    return low + (high - low) * (score - left) / (right - left)
