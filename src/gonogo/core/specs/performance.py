"""Performance checks: how well a model does what it is for."""

from gonogo.core.specs.shape import (
    DESIGN,
    HIGHER,
    LEVEL,
    LOWER,
    RESAMPLES,
    SEED,
    VERSUS,
    CheckSpec,
    Good,
    Parameter,
)

BINS = Parameter("bins", int, "bins of equally many rows")


def _model(
    name: str, title: str, answers: str, unit: str, good: Good, *parameters: Parameter
) -> CheckSpec:
    known = (LEVEL, SEED, VERSUS, DESIGN, *parameters)
    return CheckSpec(f"performance.{name}", title, answers, unit, good, known)


SPECS = (
    _model("roc_auc", "ROC AUC", "How well does the score rank yes above no?", "auc", HIGHER),
    _model("pr_auc", "PR AUC", "How precise is it over all recalls?", "auc", HIGHER, RESAMPLES),
    _model("log_loss", "Log loss", "How far are its probabilities from the truth?", "nats", LOWER),
    _model("brier", "Brier score", "How far off are its probabilities, squared?", "score", LOWER),
    _model(
        "calibration_error",
        "Calibration error",
        "Of those given 70 %, do 70 % happen?",
        "share",
        LOWER,
        BINS,
    ),
)
"""In the order in which they are shown."""
