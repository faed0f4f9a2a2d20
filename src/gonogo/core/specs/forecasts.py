"""Performance checks of forecasts, whose rows follow one another, and of several classes."""

from gonogo.core.specs.shape import (
    DESIGN,
    HIGHER,
    LEVEL,
    LOWER,
    NEITHER,
    VERSUS,
    CheckSpec,
    Good,
    Parameter,
)

HORIZON = Parameter("horizon", int, "steps ahead it was forecast; else 1")
NOMINAL = Parameter("nominal", float, "level of the predicted intervals, in (0, 1)")


def _forecast(
    name: str, title: str, answers: str, unit: str, good: Good, *more: Parameter
) -> CheckSpec:
    known = (LEVEL, VERSUS, DESIGN, HORIZON, *more)
    return CheckSpec(f"performance.{name}", title, answers, unit, good, known)


SPECS = (
    _forecast(
        "mase",
        "MASE",
        "How far off is it, in errors of saying what was a season before?",
        "share",
        LOWER,
        Parameter("season", int, "steps of a season; else 1: what was just before"),
    ),
    _forecast(
        "interval_coverage",
        "Coverage of intervals",
        "What share of the truths lies in the predicted intervals?",
        "share",
        NEITHER,
        NOMINAL,
    ),
    _forecast(
        "interval_score",
        "Interval score",
        "How narrow are the predicted intervals, and how far off where they miss?",
        "target",
        LOWER,
        NOMINAL,
    ),
    CheckSpec(
        "performance.top_k_accuracy",
        "Top-k accuracy",
        "How often is the right class among the k with the highest scores?",
        "share",
        HIGHER,
        (LEVEL, VERSUS, DESIGN, Parameter("k", int, "classes that may be named; else 3")),
    ),
)
"""In the order in which they are shown."""
