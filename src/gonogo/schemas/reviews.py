"""Gate reviews and decisions as they travel."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from gonogo.schemas.base import Asked, Told
from gonogo.schemas.policies import Condition

Words = Annotated[str, Field(max_length=10_000)]
Reason = Annotated[str, Field(min_length=1, max_length=10_000)]
GoOrNoGo = Literal["go", "no-go"]


class OpenReview(Asked):
    """A gate of a model version, to be reviewed."""

    subject: Annotated[str, Field(max_length=255)]
    gate: str


class NewSignOff(Asked):
    """A role's yes or no, in the caller's name."""

    role: str
    outcome: GoOrNoGo
    comment: Words = ""


class NewWaiver(Asked):
    """That a condition may pass for a time, and why."""

    condition: Annotated[str, Field(max_length=64)]
    role: str
    reason: Reason
    expires: datetime


class Withdrawal(Asked):
    """Why a waiver is taken back."""

    reason: Reason


class NewDecision(Asked):
    """The end of a review; without an outcome, the one that the poll allows."""

    rationale: Reason
    outcome: GoOrNoGo | None = None


class Measured(Told):
    """A number with its interval; an open end is null."""

    value: float
    low: float | None
    high: float | None
    level: float
    n: int
    unit: str
    method: str


class PolledCondition(Condition):
    """One condition and what the evidence says of it."""

    verdict: str
    """go, hold, no data or no-go, by the evidence alone."""
    counts_as: str
    """What goes into the poll: go where waived."""
    reason: str
    measured: Measured | None
    undefined: str | None
    """Why there is no number, where the measurement gave none."""
    evidence: str | None
    subject: str | None
    measured_at: str | None
    more_needed: int | None
    waiver: str | None


class Turn(Told):
    """What would turn one condition to go."""

    key: str
    check: str
    verdict: str
    say: str
    bound: float | None
    distance: float | None
    more_needed: int | None
    command: str | None


class SignOff(Told):
    """A sign-off that was given."""

    role: str
    outcome: str
    user: str
    at: str
    comment: str
    entry: str


class Waiver(Told):
    """A waiver that was given."""

    condition: str
    role: str
    reason: str
    user: str
    at: str
    expires: str
    entry: str
    withdrawn: str | None
    holds: bool
    """Whether it counts now; for a decided review, whether it counted then."""


class PolicyCited(Told):
    """The exact wording a review is held under."""

    name: str
    digest: str
    entry: str


class ReviewLine(Told):
    """A review in one line."""

    id: str
    subject: str
    gate: str
    policy: PolicyCited
    state: str
    opened_by: str
    opened_at: str
    outcome: str | None
    decision: str | None


class Reviews(Told):
    """A page of reviews."""

    items: list[ReviewLine]
    next: str | None = None


class Review(ReviewLine):
    """A review: live while it is open, what it rested on once decided."""

    verdict: str
    """The worst of its conditions, waived ones counting as go."""
    by_area: dict[str, str]
    conditions: list[PolledCondition]
    turns_to_go: list[Turn]
    sign_off: list[str]
    """Roles that must sign."""
    waivable_by: list[str]
    sign_offs: list[SignOff]
    missing_sign_offs: list[str]
    waivers: list[Waiver]
    lacks: list[str]
    """Everything that stands between it and the decision go."""
    rationale: str | None
    decided_by: str | None
    decided_at: str | None
    entry: str


class Decision(Told):
    """A decision as the ledger holds it."""

    entry: str
    position: int
    subject: str
    outcome: str
    rationale: str
    actor: str
    at: str
    cites: list[str]
    gate: str | None
    review: str | None
    body: dict[str, Any]


class Decisions(Told):
    """A page of decisions."""

    items: list[Decision]
    next: str | None = None
