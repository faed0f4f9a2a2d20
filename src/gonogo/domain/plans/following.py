"""Forecasts in the order in which they were kept, for who follows them."""

from sqlalchemy import select

from gonogo.domain.plans.tables import KeptForecast, plan_forecasts, to_forecast
from gonogo.store.ledger import ledger
from gonogo.store.work import Work


def forecasts_after(work: Work, position: int, limit: int) -> list[tuple[int, KeptForecast]]:
    """Forecasts kept behind a position of the ledger, each with its own, the oldest first."""
    rows = work.connection.execute(
        select(plan_forecasts, ledger.c.position)
        .join(ledger, ledger.c.digest == plan_forecasts.c.entry)
        .where(ledger.c.position > position)
        .order_by(ledger.c.position)
        .limit(limit)
    )
    return [(row.position, to_forecast(row)) for row in rows]
