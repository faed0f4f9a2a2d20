"""The mission's two hypotheses: what was fixed beforehand, and how it is tested."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from gonogo.app.mission import models
from gonogo.app.mission.data import LABEL
from gonogo.checks.experiments.crossvalidation import CrossValidated, repeated_cv
from gonogo.checks.findings.finding import Asked, Finding
from gonogo.checks.inputs.scored import Scored
from gonogo.checks.measure import measure_model
from gonogo.stats.arrays import Floats, Integers
from gonogo.stats.auc import auc
from gonogo.stats.estimate import Estimate

FOLDS, REPEATS, SEED = 5, 10, 7
DESIGN = {
    "method": "5-fold cross-validation repeated 10 times on the training applications; "
    "mean over folds with the corrected interval of Nadeau and Bengio (2003)",
    "folds": FOLDS,
    "repeats": REPEATS,
    "seed": SEED,
}
LEVEL = 0.95
THRESHOLD = 0.5
SCORECARD, BOOSTING, MITIGATED = "logistic scorecard", "gradient boosting", "mitigated scorecard"

Tick = Callable[[], None]
"""Told after each fold."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A hypothesis, and how its evidence is come by."""

    slug: str
    registration: Mapping[str, Any]
    """What is registered, before any run."""
    learned: Callable[[list[Finding]], str]
    """What those who come after should know, whatever the verdict."""
    test: Callable[[pd.DataFrame, Tick], list[Finding]]


def trees_beat_scorecard(train: pd.DataFrame, tick: Tick) -> list[Finding]:
    """Boosted trees against the scorecard, on the same folds."""

    def fit_and_score(fit: Integers, held: Integers) -> dict[str, float]:
        found = {
            BOOSTING: _auc(models.boosting(train.iloc[fit]), train.iloc[held]),
            SCORECARD: _auc(models.scorecard(train.iloc[fit]), train.iloc[held]),
        }
        tick()
        return found

    folds = _folds(train, fit_and_score)
    return [folds.finding("performance.roc_auc", BOOSTING, {"level": LEVEL}, versus=SCORECARD)]


def mitigation_keeps_performance(train: pd.DataFrame, tick: Tick) -> list[Finding]:
    """The mitigated scorecard: its worst group's approvals, and its AUC against the plain one."""
    ratio, plain, mitigated = "ratio", "plain", "mitigated"

    def fit_and_score(fit: Integers, held: Integers) -> dict[str, float]:
        rows = train.iloc[held]
        made = models.mitigated(train.iloc[fit])
        found = {
            ratio: _worst_ratio(made.score(rows), rows),
            mitigated: _auc(made, rows),
            plain: _auc(models.scorecard(train.iloc[fit]), rows),
        }
        tick()
        return found

    folds = _folds(train, fit_and_score)
    by_race: dict[str, str | float] = {"group": "race", "threshold": THRESHOLD, "level": LEVEL}
    return [
        folds.finding("fairness.selection_rate_ratio", ratio, by_race),
        folds.finding(
            "performance.roc_auc",
            mitigated,
            {"level": LEVEL, "versus": SCORECARD},
            versus=plain,
        ),
    ]


def _folds(
    train: pd.DataFrame, fit_and_score: Callable[[Integers, Integers], dict[str, float]]
) -> CrossValidated:
    # Matrices this small are slower on several threads than on one.
    with threadpool_limits(limits=1):
        return repeated_cv(fit_and_score, train[LABEL], folds=FOLDS, repeats=REPEATS, seed=SEED)


def _auc(fitted: models.Fitted, rows: pd.DataFrame) -> float:
    found = auc(rows[LABEL].to_numpy(), fitted.score(rows))
    return found if isinstance(found, float) else float("nan")


def _worst_ratio(score: Floats, rows: pd.DataFrame) -> float:
    scored = Scored(rows[LABEL], score, {"race": rows["race"].to_numpy()}, THRESHOLD)
    asked = Asked("fairness.selection_rate_ratio", {"group": "race", "smallest": 1})
    measured = measure_model(scored, checks=[asked])[0].measured
    return measured.value if isinstance(measured, Estimate) else float(np.nan)


def _interval(finding: Finding) -> str:
    measured = finding.measured
    if not isinstance(measured, Estimate):
        return "undefined"
    return f"{measured.value:.3f} [{measured.low:.3f}, {measured.high:.3f}]"


def _learned_of_trees(found: list[Finding]) -> str:
    return (
        f"Over {FOLDS * REPEATS} folds boosted trees differ from the "
        f"scorecard by {_interval(found[0])} in ROC AUC, untuned, on these applications."
    )


def _learned_of_mitigation(found: list[Finding]) -> str:
    return (
        f"Demographic parity by race brings the worst group's approval rate "
        f"to {_interval(found[0])} of the best group's, and changes ROC AUC by "
        f"{_interval(found[1])}. What it costs belongs into the decision, not only the ratio."
    )


TRIALS = (
    Trial(
        slug="trees-beat-scorecard",
        registration={
            "statement": "Gradient boosting beats a logistic scorecard in ROC AUC by at least "
            "0.01.",
            "criteria": [
                {
                    "check": "performance.roc_auc",
                    "with": {"versus": SCORECARD},
                    "at_least": 0.01,
                    "level": LEVEL,
                }
            ],
            "baseline": "A logistic scorecard on the same features, L2, untuned.",
            "prior": 0.5,
        },
        learned=_learned_of_trees,
        test=trees_beat_scorecard,
    ),
    Trial(
        slug="mitigation-keeps-performance",
        registration={
            "statement": "Training under demographic parity (Fairlearn) raises the approval-rate "
            "ratio of the worst group by race to at least 0.90 while losing at most 0.01 ROC AUC.",
            "criteria": [
                {
                    "check": "fairness.selection_rate_ratio",
                    "with": {"group": "race"},
                    "at_least": 0.90,
                    "level": LEVEL,
                },
                {
                    "check": "performance.roc_auc",
                    "with": {"versus": SCORECARD},
                    "at_least": -0.01,
                    "level": LEVEL,
                },
            ],
            "baseline": "The same scorecard without the constraint.",
            "prior": 0.4,
        },
        learned=_learned_of_mitigation,
        test=mitigation_keeps_performance,
    ),
)
