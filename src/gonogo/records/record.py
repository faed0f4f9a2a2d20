"""What the gateway writes down: decisions, outcomes that came later, exposures to flags."""

from typing import Any

import msgspec


class Decision(msgspec.Struct, frozen=True, tag="decision", array_like=True):
    """One answer to one request, or what a shadow would have answered.

    `array_like`: thousands a second are written, and names of fields would be most of the bytes.
    New fields are added at the end, with a default.
    """

    id: str
    """The decision's id; a shadow's record bears the id of the decision it stands beside."""
    case: str
    at: int
    """Microseconds since 1970, UTC."""
    entity: str | None
    arm: str
    role: str
    """`live` or `shadow`."""
    kind: str
    """model, ensemble, rules or fallback."""
    snapshot: int
    release: str | None
    model: str | None
    """Key of the version that answered: `name@number`; none for rules."""
    code: str | None
    propensity: float
    """Chance with which this arm was chosen for this request."""
    features: dict[str, Any]
    """As they were used: after defaults and online features."""
    defaulted: tuple[str, ...]
    """Features that a declared default stood in for."""
    score: float | None
    outcome: str
    reasons: tuple[str, ...]
    rule: str | None
    """The rule that decided, if one did."""
    latency_us: int
    error: str | None
    """Why the fallback answered."""
    token: str | None
    probability: float | None = None
    """The calibrated probability of a yes, as it was answered; as below, None where none was."""
    conformal_set: tuple[str, ...] | None = None
    """The outcomes of which one holds with the chance `coverage`."""
    conformal_interval: tuple[float, float] | None = None
    """Where a number lies with the chance `coverage`."""
    coverage: float | None = None


class Outcome(msgspec.Struct, frozen=True, tag="outcome", array_like=True):
    """What became of a decision; a later one for the same decision corrects it."""

    decision: str
    case: str
    at: int
    """When it became so, microseconds since 1970, UTC."""
    received: int
    label: str | float | int | bool | None
    value: float | None
    """What it was worth, in the case's currency, where known."""
    kind: str
    """`outcome`, or `feedback` of an analyst."""
    note: str | None
    token: str | None


class Exposure(msgspec.Struct, frozen=True, tag="exposure", array_like=True):
    """Somebody was shown a variant of a flag."""

    flag: str
    case: str
    at: int
    entity: str | None
    variant: str
    snapshot: int
    token: str | None


Record = Decision | Outcome | Exposure
