"""Measuring predicted numbers, and rankings: the one entry for each, as `measure_model`'s."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import numpy.typing as npt

from gonogo.checks.findings import parameters as defaults
from gonogo.checks.findings.compared import Other
from gonogo.checks.findings.finding import Asked, Finding
from gonogo.checks.inputs.predicted import Predicted, Ranked
from gonogo.checks.performance import ranking, regression
from gonogo.core.catalogue import check_spec
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters

Rows = TypeVar("Rows")
Versus = Mapping[str, npt.ArrayLike] | None
"""What other models say of the same rows, by address."""

NUMBERS: dict[str, Callable[[Predicted, Parameters, Other | None], Finding]] = {
    "performance.mae": regression.mae,
    "performance.rmse": regression.rmse,
    "performance.r2": regression.r2,
    "performance.mape": regression.mape,
    "performance.smape": regression.smape,
    "performance.pinball": regression.pinball,
}
"""What is read from numbers and predictions of them."""
RANKINGS: dict[str, Callable[[Ranked, Parameters, Other | None], Finding]] = {
    "performance.ndcg": ranking.ndcg,
    "performance.recall_at_k": ranking.recall_at_k,
    "performance.mean_average_precision": ranking.mean_average_precision,
}
"""What is read from relevances, scores and queries."""
SEEDED_NUMBERS = frozenset({"performance.rmse", "performance.r2"})
"""Those whose interval is drawn, so that a seed has a say."""


def measure_numbers(
    rows: Predicted,
    *,
    checks: Sequence[Asked] | None = None,
    versus: Versus = None,
    level: float = defaults.LEVEL,
    seed: int = defaults.SEED,
) -> list[Finding]:
    """What predictions of numbers show by `checks`, in their order; without them by all.

    All there are: each check of `NUMBERS`, alone and against each model of `versus`. Raises
    `Invalid` as `measure_model`.

    >>> found = measure_numbers(Predicted([1, 2, 4], [1, 3, 6]), checks=[Asked("performance.mae")])
    >>> found[0].measured.value
    1.0
    """
    return _measured(NUMBERS, "numbers", rows, checks, versus or {}, level, seed)


def measure_ranking(
    rows: Ranked,
    *,
    checks: Sequence[Asked] | None = None,
    versus: Versus = None,
    level: float = defaults.LEVEL,
    seed: int = defaults.SEED,
) -> list[Finding]:
    """What a ranking of queries' items shows by `checks`, as `measure_numbers`.

    >>> rows = Ranked([1, 0, 0, 1], [0.9, 0.1, 0.8, 0.3], ["a", "a", "b", "b"])
    >>> asked = Asked("performance.mean_average_precision")
    >>> measure_ranking(rows, checks=[asked])[0].measured.value
    0.75
    """
    return _measured(RANKINGS, "rankings", rows, checks, versus or {}, level, seed)


def _measured(
    table: Mapping[str, Callable[[Rows, Parameters, Other | None], Finding]],
    read: str,
    rows: Rows,
    checks: Sequence[Asked] | None,
    versus: Mapping[str, npt.ArrayLike],
    level: float,
    seed: int,
) -> list[Finding]:
    if checks is None:
        checks = [
            *(Asked(check) for check in table),
            *(Asked(check, {"versus": model}) for model in versus for check in table),
        ]
    found = []
    for asked in checks:
        check = table.get(check_spec(asked.check).name)
        if check is None:
            known = ", ".join(table)
            raise Invalid(
                field="check", value=asked.check, expected=f"one that is read from {read}: {known}"
            )
        given: Parameters = {"level": level, **asked.parameters}
        if asked.check in SEEDED_NUMBERS:
            given = {"seed": seed, **given}
        found.append(check(rows, given, _other(asked, versus)))
    return found


def _other(asked: Asked, versus: Mapping[str, npt.ArrayLike]) -> Other | None:
    if "versus" not in asked.parameters:
        return None
    model = str(asked.parameters["versus"])
    if model not in versus:
        known = ", ".join(versus) or "none was handed in"
        raise Invalid(field="with.versus", value=model, expected=f"one of: {known}")
    return Other(model, versus[model])
