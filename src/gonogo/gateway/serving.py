"""The gateway's process: one for a home, with HTTP before it, drained when it is asked to stop."""

import asyncio
import gc
import json
import os
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path

from gonogo.core.times import system_clock, system_microseconds
from gonogo.gateway.building import Built, build
from gonogo.gateway.clockwatch import ClockWatch
from gonogo.gateway.gateway import watch_lag
from gonogo.gateway.lock import held
from gonogo.gateway.logging import DecisionLog
from gonogo.gateway.online.features import opened
from gonogo.gateway.online.forgetting import Forgetting
from gonogo.gateway.places import Places
from gonogo.gateway.pulling import puller_of
from gonogo.gateway.recalling import recall
from gonogo.gateway.sources import Sources
from gonogo.gateway.tracing import tracing
from gonogo.gateway.watching import written
from gonogo.gateway.wire.server import Server
from gonogo.records.segments import Durability, Writer

WORKER = "gateway"
"""Its name in the decision log."""
DRAIN_SECONDS = 10.0
"""How long requests and shadows that are under way may take when it stops."""
STOP_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Serving:
    """Where and how to serve."""

    home: Path
    host: str
    port: int
    """0 for any free one."""
    durability: Durability
    """What an acknowledged decision survives."""
    features: str | None = None
    """Where values of entities come from: redis://…; none: kept in the home."""
    source: str | None = None
    """Where snapshots are fetched, besides what is put into the home."""
    source_token: str | None = field(default=None, repr=False)
    event_sources: Sources = field(default_factory=Sources)
    """From where events are taken without a token."""


def run(asked: Serving) -> None:
    """Serve until asked to stop; raises `Conflict` where the home has a gateway already."""
    places = Places(asked.home)
    places.folder.mkdir(parents=True, exist_ok=True)
    with held(places):
        try:
            asyncio.run(_serve(asked, places))
        finally:
            # What is frozen is not collected at the end either, of which some libraries complain.
            gc.unfreeze()


async def _serve(asked: Serving, places: Places) -> None:
    writer = Writer(places.decisions, WORKER, asked.durability, system_clock)
    log = DecisionLog(writer, asked.durability)
    online = opened(
        places.online, places.decisions, system_clock, time.perf_counter, asked.features
    )
    built = build(
        places,
        log,
        system_microseconds,
        time.perf_counter,
        online=online,
        log_errors=lambda: log.error,
    )
    built.gateway.tracing = tracing()
    built.gateway.sources = asked.event_sources
    if asked.source is not None:
        token, whole = asked.source_token, places.whole
        built.watcher.pull = puller_of(
            asked.source, asked.home, places.snapshot, whole, time.perf_counter, token
        )
        built.watcher.before = whole
    incidents = built.watcher.incidents
    recall(built.gateway.remembered, places.decisions, WORKER, system_microseconds(), incidents)
    forgetting = Forgetting(places.decisions, online, system_microseconds)
    forgetting.start()
    built.watcher.besides = (ClockWatch(system_microseconds, time.perf_counter, incidents).look,)
    built.watcher.start()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    server = Server(built.gateway)
    beside = [
        asyncio.create_task(watch_lag(built.gateway, time.perf_counter)),
        asyncio.create_task(built.gateway.parts.shadows.run()),
    ]
    try:
        port = await server.start(asked.host, asked.port)
        told = {"pid": os.getpid(), "url": f"http://{asked.host}:{port}", "host": asked.host}
        written(places.running, json.dumps({**told, "port": port}).encode())
        await stop.wait()
        await _drained(built)
    finally:
        built.watcher.stop()
        forgetting.stop()
        await server.stop(STOP_SECONDS)
        for task in beside:
            task.cancel()
        for close in (online.close, writer.close):
            await asyncio.get_running_loop().run_in_executor(None, close)


async def _drained(built: Built) -> None:
    """Finish what is under way; whatever comes now is refused."""
    gateway = built.gateway
    gateway.draining = True
    until = time.monotonic() + DRAIN_SECONDS
    while time.monotonic() < until:
        if not gateway.under_way and gateway.parts.shadows.idle:
            # One more turn: what was answered is on its way out.
            await asyncio.sleep(0.05)
            return
        await asyncio.sleep(0.01)
