"""Checks of what is live, measured from the decision log while a release runs."""

from collections.abc import Mapping
from dataclasses import dataclass

from gonogo.core.specs.shape import (
    HIGHER,
    LEVEL,
    LOWER,
    NEITHER,
    VERSUS,
    CheckSpec,
    Parameter,
)

RELEASE = Parameter("release", str, "the release during which it was watched")
LIMIT = Parameter("limit_ms", float, "the slowest answer that is in time, ms", required=True)
GROUP = Parameter("group", str, "the column whose groups are compared", required=True)
COMPARED = (LEVEL, VERSUS, RELEASE)
ERRORS = "operations.error_rate"
LATE = "operations.latency_over_limit"
SHIFT = "performance.score_shift"
OUTCOMES = "performance.live_outcome_rate"
PAYOFF = "value.payoff_per_decision"
METRIC = "value.business_metric"
SELECTED = "fairness.live_selection_rate_ratio"
SAMPLE = "operations.sample_ratio"
ROLLBACK = "operations.rollback_seconds"
AB_EFFECT = "value.ab_effect"


@dataclass(frozen=True, slots=True)
class Watched:
    """How a check of the decision log is read as harm."""

    harm: int
    """1: more is worse, -1: less is worse, 0: either way is."""
    labels: bool = False
    """Whether it waits for outcomes."""


WATCHED: Mapping[str, Watched] = {
    ERRORS: Watched(1),
    LATE: Watched(1),
    SHIFT: Watched(0),
    OUTCOMES: Watched(0),
    SELECTED: Watched(-1),
    PAYOFF: Watched(-1, labels=True),
    METRIC: Watched(-1, labels=True),
}
"""The checks that a guardrail can be about."""

SPECS = (
    CheckSpec(
        ERRORS,
        "Errors of the live version",
        "How many more of its decisions does the fallback answer than beside it?",
        "share",
        LOWER,
        COMPARED,
    ),
    CheckSpec(
        LATE,
        "Late answers of the live version",
        "How many more of its decisions come after the limit than beside it?",
        "share",
        LOWER,
        (*COMPARED, LIMIT),
    ),
    CheckSpec(
        SHIFT,
        "Shift of the live scores",
        "How far do its scores lie from those beside it, on average?",
        "score",
        NEITHER,
        COMPARED,
    ),
    CheckSpec(
        OUTCOMES,
        "Shift of the live outcomes",
        "How much more often does it decide yes than what is beside it?",
        "share",
        NEITHER,
        COMPARED,
    ),
    CheckSpec(
        SELECTED,
        "Live selection-rate ratio",
        "How does the rate of yes of the worst-off group compare with the best-off one's, live?",
        "ratio",
        HIGHER,
        (LEVEL, RELEASE, VERSUS, GROUP),
    ),
    CheckSpec(
        PAYOFF,
        "Payoff of a live decision",
        "How much more is one of its decisions worth than one beside it, as outcomes tell?",
        "payoff",
        HIGHER,
        (
            *COMPARED,
            Parameter("low", float, "the least that a decision can be worth", required=True),
            Parameter("high", float, "the most that a decision can be worth", required=True),
        ),
    ),
    CheckSpec(
        METRIC,
        "Business metric of a live decision",
        "How much more do its outcomes come to than those beside it, on average?",
        "metric",
        HIGHER,
        (
            *COMPARED,
            Parameter("low", float, "the least that an outcome can be", required=True),
            Parameter("high", float, "the most that an outcome can be", required=True),
        ),
    ),
    CheckSpec(
        SAMPLE,
        "Sample ratio",
        "What share of the entities came to it, where the route means them to be so many?",
        "share",
        NEITHER,
        (
            LEVEL,
            RELEASE,
            Parameter("share", float, "the share that the route means", required=True),
        ),
    ),
    CheckSpec(
        AB_EFFECT,
        "Effect in an A/B test",
        "How much more does the metric of the test come to than beside it, by entities?",
        "difference",
        NEITHER,
        (
            *COMPARED,
            Parameter("metric", str, "outcome-rate, payoff or number", required=True),
            Parameter(
                "reading",
                str,
                "sequential: right at any time; fixed: one look at the planned end",
                required=True,
            ),
            Parameter(
                "adjusted",
                bool,
                "whether what was known of the same entities before is taken out",
                required=True,
            ),
        ),
    ),
    CheckSpec(
        ROLLBACK,
        "Time of a rollback",
        "How long does it take from the order to roll back until the route is in force?",
        "s",
        LOWER,
        (RELEASE,),
        exact=True,
    ),
)
"""In the order in which they are shown."""
