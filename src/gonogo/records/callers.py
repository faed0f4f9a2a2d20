"""Who asked a model version for decisions, and when last: what its retirement must know."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from gonogo.records.log import Period, opened

UNKNOWN = "unknown"
"""Whoever asked without a token of gonogo's."""


@dataclass(frozen=True, slots=True)
class Callers:
    """Who asked a version in a period."""

    decisions: int
    tokens: Mapping[str, int]
    """Decisions by the id of the token."""
    last: datetime | None
    codes: Mapping[str, int] = field(default_factory=dict)
    """Decisions by the version of the code that the log has of them."""


def of_version(folder: Path, case: str, key: str, since: datetime) -> Callers:
    """Who asked the version called `key`, `name@number`, since then; not as a shadow."""
    with opened(folder, Period(case, since=since)) as log:
        rows = log.connection.execute(
            "SELECT coalesce(token, ?) AS token, count(*) AS n, max(decided_at) AS last "
            "FROM decisions WHERE model = ? AND role = 'live' GROUP BY 1 ORDER BY 1",
            [UNKNOWN, key],
        ).fetchall()
        codes = log.connection.execute(
            "SELECT coalesce(code, ?) AS code, count(*) FROM decisions "
            "WHERE model = ? AND role = 'live' GROUP BY 1 ORDER BY 1",
            [UNKNOWN, key],
        ).fetchall()
    last = max((row[2] for row in rows), default=None)
    return Callers(
        decisions=sum(int(row[1]) for row in rows),
        tokens={str(row[0]): int(row[1]) for row in rows},
        last=None if last is None else last.replace(tzinfo=UTC),
        codes={str(code): int(n) for code, n in codes},
    )
