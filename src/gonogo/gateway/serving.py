"""The gateway's process: one for a home, served by Granian, drained when it is asked to stop."""

import asyncio
import json
import os
import signal
import socket
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.embed import Server

from gonogo.core.errors import Unavailable
from gonogo.core.times import system_clock, system_microseconds
from gonogo.gateway.building import Built, build
from gonogo.gateway.clockwatch import ClockWatch
from gonogo.gateway.gateway import Gateway, watch_lag
from gonogo.gateway.lock import held
from gonogo.gateway.logging import DecisionLog
from gonogo.gateway.online.features import opened
from gonogo.gateway.online.forgetting import Forgetting
from gonogo.gateway.places import Places
from gonogo.gateway.pulling import puller_of
from gonogo.gateway.recalling import recall
from gonogo.gateway.rsgi import BODY_SECONDS, Rsgi
from gonogo.gateway.sources import Sources
from gonogo.gateway.tracing import tracing
from gonogo.gateway.watching import written
from gonogo.records.segments import Durability, Writer

WORKER = "gateway"
"""Its name in the decision log."""
DRAIN_SECONDS = 10.0
"""How long requests and shadows that are under way may take when it stops."""
STOP_SECONDS = 5.0
HEADER_MS = 5_000
"""How long a client may take over the head of a request."""
BACKLOG = 1024
LARGEST_BACKPRESSURE = 1024
"""Requests that Granian hands over at once."""


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
        asyncio.run(_serve(asked, places))


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
    port = asked.port or _free_port(asked.host)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    server = server_of(built.gateway, asked.host, port)
    serving = asyncio.create_task(server.serve())
    beside = [
        asyncio.create_task(watch_lag(built.gateway, time.perf_counter)),
        asyncio.create_task(built.gateway.parts.shadows.run()),
    ]
    try:
        await _listening(asked.host, port, serving)
        told = {"pid": os.getpid(), "url": f"http://{asked.host}:{port}", "host": asked.host}
        written(places.running, json.dumps({**told, "port": port}).encode())
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait([stopping, serving], return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        await _drained(built)
    finally:
        built.watcher.stop()
        forgetting.stop()
        server.stop()  # type: ignore[no-untyped-call]  # Granian says nothing of its types here
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(serving), STOP_SECONDS)
        for task in beside:
            task.cancel()
        for close in (online.close, writer.close):
            await asyncio.get_running_loop().run_in_executor(None, close)


def server_of(
    gateway: Gateway,
    host: str,
    port: int,
    *,
    body_seconds: float = BODY_SECONDS,
    header_ms: int = HEADER_MS,
) -> Server:
    """Granian before a gateway: what comes too slowly is not waited for."""
    return Server(
        Rsgi(gateway, body_seconds),
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=header_ms),
        websockets=False,
        backlog=BACKLOG,
        backpressure=LARGEST_BACKPRESSURE,
        log_level=LogLevels.error,
    )


async def _drained(built: Built) -> None:
    """Finish what is under way; whatever comes now is refused."""
    gateway: Gateway = built.gateway
    gateway.draining = True
    until = time.monotonic() + DRAIN_SECONDS
    while time.monotonic() < until:
        if not gateway.under_way and gateway.parts.shadows.idle:
            # One more turn: what was answered is on its way out.
            await asyncio.sleep(0.05)
            return
        await asyncio.sleep(0.01)


async def _listening(host: str, port: int, serving: "asyncio.Task[None]") -> None:
    """Wait until somebody answers; raises `Unavailable` where the address is taken."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if serving.done():
            break
        with suppress(OSError):
            _, stream = await asyncio.open_connection(host, port)
            stream.close()
            return
        await asyncio.sleep(0.02)
    raise Unavailable(
        field="GONOGO_GATEWAY_PORT", value=port, expected="a free port; another program listens"
    )


def _free_port(host: str) -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as found:
        found.bind((host, 0))
        return int(found.getsockname()[1])
