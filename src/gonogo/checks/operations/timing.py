"""How a model behaves when it is used: the time single predictions, batches and starts take."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from gonogo.checks.findings import parameters as defaults
from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import Settings, settle_parameters
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters
from gonogo.stats.arrays import Floats
from gonogo.stats.estimate import Estimate, Measured, Undefined, exact
from gonogo.stats.quantiles import quantile_interval

WARM_UP = 20
"""Predictions made before timing starts: the first ones load code and fill caches."""
ROWS, BATCHES, STARTS = 1000, 50, 20
"""Rows of a batch, batches and starts to be timed; from 6 on, a median's 95 % interval closes."""

Stopwatch = Callable[[], float]
"""Seconds since some moment."""


def latency_ms(
    predict_one: Callable[[Any], object],
    rows: Sequence[Any],
    asked: Parameters,
    *,
    percent: int = 99,
    warm_up: int = WARM_UP,
    stopwatch: Stopwatch = time.perf_counter,
) -> Finding:
    """A percentile of the time of one prediction, unit ms, between order statistics.

    `predict_one` is called with one of `rows` after another, over and over until `requests` were
    timed, one at a time, by `stopwatch` in seconds. The first `warm_up` calls are not counted. The
    interval takes the times for independent; what else the machine did at that time is in them.
    `Undefined` without rows; raises `Invalid` where the stopwatch ran backwards. Detail: warm_up,
    median, mean, largest.

    >>> ticks = iter(range(1000))
    >>> found = latency_ms(
    ...     str, ["row"], {"requests": 400}, warm_up=0, stopwatch=lambda: next(ticks)
    ... )
    >>> found.check, found.measured.value, found.measured.high
    ('operations.latency_p99_ms', 1000.0, 1000.0)
    """
    check = f"operations.latency_p{percent}_ms"
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
    measured = quantile_interval(_forward(taken), percent / 100, settings.level, "ms")
    detail: dict[str, Json] = {
        "warm_up": warm_up,
        "median": float(np.median(taken)),
        "mean": float(taken.mean()),
        "largest": float(taken.max()),
    }
    return Finding(check, settings.values, measured, detail)


def throughput_per_s(
    predict: Callable[[Any], object],
    frame: Any,
    asked: Parameters,
    *,
    stopwatch: Stopwatch = time.perf_counter,
) -> Finding:
    """Rows predicted in a second, unit rows/s: the median over batches, between order statistics.

    `predict` is called with batches of `rows` rows of `frame`, a data frame, taken over and over,
    one batch at a time in one process; the first one is not timed. `Undefined` without rows, and
    where a batch takes no time that the stopwatch can tell. Detail: seconds of the quickest, the
    median and the slowest batch.
    """
    check = "operations.throughput_per_s"
    settings = _batch_settings(check, asked)
    measured, detail = _throughput(predict, frame, settings, stopwatch)
    return Finding(check, settings.values, measured, detail)


def cost_per_thousand(
    predict: Callable[[Any], object],
    frame: Any,
    asked: Parameters,
    *,
    stopwatch: Stopwatch = time.perf_counter,
) -> Finding:
    """Price of a thousand predictions in batches, in the unit of `price_per_hour`.

    The machine is taken to be busy all the time: one that waits costs more for each prediction.
    The interval is that of `throughput_per_s`, carried over. Detail: rows a second, batches.
    """
    return _per_row("operations.cost_per_thousand", predict, frame, asked, stopwatch)


def energy_per_million_wh(
    predict: Callable[[Any], object],
    frame: Any,
    asked: Parameters,
    *,
    stopwatch: Stopwatch = time.perf_counter,
) -> Finding:
    """Energy of a million predictions in batches, unit Wh, estimated from the stated `watts`.

    Nothing is read from a meter: it is the power that was stated, for the time that was measured.
    The interval tells how sure the time is, not the power. Detail: rows a second, batches.
    """
    return _per_row("operations.energy_per_million_wh", predict, frame, asked, stopwatch)


