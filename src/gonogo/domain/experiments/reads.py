"""Questions asked of runs, and of the ledger about the hypotheses they name."""

from dataclasses import dataclass, replace

from sqlalchemy import select

from gonogo.core.subjects import Subject
from gonogo.core.times import moment
from gonogo.domain.experiments.rules import Run, Window
from gonogo.domain.experiments.tables import runs, to_run
from gonogo.store.ledger import ledger
from gonogo.store.paging import MOST, Page, page_of, read_cursor
from gonogo.store.work import Work

MANY = 20_000
"""Runs that are looked at together, the newest."""


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


@dataclass(frozen=True, slots=True)
class Lasted:
    """How long a run took, and on what."""

    run_id: str
    name: str
    experiment: str
    hypothesis: Subject | None
    status: str
    started_at: str
    ended_at: str | None
    machine: str | None
    parent: str | None
    watt_hours: float | None


def lasted(work: Work, *, since: str, case: str | None = None, limit: int = MANY) -> list[Lasted]:
    """How long runs took that started since then, the last first: of a use case, or of all.

    A run is of a use case if it names one of its hypotheses, or its experiment is called so.
    """
    columns = [getattr(runs.c, name) for name in Lasted.__dataclass_fields__]
    query = select(*columns).where(runs.c.started_at >= since)
    if case is not None:
        tests = runs.c.hypothesis.startswith(f"hypothesis:{case}/", autoescape=True)
        query = query.where(tests | (runs.c.experiment == case))
    rows = work.connection.execute(query.order_by(runs.c.started_at.desc()).limit(limit))
    found = [Lasted(*row) for row in rows]
    return [
        one
        if one.hypothesis is None
        else replace(one, hypothesis=Subject.parse(str(one.hypothesis)))
        for one in found
    ]


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
