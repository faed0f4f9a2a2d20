"""Questions asked of the rules of datasets."""

from collections.abc import Sequence

from sqlalchemy import func, select

from gonogo.domain.data_rules.rules import Proposal, State
from gonogo.domain.data_rules.tables import proposals, to_proposal
from gonogo.store.paging import MOST
from gonogo.store.work import Work


def in_force(work: Work, dataset: str) -> Proposal | None:
    """The wording that holds now, None where none was accepted."""
    return standing(work, dataset)[0]


def standing(work: Work, dataset: str) -> tuple[Proposal | None, list[Proposal]]:
    """The wording that holds now, and the proposals that nobody has answered, newest first."""
    last = (
        select(func.max(proposals.c.place)).where(proposals.c.dataset == dataset).scalar_subquery()
    )
    rows = work.connection.execute(
        select(proposals)
        .where(
            proposals.c.dataset == dataset,
            (proposals.c.place == last) | (proposals.c.state == str(State.PROPOSED)),
        )
        .order_by(proposals.c.number.desc())
    )
    found = [to_proposal(row) for row in rows]
    now = next((one for one in found if one.state is State.ACCEPTED), None)
    return now, [one for one in found if one.state is State.PROPOSED]


def holding(work: Work, datasets: Sequence[str]) -> dict[str, Proposal]:
    """The wording that holds now for each of these datasets that has one, in one query."""
    rows = work.connection.execute(
        select(proposals)
        .where(proposals.c.dataset.in_(list(datasets)), proposals.c.place.is_not(None))
        .order_by(proposals.c.place)
    )
    return {row.dataset: to_proposal(row) for row in rows}


def history(work: Work, dataset: str, limit: int = MOST) -> list[Proposal]:
    """Every wording that was proposed, newest first."""
    rows = work.connection.execute(
        select(proposals)
        .where(proposals.c.dataset == dataset)
        .order_by(proposals.c.number.desc())
        .limit(limit)
    )
    return [to_proposal(row) for row in rows]


def waiting(work: Work, dataset: str) -> list[Proposal]:
    """The proposals that nobody has answered, newest first."""
    return standing(work, dataset)[1]
