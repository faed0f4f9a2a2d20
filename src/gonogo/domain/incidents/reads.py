"""Questions asked of incidents."""

from sqlalchemy import func, select

from gonogo.domain.incidents.rules import Incident, state_of
from gonogo.domain.incidents.tables import incidents, to_incident
from gonogo.store.paging import MOST, Page, page_of, read_cursor
from gonogo.store.work import Work


def listed(
    work: Work,
    *,
    case: str | None = None,
    state: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[Incident]:
    """Incidents, newest first."""
    limit = max(1, min(limit, MOST))
    query = select(incidents)
    if case is not None:
        query = query.where(incidents.c.case == case)
    if state is not None:
        query = query.where(incidents.c.state == str(state_of(state)))
    before = read_cursor(cursor, int)
    if before is not None:
        query = query.where(incidents.c.number < before)
    rows = work.connection.execute(query.order_by(incidents.c.number.desc()).limit(limit + 1))
    return page_of([to_incident(row) for row in rows], limit, lambda one: one.number)


def standing(work: Work, case: str | None = None, limit: int = 10) -> list[Incident]:
    """Those that are not resolved, newest first: of a use case, or of all."""
    query = select(incidents).where(incidents.c.resolved_entry.is_(None))
    if case is not None:
        query = query.where(incidents.c.case == case)
    rows = work.connection.execute(query.order_by(incidents.c.number.desc()).limit(limit))
    return [to_incident(row) for row in rows]


def count(work: Work) -> int:
    """How many are not resolved."""
    found: int | None = work.connection.scalar(
        select(func.count()).select_from(incidents).where(incidents.c.resolved_entry.is_(None))
    )
    return found or 0
