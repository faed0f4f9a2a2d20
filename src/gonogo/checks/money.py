"""What a use case will have cost, what runs, answers and risks cost, as findings."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import LEVEL, settle_parameters
from gonogo.core.canonical import Json
from gonogo.core.evidence import Parameters, measured_to_json
from gonogo.core.specs.money import (
    COMPUTE_CARBON,
    COMPUTE_COST,
    COST_AT_COMPLETION,
    RISK_LOSS,
    SERVING_COST,
)
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.risks.register import UNSURE, Loss

SHARES = (0.1, 0.5, 0.9)
"""Of the futures: lower end, number and upper end of what it will have cost."""
MIDDLE = SHARES[-1] - SHARES[0]
MOST_TOLD = 100
"""Risks whose share is kept with a loss, those with most."""
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


def serving_cost(measured: Measured, asked: Parameters, detail: Mapping[str, Json]) -> Finding:
    """What answers cost, as a finding; `asked` names the currency of the prices and the days."""
    settings = settle_parameters(SERVING_COST, asked)
    if isinstance(measured, Estimate):
        measured = replace(measured, unit="money")
    return Finding(SERVING_COST, settings.values, measured, detail)


def risk_loss(
    loss: Loss, inherent: Measured, asked: Parameters, detail: Mapping[str, Json]
) -> Finding:
    """What a register is expected to cost, with the range that unsure probabilities leave to it.

    `inherent`: as if nothing were done. Detail: that, percentiles, the worst futures, and what each
    risk has of both, those with most first.
    """
    settings = settle_parameters(RISK_LOSS, {**asked, "level": UNSURE})
    told: dict[str, Json] = {
        "inherent": measured_to_json(inherent),
        "any": measured_to_json(loss.any),
        "percentiles": [
            {"share": share, "measured": measured_to_json(one)} for share, one in loss.by.items()
        ],
        "tail": measured_to_json(loss.tail),
        "contributions": [
            {
                "risk": one.key,
                "expected": one.expected,
                "share": one.share,
                "tail": measured_to_json(one.tail),
                "tail_share": one.tail_share,
            }
            for one in loss.contributions[:MOST_TOLD]
        ],
        **detail,
    }
    return Finding(RISK_LOSS, settings.values, loss.unsure, told)


IMPLEMENTED: dict[str, Callable[..., Finding]] = {
    COST_AT_COMPLETION: found_at_completion,
    COMPUTE_COST: compute_cost,
    COMPUTE_CARBON: compute_carbon_g,
    SERVING_COST: serving_cost,
    RISK_LOSS: risk_loss,
}
"""Check by check, the function that measures it."""
EXACT = frozenset({COMPUTE_COST, SERVING_COST})
"""Those that add up all there is."""
