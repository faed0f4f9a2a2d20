"""Flags of product features with and without AI, by OFREP: OpenFeature's clients work unchanged.

Source: OpenFeature Remote Evaluation Protocol, version 0.
"""

from hashlib import sha256
from typing import Any

import msgspec

from gonogo.core.errors import Forbidden, Unauthenticated
from gonogo.core.snapshot import Flag, Token, Variant
from gonogo.core.splitting import ends_of, place, side
from gonogo.gateway.asked import LONGEST
from gonogo.gateway.exchange import JSON, Request, Response, answered
from gonogo.gateway.inforce import InForce
from gonogo.gateway.tokens import ALL
from gonogo.gateway.ways.parts import Parts, encode
from gonogo.records.record import Exposure


async def flags(parts: Parts, request: Request, key: str | None) -> Response:
    """Evaluate one flag, or all that the token may see."""
    now = parts.in_force
    token = _token(parts, now, request)
    entity, wrong = _entity(request.body)
    if wrong is not None:
        return answered({**({} if key is None else {"key": key}), **wrong}, 400)
    if key is None:
        return await _all(parts, now, token, entity, request.header("if-none-match"))
    flag = now.flags.get(key)
    if flag is None or not _sees(token, flag):
        return answered(
            {"key": key, "errorCode": "FLAG_NOT_FOUND", "errorDetails": "no such flag"}, 404
        )
    now.tokens.allow(token, "flags", flag.case)
    found, exposure = _evaluated(parts, now, flag, token, entity)
    if exposure is not None:
        await _write(parts, [exposure])
    return answered(found, 400 if "errorCode" in found else 200)


async def _all(
    parts: Parts, now: InForce, token: Token, entity: str | None, known: str | None
) -> Response:
    if "flags" not in token.may:
        raise Forbidden(field="Authorization", value="flags", expected="a token for flags")
    found: list[dict[str, Any]] = []
    exposures: list[Exposure] = []
    for flag in now.flags.values():
        if not _sees(token, flag):
            continue
        one, exposure = _evaluated(parts, now, flag, token, entity)
        found.append(one)
        if exposure is not None:
            exposures.append(exposure)
    body = encode({"flags": found})
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    if known is not None and tag in known:
        return Response(304, b"", [("etag", tag)])
    await _write(parts, exposures)
    return Response(200, body, [*JSON, ("etag", tag)])


async def _write(parts: Parts, exposures: list[Exposure]) -> None:
    if exposures:
        await parts.log.append(*exposures)
    for one in exposures:
        parts.counts.exposures[one.flag, one.variant] += 1


def _evaluated(
    parts: Parts, now: InForce, flag: Flag, token: Token, entity: str | None
) -> tuple[dict[str, Any], Exposure | None]:
    told = {"key": flag.key, "metadata": {"case": flag.case, "snapshot": now.snapshot.number}}
    if not flag.enabled:
        named = [one for one in flag.variants if one.name == flag.default]
        if not named:
            return {**told, "reason": "DISABLED"}, None
        return {**told, **_variant(named[0]), "reason": "DISABLED"}, None
    reason = "STATIC" if len(flag.variants) == 1 else "SPLIT"
    if entity is None and reason == "SPLIT":
        return {
            **told,
            "errorCode": "TARGETING_KEY_MISSING",
            "errorDetails": "the split goes by context.targetingKey",
        }, None
    ends = ends_of([one.share for one in flag.variants])
    chosen = flag.variants[side(ends, place(flag.salt, entity or ""))]
    exposure = Exposure(
        flag.key, flag.case, parts.clock(), entity, chosen.name, now.snapshot.number, token.id
    )
    return {**told, **_variant(chosen), "reason": reason}, exposure


def _variant(variant: Variant) -> dict[str, Any]:
    return {"variant": variant.name, "value": variant.value}


def _sees(token: Token, flag: Flag) -> bool:
    return ALL in token.cases or flag.case in token.cases


def _token(parts: Parts, now: InForce, request: Request) -> Token:
    # The protocol knows both headers.
    try:
        return parts.token(now, request)
    except Unauthenticated:
        key = request.header("x-api-key")
        if key is None:
            raise
        return now.tokens.find(f"Bearer {key}", parts.clock())


def _entity(body: bytes) -> tuple[str | None, dict[str, str] | None]:
    """The targeting key, or what is wrong with the context."""
    try:
        found = msgspec.json.decode(body) if body.strip() else {}
    except (msgspec.DecodeError, RecursionError):
        return None, {"errorCode": "PARSE_ERROR", "errorDetails": "the body is no JSON"}
    context = found.get("context", {}) if isinstance(found, dict) else None
    if not isinstance(context, dict):
        return None, {"errorCode": "INVALID_CONTEXT", "errorDetails": "context is an object"}
    key = context.get("targetingKey")
    if key is None or key == "":
        return None, None
    if not isinstance(key, str) or len(key) > LONGEST:
        return None, {
            "errorCode": "INVALID_CONTEXT",
            "errorDetails": f"context.targetingKey is text of at most {LONGEST} characters",
        }
    return key, None
