"""What was kept of the loss of the register, at each time: the burn-down by evidence."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gonogo.core.evidence import measured_from_json
from gonogo.domain.risks import reads
from gonogo.domain.risks.rules import parent_of
from gonogo.stats.estimate import Measured
from gonogo.store.work import Work

POINTS = 200
"""Losses that are told, the newest."""


@dataclass(frozen=True, slots=True)
class KeptLoss:
    """The loss of the register as it was kept at one time."""

    at: str
    open: int
    """Risks that could come true."""
    inherent: Measured
    """Expected as if nothing were done, in the range that unsure probabilities leave."""
    residual: Measured
    """The same with what was shown to work by then."""
    p95: Measured
    """In one of twenty futures it is that much or more."""
    entry: str
    """Digest of the evidence."""


def kept_losses(work: Work, case: str | None, currency: str) -> tuple[KeptLoss, ...]:
    """What was kept of a use case, or of the organisation, oldest first; in one question."""
    found = reads.kept_losses(work, parent_of(case), currency, POINTS)
    told = []
    for at, cited in found:
        detail: Mapping[str, Any] = cited.evidence.detail
        percentiles = {one["share"]: one["measured"] for one in detail["percentiles"]}
        told.append(
            KeptLoss(
                at=at,
                open=detail["open"],
                inherent=measured_from_json(detail["inherent"]),
                residual=cited.evidence.measured,
                p95=measured_from_json(percentiles[0.95]),
                entry=cited.digest,
            )
        )
    return tuple(told)
