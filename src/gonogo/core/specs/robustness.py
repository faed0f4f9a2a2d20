"""Robustness checks: whether decisions stand when inputs go wrong, and behave as was declared."""

from gonogo.core.specs.shape import COLUMN, LEVEL, LOWER, SEED, THRESHOLD, CheckSpec, Parameter

ROWS = Parameter("rows", int, "most rows that are asked about, a random choice of all")
ONE = Parameter("column", str, "the column that is changed", required=True)
AMOUNT = Parameter("amount", float, "how far: in standard deviations, or widths of the range")
FACTOR = Parameter("factor", float, "what values are multiplied by")
DIRECTION = Parameter(
    "direction", str, "which way the score must not fall: increasing or decreasing", required=True
)
STEPS = Parameter("steps", int, "values of the column that are tried")
TOLERANCE = Parameter("tolerance", float, "how far the score may go the wrong way")
COLUMNS = Parameter(
    "columns", str, "the columns that may be changed, joined by &; else all numbers"
)
BUDGET = Parameter("budget", float, "how far each may be changed, in standard deviations")
MOST = Parameter("most", int, "how many columns of a row may be changed at once")
EVALUATIONS = Parameter("evaluations", int, "how often the model is asked for each row, at most")
AGAINST = Parameter("against", str, "the model version whose decisions it is compared with")


def _changed(name: str, title: str, answers: str, *parameters: Parameter) -> CheckSpec:
    known = (LEVEL, SEED, THRESHOLD, ROWS, *parameters)
    return CheckSpec(f"robustness.{name}", title, answers, "share", LOWER, known)


SPECS = (
    _changed(
        "missing_inputs",
        "Missing inputs",
        "How many decisions change, or are not made, when an input is missing?",
        COLUMN,
    ),
    _changed("noise", "Noise", "How many decisions change when a number is noisy?", COLUMN, AMOUNT),
    _changed(
        "unit_mistakes",
        "Unit mistakes",
        "How many decisions change when a number comes in another unit?",
        COLUMN,
        FACTOR,
    ),
    _changed(
        "unseen_categories",
        "Unseen categories",
        "How many decisions change, or are not made, when a category is new?",
        COLUMN,
    ),
    _changed(
        "outliers",
        "Outliers",
        "How many decisions change when a number is far off?",
        COLUMN,
        AMOUNT,
    ),
    _changed(
        "out_of_range",
        "Out of range",
        "How many decisions change when a number lies outside its range?",
        COLUMN,
        AMOUNT,
    ),
    _changed(
        "invariance_violations",
        "Invariance violations",
        "How many decisions change with a column that must not matter?",
        ONE,
        STEPS,
    ),
    _changed(
        "monotonicity_violations",
        "Monotonicity violations",
        "For how many rows does the score go the wrong way as a column changes?",
        ONE,
        DIRECTION,
        STEPS,
        TOLERANCE,
    ),
    _changed(
        "adversarial_flips",
        "Flips by small changes",
        "How many decisions can be flipped by small allowed changes?",
        COLUMNS,
        BUDGET,
        MOST,
        EVALUATIONS,
    ),
    _changed(
        "prediction_churn",
        "Prediction churn",
        "How many decisions differ from another version's?",
        AGAINST,
    ),
    CheckSpec(
        "robustness.stability",
        "Stability of training",
        "How many decisions differ between two models trained the same way?",
        "share",
        LOWER,
        (
            LEVEL,
            SEED,
            THRESHOLD,
            Parameter("models", int, "how many models are trained"),
            Parameter("vary", str, "what differs between them: seed, rows or both"),
        ),
    ),
)
"""In the order in which they are shown."""
