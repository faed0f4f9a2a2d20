"""Questions asked of runs, and of the ledger about the hypotheses they name."""

from sqlalchemy import select

from gonogo.core.subjects import Subject
from gonogo.core.times import moment
from gonogo.domain.experiments.rules import Run, Window
from gonogo.domain.experiments.tables import runs, to_run
from gonogo.store.ledger import ledger
from gonogo.store.paging import MOST, Page, page_of, read_cursor
from gonogo.store.work import Work


def window(work: Work, hypothesis: Subject) -> Window | None:
    """The time during which runs count for a hypothesis, None for one that is not registered."""
    rows = work.connection.execute(
        select(ledger.c.kind, ledger.c.at)
        .where(ledger.c.subject == str(hypothesis))
        .where(ledger.c.kind.in_(["hypothesis", "decision"]))
        .order_by(ledger.c.position)
    ).all()
    opened = next((moment(row.at) for row in rows if row.kind == "hypothesis"), None)
    if opened is None:
        return None
    return Window(opened, next((moment(row.at) for row in rows if row.kind == "decision"), None))


def listed(
    work: Work,
    *,
    hypothesis: Subject | None = None,
    case: str | None = None,
    counts: bool | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[Run]:
    """Runs, newest first."""
    limit = max(1, min(limit, MOST))
    query = select(runs).order_by(runs.c.started_at.desc(), runs.c.run_id.desc()).limit(limit + 1)
    if hypothesis is not None:
        query = query.where(runs.c.hypothesis == str(hypothesis))
    if case is not None:
        query = query.where(runs.c.hypothesis.startswith(f"hypothesis:{case}/", autoescape=True))
    if counts is not None:
        query = query.where(runs.c.counts == counts)
    after = read_cursor(cursor, str)
    if after is not None:
        at, _, run_id = after.partition(" ")
        earlier = (runs.c.started_at == at) & (runs.c.run_id < run_id)
        query = query.where((runs.c.started_at < at) | earlier)
    found = [to_run(row) for row in work.connection.execute(query)]
    return page_of(found, limit, lambda run: f"{run.started_at} {run.run_id}")
