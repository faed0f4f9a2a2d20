"""Decisions that were taken elsewhere: plain batches, to be watched and governed like our own."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from gonogo.core.errors import Invalid
from gonogo.core.times import Clock, moment
from gonogo.records.log import microseconds
from gonogo.records.record import Decision

ARM = "elsewhere"
"""Of decisions that do not say which arm took them."""
MOST = 10_000
"""Decisions in a batch."""


class Taken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A decision as somebody else reports it."""

    features: dict[str, Any]
    outcome: str
    score: float | None = None
    id: str | None = None
    """None: a digest of what is reported, so that the same report sent twice bears the same id."""
    at: str | None = None
    """RFC 3339; None: when it was received."""
    entity: str | None = None
    model: str | None = None
    """`name@number`."""
    code: str | None = None
    arm: str = ARM
    role: str = "live"
    propensity: float = 1.0
    reasons: tuple[str, ...] = ()
    rule: str | None = None
    latency_ms: float = 0.0
    error: str | None = None


class Batch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is sent."""

    decisions: tuple[Taken, ...]


_decoder = msgspec.json.Decoder(Batch)
_canonical = msgspec.json.Encoder(order="sorted").encode


def batch(body: bytes, case: str, token: str | None, clock: Clock) -> list[Decision]:
    """The decisions of `case` in the JSON text `body`: `{"decisions": [...]}`.

    Raises `Invalid` naming what is wrong; then none of them counts.
    """
    try:
        sent = _decoder.decode(body)
    except msgspec.DecodeError as error:
        raise Invalid(field="decisions", value=str(error), expected="decisions as JSON") from error
    if not 1 <= len(sent.decisions) <= MOST:
        raise Invalid(field="decisions", value=len(sent.decisions), expected=f"1 to {MOST}")
    now = clock()
    return [
        _decision(one, f"decisions[{place}]", case, token, now)
        for place, one in enumerate(sent.decisions)
    ]


def decision(
    taken: Taken, case: str, token: str | None, now: datetime, snapshot: int = 0
) -> Decision:
    """`taken` as a record; `snapshot` is 0: none of ours was in force."""
    at = moment(taken.at) if taken.at is not None else now
    return Decision(
        id=taken.id or _digest(case, taken),
        case=case,
        at=microseconds(at.astimezone(UTC)),
        entity=taken.entity,
        arm=taken.arm,
        role=taken.role,
        kind="model",
        snapshot=snapshot,
        release=None,
        model=taken.model,
        code=taken.code,
        propensity=taken.propensity,
        features=taken.features,
        defaulted=(),
        score=taken.score,
        outcome=taken.outcome,
        reasons=taken.reasons,
        rule=taken.rule,
        latency_us=round(taken.latency_ms * 1000),
        error=taken.error,
        token=token,
    )


def _decision(taken: Taken, place: str, case: str, token: str | None, now: datetime) -> Decision:
    checks: Sequence[tuple[str, object, bool, str]] = (
        ("propensity", taken.propensity, 0 < taken.propensity <= 1, "above 0, at most 1"),
        ("role", taken.role, taken.role in {"live", "shadow"}, "live or shadow"),
        ("latency_ms", taken.latency_ms, 0 <= taken.latency_ms < 1e9, "milliseconds"),
        ("outcome", taken.outcome, bool(taken.outcome), "what was answered"),
    )
    for field, value, right, expected in checks:
        if not right:
            raise Invalid(field=f"{place}.{field}", value=value, expected=expected)
    try:
        found = decision(taken, case, token, now)
    except Invalid as error:
        raise Invalid(
            field=f"{place}.{error.field}", value=error.value, expected=error.expected
        ) from error
    if found.at < 0:
        raise Invalid(field=f"{place}.at", value=taken.at, expected="1970 or later")
    return found


def _digest(case: str, taken: Taken) -> str:
    return hashlib.sha256(_canonical([case, taken])).hexdigest()[:32]
