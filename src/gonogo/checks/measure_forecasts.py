"""Measuring forecasts, and rows of several classes: one entry for each, as `measure_model`'s."""

from collections.abc import Callable, Mapping, Sequence

import numpy.typing as npt

from gonogo.checks.findings import parameters as defaults
from gonogo.checks.findings.compared import Other
from gonogo.checks.findings.finding import Asked, Finding
from gonogo.checks.inputs.forecasted import Classed, Forecast, Forecasted
from gonogo.checks.performance import forecasts
from gonogo.core.catalogue import check_spec
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters

FORECASTS: dict[str, Callable[[Forecasted, Parameters, tuple[str, Forecast] | None], Finding]] = {
    "performance.mase": forecasts.mase,
    "performance.smape": forecasts.smape,
    "performance.mae": forecasts.mae,
    "performance.interval_coverage": forecasts.interval_coverage,
    "performance.interval_score": forecasts.interval_score,
}
"""What is read from truths in time and forecasts of them."""
CLASSES: dict[str, Callable[[Classed, Parameters, Other | None], Finding]] = {
    "performance.top_k_accuracy": forecasts.top_k_accuracy,
}
"""What is read from classes and scores of each."""


def measure_forecasts(
    rows: Forecasted,
    *,
    checks: Sequence[Asked] | None = None,
    versus: Mapping[str, Forecast] | None = None,
    level: float = defaults.LEVEL,
) -> list[Finding]:
    """What forecasts show by `checks`, in their order; without them by all.

    All there are: each check of `FORECASTS`, alone and against each forecast of `versus`, which
    holds other models' forecasts of the same rows by address. Raises `Invalid` as `measure_model`.

    >>> rows = Forecasted([3, 5], Forecast([4, 4]), history=[1, 2, 4])
    >>> measure_forecasts(rows, checks=[Asked("performance.mase")])[0].parameters["season"]
    1
    """
    others = versus or {}
    if checks is None:
        checks = [
            *(Asked(check) for check in FORECASTS),
            *(Asked(check, {"versus": model}) for model in others for check in FORECASTS),
        ]
    found = []
    for asked in checks:
        check = _known(asked, FORECASTS, "forecasts")
        model = _model(asked, others)
        other = None if model is None else (model, others[model])
        found.append(check(rows, {"level": level, **asked.parameters}, other))
    return found


def measure_classes(
    rows: Classed,
    *,
    checks: Sequence[Asked] | None = None,
    versus: Mapping[str, npt.ArrayLike] | None = None,
    level: float = defaults.LEVEL,
) -> list[Finding]:
    """What scores of several classes show by `checks`, as `measure_forecasts`.

    >>> rows = Classed(["a", "b"], [[0.9, 0.1], [0.6, 0.4]], ["a", "b"])
    >>> measure_classes(rows, checks=[Asked("performance.top_k_accuracy", {"k": 1})])[
    ...     0
    ... ].measured.value
    0.5
    """
    others = versus or {}
    if checks is None:
        k = min(forecasts.K, len(rows.classes))
        checks = [
            *(Asked(check, {"k": k}) for check in CLASSES),
            *(Asked(check, {"k": k, "versus": model}) for model in others for check in CLASSES),
        ]
    found = []
    for asked in checks:
        check = _known(asked, CLASSES, "classes")
        model = _model(asked, others)
        other = None if model is None else Other(model, others[model])
        found.append(check(rows, {"level": level, **asked.parameters}, other))
    return found


def _known(
    asked: Asked, table: Mapping[str, Callable[..., Finding]], read: str
) -> Callable[..., Finding]:
    check = table.get(check_spec(asked.check).name)
    if check is None:
        raise Invalid(
            field="check",
            value=asked.check,
            expected=f"one that is read from {read}: {', '.join(table)}",
        )
    return check


def _model(asked: Asked, others: Mapping[str, object]) -> str | None:
    if "versus" not in asked.parameters:
        return None
    model = str(asked.parameters["versus"])
    if model not in others:
        known = ", ".join(others) or "none was handed in"
        raise Invalid(field="with.versus", value=model, expected=f"one of: {known}")
    return model
