"""MLServer with the same model, in an environment of its own that is made when it is first wanted.

Its versions are not ours to lock, so it is no dependency: where it cannot be installed, the
benchmark says so and does without.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from pathlib import Path
from shutil import copyfile

import httpx

from benchmarks.servers import COLUMNS, START_SECONDS, Peer, listening, started

ENVIRONMENT = Path(__file__).parents[1] / "build" / "mlserver-workers"
PACKAGES = ("mlserver", "mlserver-lightgbm", "uvloop<0.22")
"""From uvloop 0.22 on, workers of MLServer 1.7 end with "no current event loop" as they start."""
INSTALL_SECONDS = 600
PORT = 18_473
NOT_INSTALLED = "MLServer is not installed"


class Form(Enum):
    """How it is run."""

    USUAL = 1
    """As it comes: HTTP in one process, the model in a worker beside it."""
    ALONE = 0
    """All in one process (`parallel_workers: 0`), which is quicker on one processor."""


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
def served(folder: Path, form: Form) -> Iterator[Peer]:
    """MLServer with the model in `folder`; worker and all on one processor, and not debugging."""
    home = folder / f"mlserver-{form.name.lower()}"
    port = PORT + 10 * form.value
    (home / "m").mkdir(parents=True)
    settings = {
        "host": "127.0.0.1",
        "http_port": port,
        "grpc_port": port + 1,
        "metrics_port": port + 2,
        "parallel_workers": form.value,
        "environments_dir": str(home / "environments"),
        "metrics_dir": str(home),
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
    with started(command, os.environ, home / "said.log") as process:
        listening(port)
        _ready(port)
        yield Peer(port, path="/v2/models/m/infer", bodies="inferences", pid=process.pid)


def _ready(port: int) -> None:
    """Wait until the model is loaded; raises `TimeoutError` where it is not."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        with suppress(httpx.HTTPError):
            if httpx.get(f"http://127.0.0.1:{port}/v2/models/m/ready").is_success:
                return
        time.sleep(0.1)
    raise TimeoutError("MLServer does not load the model")


def _bodies(folder: Path) -> None:
    """The requests of `bodies`, as the Open Inference Protocol has them."""
    lines = []
    for line in (folder / "bodies").read_bytes().splitlines():
        row = list(json.loads(line)["features"].values())
        tensor = {"name": "x", "shape": [1, COLUMNS], "datatype": "FP64", "data": row}
        lines.append(json.dumps({"inputs": [tensor]}))
    (folder / "inferences").write_text("\n".join(lines))
