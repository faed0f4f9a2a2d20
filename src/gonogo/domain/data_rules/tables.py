"""Rows of the rules of datasets: every wording that was ever proposed."""

from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Integer, Row, String, Table, Text, func, select

from gonogo.core.errors import NotFound
from gonogo.domain.data_rules.rules import Proposal, Settled, State
from gonogo.store.schema import metadata
from gonogo.store.work import Work

LARGEST = 2**31 - 1
"""Of a number in a database; what is larger cannot even be asked for."""

proposals = Table(
    "data_rules",
    metadata,
    Column("dataset", String(64), ForeignKey("datasets.name"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("digest", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("proposed_at", String(24), nullable=False),
    Column("proposed_by", String(255), nullable=False),
    Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
    Column("state", String(20), nullable=False),
    Column("place", Integer, nullable=True),
    Column("reason", Text, nullable=True),
    Column("settled_at", String(24), nullable=True),
    Column("settled_by", String(255), nullable=True),
    Column("settled_entry", String(64), ForeignKey("ledger.digest"), nullable=True),
    # Two acceptances at once cannot both be the last.
    Index("uq_data_rules_dataset_place", "dataset", "place", unique=True),
)


def get(work: Work, dataset: str, number: int) -> Proposal:
    """The wording with this number; raises `NotFound`."""
    query = select(proposals).where(proposals.c.dataset == dataset, proposals.c.number == number)
    row = work.connection.execute(query).one_or_none() if 0 < number <= LARGEST else None
    if row is None:
        raise NotFound(
            field="number", value=number, expected=f"the number of proposed rules of {dataset}"
        )
    return to_proposal(row)


def last(work: Work, dataset: str) -> tuple[int, int]:
    """The greatest number and the greatest place there are; 0 where there is none."""
    row = work.connection.execute(
        select(func.max(proposals.c.number), func.max(proposals.c.place)).where(
            proposals.c.dataset == dataset
        )
    ).one()
    return row[0] or 0, row[1] or 0


def put(work: Work, proposal: Proposal) -> None:
    """Write a new proposal."""
    work.connection.execute(
        proposals.insert().values(
            dataset=proposal.dataset,
            number=proposal.number,
            digest=proposal.digest,
            text=proposal.text,
            proposed_at=proposal.proposed_at,
            proposed_by=proposal.proposed_by,
            entry=proposal.entry,
            state=str(proposal.state),
        )
    )


def settle(work: Work, proposal: Proposal, settled: Settled) -> None:
    """Write how `proposal`, in its new state, was answered."""
    work.connection.execute(
        proposals.update()
        .where(
            proposals.c.dataset == proposal.dataset,
            proposals.c.number == proposal.number,
        )
        .values(
            state=str(proposal.state),
            place=proposal.place,
            reason=settled.reason,
            settled_at=settled.at,
            settled_by=settled.by,
            settled_entry=settled.entry,
        )
    )


def to_proposal(row: Row[Any]) -> Proposal:
    """The proposal in a row."""
    settled = None
    if row.settled_entry is not None:
        settled = Settled(row.reason, row.settled_at, row.settled_by, row.settled_entry)
    return Proposal(
        dataset=row.dataset,
        number=row.number,
        digest=row.digest,
        text=row.text,
        proposed_at=row.proposed_at,
        proposed_by=row.proposed_by,
        entry=row.entry,
        state=State(row.state),
        place=row.place,
        settled=settled,
    )
