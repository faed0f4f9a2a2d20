"""Questions asked of use cases."""

from collections.abc import Collection

from sqlalchemy import func, select

from gonogo.domain.cases.rules import Case, Stage
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


def found(work: Work, slugs: Collection[str]) -> dict[str, Case]:
    """Those of these use cases that there are, by name, in one query."""
    rows = work.connection.execute(select(cases).where(cases.c.slug.in_(list(slugs))))
    return {row.slug: to_case(row) for row in rows}


def counted(work: Work) -> dict[Stage, int]:
    """How many use cases there are in each stage."""
    rows = work.connection.execute(select(cases.c.stage, func.count()).group_by(cases.c.stage))
    return {Stage(stage): count for stage, count in rows}


def of_policy(work: Work, policy: str, *, limit: int) -> list[Case]:
    """Use cases that are decided under a policy, by name."""
    query = select(cases).where(cases.c.policy == policy).order_by(cases.c.slug).limit(limit)
    return [to_case(row) for row in work.connection.execute(query)]


def counted_by_policy(work: Work) -> dict[str, int]:
    """How many use cases are decided under each policy."""
    rows = work.connection.execute(
        select(cases.c.policy, func.count().label("total")).group_by(cases.c.policy)
    )
    return {row.policy: row.total for row in rows}
