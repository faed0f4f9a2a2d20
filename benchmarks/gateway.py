"""Decisions over HTTP, one processor for the server and one for the load, 16 connections.

The gateway checks a token and the schema, routes by the entity, and has each decision in its log
before it answers. Compared, in turn and in the same run, with a plain FastAPI handler and with a
bare sketch: the same server and the same way to ask the model, with nothing around it.
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import lightgbm
import msgspec
import numpy as np

from benchmarks.bench import Bench
from benchmarks.measuring import Line, Paired, at_most, in_words
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

NAME = "gateway"
CONNECTIONS = 16
TREES, LEAVES, COLUMNS = 200, 31, 30
SECRET = "secret"  # noqa: S105  # of a server that lives as long as the benchmark
P99_SECONDS = 0.015
PLAIN, BARE, SHADOW = 0.5, 2.0, 1.1
"""At most so many times as long as a plain handler, a bare sketch, itself without a shadow."""
START_SECONDS = 120
PATH = "/v1/decide/case"
PAUSE = 0.01
"""Between requests where the cost of a shadow is measured: the server has time to score it."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A server that is measured."""

    port: int
    token: str = ""


def run(bench: Bench) -> list[Line]:
    """Measure it."""
    repetitions, seconds = bench.repetitions(5), 0.2 if bench.quick else 4.0
    folder = bench.folder / "gateway"
    bodies = _prepared(folder, 10 if bench.quick else TREES)
    with ExitStack() as stack:
        shadowed = stack.enter_context(_gateway(folder / "shadowed", folder, shadow=True))
        plain = stack.enter_context(_handler("fastapi", folder))
        # To try it out, two servers are enough: starting them takes longer than anything else.
        ours, bare = shadowed, plain
        if not bench.quick:
            ours = stack.enter_context(_gateway(folder / "ours", folder, shadow=False))
            bare = stack.enter_context(_handler("bare", folder))
        turns = 3
        with bench.measuring("deciding over HTTP", repetitions * turns) as tick:
            measure = _measure(bodies, repetitions, seconds, tick)
            beside_plain, p99 = measure(ours, plain, 0.0, "each")
            beside_bare, _ = measure(ours, bare, 0.0, "each")
            with_shadow, _ = measure(shadowed, ours, PAUSE, "p50")
        scored = _shadows(shadowed)
    return _lines(bench, beside_plain, beside_bare, with_shadow, p99, scored)


def _lines(
    bench: Bench, plain: Paired, bare: Paired, shadow: Paired, p99: list[float], scored: str
) -> list[Line]:
    what = f"a decision with token, routing, schema and log, {CONNECTIONS} connections"
    found = []
    for name, most, times in (("plain FastAPI", PLAIN, plain), ("bare sketch", BARE, bare)):
        promise, kept = at_most(most, times, judged=bench.judged)
        peer = f"{name}: {_rate(times.peer)}"
        found.append(Line(NAME, what, _rate(times.ours), peer, times.ratios, promise, kept))
    limit = tuple(one / P99_SECONDS for one in p99)
    promise, kept = f"at most {in_words(P99_SECONDS)}", median(limit) <= 1
    found.append(
        Line(
            NAME,
            "its slowest hundredth (p99)",
            in_words(median(p99)),
            in_words(P99_SECONDS),
            limit,
            promise,
            kept if bench.judged else None,
        )
    )
    promise, kept = at_most(SHADOW, shadow, judged=bench.judged)
    found.append(
        Line(
            NAME,
            f"the median decision with a shadow beside it ({scored})",
            in_words(median(shadow.ours)),
            f"without: {in_words(median(shadow.peer))}",
            shadow.ratios,
            promise,
            kept,
        )
    )
    return found


def _rate(seconds: tuple[float, ...]) -> str:
    return f"{1 / median(seconds):,.0f} a second"


def _measure(
    bodies: Path, repetitions: int, seconds: float, tick: Callable[[], None]
) -> Callable[[Peer, Peer, float, str], tuple[Paired, list[float]]]:
    """Loads two servers in turn; seconds for each request or the median, and our p99."""

    def measure(ours: Peer, peer: Peer, pause: float, what: str) -> tuple[Paired, list[float]]:
        p99: list[float] = []
        times: dict[int, list[float]] = {0: [], 1: []}
        for number in range(repetitions):
            for place in (0, 1) if number % 2 else (1, 0):
                found = _load((ours, peer)[place], bodies, seconds, pause)
                if found["others"]:
                    raise RuntimeError(f"{found['others']} requests were refused")
                each = 1 / found["per_second"] if what == "each" else found["p50_ms"] / 1e3
                times[place].append(each)
                if place == 0:
                    p99.append(found["p99_ms"] / 1e3)
            tick()
        return Paired(tuple(times[0]), tuple(times[1])), p99

    return measure


def _load(peer: Peer, bodies: Path, seconds: float, pause: float) -> dict[str, Any]:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "benchmarks.load", str(peer.port), PATH, str(bodies)),
            *("--token", peer.token, "--connections", str(CONNECTIONS)),
            *("--seconds", str(seconds), "--pause", str(pause)),
        ],
        check=True,
        capture_output=True,
        preexec_fn=_on(1),
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _prepared(folder: Path, trees: int) -> Path:
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
def _gateway(home: Path, folder: Path, *, shadow: bool) -> Iterator[Peer]:
    _published(home, folder, shadow=shadow)
    told = {**os.environ, "GONOGO_HOME": str(home), "GONOGO_GATEWAY_PORT": "0"}
    command = [sys.executable, "-m", "gonogo.app.command", "gateway"]
    with _started(command, told):
        until = time.monotonic() + START_SECONDS
        while (found := running(Places(home))) is None:
            if time.monotonic() > until:
                raise RuntimeError("the gateway does not answer")
            time.sleep(0.05)
        yield Peer(int(found.url.rpartition(":")[2]), SECRET)


@contextmanager
def _handler(kind: str, folder: Path) -> Iterator[Peer]:
    port = {"fastapi": 18_471, "bare": 18_472}[kind]
    command = [sys.executable, "-m", "benchmarks.handlers", kind, str(port), str(folder / "model")]
    with _started(command, dict(os.environ)):
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)
        yield Peer(port)


@contextmanager
def _started(command: list[str], environment: dict[str, str]) -> Iterator[None]:
    process = subprocess.Popen(command, env=environment, preexec_fn=_on(0))  # noqa: PLW1509  # as above
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def _on(processor: int) -> Callable[[], None] | None:
    """Keeps a process to one processor, where there are several and the system can say so."""
    if not hasattr(os, "sched_setaffinity") or (os.cpu_count() or 1) < 2:
        return None
    return lambda: os.sched_setaffinity(0, {processor})


def _shadows(peer: Peer) -> str:
    """How many shadows were scored and how many dropped."""
    text = httpx.get(f"http://127.0.0.1:{peer.port}/metrics").text
    counted = {"scored": 0.0, "dropped": 0.0}
    for line in text.splitlines():
        if line.startswith("gonogo_decisions_total") and 'role="shadow"' in line:
            counted["scored"] += float(line.rpartition(" ")[2])
        elif line.startswith("gonogo_shadows_dropped_total"):
            counted["dropped"] += float(line.rpartition(" ")[2])
    return f"{counted['scored']:,.0f} scored, {counted['dropped']:,.0f} dropped"
