"""Decisions of models that are served elsewhere: they are watched and governed like our own.

`POST /v1/decisions/{case}` takes them plain, `POST /v1/events/{case}` as CloudEvents of KServe's
request logger.
"""

from gonogo.core.errors import TooMany
from gonogo.core.times import system_clock
from gonogo.gateway.exchange import Request, Response, answered
from gonogo.gateway.inforce import InForce
from gonogo.gateway.sources import Sources
from gonogo.gateway.ways.parts import Parts
from gonogo.records.foreign import batch
from gonogo.records.kserve import Joiner, Reading, event

HEADERS = ("content-type", "ce-type", "ce-id", "ce-time", "ce-inferenceservicename", "ce-source")
MOST_CASES = 1000
"""Use cases whose halves of events are kept."""


async def decisions(parts: Parts, request: Request, case: str) -> Response:
    """Write them down, all or none; answered once they are written."""
    now = parts.in_force
    token = parts.token(now, request)
    now.tokens.allow(token, "decide", case, 0)
    found = batch(request.body, case, token.id, system_clock)
    now.tokens.allow(token, "decide", case, len(found))
    await parts.log.append(*found)
    return answered({"received": len(found), "decision_ids": [one.id for one in found]})


async def events(
    parts: Parts, joiners: dict[str, Joiner], sources: Sources, request: Request, case: str
) -> Response:
    """Take half of a decision; what it completes is written down before it is answered.

    From a network that is named for the use case it is taken without a token.
    """
    now = parts.in_force
    by = sources.known(case, request.peer) if request.header("authorization") is None else None
    if by is None:
        token = parts.token(now, request)
        now.tokens.allow(token, "decide", case)
        by = token.id
    reading = _reading(now, case)
    joiner = joiners.get(case)
    if joiner is None:
        if len(joiners) >= MOST_CASES:
            raise TooMany(field="case", value=len(joiners), expected=f"at most {MOST_CASES}")
        joiner = joiners[case] = Joiner(reading, system_clock)
    joiner.reading = reading
    headers = {name: value for name in HEADERS if (value := request.header(name)) is not None}
    found = joiner.add(event(headers, request.body), by)
    if found:
        await parts.log.append(*found)
    return answered({"received": len(found), "decision_ids": [one.id for one in found]}, 202)


def _reading(now: InForce, case: str) -> Reading:
    """How numbers become decisions: as the route says, where there is one."""
    route = now.routes.get(case)
    if route is None:
        return Reading(case)
    known = route.route
    arm = (route.arms or (route.fallback,))[0]
    return Reading(
        case,
        tuple(feature.name for feature in arm.schema.features),
        arm.arm.threshold,
        known.positive,
        known.negative,
    )
