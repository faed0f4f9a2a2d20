"""Questions asked of evidence: of a subject, by a check, all there was or what counts today."""

from sqlalchemy import select

from gonogo.core.catalogue import check_spec
from gonogo.core.conditions import Cited
from gonogo.core.errors import NotFound
from gonogo.core.subjects import Subject
from gonogo.store.ledger import current, ledger, to_cited, to_entry
from gonogo.store.paging import MOST, Page, page_of, read_cursor
from gonogo.store.work import Work


def listed(
    work: Work,
    *,
    subject: Subject | None = None,
    check: str | None = None,
    only_current: bool = False,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[Cited]:
    """Evidence, newest first; `only_current`: for each way of measuring, the newest alone."""
    limit = max(1, min(limit, MOST))
    query = select(ledger).where(ledger.c.kind == "evidence")
    if only_current:
        query = query.join(current, current.c.position == ledger.c.position)
    if subject is not None:
        query = query.where(ledger.c.subject == str(subject))
    if check is not None:
        check_spec(check)
        # The body is canonical JSON, and of its keys this one is the first.
        query = query.where(ledger.c.body.startswith(f'{{"check":"{check}",', autoescape=True))
    before = read_cursor(cursor, int)
    if before is not None:
        query = query.where(ledger.c.position < before)
    rows = work.connection.execute(query.order_by(ledger.c.position.desc()).limit(limit + 1))
    found = [to_cited(to_entry(row)) for row in rows]
    return page_of(found, limit, lambda cited: cited.position)


def one(work: Work, name: str) -> Cited:
    """The evidence in the entry with this digest or position; raises `NotFound`."""
    entry = work.ledger.entry(name)
    if entry.kind != "evidence":
        raise NotFound(field="entry", value=name, expected=f"evidence, not a {entry.kind}")
    return to_cited(entry)
