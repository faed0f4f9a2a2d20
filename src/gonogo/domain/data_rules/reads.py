"""Questions asked of the rules of datasets."""

from sqlalchemy import select

from gonogo.domain.data_rules.rules import Proposal, State
from gonogo.domain.data_rules.tables import proposals, to_proposal
from gonogo.store.paging import MOST
from gonogo.store.work import Work


def in_force(work: Work, dataset: str) -> Proposal | None:
    """The wording that holds now, None where none was accepted."""
    row = work.connection.execute(
        select(proposals)
        .where(proposals.c.dataset == dataset, proposals.c.place.is_not(None))
        .order_by(proposals.c.place.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else to_proposal(row)


def history(work: Work, dataset: str, limit: int = MOST) -> list[Proposal]:
    """Every wording that was proposed, newest first."""
    rows = work.connection.execute(
        select(proposals)
        .where(proposals.c.dataset == dataset)
        .order_by(proposals.c.number.desc())
        .limit(limit)
    )
    return [to_proposal(row) for row in rows]


def waiting(work: Work, dataset: str, limit: int = MOST) -> list[Proposal]:
    """The proposals that nobody has answered, newest first."""
    rows = work.connection.execute(
        select(proposals)
        .where(proposals.c.dataset == dataset, proposals.c.state == str(State.PROPOSED))
        .order_by(proposals.c.number.desc())
        .limit(limit)
    )
    return [to_proposal(row) for row in rows]
