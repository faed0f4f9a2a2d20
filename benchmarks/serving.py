"""A server in a process of its own, started as a user starts it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from gonogo.app.settings import Settings

COMMAND = Path(sys.executable).with_name("gonogo")
ADDRESS = re.compile(r"gonogo is at +(http://\S+)")


@contextmanager
def serving(settings: Settings, token: str) -> Iterator[str]:
    """`gonogo up` on the home that `settings` name, at any free port; its address.

    It has started in full: MLflow, which loads in the background, answers too.
    """
    log = settings.home / "server.log"
    environment = {
        name: text for name, text in os.environ.items() if not name.startswith("GONOGO_")
    }
    environment |= {"GONOGO_HOME": str(settings.home), "GONOGO_PORT": "0", "PYTHONUNBUFFERED": "1"}
    with (
        log.open("w") as errors,
        subprocess.Popen(
            [COMMAND, "up"], stdout=subprocess.PIPE, stderr=errors, text=True, env=environment
        ) as process,
    ):
        try:
            url = _address(process, log)
            bearer = {"Authorization": f"Bearer {token}"}
            httpx.get(f"{url}/mlflow/health", headers=bearer, timeout=120).raise_for_status()
            yield url
        finally:
            process.terminate()


def _address(process: "subprocess.Popen[str]", log: Path) -> str:
    for line in process.stdout or ():
        if found := ADDRESS.search(line):
            return found[1]
    raise RuntimeError(f"the server did not start:\n{log.read_text()}")
