"""Explainability checks: what a model goes by, and whether people can be told and do something."""

from gonogo.core.specs.shape import (
    COLUMN,
    HIGHER,
    LEVEL,
    LOWER,
    NEITHER,
    SEED,
    THRESHOLD,
    CheckSpec,
    Good,
    Parameter,
)

ROWS = Parameter("rows", int, "most rows that are asked about, a random choice of all")
REPEATS = Parameter("repeats", int, "how often each column is shuffled")
STEPS = Parameter("steps", int, "values of each column that are tried")
WALKS = Parameter("walks", int, "walks to each row, where attributions are sampled; an even number")
TOLERANCE = Parameter("tolerance", float, "how far the sum may be off the score")
REASONS = Parameter("reasons", int, "how many reasons a decision gets at most")
ADVERSE = Parameter("adverse", str, "which decision goes against somebody: no, or yes")
DRAWS = Parameter("draws", int, "rows that the columns are replaced from")
COLUMNS = Parameter(
    "columns", str, "columns that may change, joined by &; debt- only down, income+ only up"
)
MOST = Parameter("most", int, "how many columns of a row may be changed at once")
KIND = Parameter("kind", str, "the glass box: ebm or scorecard")
METRIC = Parameter("metric", str, "what both are measured by: roc_auc or log_loss")
INTERACTIONS = Parameter("interactions", int, "pairs of columns that an ebm takes together")


def _asked(
    name: str, title: str, answers: str, unit: str, good: Good, *parameters: Parameter
) -> CheckSpec:
    known = (LEVEL, SEED, THRESHOLD, ROWS, *parameters)
    return CheckSpec(f"explainability.{name}", title, answers, unit, good, known)


SPECS = (
    _asked(
        "permutation_importance",
        "Permutation importance",
        "How much ranking is lost without the column that matters most, and which ones matter?",
        "auc",
        NEITHER,
        COLUMN,
        REPEATS,
    ),
    _asked(
        "partial_dependence",
        "Partial dependence",
        "How far does the mean score go with the column that moves it most, and along which curve?",
        "score",
        NEITHER,
        COLUMN,
        STEPS,
    ),
    _asked(
        "attribution_additivity",
        "Attributions add up",
        "For how many rows do the columns' attributions add up to the score?",
        "share",
        HIGHER,
        WALKS,
        TOLERANCE,
    ),
    _asked(
        "reason_coverage",
        "Reason coverage",
        "How many adverse decisions have reasons that can be told in plain words?",
        "share",
        HIGHER,
        REASONS,
        ADVERSE,
        WALKS,
    ),
    _asked(
        "reason_agreement",
        "Reason agreement",
        "For how many adverse decisions do the reasons move the score more than other columns do?",
        "share",
        HIGHER,
        REASONS,
        ADVERSE,
        WALKS,
        DRAWS,
    ),
    _asked(
        "counterfactual_coverage",
        "Recourse",
        "How many adverse decisions can be turned by a few allowed changes?",
        "share",
        HIGHER,
        COLUMNS,
        MOST,
        ADVERSE,
    ),
    CheckSpec(
        "explainability.glass_box_cost",
        "Cost of a glass box",
        "How much better is the model than one that can be read as it stands?",
        "difference",
        LOWER,
        (LEVEL, SEED, KIND, METRIC, INTERACTIONS),
    ),
)
"""In the order in which they are shown."""
