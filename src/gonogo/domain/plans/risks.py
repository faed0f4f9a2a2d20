"""What the risks of a plan do to the date of its goal, as it travels and is kept; pure."""

from gonogo.core.canonical import Json
from gonogo.core.evidence import measured_to_json
from gonogo.domain.plans.rules import Plan
from gonogo.stats.plans.simulation import Simulated
from gonogo.stats.risks.left_out import left_out


def risks_told(plan: Plan, found: Simulated, level: float) -> list[Json]:
    """Of each risk that may delay a step by how much it makes the goal later, most first."""
    probability = {risk.key: risk.probability for risk in plan.risks}
    return [
        {
            "risk": one.key,
            "title": plan.titles.get(one.key, one.key),
            "probability": probability[one.key],
            "later": measured_to_json(one.later),
            "p80_later": measured_to_json(one.p80_later),
        }
        for one in left_out(found, level=level)
        if one.key in probability
    ]
