"""MLServer with the same model, in an environment of its own that is made when it is first wanted.

Its versions are not ours to lock, so it is no dependency: where it cannot be installed, the
benchmark says so and does without.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfile

from benchmarks.servers import COLUMNS, Peer, listening, started

ENVIRONMENT = Path(__file__).parents[1] / "build" / "mlserver"
PACKAGES = ("mlserver", "mlserver-lightgbm")
INSTALL_SECONDS = 600
PORT = 18_473
NOT_INSTALLED = "MLServer is not installed"


def installed() -> bool:
    """Whether it is there, installed now where it was not; at most ten minutes are spent on it."""
    command = ENVIRONMENT / "bin" / "mlserver"
    if command.exists():
        return True
    steps = (
        [sys.executable, "-m", "venv", str(ENVIRONMENT)],
        [str(ENVIRONMENT / "bin" / "pip"), "install", "--quiet", *PACKAGES],
    )
    try:
        for step in steps:
            subprocess.run(step, check=True, capture_output=True, timeout=INSTALL_SECONDS)
    except (OSError, subprocess.SubprocessError):
        return False
    return command.exists()


@contextmanager
def served(folder: Path) -> Iterator[Peer]:
    """MLServer with the model in `folder`, in one process without workers."""
    home = folder / "mlserver"
    (home / "m").mkdir(parents=True)
    settings = {
        "host": "127.0.0.1",
        "http_port": PORT,
        "grpc_port": PORT + 1,
        "metrics_port": PORT + 2,
        "parallel_workers": 0,
        "debug": False,
    }
    model = {
        "name": "m",
        "implementation": "mlserver_lightgbm.LightGBMModel",
        "parameters": {"uri": "./model.txt"},
    }
    (home / "settings.json").write_text(json.dumps(settings))
    (home / "m" / "model-settings.json").write_text(json.dumps(model))
    copyfile(folder / "model" / "model.txt", home / "m" / "model.txt")
    _bodies(folder)
    command = [str(ENVIRONMENT / "bin" / "mlserver"), "start", str(home)]
    with started(command, os.environ, home / "said.log"):
        listening(PORT)
        yield Peer(PORT, path="/v2/models/m/infer", bodies="inferences")


def _bodies(folder: Path) -> None:
    """The requests of `bodies`, as the Open Inference Protocol has them."""
    lines = []
    for line in (folder / "bodies").read_bytes().splitlines():
        row = list(json.loads(line)["features"].values())
        tensor = {"name": "x", "shape": [1, COLUMNS], "datatype": "FP64", "data": row}
        lines.append(json.dumps({"inputs": [tensor]}))
    (folder / "inferences").write_text("\n".join(lines))
