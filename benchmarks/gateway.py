"""Decisions over HTTP, one processor for the server and one for the load, 16 connections.

The gateway checks a token and the schema, routes by the entity, and has each decision in its log
before it answers. Compared, in turn and in the same run, with MLServer (as it comes; without its
worker too, of which nothing is promised), with a plain FastAPI handler and with a bare sketch: a
server written in Rust and the same way to ask the model, with nothing around it.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

import httpx

from benchmarks import mlserver
from benchmarks.bench import Bench
from benchmarks.measuring import Line, Paired, at_most, in_words
from benchmarks.servers import TREES, Peer, gateway, handler, on, prepared

NAME = "gateway"
CONNECTIONS = 16
P99_SECONDS = 0.015
MLSERVER, PLAIN, BARE, SHADOW = 0.25, 0.5, 2.0, 1.1
"""At most so many times as long as MLServer, a plain handler, a bare sketch, itself without a
shadow."""
PAUSE = 0.01
"""Between requests where the cost of a shadow is measured: the server has time to score it."""


def run(bench: Bench) -> list[Line]:
    """Measure it."""
    repetitions, seconds = bench.repetitions(5), 0.2 if bench.quick else 4.0
    folder = bench.folder / "gateway"
    prepared(folder, 10 if bench.quick else TREES)
    with ExitStack() as stack:
        shadowed = stack.enter_context(gateway(folder / "shadowed", folder, shadow=True))
        plain = stack.enter_context(handler("fastapi", folder))
        # To try it out, two servers are enough: starting them takes longer than anything else.
        ours = synced = shadowed
        bare = plain
        others: tuple[Peer, ...] = ()
        if not bench.quick:
            ours = stack.enter_context(gateway(folder / "ours", folder))
            durable = {"GONOGO_LOG_DURABILITY": "fsync"}
            synced = stack.enter_context(gateway(folder / "synced", folder, settings=durable))
            bare = stack.enter_context(handler("bare", folder))
            others = _mlservers(stack, folder)
        turns = 4 + len(others)
        with bench.measuring("deciding over HTTP", repetitions * turns) as tick:
            measure = _measure(folder, repetitions, seconds, tick)
            beside_others = [measure(ours, other, 0.0, "each")[0] for other in others]
            beside_plain, p99 = measure(ours, plain, 0.0, "each")
            beside_bare, _ = measure(ours, bare, 0.0, "each")
            with_shadow, _ = measure(shadowed, ours, PAUSE, "p50")
            with_fsync, synced_p99 = measure(synced, ours, 0.0, "each")
        scored = _shadows(shadowed)
    usual, alone = beside_others or (None, None)
    peers = (
        (MLSERVER, "MLServer as it comes", usual),
        (None, "MLServer without its worker, which is quicker", alone),
        (PLAIN, "plain FastAPI", beside_plain),
        (BARE, "bare sketch", beside_bare),
    )
    return [
        *_beside(bench, peers),
        _slowest(bench, p99),
        _shadow(bench, with_shadow, scored),
        _fsync(with_fsync, synced_p99),
    ]


def _mlservers(stack: ExitStack, folder: Path) -> tuple[Peer, ...]:
    """MLServer as it comes and without its worker; none where it cannot be installed."""
    if not mlserver.installed():
        return ()
    return tuple(stack.enter_context(mlserver.served(folder, form)) for form in mlserver.Form)


def _beside(bench: Bench, peers: tuple[tuple[float | None, str, Paired | None], ...]) -> list[Line]:
    what = f"a decision with token, routing, schema and log, {CONNECTIONS} connections"
    found = []
    for most, name, times in peers:
        if times is None:
            found.append(Line(NAME, what, "–", mlserver.NOT_INSTALLED, (1.0,), "", None))
            continue
        promise, kept = ("", None)
        if most is not None:
            promise, kept = at_most(most, times, judged=bench.judged)
        peer = f"{name}: {_rate(times.peer)}"
        found.append(Line(NAME, what, _rate(times.ours), peer, times.ratios, promise, kept))
    return found


def _slowest(bench: Bench, p99: list[float]) -> Line:
    limit = tuple(one / P99_SECONDS for one in p99)
    kept = median(limit) <= 1 if bench.judged else None
    return Line(
        NAME,
        "its slowest hundredth (p99)",
        in_words(median(p99)),
        in_words(P99_SECONDS),
        limit,
        f"at most {in_words(P99_SECONDS)}",
        kept,
    )


def _shadow(bench: Bench, times: Paired, scored: str) -> Line:
    promise, kept = at_most(SHADOW, times, judged=bench.judged)
    return Line(
        NAME,
        f"the median decision with a shadow beside it ({scored})",
        in_words(median(times.ours)),
        f"without: {in_words(median(times.peer))}",
        times.ratios,
        promise,
        kept,
    )


def _fsync(times: Paired, p99: list[float]) -> Line:
    """How fast a disk is nobody promises."""
    return Line(
        NAME,
        "a decision that a loss of power does not lose (fsync)",
        f"{_rate(times.ours)}, p99 {in_words(median(p99))}",
        f"page cache: {_rate(times.peer)}",
        times.ratios,
        "",
        None,
    )


def _rate(seconds: tuple[float, ...]) -> str:
    return f"{1 / median(seconds):,.0f} a second"


def _measure(
    folder: Path, repetitions: int, seconds: float, tick: Callable[[], None]
) -> Callable[[Peer, Peer, float, str], tuple[Paired, list[float]]]:
    """Loads two servers in turn; seconds for each request or the median, and our p99."""

    def measure(ours: Peer, peer: Peer, pause: float, what: str) -> tuple[Paired, list[float]]:
        p99: list[float] = []
        times: dict[int, list[float]] = {0: [], 1: []}
        for number in range(repetitions):
            for place in (0, 1) if number % 2 else (1, 0):
                found = _load((ours, peer)[place], folder, seconds, pause)
                if found["others"]:
                    raise RuntimeError(f"{found['others']} requests were refused")
                each = 1 / found["per_second"] if what == "each" else found["p50_ms"] / 1e3
                times[place].append(each)
                if place == 0:
                    p99.append(found["p99_ms"] / 1e3)
            tick()
        return Paired(tuple(times[0]), tuple(times[1])), p99

    return measure


def _load(peer: Peer, folder: Path, seconds: float, pause: float) -> dict[str, Any]:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "benchmarks.load", str(peer.port), peer.path),
            str(folder / peer.bodies),
            *("--token", peer.token, "--connections", str(CONNECTIONS)),
            *("--seconds", str(seconds), "--pause", str(pause)),
        ],
        check=True,
        capture_output=True,
        preexec_fn=on(1),  # it calls the kernel alone
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


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
