"""Forecasts by throughput by where they stand in the ledger, in order."""

from sqlalchemy import select

from gonogo.domain.boards.tables import KeptForecast, forecasts, to_value
from gonogo.store.ledger import ledger
from gonogo.store.work import Work


def forecasts_after(work: Work, position: int, limit: int) -> list[tuple[int, KeptForecast]]:
    """Forecasts kept behind a position of the ledger, each with its own, the oldest first."""
    # Plus nothing: forecasts are few and are looked up in the ledger, not the ledger in forecasts.
    rows = work.connection.execute(
        select(forecasts, ledger.c.position)
        .join(ledger, ledger.c.digest == forecasts.c.entry)
        .where(ledger.c.position + 0 > position)
        .order_by(ledger.c.position)
        .limit(limit)
    )
    return [(row.position, to_value(KeptForecast, row)) for row in rows]
