"""Cursors of jobs that follow the ledger: how far each has come, kept with its work."""

from sqlalchemy import Column, String, Table, select

from gonogo.store.ledger import Position
from gonogo.store.schema import metadata
from gonogo.store.work import Work

cursors = Table(
    "job_cursors",
    metadata,
    Column("job", String(64), primary_key=True),
    Column("position", Position, nullable=False),
)


def read(work: Work, job: str) -> int:
    """The position up to which `job` has done its work; 0 at first."""
    return work.connection.scalar(select(cursors.c.position).where(cursors.c.job == job)) or 0


def move(work: Work, job: str, position: int) -> None:
    """Note that `job` has done its work up to `position`."""
    moved = work.connection.execute(
        cursors.update().where(cursors.c.job == job).values(position=position)
    )
    if moved.rowcount == 0:
        work.connection.execute(cursors.insert().values(job=job, position=position))
