"""Fairness checks: whether groups of people are treated alike."""

from gonogo.core.specs.shape import (
    DESIGN,
    HIGHER,
    LEVEL,
    LOWER,
    SEED,
    SMALLEST,
    THRESHOLD,
    VERSUS,
    CheckSpec,
    Good,
    Parameter,
)

GROUP = Parameter("group", str, "the group column, or columns joined by &", required=True)


PARITY = Parameter("parity", str, "what groups shall share: demographic_parity, equalized_odds")
COSTS = (
    Parameter("cost_false_yes", float, "cost of selecting a row that should not be, else 1"),
    Parameter("cost_false_no", float, "cost of leaving a row that should be selected, else 1"),
)
PROXIES = Parameter("proxies", str, "numeric columns that change with the group, joined by &")
ROWS = Parameter("rows", int, "most rows that are asked about, a random choice of all")
BINS = Parameter("bins", int, "bins of equally many rows within each group")


def _group(name: str, title: str, answers: str, unit: str, good: Good) -> CheckSpec:
    known = (GROUP, THRESHOLD, SMALLEST, LEVEL, SEED, VERSUS, DESIGN)
    return CheckSpec(f"fairness.{name}", title, answers, unit, good, known)


SPECS = (
    _group(
        "selection_rate_ratio",
        "Selection-rate ratio",
        "How often is the worst-off group selected, against the best-off one?",
        "ratio",
        HIGHER,
    ),
    _group(
        "selection_rate_difference",
        "Selection-rate difference",
        "By how much do the groups' selection rates differ at most?",
        "difference",
        LOWER,
    ),
    _group(
        "true_positive_rate_difference",
        "True-positive-rate difference",
        "Among those who should be selected, by how much do groups differ?",
        "difference",
        LOWER,
    ),
    _group(
        "false_positive_rate_difference",
        "False-positive-rate difference",
        "Among those who should not be selected, by how much do groups differ?",
        "difference",
        LOWER,
    ),
    _group(
        "equalised_odds_difference",
        "Equalised-odds difference",
        "By how much do groups differ in who is rightly or wrongly selected, at most?",
        "difference",
        LOWER,
    ),
    _group(
        "predictive_parity_ratio",
        "Predictive-parity ratio",
        "How often is a selection right in the worst group, against the best one?",
        "ratio",
        HIGHER,
    ),
    _group(
        "predictive_parity_difference",
        "Predictive-parity difference",
        "Among those selected, by how much do groups differ in who rightly was?",
        "difference",
        LOWER,
    ),
    _group(
        "false_discovery_rate_difference",
        "False-discovery-rate difference",
        "Among those selected, by how much do groups differ in who wrongly was?",
        "difference",
        LOWER,
    ),
    _group(
        "negative_predictive_value_difference",
        "Negative-predictive-value difference",
        "Among those not selected, by how much do groups differ in who rightly was not?",
        "difference",
        LOWER,
    ),
    CheckSpec(
        "fairness.group_calibration_error",
        "Calibration error of the worst group",
        "Does a score of 70 % mean 70 % in every group?",
        "share",
        LOWER,
        (GROUP, BINS, SMALLEST, LEVEL, SEED, VERSUS, DESIGN),
    ),
    CheckSpec(
        "fairness.counterfactual_flip_rate",
        "Counterfactual flip rate",
        "How many decisions change if only the group of a row does?",
        "share",
        LOWER,
        (GROUP, PROXIES, THRESHOLD, LEVEL, SEED, ROWS),
    ),
    CheckSpec(
        "fairness.mitigation_cost",
        "Accuracy given up for parity",
        "How much accuracy does the mitigation cost after which groups differ least?",
        "difference",
        LOWER,
        (GROUP, PARITY, *COSTS, THRESHOLD, SMALLEST, LEVEL, SEED),
    ),
)
"""In the order in which they are shown."""
