"""What becomes of what a forecast said: kept, missed, come true, or never to be known; pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from gonogo.stats.estimate import Measured, Undefined, exact
from gonogo.stats.plans.working_days import Calendar, days_until

SHARES = {"p10": 0.1, "p50": 0.5, "p80": 0.8, "p90": 0.9}
"""The percentiles of a date that are claims, by their names."""
BOARD_SHARES = {f"board-{name}": share for name, share in SHARES.items()}
"""The same of a date by the throughput of a board."""
DATES = {**SHARES, **BOARD_SHARES}
DEADLINE, LEARNED, PRIOR = "deadline", "learned", "prior"
BOARD_DEADLINE = "board-due"
DEADLINES = (DEADLINE, BOARD_DEADLINE)
BY_THROUGHPUT = (*BOARD_SHARES, BOARD_DEADLINE)
PLANNED = (*DATES, *DEADLINES)
"""What is claimed of milestones."""
BELIEVED = (LEARNED, PRIOR)
"""What is claimed of hypotheses."""
OPEN, SCORED, LAPSED = "open", "scored", "lapsed"


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that a forecast said, and what became of it."""

    case: str
    what: str
    """p10, p50, p80 or p90 of a date; deadline; learned or prior of a hypothesis. By throughput:
    board-p10 to board-p90, and board-due for a deadline."""
    name: str
    """The milestone, "" for the end of the plan; or the hypothesis."""
    forecast: int
    """The number of the forecast; 0 for what was said at registration."""
    said: float
    """The probability."""
    day: str | None
    """The date that was said, or the deadline."""
    made_at: str
    made: str
    """Digest of the entry that said it."""
    state: str = "open"
    """open, scored, or lapsed: what it was about was dropped."""
    happened: bool | None = None
    """Whether the date was kept, or what was said came true."""
    actual: str | None = None
    """The day on which it was reached; None while it is not."""
    off: float | None = None
    """Working days from the date that was said to the actual one; above 0 is late."""
    loss: float | None = None
    """Pinball loss in working days of a date; squared distance of a chance."""
    scored_at: str | None = None
    entry: str | None = None
    """Digest of the evidence."""

    @property
    def key(self) -> tuple[str, str, str, int]:
        """What makes it this claim."""
        return self.case, self.what, self.name, self.forecast


@dataclass(frozen=True, slots=True)
class FinishedStep:
    """A step that was finished, with what it took against its estimate."""

    case: str
    step: str
    estimate: float
    """Median of the estimate before it began, in working days."""
    took: float
    """Working days from the day it began to the day it was done, both counted."""
    begun: str
    done: str
    entry: str
    """Digest of the wording of the plan that says so."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How a milestone stands."""

    there: bool
    """Whether the plan still has it."""
    reached: date | None
    calendar: Calendar


def planned(claim: Claim, now: Progress, today: date) -> Claim:
    """What became of a date or a deadline by `today`; scored as soon as the outcome is certain.

    A date is missed for certain once it has passed; by how much is known when the milestone is
    reached. What had been reached before it was forecast, or was dropped, can no longer be known.
    """
    day = date.fromisoformat(claim.day or "")
    blank = replace(claim, happened=None, actual=None, off=None, loss=None)
    if now.reached is not None:
        if now.reached < date.fromisoformat(claim.made_at[:10]):
            return replace(blank, state=LAPSED)
        return _reached(blank, day, now.reached, now.calendar)
    if not now.there:
        return replace(blank, state=LAPSED)
    if today <= day:
        return replace(blank, state=OPEN)
    loss = claim.said**2 if claim.what in DEADLINES else None
    return replace(blank, state=SCORED, happened=False, loss=loss)


def _reached(claim: Claim, day: date, reached: date, calendar: Calendar) -> Claim:
    happened = reached <= day
    off = float(days_until(calendar, day, reached))
    if claim.what in DEADLINES:
        loss = (claim.said - happened) ** 2
    else:
        loss = claim.said * off if off > 0 else (claim.said - 1) * off
    actual = reached.isoformat()
    return replace(claim, state=SCORED, happened=happened, actual=actual, off=off, loss=loss)


def believed(claim: Claim, supported: bool | None) -> Claim:
    """What became of a probability of a hypothesis; None: it was given up before it was known."""
    if supported is None:
        return replace(claim, state=LAPSED)
    return replace(
        claim, state=SCORED, happened=supported, loss=(claim.said - float(supported)) ** 2
    )


def date_loss(claims: Sequence[Claim]) -> Measured:
    """The mean pinball loss of the dates that one forecast said of one milestone."""
    losses = [one.loss for one in claims if one.loss is not None]
    if len(losses) < len(claims):
        late = sum(one.state == SCORED for one in claims)
        return Undefined(
            f"it is not reached yet; {late} of {len(claims)} dates have passed", n=late
        )
    return exact(
        sum(losses) / len(losses), n=len(losses), unit="working days", of="the dates that were said"
    )
