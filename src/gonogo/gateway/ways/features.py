"""`POST /v1/features/{case}`: values of entities, put by whoever computes them."""

from functools import partial
from typing import Any

import msgspec

from gonogo.core.errors import Invalid, Unavailable
from gonogo.gateway.asked import checked_entity
from gonogo.gateway.exchange import Request, Response, answered
from gonogo.gateway.misfits import misfit
from gonogo.gateway.online.values import KeptValues
from gonogo.gateway.ways.parts import Parts

MOST = 1000
"""Entities in one request."""
SECONDS = 10.0
"""How long the disk may take."""


class Put(msgspec.Struct, forbid_unknown_fields=True):
    """What is known of an entity from now on, instead of what was."""

    entity: str | int
    values: dict[str, float | int | str | bool | None]


async def features(parts: Parts, values: Any, request: Request, case: str) -> Response:
    """Keep them; answered once they are written. Whoever may tell outcomes may tell these."""
    now = parts.in_force
    token = parts.token(now, request)
    now.tokens.allow(token, "outcome", case)
    if not isinstance(values, KeptValues):
        raise Unavailable(
            field="GONOGO_FEATURES", expected="values kept here; others are put where they are kept"
        )
    puts = _puts(request.body)
    at = parts.clock()
    for one in puts:
        entity = checked_entity(one.entity) or ""
        put = partial(values.put, case, entity, one.values, at)
        await parts.deciding.scoring.side.run(put, SECONDS)
    return answered({"received": len(puts)})


def _puts(body: bytes) -> list[Put]:
    try:
        found: Any = msgspec.json.decode(body, type=list[Put] if body.lstrip()[:1] == b"[" else Put)
    except msgspec.ValidationError as error:
        raise misfit(error, body, "entity and values") from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise Invalid(field="body", value=str(error)[:200], expected="JSON") from error
    listed: list[Put] = found if isinstance(found, list) else [found]
    if len(listed) > MOST:
        raise Invalid(field="body", value=len(listed), expected=f"at most {MOST} entities")
    return listed
