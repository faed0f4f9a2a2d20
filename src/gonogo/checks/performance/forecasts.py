"""How good forecasts are: MASE, coverage and score of intervals; and top-k accuracy.

Rows stand in their order in time: errors that follow one another are alike, so intervals that take
them for independent are too narrow. Of several series, each is one observation, and they are taken
as independent of each other.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from gonogo.checks.findings import parameters as defaults
from gonogo.checks.findings.compared import Other, compared_settings
from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import Settings
from gonogo.checks.inputs.forecasted import Classed, Forecast, Forecasted
from gonogo.core.canonical import Json
from gonogo.core.catalogue import check_spec
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters
from gonogo.stats.arrays import Floats
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Measured, Undefined
from gonogo.stats.forecast_errors import interval_scores, naive_scale
from gonogo.stats.means import Range, mean_t
from gonogo.stats.number_errors import absolute_errors, symmetric_errors
from gonogo.stats.paired import newcombe_paired, pairs_of
from gonogo.stats.proportions import wilson
from gonogo.stats.serial import diebold_mariano, mean_serial, share_of, share_serial

NO_INTERVALS = "no intervals were predicted"
K = 3
"""Classes that may be named where nothing is said."""

Losses = Callable[[Forecasted, Forecast, Settings], Floats | Undefined]
"""The loss of each row, shape (n,)."""


def mase(rows: Forecasted, asked: Parameters, other: tuple[str, Forecast] | None = None) -> Finding:
    """Mean absolute error over that of the seasonal naive forecast in the history, unit share.

    Below 1 it is nearer than saying what was a `season` before, one step ahead. Undefined without
    history. Of several series: the mean of theirs. Difference: Diebold and Mariano's interval.
    """
    return _measured("mase", _scaled, "share", (0.0, np.inf), rows, asked, other, season=1)


def interval_score(
    rows: Forecasted, asked: Parameters, other: tuple[str, Forecast] | None = None
) -> Finding:
    """Mean score of predicted intervals (Winkler), in the target's unit; as `mase` otherwise."""
    return _measured("interval_score", _scores, "target", (0.0, np.inf), rows, asked, other)


def smape(
    rows: Forecasted, asked: Parameters, other: tuple[str, Forecast] | None = None
) -> Finding:
    """Mean of twice the error over the sizes of both, in [0, 2], unit share; as `mase` otherwise.

    Unlike that of independent rows, its interval knows that errors follow one another.
    """
    return _measured("smape", _symmetric, "share", (0.0, 2.0), rows, asked, other)


def mae(rows: Forecasted, asked: Parameters, other: tuple[str, Forecast] | None = None) -> Finding:
    """Mean absolute error, in the target's unit; as `mase` otherwise."""
    return _measured("mae", _absolute, "target", (0.0, np.inf), rows, asked, other)


def interval_coverage(
    rows: Forecasted, asked: Parameters, other: tuple[str, Forecast] | None = None
) -> Finding:
    """Share of truths within the predicted intervals, ends included, unit share.

    To be held against `nominal`, the level they are meant to have. Detail: shares below and above,
    mean width.
    """
    return _measured("interval_coverage", _inside, "share", (0.0, 1.0), rows, asked, other)


def top_k_accuracy(rows: Classed, asked: Parameters, other: Other | None = None) -> Finding:
    """Share of rows whose class is among the `k` highest scores, unit share; difference: paired.

    A class whose score others share stands behind all of them: a tie is no hit by luck.
    """
    check = "performance.top_k_accuracy"
    settings = compared_settings(check, asked, other, level=defaults.LEVEL, k=K)
    k = settings.whole("k")
    if not 1 <= k <= len(rows.classes):
        raise Invalid(field="with.k", value=k, expected=f"1 to {len(rows.classes)} classes")
    hit = _hits(rows, np.asarray(rows.score, dtype=np.float64), k)
    detail: dict[str, Json] = {"n": rows.n, "classes": len(rows.classes)}
    if other is None:
        counts = Counts(int(np.count_nonzero(hit)), rows.n)
        return Finding(check, settings.values, wilson(counts, settings.level), detail)
    second = _hits(rows, rows.held(other.score, f"versus.{other.model}"), k)
    return Finding(
        check, settings.values, newcombe_paired(pairs_of(hit, second), settings.level), detail
    )


def _hits(rows: Classed, score: npt.NDArray[np.float64], k: int) -> npt.NDArray[np.bool_]:
    own = score[np.arange(rows.n), rows.codes]
    hit: npt.NDArray[np.bool_] = np.count_nonzero(score >= own[:, np.newaxis], axis=1) <= k
    return hit


