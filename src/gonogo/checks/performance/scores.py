"""How good a score is: ROC AUC, PR AUC, log loss, Brier score, calibration error.

Every check takes the rows and, for a comparison, another score of the same rows: the measurement is
then this score's number minus the other's, whichever way is better. Rows are put into an order of
their own first, so neither their order nor a seed's luck with it changes a number.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from gonogo.checks.findings import parameters as defaults
from gonogo.checks.findings.compared import Other, compared_settings
from gonogo.checks.findings.curves import precision_recall_curve, reliability, roc_curve
from gonogo.checks.findings.differences import bonferroni_difference, bonferroni_level
from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import Settings
from gonogo.checks.inputs.scored import Scored, score_of
from gonogo.core.canonical import Json
from gonogo.core.evidence import Parameters
from gonogo.stats.arrays import Bools, Floats
from gonogo.stats.auc import auc_delong, auc_difference_delong
from gonogo.stats.average_precision import average_precision, average_precision_logit
from gonogo.stats.bootstrap import bootstrap
from gonogo.stats.calibration import calibration_interval
from gonogo.stats.estimate import Measured, Undefined
from gonogo.stats.losses import brier as brier_mean
from gonogo.stats.losses import log_loss as log_loss_mean
from gonogo.stats.losses import (
    log_losses,
    mean_loss,
    rarer,
    squared_errors,
    worst_log_loss,
)


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Labels and scores in an order that depends on their values alone."""

    yes: Bools
    score: Floats
    other: Floats | None


def roc_auc(scored: Scored, asked: Parameters, other: Other | None = None) -> Finding:
    """Area under the ROC curve, unit auc, with DeLong's interval; difference: paired DeLong.

    Detail: counts of yes and no, the curve in at most 100 points.
    """
    settings = compared_settings("performance.roc_auc", asked, other, level=defaults.LEVEL)
    rows = _rows(scored, other)
    if rows.other is None:
        measured = auc_delong(rows.yes, rows.score, settings.level)
    else:
        measured = auc_difference_delong(rows.yes, rows.score, rows.other, settings.level)
    return _finding(
        "performance.roc_auc", settings, measured, rows, {"curve": roc_curve(rows.yes, rows.score)}
    )


def pr_auc(scored: Scored, asked: Parameters, other: Other | None = None) -> Finding:
    """Average precision, unit auc, with a logit interval; difference: BCa bootstrap over rows.

    Detail: counts of yes and no, the precision-recall curve in at most 100 points.
    """
    check = "performance.pr_auc"
    if other is None:
        settings = compared_settings(check, asked, other, level=defaults.LEVEL)
    else:
        drawn = {"seed": defaults.SEED, "resamples": defaults.RESAMPLES}
        settings = compared_settings(check, asked, other, level=defaults.LEVEL, **drawn)
    rows = _rows(scored, other)
    if rows.other is None:
        measured = average_precision_logit(rows.yes, rows.score, settings.level)
    else:
        measured = bootstrap(
            _average_precision_difference,
            (rows.yes, rows.score, rows.other),
            settings.level,
            settings.whole("seed"),
            settings.whole("resamples"),
            unit="difference",
        )
    curve = precision_recall_curve(rows.yes, rows.score)
    return _finding("performance.pr_auc", settings, measured, rows, {"curve": curve})


def log_loss(scored: Scored, asked: Parameters, other: Other | None = None) -> Finding:
    """Mean of -ln of the probability given to what happened, unit nats, with an interval.

    The difference is that of the rows' losses, paired. Student's t, with few rows of a class the
    interval of a bounded mean (`losses.mean_loss`). Detail: counts.
    """
    settings = compared_settings("performance.log_loss", asked, other, level=defaults.LEVEL)
    rows = _rows(scored, other)
    if rows.other is None:
        measured = log_loss_mean(rows.yes, rows.score, settings.level)
    else:
        losses = log_losses(rows.yes, rows.score), log_losses(rows.yes, rows.other)
        within = -worst_log_loss(rows.other), worst_log_loss(rows.score)
        measured = _paired(rows, *losses, within, settings.level)
    return _finding("performance.log_loss", settings, measured, rows, {})


