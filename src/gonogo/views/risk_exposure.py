"""What the open risks may cost in all, by which of them, and what they do to dates."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from gonogo.core.errors import Invalid
from gonogo.core.evidence import measured_from_json
from gonogo.core.subjects import SubjectKind
from gonogo.domain.plans import reads as plans
from gonogo.domain.risks.exposure import Standing
from gonogo.stats.estimate import Estimate, Measured
from gonogo.stats.risks.register import FUTURES, Contribution, Loss, simulate
from gonogo.store.work import Work
from gonogo.views.risk_standings import at_stake, in_one_currency

SEED = 20261121
CORRELATION = 0.2
"""Of any two risks on the normal scale, where nothing else is asked: what goes wrong together is
what hurts, and registers that take it for independent understate it."""
LEVEL = 0.95
MOST_CASES = 500


@dataclass(frozen=True, slots=True)
class AskedExposure:
    """How the loss of a register is simulated."""

    currency: str = ""
    """"" is the one that most risks have."""
    futures: int = FUTURES
    seed: int = SEED
    correlation: float = CORRELATION
    level: float = LEVEL

    def __post_init__(self) -> None:
        for field, right, expected in (
            ("futures", 100 <= self.futures <= 100_000, "a number from 100 to 100,000"),
            ("seed", 0 <= self.seed < 2**53, "a whole number from 0 to 2^53 - 1"),
            ("correlation", 0 <= self.correlation < 1, "a number from 0 to below 1"),
            ("level", 0.5 < self.level < 1, "a level between 0.5 and 1"),
        ):
            if not right:
                raise Invalid(field=field, value=getattr(self, field), expected=expected)


@dataclass(frozen=True, slots=True)
class DelayLine:
    """By how much a risk makes a plan later, by the latest forecast of it."""

    risk: str
    """Its name in the plan, or `risk:NAME` of the register."""
    title: str
    case: str
    later: Measured
    p80_later: Measured
    evidence: str
    """Digest of the forecast."""

    @property
    def key(self) -> str:
        """Its name in the register; "" for a risk of the plan's own."""
        kind, colon, name = self.risk.partition(":")
        return name if colon and kind == SubjectKind.RISK else ""


@dataclass(frozen=True, slots=True)
class LossLine:
    """What one risk has of the loss in all."""

    key: str
    title: str
    found: Contribution


@dataclass(frozen=True, slots=True)
class ExposurePart:
    """The loss of all open risks of one currency."""

    asked: AskedExposure
    currency: str
    counted: int
    left_out: int
    """Risks in other currencies."""
    inherent: float
    """Expected loss as if nothing were done."""
    loss: Loss
    """With what was shown to work."""
    lines: tuple[LossLine, ...]
    delays: tuple[DelayLine, ...]


def exposure(work: Work, found: Sequence[Standing], asked: AskedExposure) -> ExposurePart:
    """What those of `found` may cost and delay that may still come true."""
    live = [one for one in found if one.risk.counts]
    currency, kept, left_out = in_one_currency(live, asked.currency)
    risks = at_stake(kept)
    loss = simulate(
        risks,
        futures=asked.futures,
        seed=asked.seed,
        correlation=asked.correlation,
        level=asked.level,
    )
    titles = {one.risk.key: one.risk.text.title for one in kept}
    return ExposurePart(
        asked=asked,
        currency=currency,
        counted=len(kept),
        left_out=left_out,
        inherent=sum(one.expected for one in at_stake(kept, inherent=True)),
        loss=loss,
        lines=tuple(LossLine(one.key, titles[one.key], one) for one in loss.contributions),
        delays=delays(work, {one.risk.text.case for one in live if one.risk.text.case}),
    )


def delays(work: Work, cases: set[str]) -> tuple[DelayLine, ...]:
    """What risks do to the dates of these use cases, by their latest forecasts, most first."""
    kept = plans.newest_forecasts(work, sorted(cases)[:MOST_CASES]) if cases else []
    entries = work.ledger.entries_of([one.entry for one in kept]) if kept else {}
    found = [
        line
        for one in kept
        for line in _delays(one.case, one.entry, msgspec.json.decode(entries[one.entry].body))
    ]
    return tuple(sorted(found, key=lambda one: (-_size(one.later), one.case, one.risk)))


def _delays(case: str, entry: str, body: dict[str, Any]) -> list[DelayLine]:
    return [
        DelayLine(
            risk=one["risk"],
            title=one["title"],
            case=case,
            later=measured_from_json(one["later"]),
            p80_later=measured_from_json(one["p80_later"]),
            evidence=entry,
        )
        # Forecasts made before risks were left out one by one say nothing of them.
        for one in body["detail"].get("risks", ())
    ]


def _size(measured: Measured) -> float:
    return measured.value if isinstance(measured, Estimate) else 0.0
