"""An opened log over time: traffic by period, numbers in their order, entities by arm."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from gonogo.core.errors import Invalid
from gonogo.records.log import Log
from gonogo.records.summaries import JOINED, asked, moment_of
from gonogo.records.which import LIVE, Payoff, Which


@dataclass(frozen=True, slots=True)
class Slice:
    """What an arm did in a stretch of time."""

    at: datetime
    """When it begins."""
    arm: str
    role: str
    n: int
    errors: int
    p50: float
    """Latency, microseconds."""
    p99: float
    score: float | None
    """Mean; None without scores."""


@dataclass(frozen=True, slots=True)
class Observed:
    """Numbers of an arm in the order in which they came."""

    arm: str
    role: str
    values: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Units:
    """What an arm did, by entity: the units that a split by hash assigns."""

    arm: str
    role: str
    entities: tuple[str, ...]
    decisions: npt.NDArray[np.int64]
    """Of each entity."""
    known: npt.NDArray[np.int64]
    """Those whose payoff is known."""
    totals: npt.NDArray[np.float64]
    """Sum of the payoff of each entity."""


def slices(log: Log, seconds: int, which: Which = LIVE) -> list[Slice]:
    """Traffic, errors, latency and score in stretches of `seconds`, those without any left out."""
    if seconds < 1:
        raise Invalid(field="seconds", value=seconds, expected="1 or more")
    width = seconds * 1_000_000
    rows = asked(
        log,
        f"SELECT epoch_us(d.decided_at) // {width} * {width} AS at_us, d.arm, d.role, "  # noqa: S608  # text and numbers of ours
        "count(*) AS n, count(d.error) AS errors, quantile_cont(d.latency_us, 0.5) AS p50, "
        "quantile_cont(d.latency_us, 0.99) AS p99, avg(d.score) AS score FROM decisions d",
        which,
        "GROUP BY ALL ORDER BY at_us, d.arm, d.role",
    )
    return [Slice(at=moment_of(row.pop("at_us")), **row) for row in rows]


def observed(log: Log, what: str | Payoff, which: Which = LIVE) -> list[Observed]:
    """Numbers by arm in the order in which they became known.

    `what`: score, latency_us, error (0 or 1), `outcome=<name>` (0 or 1), or a payoff.
    """
    given: list[str] = []
    if isinstance(what, Payoff):
        column, source, order = what.column(), JOINED, "l.written_at, l.segment, l.position"
    else:
        source, order = "FROM decisions d", "d.written_at, d.segment, d.position"
        column, given = _column(what)
    rows = asked(
        log,
        f"SELECT arm, role, list(number ORDER BY place) AS numbers FROM (SELECT d.arm, d.role, "  # noqa: S608  # text and numbers of ours
        f"({column})::DOUBLE AS number, row_number() OVER (ORDER BY {order}) AS place {source}",
        which,
        ") WHERE number IS NOT NULL GROUP BY ALL ORDER BY arm, role",
        before=given,
    )
    return [Observed(row["arm"], row["role"], np.array(row["numbers"], float)) for row in rows]


def _column(what: str) -> tuple[str, list[str]]:
    match what.partition("="):
        case ("score" | "latency_us") as name, "", "":
            return f"d.{name}", []
        case "error", "", "":
            return "d.error IS NOT NULL", []
        case "outcome", "=", outcome:
            return "d.outcome = ?", [outcome]
        case _:
            raise Invalid(
                field="what", value=what, expected="score, latency_us, error or outcome=<name>"
            )


def units(log: Log, payoff: Payoff, which: Which = LIVE) -> list[Units]:
    """Payoff by entity and arm: decisions of the same entity are not independent."""
    column = payoff.column()
    rows = asked(
        log,
        f"SELECT arm, role, list(entity) AS entities, list(n) AS n, list(known) AS known, "  # noqa: S608  # text and numbers of ours
        "list(total) AS totals FROM (SELECT d.arm, d.role, d.entity, count(*) AS n, "
        f"count({column}) AS known, coalesce(fsum({column}), 0) AS total {JOINED}",
        which,
        "AND d.entity IS NOT NULL GROUP BY ALL ORDER BY d.entity) GROUP BY ALL ORDER BY arm, role",
    )
    return [
        Units(
            row["arm"],
            row["role"],
            tuple(row["entities"]),
            np.array(row["n"], np.int64),
            np.array(row["known"], np.int64),
            np.array(row["totals"], float),
        )
        for row in rows
    ]
