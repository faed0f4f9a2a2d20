"""Live updates: a stream of server-sent events, one for each moment the ledger grew."""

import asyncio
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from gonogo.core.errors import GonogoError
from gonogo.interfaces.web.needs import WebNeeds
from gonogo.interfaces.web.rendering import secured

router = APIRouter()

LOOK_SECONDS = 1.0
KEEP_ALIVE_SECONDS = 15.0


@router.get("/events", include_in_schema=False, openapi_extra={"x-action": "ledger.read"})
async def events(request: Request) -> Response:
    """Tell the reader of each growth of the ledger, with the position of its last entry."""
    needs: WebNeeds = request.app.state.web
    caller = await run_in_threadpool(needs.authentication, request, unsafe=False)

    def position() -> int:
        with needs.open_work(caller, write=False) as work:
            return work.ledger.head()[0]

    async def stream() -> AsyncIterator[str]:
        seen = await run_in_threadpool(position)
        quiet = 0.0
        yield f"retry: 3000\nevent: hello\ndata: {seen}\n\n"
        while not await request.is_disconnected():
            await asyncio.sleep(LOOK_SECONDS)
            quiet += LOOK_SECONDS
            try:
                here = await run_in_threadpool(position)
            except GonogoError:
                here = seen
            if here != seen:
                seen, quiet = here, 0.0
                yield f"event: entry\nid: {here}\ndata: {json.dumps({'position': here})}\n\n"
            elif quiet >= KEEP_ALIVE_SECONDS:
                quiet = 0.0
                yield ": still here\n\n"

    answer = StreamingResponse(stream(), media_type="text/event-stream")
    answer.headers["X-Accel-Buffering"] = "no"
    return secured(answer)
