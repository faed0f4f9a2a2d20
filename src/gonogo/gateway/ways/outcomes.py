"""`POST /v1/outcomes`: what became of decisions, and what analysts say of them."""

import msgspec

from gonogo.core.errors import Invalid
from gonogo.core.snapshot import Token
from gonogo.core.times import moment
from gonogo.gateway.asked import LONGEST
from gonogo.gateway.exchange import Request, Response, answered
from gonogo.gateway.misfits import misfit
from gonogo.gateway.tokens import ALL
from gonogo.gateway.ways.parts import Parts
from gonogo.records.record import Outcome

MOST = 10_000
"""Outcomes in one request."""
ONE_OR_MANY = "an outcome with its decision_id, or a list of them"
KINDS = ("outcome", "feedback")
LONGEST_NOTE = 2000

Label = str | float | int | bool | None


class Told(msgspec.Struct, forbid_unknown_fields=True):
    """An outcome as it is sent."""

    decision_id: str
    case: str | None = None
    """May be left out by a token of one use case."""
    label: Label = None
    value: float | None = None
    at: str | None = None
    """When it became so; now, where nothing is said."""
    kind: str = "outcome"
    note: str | None = None


class _Wrapped(msgspec.Struct, forbid_unknown_fields=True):
    outcomes: list[Told]


async def outcomes(parts: Parts, request: Request) -> Response:
    """Write them down, all or none; answered once they are written."""
    now = parts.in_force
    token = parts.token(now, request)
    received = parts.clock()
    sent = _sent(request.body)
    records = [_record(one, place, token, received) for place, one in enumerate(sent)]
    for case in {record.case for record in records}:
        now.tokens.allow(token, "outcome", case, sum(one.case == case for one in records))
    if records:
        await parts.log.append(*records)
    for record in records:
        parts.counts.outcomes[record.case] += 1
    return answered({"received": len(records)})


def _sent(body: bytes) -> list[Told]:
    listed = body.lstrip()[:1] == b"["
    wrapped = False
    try:
        if listed:
            return _few(msgspec.json.decode(body, type=list[Told]))
        wrapped = "outcomes" in msgspec.json.decode(body, type=dict[str, msgspec.Raw])
        if wrapped:
            return _few(msgspec.json.decode(body, type=_Wrapped).outcomes)
        return [msgspec.json.decode(body, type=Told)]
    except msgspec.ValidationError as error:
        within = "" if listed or wrapped else "0"
        raise misfit(error, body, ONE_OR_MANY, within=within) from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise Invalid(field="body", value=str(error), expected="JSON") from error


def _few(found: list[Told]) -> list[Told]:
    if len(found) > MOST:
        raise Invalid(field="outcomes", value=len(found), expected=f"at most {MOST} at once")
    return found


def _record(told: Told, place: int, token: Token, received: int) -> Outcome:
    def field(name: str) -> str:
        return f"{place}.{name}"

    case = told.case
    if case is None:
        if len(token.cases) != 1 or ALL in token.cases:
            raise Invalid(field=field("case"), expected="the use case of the decision")
        case = token.cases[0]
    if not 0 < len(told.decision_id) <= LONGEST:
        raise Invalid(field=field("decision_id"), value=told.decision_id[:50], expected="an id")
    if told.kind not in KINDS:
        raise Invalid(field=field("kind"), value=told.kind[:50], expected=" or ".join(KINDS))
    if told.note is not None and len(told.note) > LONGEST_NOTE:
        raise Invalid(field=field("note"), expected=f"at most {LONGEST_NOTE} characters")
    if told.label is None and told.value is None and told.note is None:
        raise Invalid(field=field("label"), expected="a label, a value or a note")
    at = received
    if told.at is not None:
        at = int(moment(told.at, field("at")).timestamp() * 1e6)
    return Outcome(
        told.decision_id, case, at, received, told.label, told.value, told.kind, told.note, token.id
    )
