"""What a use case is worth, and how often it is asked: from its benefit model and the log."""

from collections.abc import Sequence
from dataclasses import replace

from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import LEVEL, settle_parameters
from gonogo.core.evidence import Parameters
from gonogo.core.specs.value import NPV, VOLUME
from gonogo.stats.estimate import Estimate
from gonogo.stats.money.volume import per_month


def risk_adjusted_npv(found: Estimate, asked: Parameters) -> Finding:
    """What the futures of a benefit model come to; the interval holds the middle of them."""
    settings = settle_parameters(NPV, {"level": found.level, **asked})
    return Finding(NPV, settings.values, replace(found, level=settings.level))


def decisions_per_month(days: Sequence[int], asked: Parameters) -> Finding:
    """Decisions a month from the counts of whole days in order, the last ones last.

    Detail: the counts.
    """
    settings = settle_parameters(VOLUME, asked, level=LEVEL)
    measured = per_month(days, settings.level)
    return Finding(VOLUME, settings.values, measured, {"days": [int(one) for one in days]})
