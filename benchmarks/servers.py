"""The servers that are measured: ours, a plain handler, a bare sketch; all with the same model."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import lightgbm
import msgspec
import numpy as np

from gonogo.core.snapshot import (
    Arm,
    Feature,
    Kind,
    Member,
    Probe,
    Route,
    Served,
    Snapshot,
    Split,
    Token,
    encode,
)
from gonogo.gateway.lock import running
from gonogo.gateway.places import Places
from gonogo.gateway.scorers.sealed import digest_of
from gonogo.gateway.watching import written

TREES, LEAVES, COLUMNS = 200, 31, 30
SECRET = "secret"  # noqa: S105  # of a server that lives as long as the benchmark
PATH = "/v1/decide/case"
START_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Peer:
    """A server that is measured."""

    port: int
    token: str = ""
    path: str = PATH
    bodies: str = "bodies"
    """The file of its requests, in the benchmark's folder."""
    pid: int = 0


def prepared(folder: Path, trees: int) -> Path:
    """A model and requests for it; the file of the requests."""
    model = folder / "model"
    model.mkdir(parents=True)
    drawn = np.random.default_rng(7)
    names = [f"f{place}" for place in range(COLUMNS)]
    rows = drawn.normal(size=(20_000, COLUMNS))
    label = (rows @ drawn.normal(size=COLUMNS) + drawn.normal(size=len(rows)) > 0).astype(int)
    how = {"objective": "binary", "num_leaves": LEAVES, "verbose": -1, "num_threads": 1}
    data = lightgbm.Dataset(rows, label, feature_name=names)
    lightgbm.train(how, data, trees).save_model(model / "model.txt")
    bodies = folder / "bodies"
    lines = [
        msgspec.json.encode(
            {"entity": f"c{number}", "features": dict(zip(names, map(float, row), strict=True))}
        )
        for number, row in enumerate(drawn.normal(size=(1000, COLUMNS)).round(4))
    ]
    bodies.write_bytes(b"\n".join(lines))
    return bodies


def _published(home: Path, folder: Path, *, shadow: bool) -> None:
    model = folder / "model"
    booster = lightgbm.Booster(model_file=model / "model.txt")
    names = booster.feature_name()
    rows = np.random.default_rng(1).normal(size=(20, COLUMNS))
    scores: Any = booster.predict(rows, num_threads=1)
    probe = Probe(
        tuple(dict(zip(names, map(float, row), strict=True)) for row in rows),
        tuple(map(float, scores)),
    )
    features = tuple(Feature(name, "number", low=-100, high=100) for name in names)
    digest = digest_of(model, [model / "model.txt"])
    versions = {
        f"m@{number}": Served("m", number, str(model), digest, features, probe=probe)
        for number in ("1", "2", "3")
    }
    arms = (
        Arm("canary", members=(Member("m@2"),), share=0.1),
        Arm("champion", members=(Member("m@1"),), share=0.9),
    )
    route = Route(
        "case",
        arms,
        Arm("fallback", kind=Kind.RULES),
        split=Split.HASH,
        salt="benchmark",
        shadows=(Arm("shadow", members=(Member("m@3"),)),) if shadow else (),
    )
    token = Token("t", sha256(SECRET.encode()).hexdigest(), ("case",))
    snapshot = Snapshot(1, "2026-11-21T00:00:00Z", {"case": route}, versions, (token,))
    written(Places(home).snapshot, encode(snapshot))


@contextmanager
def gateway(
    home: Path, folder: Path, *, shadow: bool = False, settings: Mapping[str, str] | None = None
) -> Iterator[Peer]:
    """`gonogo gateway` on `home`, with the model in `folder`."""
    _published(home, folder, shadow=shadow)
    told = {**os.environ, "GONOGO_HOME": str(home), "GONOGO_GATEWAY_PORT": "0", **(settings or {})}
    command = [sys.executable, "-m", "gonogo.app.command", "gateway"]
    with started(command, told) as process:
        until = time.monotonic() + START_SECONDS
        while (found := running(Places(home))) is None:
            if time.monotonic() > until:
                raise RuntimeError("the gateway does not answer")
            time.sleep(0.05)
        yield Peer(int(found.url.rpartition(":")[2]), SECRET, pid=process.pid)


@contextmanager
def handler(kind: str, folder: Path) -> Iterator[Peer]:
    """A handler of `handlers`."""
    port = {"fastapi": 18_471, "bare": 18_472}[kind]
    command = [sys.executable, "-m", "benchmarks.handlers", kind, str(port), str(folder / "model")]
    with started(command, os.environ):
        listening(port)
        yield Peer(port)


def listening(port: int) -> None:
    """Wait until somebody listens there; raises `TimeoutError` where nobody does."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    raise TimeoutError(f"nobody listens on {port}")


@contextmanager
def started(
    command: list[str], environment: Mapping[str, str], quiet: Path | None = None
) -> Iterator["subprocess.Popen[bytes]"]:
    """A process on the first processor, ended with the block; what it says goes to `quiet`."""
    with ExitStack() as stack:
        said = None if quiet is None else stack.enter_context(quiet.open("wb"))
        process = subprocess.Popen(
            command,
            env=environment,
            stdout=said,
            stderr=said,
            preexec_fn=on(0),  # noqa: PLW1509  # it calls the kernel alone
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(30)


def on(processor: int) -> Callable[[], None] | None:
    """Keeps a process to one processor, where there are several and the system can say so."""
    if not hasattr(os, "sched_setaffinity") or (os.cpu_count() or 1) < 2:
        return None
    return lambda: os.sched_setaffinity(0, {processor})
