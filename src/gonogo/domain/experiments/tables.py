"""Rows of runs."""

from typing import Any

from sqlalchemy import Boolean, Column, Float, ForeignKey, Row, String, Table, Text, select

from gonogo.core.errors import NotFound
from gonogo.core.subjects import Subject
from gonogo.domain.experiments.rules import Run, Standing
from gonogo.store.schema import Document, metadata
from gonogo.store.work import Work

runs = Table(
    "runs",
    metadata,
    Column("run_id", String(100), primary_key=True),
    Column("experiment", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("user", Text, nullable=False),
    Column("actor", String(255), nullable=True),
    Column("status", String(20), nullable=False, index=True),
    Column("started_at", String(24), nullable=False, index=True),
    Column("ended_at", String(24), nullable=True),
    Column("hypothesis", String(255), nullable=True, index=True),
    Column("counts", Boolean, nullable=False),
    Column("why_not", Text, nullable=True),
    Column("params", Document, nullable=False),
    Column("metrics", Document, nullable=False),
    Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
    Column("machine", String(100), nullable=True),
    Column("parent", String(100), nullable=True),
    Column("watt_hours", Float, nullable=True),
)


def find(work: Work, run_id: str) -> Run | None:
    """The run with this id, if it was adopted."""
    row = work.connection.execute(select(runs).where(runs.c.run_id == run_id)).one_or_none()
    return None if row is None else to_run(row)


def get(work: Work, run_id: str) -> Run:
    """The run with this id; raises `NotFound`."""
    run = find(work, run_id)
    if run is None:
        raise NotFound(field="run_id", value=run_id, expected="a run that gonogo knows; sync first")
    return run


def put(work: Work, run: Run) -> None:
    """Write a new run."""
    work.connection.execute(runs.insert().values(**to_row(run)))


def replace(work: Work, run: Run) -> None:
    """Write over a run."""
    work.connection.execute(runs.update().where(runs.c.run_id == run.run_id).values(**to_row(run)))


def to_row(run: Run) -> dict[str, Any]:
    """`run` as a row."""
    hypothesis = run.standing.hypothesis
    return {
        "run_id": run.run_id,
        "experiment": run.experiment,
        "name": run.name,
        "user": run.user,
        "actor": run.actor,
        "status": run.status,
        "started_at": run.started_at,
        "ended_at": run.ended_at,
        "hypothesis": None if hypothesis is None else str(hypothesis),
        "counts": run.standing.counts,
        "why_not": run.standing.why_not,
        "params": dict(run.params),
        "metrics": dict(run.metrics),
        "entry": run.entry,
        "machine": run.machine,
        "parent": run.parent,
        "watt_hours": run.watt_hours,
    }


def to_run(row: Row[Any]) -> Run:
    """The run in a row."""
    hypothesis = None if row.hypothesis is None else Subject.parse(row.hypothesis)
    return Run(
        run_id=row.run_id,
        experiment=row.experiment,
        name=row.name,
        user=row.user,
        actor=row.actor,
        status=row.status,
        started_at=row.started_at,
        ended_at=row.ended_at,
        standing=Standing(hypothesis, row.counts, row.why_not),
        params=row.params,
        metrics=row.metrics,
        entry=row.entry,
        machine=row.machine,
        parent=row.parent,
        watt_hours=row.watt_hours,
    )
