"""Checks that ask a model about changed rows: the table, and measuring by it."""

from collections.abc import Callable, Sequence

from gonogo.checks.fairness import counterfactual
from gonogo.checks.findings.finding import Asked, Finding
from gonogo.checks.inputs.probing import Probe
from gonogo.checks.robustness import adversarial, behaviour, churn, wrong_inputs
from gonogo.core.catalogue import check_spec
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters

ProbeCheck = Callable[[Probe, Parameters], Finding]
"""Asks a model about rows of its own making."""

PROBES: dict[str, ProbeCheck] = {
    "robustness.missing_inputs": wrong_inputs.missing_inputs,
    "robustness.noise": wrong_inputs.noise,
    "robustness.unit_mistakes": wrong_inputs.unit_mistakes,
    "robustness.unseen_categories": wrong_inputs.unseen_categories,
    "robustness.outliers": wrong_inputs.outliers,
    "robustness.out_of_range": wrong_inputs.out_of_range,
    "robustness.invariance_violations": behaviour.invariance_violations,
    "robustness.monotonicity_violations": behaviour.monotonicity_violations,
    "robustness.adversarial_flips": adversarial.adversarial_flips,
    "robustness.prediction_churn": churn.prediction_churn,
    "fairness.counterfactual_flip_rate": counterfactual.counterfactual_flip_rate,
}
"""Check by check, the function that measures it; all of them only where asked for by name."""


def is_probe(check: str) -> bool:
    """Whether `check` asks the model itself; raises `Invalid` for one that is not known."""
    return check_spec(check).name in PROBES


def measure_probe(
    probe: Probe, checks: Sequence[Asked], *, level: float, seed: int
) -> list[Finding]:
    """What `checks` find, in their order; `level` and `seed` hold where none is asked.

    Raises `Invalid` for a check that asks no model, and for parameters it does not take.
    """
    found = []
    for asked in checks:
        if not is_probe(asked.check):
            raise Invalid(field="check", value=asked.check, expected=f"one of: {', '.join(PROBES)}")
        given = {"level": level, "seed": seed, **asked.parameters}
        found.append(PROBES[asked.check](probe, given))
    return found
