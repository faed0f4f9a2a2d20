"""Performance on slices of rows: where a model does worst."""

from gonogo.core.specs.shape import (
    DESIGN,
    HIGHER,
    LEVEL,
    LOWER,
    SEED,
    THRESHOLD,
    VERSUS,
    CheckSpec,
    Good,
    Parameter,
)

COLUMNS = Parameter("columns", str, "the columns to slice by, joined by &; without it, all")
SMALLEST = Parameter("smallest", int, "fewest rows of a slice")
BINS = Parameter("bins", int, "ranges of equally many rows that a numeric column is cut into")


def _slice(
    name: str, title: str, answers: str, unit: str, good: Good, *parameters: Parameter
) -> CheckSpec:
    known = (COLUMNS, SMALLEST, BINS, LEVEL, SEED, VERSUS, DESIGN, *parameters)
    return CheckSpec(f"performance.{name}", title, answers, unit, good, known)


SPECS = (
    _slice(
        "worst_slice",
        "Error rate of the worst slice",
        "How often is it wrong where it is wrong most often?",
        "share",
        LOWER,
        THRESHOLD,
    ),
    _slice(
        "worst_slice_log_loss",
        "Log loss of the worst slice",
        "How far from the truth are its probabilities where they are farthest?",
        "nats",
        LOWER,
    ),
    _slice(
        "worst_slice_roc_auc",
        "ROC AUC of the worst slice",
        "How well does it rank where it ranks worst?",
        "auc",
        HIGHER,
    ),
)
"""In the order in which they are shown."""
