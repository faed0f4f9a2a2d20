"""Performance checks: how well a model does what it is for."""

from gonogo.core.specs.shape import (
    DESIGN,
    HIGHER,
    LEVEL,
    LOWER,
    RESAMPLES,
    SEED,
    THRESHOLD,
    VERSUS,
    VERSUS_THRESHOLD,
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


def _decided(name: str, title: str, answers: str, *parameters: Parameter) -> CheckSpec:
    known = (THRESHOLD, VERSUS_THRESHOLD, *parameters)
    return _model(name, title, answers, "share", HIGHER, *known)


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
    _decided("accuracy", "Accuracy", "What share of its decisions is right?"),
    _decided("precision", "Precision", "Of those it selects, what share is right?", RESAMPLES),
    _decided("recall", "Recall", "Of those it should select, what share does it find?"),
    _decided("specificity", "Specificity", "Of those it should leave, what share does it leave?"),
    _decided(
        "balanced_accuracy",
        "Balanced accuracy",
        "How often is it right if both classes weigh the same?",
    ),
    _decided("f1", "F1", "How well do precision and recall go together?", RESAMPLES),
)
"""In the order in which they are shown."""
