"""When the step of a release can be over, as far as can be told now; pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from gonogo.core.times import moment
from gonogo.domain.releases.labels import LEVEL, LabelDelay
from gonogo.domain.releases.rules import UNDER_WAY, Release, Seen, due_at
from gonogo.stats.arrivals import Until, until_more

FOREVER = timedelta(days=3_650)
"""What takes longer has no date."""


@dataclass(frozen=True, slots=True)
class Expected:
    """When the next step can be decided, if decisions go on to come as they did in this one."""

    at: datetime | None
    """None where nothing tells yet."""
    low: datetime | None
    high: datetime | None
    """None also where it has no end that can be told."""
    reason: str
    """What it waits for, in a sentence."""


def expected(release: Release, seen: Seen) -> Expected | None:
    """When a step that is going on can be over; None where none is.

    Whatever the step lasts, so many decisions take as long as they took so far, and their labels as
    long as the log tells; the range holds each of both at a level of 0.95.
    """
    if release.state not in UNDER_WAY:
        return None
    step = release.steps[release.step]
    missing = step.smallest - seen.decided
    least = due_at(release, seen)
    if missing <= 0:
        return _with_labels(release, seen.labels, seen.reached, least)
    elapsed = (seen.now - moment(release.step_at)).total_seconds()
    found = until_more(seen.decided, max(0.0, elapsed), missing, LEVEL)
    if not isinstance(found, Until):
        return Expected(None, None, None, "no decision of this step came yet")
    at, low, high = (_after(seen.now, one) for one in (found.value, found.low, found.high))
    if at is None or low is None:
        return Expected(None, None, None, f"{missing:,} decisions will not come in ten years")
    return _ranged(
        release, seen.labels, (at, low, high), f"{missing:,} more decisions at the rate so far"
    )


def _with_labels(
    release: Release, labels: LabelDelay | None, reached: datetime | None, least: datetime
) -> Expected:
    if labels is None or reached is None:
        return Expected(least, least, least, "the time that the step lasts")
    return _ranged(release, labels, (reached, reached, reached), "decisions enough are there")


def _ranged(
    release: Release,
    labels: LabelDelay | None,
    reached: tuple[datetime, datetime, datetime | None],
    reason: str,
) -> Expected:
    least = moment(release.step_at) + release.steps[release.step].dwell
    at, low, high = reached
    if labels is None:
        last = None if high is None else max(least, high)
        return Expected(max(least, at), max(least, low), last, reason)
    longest = labels.high if labels.learned else labels.span
    return Expected(
        max(least, at + labels.span),
        max(least, low + (labels.low or labels.span)),
        None if high is None or longest is None else max(least, high + longest),
        f"{reason}, then their labels: {labels.reason}",
    )


def _after(now: datetime, seconds: float) -> datetime | None:
    return now + timedelta(seconds=seconds) if seconds < FOREVER.total_seconds() else None
