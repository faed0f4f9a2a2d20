"""REST: the ledger, to search, to verify and to take along."""

from collections.abc import Iterator

import msgspec
from fastapi.responses import StreamingResponse

from gonogo.core.caller import Caller
from gonogo.core.chain import Entry
from gonogo.core.chain_file import lines
from gonogo.core.roles import Action
from gonogo.core.times import period
from gonogo.interfaces.api.kit import Routes
from gonogo.interfaces.api.needs import ApiNeeds
from gonogo.schemas import ledger as schemas
from gonogo.store.work import Work

routes = Routes("ledger")

PAGE = 1000
"""Entries of an export read at a time."""


@routes.get("/ledger", action=Action.LEDGER_READ)
def search(
    work: Work,
    kind: str | None = None,
    subject: str | None = None,
    actor: str | None = None,
    text: str | None = None,
    since: str = "",
    until: str = "",
    cursor: str | None = None,
    limit: int = 50,
) -> schemas.LedgerEntries:
    """Entries that fit everything that is asked, newest first.

    `since` and `until` are times, or days meant as a whole; what happened at `until` is left out.
    """
    begin, end = period(since.strip(), until.strip())
    page = work.ledger.search(
        kind=kind,
        subject=subject,
        actor=actor,
        text=text,
        since=begin,
        until=end,
        cursor=cursor,
        limit=limit,
    )
    return schemas.LedgerEntries(items=[told(entry) for entry in page.items], next=page.next)


@routes.get("/ledger/head", action=Action.LEDGER_READ)
def head(work: Work) -> schemas.LedgerHead:
    """Where the ledger ends."""
    position, digest = work.ledger.head()
    return schemas.LedgerHead(entries=position, head=digest)


@routes.get("/ledger/verify", action=Action.LEDGER_READ)
def verify(work: Work, *, thorough: bool = False) -> schemas.LedgerVerified:
    """Read the whole chain; `thorough` also checks indexes and pages."""
    found = work.ledger.verify(thorough=thorough)
    return schemas.LedgerVerified(
        sound=found.sound,
        entries=found.entries,
        head=found.head,
        broken=None
        if found.broken is None
        else schemas.LedgerBreak(position=found.broken.position, reason=found.broken.reason),
        findings=list(found.findings),
    )


@routes.get("/ledger/export", action=Action.LEDGER_READ, media=("application/jsonl",))
def export(needs: ApiNeeds, caller: Caller) -> StreamingResponse:
    """The whole ledger as JSON Lines, checked by `gonogo ledger verify FILE`."""
    return StreamingResponse(
        lines(_entries(needs, caller)),
        media_type="application/jsonl",
        headers={"Content-Disposition": 'attachment; filename="ledger.jsonl"'},
    )


@routes.get("/ledger/{name}", action=Action.LEDGER_READ)
def show(work: Work, name: str) -> schemas.LedgerEntry:
    """One entry, by its position or its digest."""
    return told(work.ledger.entry(name))


def _entries(needs: ApiNeeds, caller: Caller) -> Iterator[Entry]:
    """Every entry up to the present end, in one short transaction a page.

    Entries do not change, so the pages fit together; a slow reader holds up nobody.
    """
    with needs.open_work(caller, write=False) as work:
        end, _ = work.ledger.head()
    done = 0
    while done < end:
        with needs.open_work(caller, write=False) as work:
            page = work.ledger.tail(done, min(PAGE, end - done))
        if not page:
            return
        yield from page
        done = page[-1].position


def told(entry: Entry) -> schemas.LedgerEntry:
    """An entry as it travels."""
    return schemas.LedgerEntry(
        position=entry.position,
        digest=entry.digest,
        previous=entry.previous,
        kind=entry.kind,
        subject=entry.subject,
        actor=entry.actor,
        at=entry.at,
        body=msgspec.json.decode(entry.body),
    )
