"""What goes through every use case: decisions, errors and latency, all of them read at once."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from gonogo.records.log import Log, Period, microseconds, opened


@dataclass(frozen=True, slots=True)
class Flow:
    """What was answered in a stretch of time."""

    n: int
    errors: int
    """Answered by the fallback because the model did not."""
    p50: float | None
    """Latency, microseconds; None without decisions."""
    p99: float | None


@dataclass(frozen=True, slots=True)
class ArmFlow:
    """What an arm answered, or as a shadow would have."""

    arm: str
    role: str
    """live or shadow."""
    n: int


@dataclass(frozen=True, slots=True)
class Traffic:
    """What went through a use case."""

    recent: Flow
    """Since the later of the two times that were asked for."""
    all: Flow
    """Since the earlier one."""
    arms: tuple[ArmFlow, ...]
    """Since the earlier one, by name and role."""


NOTHING = Flow(0, 0, None, None)


def by_case(folder: Path, since: datetime, recent: datetime) -> dict[str, Traffic]:
    """Of each use case with decisions since `since`; `recent` lies between then and now."""
    with opened(folder, Period(since=since)) as log:
        flows = _flows(log, recent)
        arms = _rows(
            log,
            'SELECT "case", arm, role, count(*) AS n FROM decisions '
            'GROUP BY ALL ORDER BY "case", role, arm',
        )
    return {
        row["case"]: Traffic(
            recent=_flow(row, "recent"),
            all=_flow(row, "all"),
            arms=tuple(
                ArmFlow(one["arm"], one["role"], one["n"])
                for one in arms
                if one["case"] == row["case"]
            ),
        )
        for row in flows
    }


def _flows(log: Log, recent: datetime) -> list[dict[str, Any]]:
    bound = f"decided_at >= make_timestamp({microseconds(recent)})"
    live = "role <> 'shadow'"
    columns = ", ".join(
        f"count(*) FILTER ({where}) AS {name}_n, count(error) FILTER ({where}) AS {name}_errors, "
        f"quantile_cont(latency_us, [0.5, 0.99]) FILTER ({where}) AS {name}_latencies"
        for name, where in (("recent", f"{live} AND {bound}"), ("all", live))
    )
    return _rows(log, f'SELECT "case", {columns} FROM decisions GROUP BY "case"')  # noqa: S608  # text and numbers of ours


def _flow(row: dict[str, Any], name: str) -> Flow:
    if not row[f"{name}_n"]:
        return NOTHING
    p50, p99 = row[f"{name}_latencies"]
    return Flow(row[f"{name}_n"], row[f"{name}_errors"], p50, p99)


def _rows(log: Log, query: str) -> list[dict[str, Any]]:
    answer = log.connection.execute(query)
    names = [column[0] for column in answer.description or ()]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
