"""Forecasts by where they stand in the ledger: in order, and with the evidence beside them."""

from collections.abc import Iterable

import msgspec
from sqlalchemy import select

from gonogo.core.evidence import measured_from_json
from gonogo.core.specs.plans import ON_TIME
from gonogo.domain.plans.tables import KeptForecast, plan_forecasts, to_forecast
from gonogo.stats.estimate import Measured
from gonogo.store.ledger import ledger
from gonogo.store.work import Work


def forecasts_after(work: Work, position: int, limit: int) -> list[tuple[int, KeptForecast]]:
    """Forecasts kept behind a position of the ledger, each with its own, the oldest first."""
    # Plus nothing: forecasts are few and are looked up in the ledger, not the ledger in forecasts.
    rows = work.connection.execute(
        select(plan_forecasts, ledger.c.position)
        .join(ledger, ledger.c.digest == plan_forecasts.c.entry)
        .where(ledger.c.position + 0 > position)
        .order_by(ledger.c.position)
        .limit(limit)
    )
    return [(row.position, to_forecast(row)) for row in rows]


def chances(work: Work, kept: Iterable[KeptForecast]) -> dict[str, Measured]:
    """The chance of the deadline of each forecast that has one, by its entry; one query.

    The interval is what the number of futures leaves to chance.
    """
    # Both pieces of evidence are appended at once, so that the chance stands behind the dates.
    behind = ledger.alias()
    rows = work.connection.execute(
        select(ledger.c.digest, behind.c.body)
        .join(behind, behind.c.position == ledger.c.position + 1)
        .where(ledger.c.digest.in_([one.entry for one in kept if one.deadline is not None]))
        .where(behind.c.kind == "evidence")
    )
    bodies = {row.digest: msgspec.json.decode(row.body) for row in rows}
    return {
        digest: measured_from_json(body["measured"])
        for digest, body in bodies.items()
        if body["check"] == ON_TIME
    }
