"""`PUT` and `DELETE /v1/features/{case}/{entity}`: features by entity that are not of requests."""

from typing import Any

import msgspec

from gonogo.core.errors import Invalid
from gonogo.gateway.asked import checked_entity
from gonogo.gateway.exchange import Request, Response, answered
from gonogo.gateway.online.values import KeptValues
from gonogo.gateway.ways.parts import Parts

MAY = "features"
"""What a token must be for."""

_decode = msgspec.json.Decoder(dict[str, Any]).decode


def values(parts: Parts, kept: KeptValues, request: Request, case: str, entity: str) -> Response:
    """Put what the body says of an entity in the place of what was known, or erase it.

    Answered once it is on the disk.
    """
    now = parts.in_force
    token = parts.token(now, request)
    now.tokens.allow(token, MAY, case)
    who = checked_entity(entity) or entity
    if request.method == "DELETE":
        return answered({"erased": kept.forget(case, who, parts.clock())})
    try:
        given = _decode(request.body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Invalid(
            field="body", value=str(error)[:200], expected="a JSON object of names and values"
        ) from error
    kept.put(case, who, given, parts.clock())
    return answered({"kept": len(given)})
