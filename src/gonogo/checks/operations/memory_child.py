"""A process of its own that loads a model, predicts, and says how much memory that took.

    python -m gonogo.checks.operations.memory_child FOLDER ROWS.parquet ROWS BATCHES

It loads by the loader that runs no code of a model's own, and prints one line of JSON.
"""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from gonogo.checks.predictors.load import load_predictor

STATUS = Path("/proc/self/status")


def resident(name: str) -> int | None:
    """`VmRSS` or its peak `VmHWM` of this process, in bytes; None where the system tells neither.

    Not `getrusage`: on Linux its peak begins with that of the process which started this one.
    """
    try:
        lines = STATUS.read_text().splitlines()
    except OSError:
        return None
    said = next((line.split() for line in lines if line.startswith(f"{name}:")), None)
    return None if said is None else int(said[1]) * 1024


def main(folder: Path, file: Path, rows: int, batches: int) -> None:
    """Load, predict so many batches of so many rows, print what it took."""
    frame = pd.read_parquet(file)
    batch = frame.iloc[np.arange(rows) % len(frame)]
    before = resident("VmRSS")
    predictor = load_predictor(folder)
    loaded = resident("VmRSS")
    for _ in range(batches):
        predictor.predict_outputs(batch)
    told = {"before": before, "loaded": loaded, "peak": resident("VmHWM")}
    sys.stdout.write(f"{json.dumps(told)}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
