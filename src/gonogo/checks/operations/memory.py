"""How much memory a stored model takes while it predicts, in processes that do nothing else."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from gonogo.checks.findings import parameters as defaults
from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import settle_parameters
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid, Unavailable
from gonogo.core.evidence import Parameters
from gonogo.stats.estimate import Undefined
from gonogo.stats.quantiles import quantile_interval

if TYPE_CHECKING:
    import pandas as pd

CHECK = "operations.peak_memory_bytes"
STARTS = 6
"""Processes; from 6 on, a median's 95 % interval closes."""
ROWS = 1000
"""Rows that are predicted at once."""
BATCHES = 3
"""Batches that each process predicts: the first one fills what is kept, the others may add."""
SECONDS = 120
"""How long one process may take."""
AT_ONCE = 2
"""Processes that run at the same time, where there are as many processors: none reads another's
memory, and most of their time goes into starting."""
MOST = {"rows": 1_000_000, "starts": 100}
"""The most rows of a batch, and the most processes, that may be asked for."""

Child = Callable[[Path, Path, int, int], dict[str, int | None]]
"""Takes the model's folder, a Parquet file, rows and batches; tells before, loaded and peak."""


def peak_memory_bytes(
    folder: Path, frame: "pd.DataFrame", asked: Parameters, *, child: Child | None = None
) -> Finding:
    """Peak resident memory of a process that loads the model in `folder` and predicts, unit bytes.

    The median over `starts` fresh processes, each of which loads the model (its own code is never
    run) and predicts batches of `rows` rows of `frame`, taken over and over; between order
    statistics. Python and its libraries are in it: they are what a server needs too. `Undefined`
    without rows and where the system does not tell. Detail: medians of what was resident before the
    model was loaded and after, and of how much more the peak is than before.
    """
    settings = settle_parameters(CHECK, asked, level=defaults.LEVEL, rows=ROWS, starts=STARTS)
    for name, most in MOST.items():
        if not 1 <= settings.whole(name) <= most:
            raise Invalid(
                field=f"with.{name}", value=settings.whole(name), expected=f"1 to {most:,}"
            )
    if not len(frame):
        return Finding(CHECK, settings.values, Undefined("no observations", n=0))
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "rows.parquet"
        _write(frame.head(settings.whole("rows")), file)
        run = child or _child
        with ThreadPoolExecutor(min(AT_ONCE, os.cpu_count() or 1)) as starting:
            begun = [
                starting.submit(run, folder, file, settings.whole("rows"), BATCHES)
                for _ in range(settings.whole("starts"))
            ]
            try:
                told = [each.result() for each in begun]
            finally:
                # Where one went wrong, the others would only say the same.
                starting.shutdown(wait=False, cancel_futures=True)
    peaks = [one["peak"] for one in told]
    if any(peak is None for peak in peaks):
        nothing = Undefined("this system does not tell the memory of a process", n=len(told))
        return Finding(CHECK, settings.values, nothing)
    taken = np.array(peaks, dtype=np.float64)
    measured = quantile_interval(taken, 0.5, settings.level, "bytes")
    detail: dict[str, Json] = {"batches": BATCHES}
    for name in ("before", "loaded"):
        detail[name] = float(np.median([one[name] or 0 for one in told]))
    detail["more_than_before"] = float(
        np.median([peak - (one["before"] or 0) for peak, one in zip(taken, told, strict=True)])
    )
    return Finding(CHECK, settings.values, measured, detail)


def _write(frame: "pd.DataFrame", file: Path) -> None:
    try:
        frame.to_parquet(file, index=False)
    # Arrow's own errors are ValueErrors and TypeErrors of its making.
    except (ValueError, TypeError) as error:
        raise Invalid(
            field="data", value=str(error)[:300], expected="columns of one type each"
        ) from error


def _child(folder: Path, file: Path, rows: int, batches: int) -> dict[str, int | None]:
    command = [sys.executable, "-P", "-m", "gonogo.checks.operations.memory_child"]
    try:
        done = subprocess.run(  # noqa: S603  # this Python and a module of ours
            [*command, str(folder.resolve()), str(file), str(rows), str(batches)],
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        raise Unavailable(
            field="memory", value=f"{rows:,} rows", expected=f"predictions within {SECONDS} s"
        ) from error
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["nothing"])[-1][:300]
        raise Invalid(field="data", value=last, expected="rows the model takes")
    found: dict[str, int | None] = json.loads(done.stdout)
    return found
