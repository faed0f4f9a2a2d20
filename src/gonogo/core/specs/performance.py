"""Performance checks: how well a model does what it is for."""

from gonogo.core.specs.shape import (
    DESIGN,
    HIGHER,
    LEVEL,
    LOWER,
    NEITHER,
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

PLACES = Parameter("k", int, "places from the top that are looked at; else 10")
COSTS = tuple(
    Parameter(f"cost_{name}", float, f"cost of {meaning}; a gain is negative")
    for name, meaning in (
        ("false_yes", "selecting a row that should not be, else 1"),
        ("false_no", "leaving a row that should be selected, else 1"),
        ("true_yes", "selecting a row that should be, else 0"),
        ("true_no", "leaving a row that should not be selected, else 0"),
    )
)


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
    _model(
        "expected_cost",
        "Expected cost",
        "What does a decision cost on average?",
        "cost",
        LOWER,
        THRESHOLD,
        VERSUS_THRESHOLD,
        *COSTS,
    ),
    _model(
        "cost_optimal_threshold",
        "Cost-optimal threshold",
        "From which score on should it say yes, by what mistakes cost?",
        "score",
        NEITHER,
        RESAMPLES,
        *COSTS,
    ),
    _model("mae", "MAE", "How far off are its numbers on average?", "target", LOWER),
    _model(
        "rmse",
        "RMSE",
        "How far off are its numbers, large errors weighing more?",
        "target",
        LOWER,
        RESAMPLES,
    ),
    _model(
        "r2", "R²", "What share of the differences does it explain?", "share", HIGHER, RESAMPLES
    ),
    _model("mape", "MAPE", "By what share of the truth is it off?", "share", LOWER),
    _model("smape", "sMAPE", "By what share of both numbers is it off?", "share", LOWER),
    _model(
        "pinball",
        "Pinball loss",
        "How good is a predicted quantile?",
        "target",
        LOWER,
        Parameter("quantile", float, "the quantile that is predicted, in (0, 1); else the median"),
    ),
    _model("ndcg", "NDCG@k", "Do the most relevant stand on top?", "share", HIGHER, PLACES),
    _model(
        "recall_at_k",
        "Recall@k",
        "What share of the relevant stands among the first k?",
        "share",
        HIGHER,
        PLACES,
    ),
    _model(
        "mean_average_precision",
        "MAP",
        "How precise is it down to each relevant one?",
        "share",
        HIGHER,
    ),
)
"""In the order in which they are shown."""
