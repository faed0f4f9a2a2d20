"""Rows of rubrics, of what assessors say, and of what goes into RICE and WSJF."""

from typing import Any

from sqlalchemy import (
    Column,
    Float,
    ForeignKey,
    Integer,
    Row,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
)

from gonogo.domain.scoring.inputs import StatedInputs, inputs_of
from gonogo.domain.scoring.reading import parse, shipped
from gonogo.domain.scoring.rules import Opinion, StatedRubric
from gonogo.stats.money.amounts import Between
from gonogo.store.schema import Document, metadata
from gonogo.store.work import Work

rubrics = Table(
    "scoring_rubrics",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
    Column("stated_at", String(24), nullable=False),
    Column("stated_by", String(255), nullable=False),
    Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
)

opinions = Table(
    "case_opinions",
    metadata,
    Column("case", String(64), ForeignKey("cases.slug"), primary_key=True),
    Column("role", String(40), primary_key=True),
    Column("criterion", String(64), primary_key=True),
    Column("low", Float, nullable=False),
    Column("likely", Float, nullable=False),
    Column("high", Float, nullable=False),
    Column("reason", Text, nullable=False),
    Column("evidence", Document, nullable=False),
    # Of the criterion as it was asked: an answer to another question does not count.
    Column("wording", String(12), nullable=False),
    Column("said_at", String(24), nullable=False),
    Column("said_by", String(255), nullable=False),
    Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
)

inputs = Table(
    "priority_inputs",
    metadata,
    Column("case", String(64), ForeignKey("cases.slug"), primary_key=True),
    Column("stated", Document, nullable=False),
    Column("stated_at", String(24), nullable=False),
    Column("stated_by", String(255), nullable=False),
    Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
)


def in_force(work: Work) -> StatedRubric:
    """The rubric that use cases are scored by: the newest stated, else the one that ships."""
    query = select(rubrics).order_by(rubrics.c.number.desc()).limit(1)
    row = work.connection.execute(query).one_or_none()
    if row is None:
        return StatedRubric(shipped(), 0, "", "", "")
    return StatedRubric(parse(row.text), row.number, row.stated_at, row.stated_by, row.entry)


def put_rubric(work: Work, stated: StatedRubric) -> None:
    """Write a new rubric."""
    work.connection.execute(
        insert(rubrics).values(
            number=stated.number,
            text=stated.rubric.text,
            stated_at=stated.at,
            stated_by=stated.by,
            entry=stated.entry,
        )
    )


def put_opinion(work: Work, said: Opinion) -> None:
    """Write an opinion in place of what the same role said of the same criterion."""
    keys = (
        (opinions.c.case == said.case)
        & (opinions.c.role == said.role)
        & (opinions.c.criterion == said.criterion)
    )
    work.connection.execute(delete(opinions).where(keys))
    work.connection.execute(
        insert(opinions).values(
            case=said.case,
            role=said.role,
            criterion=said.criterion,
            low=said.levels.low,
            likely=said.levels.likely,
            high=said.levels.high,
            reason=said.reason,
            evidence=list(said.evidence),
            wording=said.wording,
            said_at=said.at,
            said_by=said.by,
            entry=said.entry,
        )
    )


def find_inputs(work: Work, case: str) -> StatedInputs | None:
    """What was stated for RICE and WSJF of a use case."""
    row = work.connection.execute(select(inputs).where(inputs.c.case == case)).one_or_none()
    return None if row is None else to_inputs(row)


def put_inputs(work: Work, stated: StatedInputs) -> None:
    """Write what goes into RICE and WSJF in place of what there was."""
    work.connection.execute(delete(inputs).where(inputs.c.case == stated.case))
    work.connection.execute(
        insert(inputs).values(
            case=stated.case,
            stated=stated.body(),
            stated_at=stated.at,
            stated_by=stated.by,
            entry=stated.entry,
        )
    )


def to_opinion(row: Row[Any]) -> Opinion:
    """The opinion in a row."""
    return Opinion(
        case=row.case,
        role=row.role,
        criterion=row.criterion,
        levels=Between(row.low, row.likely, row.high),
        reason=row.reason,
        evidence=tuple(row.evidence),
        wording=row.wording,
        at=row.said_at,
        by=row.said_by,
        entry=row.entry,
    )


def to_inputs(row: Row[Any]) -> StatedInputs:
    """What was stated, in a row."""
    return StatedInputs(row.case, inputs_of(row.stated), row.stated_at, row.stated_by, row.entry)
