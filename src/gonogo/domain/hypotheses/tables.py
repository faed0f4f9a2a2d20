"""Rows of hypotheses."""

from datetime import date
from typing import Any

from sqlalchemy import Column, Float, ForeignKey, Row, String, Table, Text, select

from gonogo.core.conditions import Condition
from gonogo.core.errors import Conflict, NotFound
from gonogo.domain.hypotheses.rules import Design, Hypothesis, State, Statement, design_json
from gonogo.domain.hypotheses.rules import hypothesis_subject as address
from gonogo.store.schema import Document, metadata
from gonogo.store.work import Work

hypotheses = Table(
    "hypotheses",
    metadata,
    Column("subject", String(255), primary_key=True),
    Column("case", String(64), nullable=False, index=True),
    Column("slug", String(64), nullable=False),
    Column("statement", Text, nullable=False),
    Column("criteria", Document, nullable=False),
    Column("design", Document, nullable=False),
    Column("baseline", Text, nullable=False),
    Column("prior", Float, nullable=False),
    Column("significance", Float, nullable=False),
    Column("power", Float, nullable=False),
    Column("time_box", String(10), nullable=False),
    Column("dataset", String(255), nullable=True),
    Column("state", String(20), nullable=False, index=True),
    Column("learned", Text, nullable=False),
    Column("registered_at", String(24), nullable=False),
    Column("registered_by", String(255), nullable=False),
    Column("sealed", String(64), ForeignKey("ledger.digest"), nullable=False),
    Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
    Column("family", String(64), nullable=False, server_default=""),
)


def get(work: Work, case: str, slug: str) -> Hypothesis:
    """The hypothesis `case`/`slug`; raises `NotFound`."""
    row = work.connection.execute(
        select(hypotheses).where(hypotheses.c.case == case, hypotheses.c.slug == slug)
    ).one_or_none()
    if row is None:
        raise NotFound(
            field="hypothesis", value=f"{case}/{slug}", expected="case/name of a hypothesis"
        )
    return to_hypothesis(row)


def put(work: Work, hypothesis: Hypothesis) -> None:
    """Write a new hypothesis."""
    work.connection.execute(hypotheses.insert().values(**to_row(hypothesis)))


def close(work: Work, hypothesis: Hypothesis) -> None:
    """Write what became of an open hypothesis; raises `Conflict` where somebody was faster."""
    done = work.connection.execute(
        hypotheses.update()
        .where(hypotheses.c.subject == str(hypothesis.subject))
        .where(hypotheses.c.state == str(State.OPEN))
        .values(state=str(hypothesis.state), learned=hypothesis.learned, entry=hypothesis.entry)
    )
    if done.rowcount != 1:
        raise Conflict(
            field="state", expected="an open hypothesis; somebody has just settled this one"
        )


def to_row(hypothesis: Hypothesis) -> dict[str, Any]:
    """`hypothesis` as a row."""
    text = hypothesis.text
    return {
        "subject": str(address(hypothesis.case, hypothesis.slug)),
        "case": hypothesis.case,
        "slug": hypothesis.slug,
        "statement": text.statement,
        "criteria": [condition.to_json() for condition in text.criteria],
        "design": design_json(text.design),
        "baseline": text.baseline,
        "prior": text.prior,
        "significance": text.significance,
        "power": text.power,
        "time_box": text.time_box.isoformat(),
        "dataset": text.dataset,
        "state": str(hypothesis.state),
        "learned": hypothesis.learned,
        "registered_at": hypothesis.registered_at,
        "registered_by": hypothesis.registered_by,
        "sealed": hypothesis.sealed,
        "entry": hypothesis.entry,
        "family": text.family,
    }


def to_hypothesis(row: Row[Any]) -> Hypothesis:
    """The hypothesis in a row."""
    text = Statement(
        statement=row.statement,
        criteria=tuple(Condition.from_json(found) for found in row.criteria),
        design=Design(**row.design),
        baseline=row.baseline,
        prior=row.prior,
        significance=row.significance,
        power=row.power,
        time_box=date.fromisoformat(row.time_box),
        dataset=row.dataset,
        family=row.family,
    )
    return Hypothesis(
        case=row.case,
        slug=row.slug,
        text=text,
        state=State(row.state),
        learned=row.learned,
        registered_at=row.registered_at,
        registered_by=row.registered_by,
        sealed=row.sealed,
        entry=row.entry,
    )
