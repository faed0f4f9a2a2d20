"""What a use case will have cost, and what its runs cost and emitted, as findings."""

from collections.abc import Mapping
from dataclasses import replace

from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import LEVEL, settle_parameters
from gonogo.core.canonical import Json
from gonogo.core.evidence import Parameters
from gonogo.core.specs.money import COMPUTE_CARBON, COMPUTE_COST, COST_AT_COMPLETION
from gonogo.stats.estimate import Estimate, Measured, Undefined

SHARES = (0.1, 0.5, 0.9)
"""Of the futures: lower end, number and upper end of what it will have cost."""
MIDDLE = SHARES[-1] - SHARES[0]
SIMULATED = "what was paid, and simulated futures of what is left of the plan: their middle"


def cost_at_completion(
    percentiles: Mapping[float, float], spent: float, paid_before: float, futures: int
) -> Measured:
    """The median of what it will have cost, between P10 and P90 of the futures, unit money.

    `percentiles` are those of the plan's simulated cost from the day of its forecast on,
    `paid_before` what was paid by then, `spent` what was paid until now: it is never less.
    """
    if any(share not in percentiles for share in SHARES):
        return Undefined("the forecast of the plan says no percentiles of its cost", n=futures)
    ends = [max(paid_before + percentiles[share], spent) for share in SHARES]
    low, value, high = ends
    return Estimate(value, low, high, MIDDLE, futures, "money", SIMULATED)


def found_at_completion(
    measured: Measured, asked: Parameters, detail: Mapping[str, Json]
) -> Finding:
    """What the use case will have cost, as a finding."""
    settings = settle_parameters(COST_AT_COMPLETION, asked, level=MIDDLE)
    return Finding(COST_AT_COMPLETION, settings.values, measured, detail)


def compute_cost(measured: Measured, asked: Parameters, detail: Mapping[str, Json]) -> Finding:
    """What runs cost, as a finding; `asked` names the currency of the prices."""
    settings = settle_parameters(COMPUTE_COST, asked)
    if isinstance(measured, Estimate):
        measured = replace(measured, unit="money")
    return Finding(COMPUTE_COST, settings.values, measured, detail)


def compute_carbon_g(measured: Measured, asked: Parameters, detail: Mapping[str, Json]) -> Finding:
    """What runs emitted, as a finding."""
    settings = settle_parameters(COMPUTE_CARBON, asked, level=LEVEL)
    return Finding(COMPUTE_CARBON, settings.values, measured, detail)
