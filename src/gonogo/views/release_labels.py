"""When the step of a release can be over, and how complete the labels are that it rests on."""

from dataclasses import dataclass
from datetime import datetime

from gonogo.core.times import stamp
from gonogo.domain.releases.expecting import expected
from gonogo.domain.releases.labels import COMPLETE, words
from gonogo.domain.releases.rules import Release, Seen


@dataclass(frozen=True, slots=True)
class ArmComplete:
    """How complete the labels of an arm are."""

    arm: str
    decisions: int
    labelled: int
    there: float | None
    """Share of the labels that will ever come which is to be there by now; None: not learned."""
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Labels:
    """How long labels take, and what of a release has them."""

    span: str
    """From which age on a decision's label counts as there, in words."""
    low: str | None
    """The interval of what was learned; None where it is the policy's word."""
    high: str | None
    share: float
    """Of the labels that ever come, at that age."""
    learned: bool
    labels: int
    reason: str
    arms: tuple[ArmComplete, ...]


@dataclass(frozen=True, slots=True)
class Next:
    """When the next step can be decided, as far as can be told."""

    at: str | None
    low: str | None
    high: str | None
    """None also where it has no end that can be told."""
    level: float
    reason: str


def next_step(release: Release, seen: Seen) -> Next | None:
    """None where no step is going on."""
    found = expected(release, seen)
    if found is None:
        return None
    at, low, high = (_stamp(one) for one in (found.at, found.low, found.high))
    return Next(at, low, high, 0.95, found.reason)


def labels(seen: Seen) -> Labels | None:
    """None where no guardrail rests on labels."""
    found = seen.labels
    if found is None:
        return None
    return Labels(
        span=words(found.span),
        low=None if found.low is None else words(found.low),
        high=None if found.high is None else words(found.high),
        share=COMPLETE,
        learned=found.learned,
        labels=found.labels,
        reason=found.reason,
        arms=tuple(
            ArmComplete(name, one.decisions, one.labelled, *(one.there or (None, None, None)))
            for name, one in sorted(found.arms.items())
        ),
    )


def _stamp(at: datetime | None) -> str | None:
    return None if at is None else stamp(at)
