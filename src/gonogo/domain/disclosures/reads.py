"""Questions asked of what was told of a dataset."""

from sqlalchemy import select

from gonogo.domain.disclosures.rules import Release
from gonogo.domain.disclosures.tables import releases, to_release
from gonogo.store.paging import MOST
from gonogo.store.work import Work


def released(work: Work, dataset: str, limit: int = MOST) -> list[Release]:
    """The releases of all versions of a dataset, newest first."""
    rows = work.connection.execute(
        select(releases)
        .where(releases.c.dataset == dataset)
        .order_by(releases.c.number.desc())
        .limit(limit)
    )
    return [to_release(row) for row in rows]