def _measured(
    name: str,
    losses: Losses,
    unit: str,
    within: Range,
    rows: Forecasted,
    asked: Parameters,
    other: tuple[str, Forecast] | None,
    **wanted: float,
) -> Finding:
    check = f"performance.{name}"
    given = None if other is None else Other(other[0], ())
    known = {parameter.name for parameter in check_spec(check).parameters}
    if "nominal" in known:
        wanted["nominal"] = rows.nominal
    if "horizon" in known:
        wanted["horizon"] = 1
    settings = compared_settings(check, asked, given, level=defaults.LEVEL, **wanted)
    for parameter in ("horizon", "season"):
        said = settings.find(parameter)
        if said is not None and int(said) < 1:
            raise Invalid(field=f"with.{parameter}", value=said, expected="1 or more")
    if "nominal" in known and settings.number("nominal") != rows.nominal:
        raise Invalid(
            field="with.nominal",
            value=settings.number("nominal"),
            expected=f"the level of the predicted intervals, {rows.nominal:g}",
        )
    found = losses(rows, rows.forecast, settings)
    if other is None:
        measured = _alone(found, rows, settings, unit, within, share=name == "interval_coverage")
    else:
        second = losses(rows, other[1].held_to(f"versus.{other[0]}", rows.n), settings)
        measured = _compared(found, second, rows, settings)
    return Finding(check, settings.values, measured, _detail(rows))


def _alone(
    found: Floats | Undefined,
    rows: Forecasted,
    settings: Settings,
    unit: str,
    within: Range,
    *,
    share: bool,
) -> Measured:
    if isinstance(found, Undefined):
        return found
    means = _by_series(found, rows)
    if share and means.size == 1:
        return share_serial(found == 1, settings.level)
    if share and means.size > 1:
        return _share_of_series(found, rows, means, settings.level)
    if means.size > 1:
        return mean_t(means, settings.level, unit, within=within)
    return mean_serial(found, settings.level, unit, within=within)


def _share_of_series(found: Floats, rows: Forecasted, means: Floats, level: float) -> Measured:
    """The share over all rows, by how much the series' own shares differ."""
    yes = found == 1
    if yes.all() or not yes.any():
        return share_of(yes, None, 1, level)
    _, sizes = np.unique(rows.names, return_counts=True)
    weights, share = sizes / sizes.sum(), float(yes.mean())
    series = means.size
    variance = float(np.square(weights * (means - share)).sum()) * series / (series - 1)
    return share_of(yes, variance, series - 1, level)


def _compared(
    a: Floats | Undefined, b: Floats | Undefined, rows: Forecasted, settings: Settings
) -> Measured:
    if isinstance(a, Undefined):
        return a
    if isinstance(b, Undefined):
        return b
    means = _by_series(a - b, rows)
    if means.size > 1:
        return mean_t(means, settings.level, "difference")
    horizon = settings.find("horizon")
    return diebold_mariano(a - b, 1 if horizon is None else int(horizon), settings.level)


def _by_series(values: Floats, rows: Forecasted) -> Floats:
    """The mean of each series, shape (series,)."""
    _, codes = np.unique(rows.names.astype(str), return_inverse=True)
    if not codes.size:
        return np.empty(0)
    found: Floats = np.bincount(codes, weights=values) / np.bincount(codes)
    return found


def _scaled(rows: Forecasted, forecast: Forecast, settings: Settings) -> Floats | Undefined:
    missed = np.abs(np.asarray(forecast.prediction, dtype=np.float64) - rows.truths)
    if not rows.n:
        return Undefined("no observations", n=0)
    scales = np.empty(rows.n)
    for name in dict.fromkeys(rows.names):
        scale = naive_scale(rows.history_of(name), settings.whole("season"))
        if isinstance(scale, Undefined):
            of = f"series {name}: " if name else ""
            return Undefined(f"{of}{scale.reason}", n=rows.n)
        scales[rows.names == name] = scale
    found: Floats = missed / scales
    return found


def _symmetric(rows: Forecasted, forecast: Forecast, _: Settings) -> Floats | Undefined:
    return symmetric_errors(rows.truths, np.asarray(forecast.prediction, dtype=np.float64))


def _absolute(rows: Forecasted, forecast: Forecast, _: Settings) -> Floats | Undefined:
    return absolute_errors(rows.truths, np.asarray(forecast.prediction, dtype=np.float64))


def _scores(rows: Forecasted, forecast: Forecast, _: Settings) -> Floats | Undefined:
    ends = _ends(rows, forecast)
    if isinstance(ends, Undefined):
        return ends
    return interval_scores(rows.truths, *ends, rows.nominal)


def _inside(rows: Forecasted, forecast: Forecast, _: Settings) -> Floats | Undefined:
    ends = _ends(rows, forecast)
    if isinstance(ends, Undefined):
        return ends
    return ((ends[0] <= rows.truths) & (rows.truths <= ends[1])).astype(np.float64)


def _ends(rows: Forecasted, forecast: Forecast) -> tuple[Floats, Floats] | Undefined:
    if not rows.n:
        return Undefined("no observations", n=0)
    if forecast.low is None or forecast.high is None:
        return Undefined(NO_INTERVALS, n=rows.n)
    low, high = (np.asarray(end, dtype=np.float64) for end in (forecast.low, forecast.high))
    return low, high


def _detail(rows: Forecasted) -> dict[str, Json]:
    detail: dict[str, Json] = {"n": rows.n, "series": len(set(rows.names))}
    ends = _ends(rows, rows.forecast)
    if not isinstance(ends, Undefined):
        detail |= {
            "below": float((rows.truths < ends[0]).mean()),
            "above": float((rows.truths > ends[1]).mean()),
            "mean_width": float((ends[1] - ends[0]).mean()),
        }
    return detail