def brier(scored: Scored, asked: Parameters, other: Other | None = None) -> Finding:
    """Mean squared distance of probability and outcome, unit score, with an interval.

    The difference is that of the rows' squared errors, paired. Student's t, with few rows of a
    class the interval of a bounded mean (`losses.mean_loss`). Detail: counts, reliability table.
    """
    settings = compared_settings("performance.brier", asked, other, level=defaults.LEVEL)
    rows = _rows(scored, other)
    if rows.other is None:
        measured = brier_mean(rows.yes, rows.score, settings.level)
    else:
        errors = squared_errors(rows.yes, rows.score), squared_errors(rows.yes, rows.other)
        measured = _paired(rows, *errors, (-1.0, 1.0), settings.level)
    table = reliability(rows.yes, rows.score, defaults.BINS)
    return _finding("performance.brier", settings, measured, rows, {"reliability": table})


def calibration_error(scored: Scored, asked: Parameters, other: Other | None = None) -> Finding:
    """Mean distance of forecast and outcome in bins of equal mass, debiased, unit share.

    The difference's interval goes from one's lower end less the other's upper end to the converse,
    each at half the error: it holds at least its level, however the two depend on one another.
    Detail: counts, reliability table.
    """
    settings = compared_settings(
        "performance.calibration_error",
        asked,
        other,
        level=defaults.LEVEL,
        seed=defaults.SEED,
        bins=defaults.BINS,
    )
    rows = _rows(scored, other)
    if rows.other is None:
        measured = _calibration(rows.yes, rows.score, settings, settings.level)
    else:
        each = bonferroni_level(settings.level, 2)
        measured = bonferroni_difference(
            _calibration(rows.yes, rows.score, settings, each),
            _calibration(rows.yes, rows.other, settings, each),
            settings.level,
        )
    table = reliability(rows.yes, rows.score, settings.whole("bins"))
    return _finding(
        "performance.calibration_error", settings, measured, rows, {"reliability": table}
    )


def _rows(scored: Scored, other: Other | None) -> _Rows:
    yes, score = scored.yes, scored.scores
    second = None if other is None else score_of(f"versus.{other.model}", other.score, scored.n)
    order = np.lexsort((yes, score) if second is None else (yes, score, second))
    return _Rows(yes[order], score[order], None if second is None else second[order])


def _finding(
    check: str,
    settings: Settings,
    measured: Measured,
    rows: _Rows,
    detail: Mapping[str, Json],
) -> Finding:
    yes = int(rows.yes.sum())
    counts: Json = {"n": int(rows.yes.size), "yes": yes, "no": int(rows.yes.size) - yes}
    return Finding(check, settings.values, measured, {"counts": counts, **detail})


def _average_precision_difference(yes: Bools, a: Floats, b: Floats) -> float | Undefined:
    first, second = average_precision(yes, a), average_precision(yes, b)
    if isinstance(first, Undefined):
        return first
    return second if isinstance(second, Undefined) else first - second


def _paired(
    rows: _Rows,
    a: Floats | Undefined,
    b: Floats | Undefined,
    within: tuple[float, float],
    level: float,
) -> Measured:
    if isinstance(a, Undefined):
        return a
    if isinstance(b, Undefined):
        return replace(b, reason=f"of the model compared with: {b.reason}")
    return mean_loss(a - b, rarer(rows.yes), within, level, "difference")


def _calibration(yes: Bools, score: Floats, settings: Settings, level: float) -> Measured:
    return calibration_interval(
        yes,
        score,
        settings.whole("bins"),
        level,
        seed=settings.whole("seed"),
        draws=defaults.DRAWS,
    )
