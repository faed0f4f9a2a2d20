"""Decisions of the gateway as they travel, and the erasure of what they say of somebody."""

from typing import Annotated, Any

from pydantic import Field

from gonogo.schemas.base import Asked, Told

Label = str | bool | int | float | None


class DecidedLine(Told):
    """One decision, with what became of it."""

    id: str
    case: str
    at: str
    entity: str | None
    outcome: str
    score: float | None
    model: str | None
    """`name@number`; null for rules."""
    arm: str
    release: str | None
    reasons: list[str]
    rule: str | None
    """The rule that decided, if one did."""
    error: str | None
    """Why the fallback answered."""
    labelled: bool
    """Whether an outcome came back."""
    label: Label
    corrections: int
    """How often it was corrected."""
    erased: bool
    """Whether what it said of a person was taken out on request."""


class DecidedPage(Told):
    """A page of decisions, newest first."""

    items: list[DecidedLine]
    next: str | None = None


class CameBack(Told):
    """An outcome, or feedback of an analyst, that came back later."""

    at: str
    """When it became so."""
    received: str
    label: Label
    value: float | None
    kind: str
    """outcome or feedback."""
    note: str | None
    token: str | None
    counts: bool
    """Whether it is the one that counts: the newest outcome."""


class Shadow(Told):
    """What a shadow would have answered."""

    arm: str
    model: str | None
    outcome: str
    score: float | None
    error: str | None


class Decided(DecidedLine):
    """Why one decision was as it was."""

    why: str
    """In a sentence."""
    kind: str
    """model, ensemble, rules or fallback."""
    threshold: float | None
    """Score from which its version says yes, where that is still known."""
    features: dict[str, Any]
    """As they were used: after defaults and online features."""
    defaulted: list[str]
    """Features that a declared default stood in for."""
    propensity: float
    snapshot: int
    """Number of the route table that was in force."""
    route: str | None
    """Digest of the decision in the ledger that made the route it went."""
    code: str | None
    token: str | None
    """Id of the token that asked."""
    latency_ms: float
    probability: float | None
    """Calibrated, of a yes, as it was answered; as below, None where none was."""
    set: list[str] | None
    """Outcomes of which one holds with the chance `coverage`."""
    interval: list[float] | None
    """Around a number, which lies there with the chance `coverage`."""
    coverage: float | None
    shadows: list[Shadow]
    outcomes: list[CameBack]
    """All that came back, oldest first."""


class NewErasure(Asked):
    """Whom the decision log is to say nothing of any more, and why."""

    entity: Annotated[str, Field(min_length=1, max_length=1000)]
    reason: Annotated[str, Field(min_length=1, max_length=10_000)]
    """It is kept; it must not name the entity."""


class Erasure(Told):
    """What was taken out about somebody."""

    case: str
    decision: str
    """Digest of the decision in the ledger."""
    who: str
    """What the ledger keeps in place of the name: SHA-256 of salt, case and entity, with a line
    feed between them."""
    salt: str
    """Told here alone: with it and the name it can be shown that the entry is about them."""
    decisions: int
    """Records, shadows' too, without entity, features and reasons now."""
    exposures: int
    """To flags; without entity now."""
    notes: int
    """Of outcomes of those decisions."""
    files: int
    """Rewritten."""
    waiting: int
    """Records in segments that are still written: hidden now, taken out when those are rolled."""


class Sent(Told):
    """What a gateway took of a file."""

    rows: int
    requests: int
