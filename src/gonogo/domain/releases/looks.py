"""How guardrails looked while a release ran: a bounded number of looks of each, thinned evenly."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gonogo.checks.operations.live_values import Looked
from gonogo.stats.estimate import Estimate

MOST = 60
"""Looks that are kept of one guardrail; beyond it every second one is let go."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a guardrail measured at one look."""

    at: str
    n: int
    """Decisions, or outcomes, that were seen by then."""
    value: float
    low: float | None
    """None where the interval has no end yet."""
    high: float | None


def noted(known: Mapping[str, Any], looks: Iterable[Looked], at: str) -> dict[str, Any]:
    """The looks that are kept, as they are stored, with one more of each that saw anything new."""
    found = {key: [list(one) for one in kept] for key, kept in known.items()}
    for look in looks:
        seen = look.finding.measured
        if not isinstance(seen, Estimate):
            continue
        kept = found.setdefault(look.guardrail.key, [])
        if kept and kept[-1][1] == seen.n:
            continue
        kept.append([at, seen.n, seen.value, _end(seen.low), _end(seen.high)])
        if len(kept) > MOST:
            # The first and the last stay: where it began, and where it is.
            found[look.guardrail.key] = [*kept[:-1:2], kept[-1]]
    return found


def kept_of(known: Mapping[str, Any], key: str) -> tuple[Kept, ...]:
    """The looks at a guardrail, oldest first."""
    rows: Sequence[Sequence[Any]] = known.get(key, ())
    return tuple(Kept(*row) for row in rows)


def _end(at: float) -> float | None:
    return at if math.isfinite(at) else None
