"""Every check of the catalogue and the function that measures it: one table."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from gonogo.checks import boards, money, off_policy, plans, value, worth
from gonogo.checks.data import declared
from gonogo.checks.data_table import GIVEN_DATA, NAMED_DATA, NAMED_EXACT
from gonogo.checks.engineering.table import ENGINEERING, ENGINEERING_EXACT
from gonogo.checks.experiments import learning, tuning
from gonogo.checks.explain.table import EXPLAIN
from gonogo.checks.fairness import group_calibration, mitigation, rates
from gonogo.checks.findings.compared import Other
from gonogo.checks.findings.finding import Finding
from gonogo.checks.inputs.schema import Schema
from gonogo.checks.inputs.scored import Scored
from gonogo.checks.measure_forecasts import CLASSES, FORECASTS
from gonogo.checks.measure_numbers import NUMBERS, RANKINGS
from gonogo.checks.operations import carbon, live
from gonogo.checks.operations.serving import OPERATIONS, SIZE
from gonogo.checks.performance import as_served, cost, decided, scores, worst_slice
from gonogo.checks.probes import PROBES
from gonogo.checks.security.table import SECURITY
from gonogo.checks.track_record import forecast_chance_loss, forecast_date_loss
from gonogo.checks.trained import TRAINED
from gonogo.core.evidence import Parameters
from gonogo.core.specs.boards import BOARD_ON_TIME, WEEKS
from gonogo.core.specs.live import ROLLBACK
from gonogo.core.specs.plans import (
    CHANCE_LOSS,
    DATE_LOSS,
    DAYS,
    ON_TIME,
    SCENARIO_DAYS,
    SCENARIO_ON_TIME,
    SHARED_DAYS,
    SHARED_ON_TIME,
)
from gonogo.core.specs.value import NPV, OFF_POLICY, VOLUME

if TYPE_CHECKING:
    import pandas as pd

ModelCheck = Callable[[Scored, Parameters, Other | None], Finding]
"""Reads labels, scores and groups, and another model's scores where it compares."""
DataCheck = Callable[["pd.DataFrame", Schema, Parameters], Finding]
"""Reads rows against their schema."""

PERFORMANCE: dict[str, ModelCheck] = {
    "performance.roc_auc": scores.roc_auc,
    "performance.pr_auc": scores.pr_auc,
    "performance.log_loss": scores.log_loss,
    "performance.brier": scores.brier,
    "performance.calibration_error": scores.calibration_error,
}
DECIDED: dict[str, ModelCheck] = {
    "performance.accuracy": decided.accuracy,
    "performance.precision": decided.precision,
    "performance.recall": decided.recall,
    "performance.specificity": decided.specificity,
    "performance.balanced_accuracy": decided.balanced_accuracy,
    "performance.f1": decided.f1,
    "performance.expected_cost": cost.expected_cost,
    "performance.cost_optimal_threshold": cost.cost_optimal_threshold,
}
"""What is read of the decisions at a threshold, where it is asked for."""
SLICES: dict[str, ModelCheck] = {
    "performance.worst_slice": worst_slice.worst_slice,
    "performance.worst_slice_log_loss": worst_slice.worst_slice_log_loss,
    "performance.worst_slice_roc_auc": worst_slice.worst_slice_roc_auc,
}
"""What is read of every slice of the rows, where it is asked for."""
FAIRNESS: dict[str, ModelCheck] = {
    "fairness.selection_rate_ratio": rates.selection_rate_ratio,
    "fairness.selection_rate_difference": rates.selection_rate_difference,
    "fairness.true_positive_rate_difference": rates.true_positive_rate_difference,
    "fairness.false_positive_rate_difference": rates.false_positive_rate_difference,
    "fairness.equalised_odds_difference": rates.equalised_odds_difference,
    "fairness.predictive_parity_ratio": rates.predictive_parity_ratio,
    "fairness.predictive_parity_difference": rates.predictive_parity_difference,
    "fairness.false_discovery_rate_difference": rates.false_discovery_rate_difference,
    "fairness.negative_predictive_value_difference": rates.negative_predictive_value_difference,
    "fairness.group_calibration_error": group_calibration.group_calibration_error,
}
DATA: dict[str, DataCheck] = {
    "data.schema_violations": declared.schema_violations,
    "data.missing_share": declared.missing_share,
    "data.range_violations": declared.range_violations,
    "data.duplicate_share": declared.duplicate_share,
    "data.class_balance": declared.class_balance,
}
VALUE: dict[str, ModelCheck] = {
    "value.benefit_per_decision": value.benefit_per_decision,
    "value.lift": value.lift,
}
"""What is read of the decisions where it is said what they are worth."""
MODEL: dict[str, ModelCheck] = {**PERFORMANCE, **DECIDED, **SLICES, **FAIRNESS, **VALUE}
"""What is read from labels, scores and groups: `measure_model` can measure these."""
ON_REQUEST = frozenset(
    {
        *DECIDED,
        *SLICES,
        "fairness.equalised_odds_difference",
        "fairness.predictive_parity_ratio",
        "fairness.predictive_parity_difference",
        "fairness.false_discovery_rate_difference",
        "fairness.negative_predictive_value_difference",
        "fairness.group_calibration_error",
    }
)
"""Those of `MODEL` that are measured only where they are asked for by name."""
OVERLAP = "data.train_test_overlap"
"""The one data check that needs a second dataset."""

