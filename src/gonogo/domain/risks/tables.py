"""Rows of risks."""

from typing import Any

from sqlalchemy import Boolean, Column, ForeignKey, Row, String, Table, Text, func, select

from gonogo.core.errors import NotFound
from gonogo.domain.risks.reading import risk as read
from gonogo.domain.risks.rules import Risk, Said
from gonogo.store.schema import Document, metadata
from gonogo.store.work import Work

SAID = ("noted", "reviewed", "accepted", "ended")


def _said_columns(name: str) -> list[Column[Any]]:
    """Who said something of a risk, when, in which words and in which entry."""
    optional = name != "noted"
    return [
        Column(f"{name}_by", String(255), nullable=optional),
        Column(f"{name}_at", String(24), nullable=optional),
        Column(f"{name}_words", Text, nullable=optional),
        Column(f"{name}_entry", String(64), ForeignKey("ledger.digest"), nullable=optional),
    ]


risks = Table(
    "risks",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("case", String(64), ForeignKey("cases.slug"), nullable=True, index=True),
    Column("state", String(20), nullable=False, index=True),
    # As it was said: what a risk is is read from it, so that it cannot be something else.
    Column("said", Document, nullable=False),
    Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
    *(column for name in SAID for column in _said_columns(name)),
    Column("occurred", Boolean, nullable=False),
    Column("shown_by", String(64), ForeignKey("ledger.digest"), nullable=True),
)


def find(work: Work, key: str) -> Risk | None:
    """The risk with this name; None where there is none."""
    row = work.connection.execute(select(risks).where(risks.c.key == key)).one_or_none()
    return None if row is None else to_risk(row)


def get(work: Work, key: str) -> Risk:
    """The risk with this name; raises `NotFound`."""
    found = find(work, key)
    if found is None:
        raise NotFound(field="risk", value=key, expected="the name of a risk of the register")
    return found


def count(work: Work) -> int:
    """How many there are."""
    return work.connection.scalar(select(func.count()).select_from(risks)) or 0


def put(work: Work, risk: Risk) -> None:
    """Write a new risk."""
    work.connection.execute(risks.insert().values(**_row(risk)))


def replace(work: Work, risk: Risk) -> None:
    """Write over a risk."""
    work.connection.execute(risks.update().where(risks.c.key == risk.key).values(**_row(risk)))


def to_risk(row: Row[Any]) -> Risk:
    """The risk in a row."""
    return Risk(
        key=row.key,
        text=read(row.said),
        entry=row.entry,
        noted=Said(row.noted_by, row.noted_at, row.noted_words, row.noted_entry),
        reviewed=_said(row, "reviewed"),
        accepted=_said(row, "accepted"),
        ended=_said(row, "ended"),
        occurred=row.occurred,
        shown_by=row.shown_by,
    )


def _said(row: Row[Any], name: str) -> Said | None:
    entry = getattr(row, f"{name}_entry")
    if entry is None:
        return None
    by, at, words = (getattr(row, f"{name}_{one}") for one in ("by", "at", "words"))
    return Said(by, at, words, entry)


def _row(risk: Risk) -> dict[str, Any]:
    found: dict[str, Any] = {
        "key": risk.key,
        "case": risk.text.case,
        "state": str(risk.state),
        "said": dict(risk.text.said),
        "entry": risk.entry,
        "occurred": risk.occurred,
        "shown_by": risk.shown_by,
    }
    for name in SAID:
        said: Said | None = getattr(risk, name)
        found |= {
            f"{name}_by": None if said is None else said.by,
            f"{name}_at": None if said is None else said.at,
            f"{name}_words": None if said is None else said.words,
            f"{name}_entry": None if said is None else said.entry,
        }
    return found
