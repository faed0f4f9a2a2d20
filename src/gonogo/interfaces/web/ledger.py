"""The ledger: searched, one entry, verified."""

import json
from collections.abc import Callable, Iterator
from queue import SimpleQueue
from threading import Thread

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from gonogo.core.caller import Caller
from gonogo.core.errors import GonogoError
from gonogo.core.roles import Action
from gonogo.interfaces.web.kit import Pages, to_json
from gonogo.interfaces.web.needs import WebNeeds
from gonogo.interfaces.web.rendering import secured
from gonogo.store.work import Work
from gonogo.views import ledger as views

pages = Pages("ledger")


@pages.get("/ledger", template="ledger.html", action=Action.LEDGER_READ)
def searched(
    work: Work,
    kind: str = "",
    subject: str = "",
    actor: str = "",
    text: str = "",
    since: str = "",
    until: str = "",
    cursor: str | None = None,
) -> views.LedgerPage:
    """Entries that fit what is asked, newest first."""
    return views.searched(work, views.Asked(kind, subject, actor, text, since, until), cursor)


@pages.get("/ledger/verify", template="verified.html", action=Action.LEDGER_READ)
def verified(work: Work, needs: WebNeeds) -> views.VerifiedPage:
    """The whole chain, read now."""
    began = needs.clock()
    found = work.ledger.verify()
    return views.verified(found, needs.clock() - began)


@pages.router.get(
    "/ledger/verify/events",
    include_in_schema=False,
    openapi_extra={"x-action": str(Action.LEDGER_READ)},
)
def progress(request: Request) -> Response:
    """The same while it runs: server-sent events, the last one with what was found."""
    needs: WebNeeds = request.app.state.web
    caller = needs.authentication(request, unsafe=False)
    with needs.open_work(caller, write=False) as work:
        work.allow(Action.LEDGER_READ)
    answer = StreamingResponse(_told(needs, caller), media_type="text/event-stream")
    answer.headers["X-Accel-Buffering"] = "no"
    return secured(answer)


@pages.get("/ledger/{name}", template="entry.html", action=Action.LEDGER_READ)
def entry(work: Work, name: str) -> views.EntryPage:
    """One entry, by its digest or its position."""
    return views.entry(work, name)


def _told(needs: WebNeeds, caller: Caller) -> Iterator[str]:
    """Events from a thread that verifies; it runs to its end even where nobody listens any more."""
    said: SimpleQueue[tuple[str, str] | None] = SimpleQueue()
    Thread(target=_verify, args=(needs, caller, said.put), daemon=True).start()
    while (event := said.get()) is not None:
        yield f"event: {event[0]}\ndata: {event[1]}\n\n"


def _verify(needs: WebNeeds, caller: Caller, say: Callable[[tuple[str, str] | None], None]) -> None:
    def progressed(done: int, total: int) -> None:
        say(("progress", json.dumps({"done": done, "total": total})))

    try:
        began = needs.clock()
        with needs.open_work(caller, write=False) as work:
            found = work.ledger.verify(progress=progressed)
        say(("verified", to_json(views.verified(found, needs.clock() - began))))
    except GonogoError as refused:
        say(("failed", json.dumps({"says": str(refused)})))
    finally:
        say(None)
