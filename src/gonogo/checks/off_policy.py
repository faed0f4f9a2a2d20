"""What a policy would bring, by decisions that another one took and logged with their chances.

Asked before anybody is decided about by it: a bandit, or any version, starts with a number.
"""

from dataclasses import dataclass

from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import LEVEL, settle_parameters
from gonogo.core.canonical import Json
from gonogo.core.catalogue import CATALOGUE
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters, measured_to_json
from gonogo.core.specs.value import ESTIMATORS, OFF_POLICY
from gonogo.stats.arrays import Floats
from gonogo.stats.estimate import Measured, Undefined
from gonogo.stats.means import mean_t
from gonogo.stats.off_policy import Logged, doubly_robust, ips, lift, overlap, snips


@dataclass(frozen=True, slots=True)
class Foretold:
    """What a model of rewards, fitted on other decisions, says of logged ones; shape (n,)."""

    taken: Floats
    """Of the decision that was taken."""
    expected: Floats
    """Of the other policy's: the mean over what it would do."""


def off_policy_reward(log: Logged, asked: Parameters, foretold: Foretold | None = None) -> Finding:
    """Mean reward of the other policy, by `ips`, `snips` or `doubly-robust`.

    Detail: how far the logged decisions can speak for it, what they brought themselves, and the
    paired difference to that. Raises `Invalid` for another estimator, and for the last one without
    a model of rewards.
    """
    settings = settle_parameters(OFF_POLICY, asked, level=LEVEL)
    measured = _by(settings.text("estimator"), log, settings.level, foretold)
    return Finding(OFF_POLICY, settings.values, measured, _detail(log, settings.level))


def _by(estimator: str, log: Logged, level: float, foretold: Foretold | None) -> Measured:
    unit = CATALOGUE[OFF_POLICY].unit
    match estimator:
        case "ips":
            return ips(log, level, unit)
        case "snips":
            return snips(log, level, unit)
        case "doubly-robust" if foretold is not None:
            return doubly_robust(log, foretold.taken, foretold.expected, level, unit)
        case "doubly-robust":
            raise Invalid(
                field="foretold", value=None, expected="what a model of rewards foretells"
            )
    raise Invalid(
        field="with.estimator", value=estimator, expected=f"one of {', '.join(ESTIMATORS)}"
    )


def _detail(log: Logged, level: float) -> dict[str, Json]:
    seen = overlap(log)
    if isinstance(seen, Undefined):
        return {}
    unit = CATALOGUE[OFF_POLICY].unit
    return {
        "effective_decisions": seen.effective,
        "enough": seen.enough,
        "largest_weight": seen.largest,
        "mean_weight": seen.mean,
        "never_taken": seen.unseen,
        "logged": measured_to_json(mean_t(log.reward, level, unit)),
        "lift": measured_to_json(lift(log, level, unit)),
    }
