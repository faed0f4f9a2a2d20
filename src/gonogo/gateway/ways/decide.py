"""`POST /v1/decide/{case}`: one request or a batch."""

import asyncio
from typing import Any

import msgspec

from gonogo.core.errors import GonogoError
from gonogo.core.problems import told
from gonogo.core.snapshot import Token
from gonogo.gateway.asked import SLICE, Ask, ask_of, checked_id
from gonogo.gateway.exchange import JSON, Request, Response, answered
from gonogo.gateway.remembered import Remembered
from gonogo.gateway.routes import ReadyRoute
from gonogo.gateway.ways.parts import Parts, encode, route_of


async def decide(parts: Parts, remembered: Remembered, request: Request, case: str) -> Response:
    """Decide what the body asks; of a batch each by itself, with a problem where one is wrong."""
    now = parts.in_force
    token = parts.token(now, request)
    route = now.routes.get(case)
    if route is None:
        now.tokens.allow(token, "decide", case)
        route = route_of(now, case)
    asked = ask_of(request.body)
    if isinstance(asked, list):
        with parts.batch(len(asked)):
            now.tokens.allow(token, "decide", case, len(asked))
            return await _batch(parts, remembered, route, asked, token)
    now.tokens.allow(token, "decide", case)
    if asked.id is None:
        made = await parts.decided(route, asked, token.id)
        return Response(200, encode(made.answer), JSON)
    return Response(200, await _once(parts, remembered, route, asked, token), JSON)


async def _once(
    parts: Parts, remembered: Remembered, route: ReadyRoute, asked: Ask, token: Token
) -> bytes:
    async def decided() -> bytes:
        made = await parts.decided(route, asked, token.id)
        return encode(made.answer)

    return await remembered.once((route.route.case, checked_id(asked.id or "")), decided)


async def _batch(
    parts: Parts, remembered: Remembered, route: ReadyRoute, asked: list[Ask], token: Token
) -> Response:
    found: list[Any] = []
    for start in range(0, len(asked), SLICE):
        some = asked[start : start + SLICE]
        found += await asyncio.gather(*(_one(parts, remembered, route, one, token) for one in some))
        # Somebody with a single request is not to wait for a whole batch.
        await asyncio.sleep(0)
    return answered({"decisions": found})


async def _one(
    parts: Parts, remembered: Remembered, route: ReadyRoute, asked: Ask, token: Token
) -> Any:
    try:
        if asked.id is None:
            return (await parts.decided(route, asked, token.id)).answer
        return msgspec.Raw(await _once(parts, remembered, route, asked, token))
    except GonogoError as error:
        return {"problem": told(error)}
