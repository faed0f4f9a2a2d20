"""How far predicted numbers lie from the truth: MAE, RMSE, R², MAPE, pinball loss.

Every check takes the rows and, for a comparison, other predictions of the same rows: the
measurement is then this model's number minus the other's, paired by row. Rows are put into an order
of their own first, so their order changes no number.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from gonogo.checks.findings import parameters as defaults
from gonogo.checks.findings.compared import Other, compared_settings
from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import Settings
from gonogo.checks.inputs.predicted import Predicted
from gonogo.checks.inputs.scored import score_of
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters
from gonogo.stats.arrays import Floats
from gonogo.stats.bootstrap import bootstrap
from gonogo.stats.estimate import Measured, Undefined
from gonogo.stats.means import mean_t
from gonogo.stats.number_errors import (
    absolute_errors,
    mean_loss,
    pinball_losses,
    r2_of,
    relative_errors,
    rmse_of,
    symmetric_errors,
)

Losses = Callable[[Floats, Floats], Floats | Undefined]
"""Takes truths and predictions, gives the loss of each row."""
OfRows = Callable[[Floats, Floats], Floats]
"""Takes truths and predictions of shape (b, n), gives a number of each of b."""


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Truths and predictions in an order that depends on their values alone."""

    truth: Floats
    predicted: Floats
    other: Floats | None


def mae(rows: Predicted, asked: Parameters, other: Other | None = None) -> Finding:
    """Mean absolute error, in the target's unit, with Student's t interval; difference: paired."""
    return _mean("mae", absolute_errors, "target", rows, asked, other)


def mape(rows: Predicted, asked: Parameters, other: Other | None = None) -> Finding:
    """Mean absolute error as a share of the truth, with Student's t interval; difference: paired.

    Undefined where a truth is 0. It weighs errors of small truths most and favours predicting low.
    """
    return _mean("mape", relative_errors, "share", rows, asked, other)


def smape(rows: Predicted, asked: Parameters, other: Other | None = None) -> Finding:
    """Mean of twice the error over the sizes of both, in [0, 2], unit share, with a t interval.

    Defined where truths are 0, unlike `mape`. Rows must be independent: one forecast of each of
    many series, not many of one.
    """
    return _mean("smape", symmetric_errors, "share", rows, asked, other)


def pinball(rows: Predicted, asked: Parameters, other: Other | None = None) -> Finding:
    """Mean pinball loss of a predicted `quantile`, in the target's unit, with a t interval.

    Without `quantile` it is that of the median, half the mean absolute error.
    """
    given = asked.get("quantile", 0.5)
    quantile = float(given) if isinstance(given, int | float) else given
    if isinstance(given, bool) or not isinstance(quantile, float) or not 0 < quantile < 1:
        raise Invalid(field="with.quantile", value=given, expected="a number between 0 and 1")

    def losses(truth: Floats, predicted: Floats) -> Floats | Undefined:
        return pinball_losses(truth, predicted, quantile)

    return _mean("pinball", losses, "target", rows, asked, other, quantile=quantile)


def rmse(rows: Predicted, asked: Parameters, other: Other | None = None) -> Finding:
    """Root of the mean squared error, in the target's unit, with a BCa bootstrap interval."""
    return _drawn("rmse", rmse_of, "target", rows, asked, other)


def r2(rows: Predicted, asked: Parameters, other: Other | None = None) -> Finding:
    """Share of the truths' variance that is explained, with a BCa bootstrap interval.

    Below 0 where always saying the mean would be better; undefined where all truths are equal.
    """
    return _drawn("r2", r2_of, "share", rows, asked, other)


def _mean(
    name: str,
    losses: Losses,
    unit: str,
    predicted: Predicted,
    asked: Parameters,
    other: Other | None,
    **wanted: float,
) -> Finding:
    check = f"performance.{name}"
    settings = compared_settings(check, asked, other, level=defaults.LEVEL, **wanted)
    rows = _ordered(predicted, other)
    found = losses(rows.truth, rows.predicted)
    if rows.other is None:
        measured = mean_loss(found, settings.level, unit)
    else:
        measured = _paired(found, losses(rows.truth, rows.other), settings.level)
    return _finding(check, settings, measured, rows)


def _drawn(
    name: str,
    of: OfRows,
    unit: str,
    predicted: Predicted,
    asked: Parameters,
    other: Other | None,
) -> Finding:
    check = f"performance.{name}"
    settings = compared_settings(
        check,
        asked,
        other,
        level=defaults.LEVEL,
        seed=defaults.SEED,
        resamples=defaults.RESAMPLES,
    )
    rows = _ordered(predicted, other)

    def difference(truth: Floats, first: Floats, second: Floats) -> Floats:
        # Where both are too large to be squared, their difference is no number.
        with np.errstate(invalid="ignore"):
            return of(truth, first) - of(truth, second)

    data: tuple[npt.NDArray[np.float64], ...] = (rows.truth, rows.predicted)
    measured = bootstrap(
        of if rows.other is None else difference,
        data if rows.other is None else (*data, rows.other),
        settings.level,
        settings.whole("seed"),
        settings.whole("resamples"),
        unit=unit if rows.other is None else "difference",
        vectorised=True,
    )
    if isinstance(measured, Undefined) and rows.truth.size > 1:
        measured = replace(measured, reason=_why(rows, measured.reason))
    return _finding(check, settings, measured, rows)


def _why(rows: _Rows, reason: str) -> str:
    if np.ptp(rows.truth) == 0 and "undefined" in reason:
        return "all truths are equal: there is no variance to explain"
    return "values too large to be squared" if "undefined" in reason else reason


def _paired(a: Floats | Undefined, b: Floats | Undefined, level: float) -> Measured:
    if isinstance(a, Undefined):
        return a
    return b if isinstance(b, Undefined) else mean_t(a - b, level, "difference")


def _ordered(predicted: Predicted, other: Other | None) -> _Rows:
    truth, first = predicted.truths, predicted.predictions
    if other is None:
        order = np.lexsort((truth, first))
        return _Rows(truth[order], first[order], None)
    second = score_of(f"versus.{other.model}", other.score, predicted.n)
    order = np.lexsort((truth, first, second))
    return _Rows(truth[order], first[order], second[order])


def _finding(check: str, settings: Settings, measured: Measured, rows: _Rows) -> Finding:
    detail: dict[str, Json] = {"n": int(rows.truth.size)}
    if rows.truth.size:
        away = rows.predicted - rows.truth
        # What a reader needs to know what an error of that size is.
        detail |= {
            "mean_truth": float(rows.truth.mean()),
            "mean_error": float(away.mean()),
            "largest_error": float(np.abs(away).max()),
        }
    return Finding(check, settings.values, measured, detail)
