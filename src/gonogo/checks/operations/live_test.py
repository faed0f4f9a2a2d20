"""What an A/B test found, as evidence: the effect in every way it is read."""

from collections.abc import Mapping

from gonogo.checks.findings.finding import Finding
from gonogo.core.canonical import Json
from gonogo.core.evidence import Parameters
from gonogo.core.specs import live as specs
from gonogo.stats.estimate import Estimate, Measured


def ab_effect(
    effect: Measured,
    about: Parameters,
    *,
    metric: str,
    reading: str,
    adjusted: bool,
    alpha: float,
    detail: Mapping[str, Json],
) -> Finding:
    """The new version's mean of the metric less the live one's, to be kept as evidence.

    `reading`: `sequential` or `fixed`; `adjusted`: less what was known of the entities before;
    `about` names the release and what it was compared with, `detail` what else was seen.
    """
    level = effect.level if isinstance(effect, Estimate) else 1 - alpha
    parameters = {
        **about,
        "metric": metric,
        "reading": reading,
        "adjusted": adjusted,
        "level": level,
    }
    return Finding(specs.AB_EFFECT, parameters, effect, detail)
