"""The application as it starts."""

import os
import subprocess
import sys
from pathlib import Path

STARTED = """
import asyncio, os, sys, threading
from gonogo.app.settings import read
from gonogo.app.wiring import build, install

app = build(install(read(os.environ)))
threading.Thread.start = lambda thread: None

async def start():
    await app.router.lifespan_context(app).__aenter__()
    names = "sqlalchemy.orm", "pandas", "narwhals.stable", "mlflow"
    print(*(name in sys.modules for name in names), flush=True)
    os._exit(0)

asyncio.run(start())
"""


def test_what_mlflow_shares_with_queries_is_loaded_before_mlflow(home: Path) -> None:
    """Loaded in MLflow's own thread, SQLAlchemy's ORM breaks the first pages while it loads."""
    told = subprocess.run(
        [sys.executable, "-c", STARTED],
        env={**os.environ, "GONOGO_HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == ["True", "True", "True", "False"], told.stderr
