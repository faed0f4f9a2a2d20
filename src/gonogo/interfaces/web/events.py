"""Live updates: a stream of server-sent events, one for each moment the ledger grew."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from gonogo.core.errors import GonogoError, TooMany, Unauthenticated
from gonogo.interfaces.web.needs import WebNeeds
from gonogo.interfaces.web.rendering import secured

router = APIRouter()

LOOK_SECONDS = 1.0
KEEP_ALIVE_SECONDS = 15.0
MOST = 32
"""Streams that one account may have open at once; each asks the database every second."""


@router.get("/events", include_in_schema=False, openapi_extra={"x-action": "ledger.read"})
async def events(request: Request) -> Response:
    """Tell the reader of each growth of the ledger, with the position of its last entry."""
    needs: WebNeeds = request.app.state.web
    caller = await run_in_threadpool(needs.authentication, request, unsafe=False)
    streams: Counter[str] = request.app.state.streams
    reader = str(caller.actor)
    if streams[reader] >= MOST:
        raise TooMany(
            field="events",
            value=streams[reader],
            expected=f"at most {MOST} pages of one account that follow the ledger at once",
            message="Too many pages follow the ledger",
            retry_after=60,
        )

    def position() -> int:
        # Each time: who is signed out, disabled or revoked learns nothing more.
        with needs.open_work(needs.authentication.again(request), write=False) as work:
            return work.ledger.head()[0]

    async def stream() -> AsyncIterator[str]:
        streams[reader] += 1
        try:
            async for message in _growth(request, position):
                yield message
        finally:
            streams[reader] -= 1

    answer = StreamingResponse(stream(), media_type="text/event-stream")
    answer.headers["X-Accel-Buffering"] = "no"
    return secured(answer)


async def _growth(request: Request, position: Callable[[], int]) -> AsyncIterator[str]:
    """Messages for as long as the reader is there and signed in."""
    seen = await run_in_threadpool(position)
    quiet = 0.0
    yield f"retry: 3000\nevent: hello\ndata: {seen}\n\n"
    while not await request.is_disconnected():
        await asyncio.sleep(LOOK_SECONDS)
        quiet += LOOK_SECONDS
        try:
            here = await run_in_threadpool(position)
        except Unauthenticated:
            return
        except GonogoError:
            here = seen
        if here != seen:
            seen, quiet = here, 0.0
            yield f"event: entry\nid: {here}\ndata: {json.dumps({'position': here})}\n\n"
        elif quiet >= KEEP_ALIVE_SECONDS:
            quiet = 0.0
            yield ": still here\n\n"