def cold_start_ms(
    start: Callable[[], object],
    asked: Parameters,
    *,
    stopwatch: Stopwatch = time.perf_counter,
) -> Finding:
    """Median time of `start`, unit ms, which loads the model and predicts one row.

    The process runs already and its libraries are loaded: one call comes before the timed ones.
    What comes on top in a new container is not in it. Detail: quickest and slowest.
    """
    check = "operations.cold_start_ms"
    settings = settle_parameters(check, asked, level=defaults.LEVEL, starts=STARTS)
    _at_least_one(settings, "starts")
    start()
    taken = np.array([_seconds(start, stopwatch) for _ in range(settings.whole("starts"))])
    measured = quantile_interval(1000 * _forward(taken), 0.5, settings.level, "ms")
    detail: dict[str, Json] = {
        "quickest": 1000 * float(taken.min()),
        "slowest": 1000 * float(taken.max()),
    }
    return Finding(check, settings.values, measured, detail)


def model_size_bytes(sizes: Mapping[str, int], asked: Parameters) -> Finding:
    """Bytes of the model's files, unit bytes, counted; `sizes` by path. Detail: each file.

    >>> model_size_bytes({"model.txt": 1200, "MLmodel": 300}, {}).measured.value
    1500.0
    """
    check = "operations.model_size_bytes"
    settings = settle_parameters(check, asked)
    if not sizes:
        return Finding(check, settings.values, Undefined("no files", n=0))
    least = min(sizes.values())
    if least < 0:
        raise Invalid(field="files", value=least, expected="sizes of 0 bytes or more")
    measured = exact(sum(sizes.values()), n=len(sizes), unit="bytes", of="the model's files")
    files: list[Json] = [{"path": path, "size": sizes[path]} for path in sorted(sizes)]
    return Finding(check, settings.values, measured, {"files": files})


def _batch_settings(check: str, asked: Parameters) -> Settings:
    wanted = {"level": defaults.LEVEL, "rows": ROWS, "batches": BATCHES}
    settings = settle_parameters(check, asked, **wanted)
    _at_least_one(settings, "rows", "batches")
    return settings


def _per_row(
    check: str,
    predict: Callable[[Any], object],
    frame: Any,
    asked: Parameters,
    stopwatch: Stopwatch,
) -> Finding:
    """A price or an energy: what an hour costs or takes, over the rows that an hour predicts."""
    settings = _batch_settings(check, asked)
    if check == "operations.cost_per_thousand":
        stated, factor, unit = "price_per_hour", 1000 / 3600, "price"
    else:
        stated, factor, unit = "watts", 1_000_000 / 3600, "Wh"
    each = settings.number(stated)
    if not 0 < each < 1e100:
        raise Invalid(field=f"with.{stated}", value=each, expected="a number above 0")
    rate, detail = _throughput(predict, frame, settings, stopwatch)
    if isinstance(rate, Undefined):
        return Finding(check, settings.values, rate, detail)
    measured = replace(
        rate,
        value=each * factor / rate.value,
        low=each * factor / rate.high,
        # A rate about which too few batches say nothing downwards may cost any amount.
        high=each * factor / rate.low if rate.low > 0 else float("inf"),
        unit=unit,
        method=f"{rate.method}, at the stated {stated}",
    )
    return Finding(check, settings.values, measured, {**detail, "rows_per_s": rate.value})


def _throughput(
    predict: Callable[[Any], object], frame: Any, settings: Settings, stopwatch: Stopwatch
) -> tuple[Measured, dict[str, Json]]:
    if not len(frame):
        return Undefined("no observations", n=0), {}
    rows = settings.whole("rows")
    batch = frame.iloc[np.arange(rows) % len(frame)]
    predict(batch)
    times = settings.whole("batches")
    taken = _forward(np.array([_seconds(lambda: predict(batch), stopwatch) for _ in range(times)]))
    detail: dict[str, Json] = {
        "quickest_s": float(taken.min()),
        "median_s": float(np.median(taken)),
        "slowest_s": float(taken.max()),
    }
    if taken.min() == 0:
        return Undefined("a batch took no time that can be told: ask for more rows", times), detail
    found = quantile_interval(rows / taken, 0.5, settings.level, "rows/s")
    if isinstance(found, Estimate):
        found = replace(found, low=max(found.low, 0.0))
    return found, detail


def _seconds(act: Callable[[], object], stopwatch: Stopwatch) -> float:
    start = stopwatch()
    act()
    return stopwatch() - start


def _forward(taken: Floats) -> Floats:
    if taken.min() < 0:
        raise Invalid(field="stopwatch", value=float(taken.min()), expected="a time that grows")
    return taken


def _at_least_one(settings: Settings, *names: str) -> None:
    for name in names:
        if settings.whole(name) < 1:
            raise Invalid(
                field=f"with.{name}", value=settings.whole(name), expected="a whole number from 1"
            )
