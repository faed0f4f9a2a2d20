"""The operations checks of a stored model: what it takes to serve its files to some rows."""

from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

from gonogo.checks import operations
from gonogo.checks.finding import Finding
from gonogo.checks.predictors.load import load_predictor
from gonogo.checks.predictors.predictor import Predictor

if TYPE_CHECKING:
    import pandas as pd

TIMED_ROWS = 200
"""Rows that single predictions are timed on, over and over."""
LATENCY = "operations.latency_p99_ms"
"""The one that is measured where nothing is asked for by name."""
SINGLE: dict[str, Callable[..., Finding]] = {
    LATENCY: operations.latency_p99_ms,
    "operations.latency_p95_ms": operations.latency_p95_ms,
    "operations.latency_p50_ms": operations.latency_p50_ms,
}
"""What is timed one row at a time."""
BATCHED: dict[str, Callable[..., Finding]] = {
    "operations.throughput_per_s": operations.throughput_per_s,
    "operations.cost_per_thousand": operations.cost_per_thousand,
    "operations.energy_per_million_wh": operations.energy_per_million_wh,
}
"""What is timed in batches."""
START = "operations.cold_start_ms"
SIZE = "operations.model_size_bytes"
OPERATIONS: dict[str, Callable[..., Finding]] = {
    **SINGLE,
    **BATCHED,
    START: operations.cold_start_ms,
    SIZE: operations.model_size_bytes,
}
"""Every operations check, by its name."""
STATED = frozenset({"operations.cost_per_thousand", "operations.energy_per_million_wh"})
"""Those that need a price or a power to be stated, which no model file tells."""


def serving_findings(
    predictor: Predictor,
    folder: Path,
    frame: "pd.DataFrame",
    checks: Collection[str],
    level: float,
) -> list[Finding]:
    """What serving the model in `folder`, loaded as `predictor`, takes, by the checks named.

    Names of other checks are left out, as are those of `STATED`. Without names: the latency alone.
    """
    wanted = [name for name in OPERATIONS if name in (checks or (LATENCY,)) and name not in STATED]
    return [_measured(name, predictor, folder, frame, level) for name in wanted]


def _measured(
    name: str, predictor: Predictor, folder: Path, frame: "pd.DataFrame", level: float
) -> Finding:
    if name in SINGLE:
        singles = [frame.iloc[[at]] for at in range(min(TIMED_ROWS, len(frame)))]
        return SINGLE[name](predictor.predict_score, singles, {"level": level})
    if name in BATCHED:
        return BATCHED[name](predictor.predict_score, frame, {"level": level})
    if name == START:
        one = frame.iloc[:1]
        return operations.cold_start_ms(
            lambda: load_predictor(folder).predict_score(one), {"level": level}
        )
    files = [path for path in folder.rglob("*") if path.is_file()]
    sizes = {str(path.relative_to(folder)): path.stat().st_size for path in files}
    return operations.model_size_bytes(sizes, {})