IMPLEMENTATIONS: dict[str, Callable[..., Finding]] = {
    **MODEL,
    **NUMBERS,
    **RANKINGS,
    **FORECASTS,
    **CLASSES,
    **DATA,
    **NAMED_DATA,
    **GIVEN_DATA,
    **PROBES,
    **EXPLAIN,
    **SECURITY,
    OVERLAP: declared.train_test_overlap,
    **ENGINEERING,
    **OPERATIONS,
    carbon.TRAINING: carbon.training_energy_wh,
    carbon.TRAINING_CARBON: carbon.training_carbon_g,
    "fairness.mitigation_cost": mitigation.mitigation_cost,
    **TRAINED,
    learning.CHECK: learning.more_data,
    tuning.OPTIMISM: tuning.optimism,
    **as_served.VERSION_CHECKS,
    **live.IMPLEMENTED,
    OFF_POLICY: off_policy.off_policy_reward,
    ON_TIME: plans.plan_on_time,
    DAYS: plans.plan_days,
    SHARED_ON_TIME: plans.shared_on_time,
    SHARED_DAYS: plans.shared_days,
    SCENARIO_DAYS: plans.scenario_days,
    SCENARIO_ON_TIME: plans.scenario_on_time,
    WEEKS: boards.board_weeks,
    BOARD_ON_TIME: boards.board_on_time,
    DATE_LOSS: forecast_date_loss,
    CHANCE_LOSS: forecast_chance_loss,
    NPV: worth.risk_adjusted_npv,
    VOLUME: worth.decisions_per_month,
    **money.IMPLEMENTED,
}
"""Check by check, the function that measures it; the same names as the catalogue's."""

SEEDED = frozenset(
    {
        "performance.cost_optimal_threshold",
        "performance.calibration_error",
        "fairness.group_calibration_error",
    }
)
"""The checks whose interval is drawn, so that a seed has a say."""
SEEDED_COMPARED = frozenset({"performance.pr_auc", "performance.precision", "performance.f1"})
"""The checks of which only the interval of a comparison is drawn."""
EXACT = frozenset(
    {
        *DATA,
        *SECURITY,
        *NAMED_EXACT,
        OVERLAP,
        SIZE,
        *ENGINEERING_EXACT,
        ROLLBACK,
        *money.EXACT,
    }
)
"""The checks that count, so that no level has a say."""
