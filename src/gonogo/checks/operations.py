"""How a model behaves when it is used: the time a single prediction takes."""

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gonogo.checks import parameters as defaults
from gonogo.checks.finding import Finding
from gonogo.checks.parameters import settle_parameters
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters
from gonogo.stats.estimate import Undefined
from gonogo.stats.quantiles import quantile_interval

WARM_UP = 20
"""Predictions made before timing starts: the first ones load code and fill caches."""


def latency_p99_ms(
    predict_one: Callable[[Any], object],
    rows: Sequence[Any],
    asked: Parameters,
    *,
    warm_up: int = WARM_UP,
    stopwatch: Callable[[], float] = time.perf_counter,
) -> Finding:
    """99th percentile of the time of one prediction, unit ms, between order statistics.

    `predict_one` is called with one of `rows` after another, over and over until `requests` were
    timed, one at a time, by `stopwatch` in seconds. The first `warm_up` calls are not counted. The
    interval takes the times for independent; what else the machine did at that time is in them.
    `Undefined` without rows; raises `Invalid` where the stopwatch ran backwards. Detail: warm_up,
    median, mean, largest.

    >>> ticks = iter(range(1000))
    >>> found = latency_p99_ms(
    ...     str, ["row"], {"requests": 400}, warm_up=0, stopwatch=lambda: next(ticks)
    ... )
    >>> found.measured.value, found.measured.high
    (1000.0, 1000.0)
    """
    check = "operations.latency_p99_ms"
    settings = settle_parameters(check, asked, level=defaults.LEVEL, requests=defaults.REQUESTS)
    if not len(rows):
        return Finding(check, settings.values, Undefined("no observations", n=0))
    for request in range(warm_up):
        predict_one(rows[request % len(rows)])
    taken = np.empty(settings.whole("requests"))
    for request in range(taken.size):
        row = rows[request % len(rows)]
        start = stopwatch()
        predict_one(row)
        taken[request] = 1000 * (stopwatch() - start)
    if taken.min() < 0:
        raise Invalid(field="stopwatch", value=float(taken.min()), expected="a time that grows")
    measured = quantile_interval(taken, 0.99, settings.level, "ms")
    return Finding(
        check,
        settings.values,
        measured,
        {
            "warm_up": warm_up,
            "median": float(np.median(taken)),
            "mean": float(taken.mean()),
            "largest": float(taken.max()),
        },
    )
