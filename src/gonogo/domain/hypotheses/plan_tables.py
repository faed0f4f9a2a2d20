"""Rows of plans: each a hypothesis has had, the last of them in force."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, ForeignKey, Integer, Row, String, Table, Text, select

from gonogo.checks.experiments.plan import Plan
from gonogo.core.subjects import Subject
from gonogo.domain.hypotheses.plans import Planned
from gonogo.store.schema import Document, metadata
from gonogo.store.work import Work

plans = Table(
    "hypothesis_plans",
    metadata,
    Column("subject", String(255), ForeignKey("hypotheses.subject"), primary_key=True),
    # 1 for the first; each amendment counts on.
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("criterion", Integer, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("asked", Document, nullable=False),
    Column("plan", Document, nullable=False),
    Column("reason", Text, nullable=False),
    Column("measured", Integer, nullable=False),
    Column("at", String(24), nullable=False),
    Column("by", String(255), nullable=False),
    Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
)


def put(work: Work, planned: Planned) -> None:
    """Write a plan, the first or an amendment."""
    work.connection.execute(
        plans.insert().values(
            subject=str(planned.subject),
            number=planned.number,
            criterion=planned.criterion,
            kind=planned.kind,
            asked=dict(planned.asked),
            plan=planned.plan.to_json(),
            reason=planned.reason,
            measured=planned.measured,
            at=planned.at,
            by=planned.by,
            entry=planned.entry,
        )
    )


def of(work: Work, subject: Subject) -> list[Planned]:
    """All plans of a hypothesis, the first of them first; none where it has none."""
    rows = work.connection.execute(
        select(plans).where(plans.c.subject == str(subject)).order_by(plans.c.number)
    )
    return [to_planned(row) for row in rows]


def in_force(work: Work, subjects: Sequence[Subject]) -> dict[str, Planned]:
    """The plan in force of each of `subjects` that has one, by its address; one query."""
    rows = work.connection.execute(
        select(plans)
        .where(plans.c.subject.in_([str(one) for one in subjects]))
        .order_by(plans.c.number)
    )
    return {row.subject: to_planned(row) for row in rows}


def to_planned(row: Row[Any]) -> Planned:
    """The plan in a row."""
    return Planned(
        subject=Subject.parse(row.subject),
        number=row.number,
        criterion=row.criterion,
        kind=row.kind,
        asked=row.asked,
        plan=Plan.from_json(row.plan),
        reason=row.reason,
        measured=row.measured,
        at=row.at,
        by=row.by,
        entry=row.entry,
    )
