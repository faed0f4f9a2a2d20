"""Questions asked of use cases."""

from sqlalchemy import select

from gonogo.domain.cases.rules import Case
from gonogo.domain.cases.tables import cases, to_case
from gonogo.store.paging import MOST, Page, page_of, read_cursor
from gonogo.store.work import Work


def listed(work: Work, *, cursor: str | None = None, limit: int = 50) -> Page[Case]:
    """Use cases by name."""
    limit = max(1, min(limit, MOST))
    query = select(cases).order_by(cases.c.slug).limit(limit + 1)
    after = read_cursor(cursor, str)
    if after is not None:
        query = query.where(cases.c.slug > after)
    found = [to_case(row) for row in work.connection.execute(query)]
    return page_of(found, limit, lambda case: case.slug)
