"""How long the labels of a use case take, and how complete those of a release are; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from gonogo.core.canonical import Json
from gonogo.core.releasing import ReleasePlan
from gonogo.core.specs.live import WATCHED
from gonogo.stats.arrays import Floats
from gonogo.stats.label_delay import Delays, delays_of_arrived

COMPLETE = 0.95
"""Share of the labels that ever come, from which on those of a decision's age count as there."""
FEWEST = 100
"""Labels from which their delay is learned; with fewer the policy's word holds."""
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class ArmLabels:
    """How complete the labels of an arm are."""

    decisions: int
    labelled: int
    there: tuple[float, float, float] | None
    """Share of the labels that will ever come which is to be there at its decisions' ages: value
    and interval; None where that was not learned."""


@dataclass(frozen=True, slots=True)
class LabelDelay:
    """The age at which a decision's label counts as there."""

    span: timedelta
    low: timedelta | None
    """Interval of what was learned; None where it is the policy's word."""
    high: timedelta | None
    """None also where the log does not reach back far enough to tell."""
    learned: bool
    labels: int
    """Labels that were looked at."""
    reason: str
    """Where it comes from, in a sentence."""
    arms: Mapping[str, ArmLabels] = field(default_factory=dict)
    """Of the release, by arm."""

    def to_json(self) -> dict[str, Json]:
        """As it is stored, seconds."""
        return {
            "span": self.span.total_seconds(),
            "low": _seconds(self.low),
            "high": _seconds(self.high),
            "learned": self.learned,
            "labels": self.labels,
            "reason": self.reason,
            "arms": {
                name: {
                    "decisions": one.decisions,
                    "labelled": one.labelled,
                    "there": None if one.there is None else list(one.there),
                }
                for name, one in self.arms.items()
            },
        }

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        """What was stored as `found`."""
        low, high = found["low"], found["high"]
        return cls(
            span=timedelta(seconds=found["span"]),
            low=None if low is None else timedelta(seconds=low),
            high=None if high is None else timedelta(seconds=high),
            learned=bool(found["learned"]),
            labels=int(found["labels"]),
            reason=str(found["reason"]),
            arms={
                name: ArmLabels(
                    one["decisions"],
                    one["labelled"],
                    None if one["there"] is None else tuple(one["there"]),
                )
                for name, one in found["arms"].items()
            },
        )


def rests_on_labels(plan: ReleasePlan) -> bool:
    """Whether any guardrail waits for what becomes of decisions."""
    return any(WATCHED[one.check].labels for one in plan.guardrails)


def said(span: timedelta, why: str = "as the policy says", labels: int = 0) -> LabelDelay:
    """The policy's word, and why it is that which holds."""
    return LabelDelay(span, None, None, learned=False, labels=labels, reason=why)


def learned(span: timedelta, ages: npt.ArrayLike, took: npt.ArrayLike) -> LabelDelay:
    """The delay as the log tells; `span` is the policy's word, which holds while that tells little.

    `ages`, shape (n,), are seconds since each decision, `took` seconds until its label, NaN where
    none came. Only those that came are looked at, as some never do; that long delays are seen of
    old decisions alone is corrected for.
    """
    found = distribution(ages, took)
    if found is None:
        n = int(np.isfinite(np.asarray(took, np.float64)).sum())
        why = f"as the policy says: {n:,} labels came yet, from {FEWEST} on it is learned"
        return said(span, why, n)
    if found.longest < span.total_seconds():
        back = words(timedelta(seconds=found.longest))
        why = f"as the policy says: the log reaches back {back} only"
        return said(span, why, found.n)
    at, low, high = (_first(found.times, one) for one in (found.arrived, found.high, found.low))
    reason = (
        f"{COMPLETE:.0%} of the labels come within {words(timedelta(seconds=at or 0))}, "
        f"as {found.n:,} of them tell"
    )
    return LabelDelay(
        span=timedelta(seconds=at or 0.0),
        low=timedelta(seconds=low or 0.0),
        high=None if high is None else timedelta(seconds=high),
        learned=True,
        labels=found.n,
        reason=reason,
    )


def distribution(ages: npt.ArrayLike, took: npt.ArrayLike) -> Delays | None:
    """How long labels take that come at all; None where too few have."""
    old, waited = np.asarray(ages, np.float64), np.asarray(took, np.float64)
    came = np.isfinite(waited)
    if came.sum() < FEWEST:
        return None
    found = delays_of_arrived(waited[came], old[came], LEVEL)
    return found if isinstance(found, Delays) else None


def completeness(found: Delays | None, ages: npt.ArrayLike) -> tuple[float, float, float] | None:
    """Share of the labels to come which is to be there of decisions of these ages, seconds."""
    old = np.asarray(ages, np.float64)
    if found is None or old.size == 0:
        return None
    value, low, high = (float(ends.mean()) for ends in found.at(old))
    return value, min(low, value), max(high, value)


def words(time: timedelta) -> str:
    """A time in words, as coarse as it is long.

    >>> words(timedelta(seconds=42)), words(timedelta(minutes=90)), words(timedelta(days=9.6))
    ('42 s', '90 min', '10 days')
    """
    seconds = time.total_seconds()
    for size, name in ((86_400, "days"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {name}"
    return f"{seconds:.3g} s"


def _first(times: Floats, shares: Floats) -> float | None:
    """The first time from which on the share is there; None where it never is."""
    there = np.flatnonzero(shares >= COMPLETE)
    return float(times[there[0]]) if there.size else None


def _seconds(time: timedelta | None) -> float | None:
    return None if time is None else time.total_seconds()
