"""The operations checks of a stored model: what it takes to serve its files to some rows."""

from collections.abc import Callable
from functools import partial

from gonogo.checks.findings.finding import Finding
from gonogo.checks.operations import carbon, memory, timing
from gonogo.checks.predictors.load import load_predictor
from gonogo.checks.under_test import UnderTest
from gonogo.core.evidence import Parameters

TIMED_ROWS = 200
"""Rows that single predictions are timed on, over and over."""
LATENCY = "operations.latency_p99_ms"
"""The one that is measured where nothing is asked for by name."""
SINGLE: dict[str, Callable[..., Finding]] = {
    f"operations.latency_p{percent}_ms": partial(timing.latency_ms, percent=percent)
    for percent in (99, 95, 50)
}
"""What is timed one row at a time."""
BATCHED: dict[str, Callable[..., Finding]] = {
    "operations.throughput_per_s": timing.throughput_per_s,
    "operations.cost_per_thousand": timing.cost_per_thousand,
    "operations.energy_per_million_wh": timing.energy_per_million_wh,
    carbon.PER_MILLION: carbon.carbon_per_million_g,
}
"""What is timed in batches."""
START = "operations.cold_start_ms"
SIZE = "operations.model_size_bytes"
OPERATIONS: dict[str, Callable[..., Finding]] = {
    **SINGLE,
    **BATCHED,
    START: timing.cold_start_ms,
    memory.CHECK: memory.peak_memory_bytes,
    SIZE: timing.model_size_bytes,
}
"""Every operations check, by its name."""
STATED = frozenset(
    {"operations.cost_per_thousand", "operations.energy_per_million_wh", carbon.PER_MILLION}
)
"""Those that need a price or a power to be stated, which no model file tells."""


def _timed_single(name: str, under: UnderTest, asked: Parameters) -> Finding:
    rows = under.rows
    singles = [rows.iloc[[at]] for at in range(min(TIMED_ROWS, len(rows)))]
    return SINGLE[name](under.model.ask, singles, asked)


def _timed_batched(name: str, under: UnderTest, asked: Parameters) -> Finding:
    return BATCHED[name](under.model.ask, under.rows, asked)


def _cold_start(under: UnderTest, asked: Parameters) -> Finding:
    one, folder = under.rows.iloc[:1], under.files.folder
    return timing.cold_start_ms(lambda: load_predictor(folder).predict_outputs(one), asked)


def _memory(under: UnderTest, asked: Parameters) -> Finding:
    return memory.peak_memory_bytes(
        under.files.folder, under.rows[list(under.model.features)], asked
    )


def _size(under: UnderTest, asked: Parameters) -> Finding:
    folder = under.files.folder
    files = [path for path in folder.rglob("*") if path.is_file()]
    sizes = {path.relative_to(folder).as_posix(): path.stat().st_size for path in files}
    return timing.model_size_bytes(sizes, asked)


SERVING: dict[str, Callable[[UnderTest, Parameters], Finding]] = {
    **{name: partial(_timed_single, name) for name in SINGLE},
    **{name: partial(_timed_batched, name) for name in BATCHED},
    START: _cold_start,
    memory.CHECK: _memory,
    SIZE: _size,
}
"""Check by check, what serving a model under test to its rows takes."""
