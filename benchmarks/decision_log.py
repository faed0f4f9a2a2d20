"""Decisions appended to the log from many requests at once, each acknowledged once it is written.

The peer is SQLite alone, as safe against a kill (WAL, synchronous = NORMAL): the same bytes, as
many in one transaction as there are requests at once.
"""

import asyncio
import sqlite3
from pathlib import Path
from statistics import median

import msgspec

from benchmarks.bench import Bench
from benchmarks.measuring import Line, at_most, paired, stopwatch
from gonogo.core.times import system_clock
from gonogo.records.record import Decision
from gonogo.records.segments import Durability, Writer

NAME = "decision-log"
MOST = 1.5
REQUESTS = 64
"""At once."""
RECORDS = 64_000
"""In each repetition."""


def run(bench: Bench) -> list[Line]:
    """Measure it."""
    repetitions = bench.repetitions(7)
    decisions = [_decision(number) for number in range(RECORDS // 50 if bench.quick else RECORDS)]
    texts = [msgspec.msgpack.encode(one) for one in decisions]
    writer = Writer(bench.folder / "decisions", "w1", Durability.PAGE_CACHE, system_clock)
    peer = _peer(bench.folder / "decisions.db")
    try:
        with bench.measuring(f"appending {len(decisions):,} decisions", repetitions) as tick:
            found = paired(
                stopwatch(lambda: asyncio.run(_append(writer, decisions))),
                stopwatch(lambda: _insert(peer, texts)),
                repetitions,
                tick,
            )
    finally:
        writer.close()
        peer.close()
    promise, kept = at_most(MOST, found, judged=bench.judged)
    return [
        Line(
            name=NAME,
            what=f"decisions of 30 features written, {REQUESTS} requests at once",
            measured=f"{len(decisions) / median(found.ours):,.0f} decisions/s",
            peer=f"SQLite alone, the same bytes: {len(texts) / median(found.peer):,.0f}/s",
            ratios=found.ratios,
            promise=promise,
            kept=kept,
        )
    ]


def _decision(number: int) -> Decision:
    return Decision(
        id=f"{number:032x}",
        case="fraud",
        at=1_795_257_000_000_000 + number,
        entity=f"card-{number % 1000}",
        arm="champion",
        role="live",
        kind="model",
        snapshot=1,
        release=None,
        model="fraud-trees@1",
        code=None,
        propensity=1.0,
        features={f"feature_{place}": place * 1.25 + number for place in range(30)},
        defaulted=(),
        score=0.25,
        outcome="approve",
        reasons=(),
        rule=None,
        latency_us=900,
        error=None,
        token="benchmark",  # noqa: S106  # the id of a token, no secret
    )


async def _append(writer: Writer, decisions: list[Decision]) -> None:
    """Each request waits until its decision is written before the next one is sent."""

    async def ask(client: int) -> None:
        for one in decisions[client::REQUESTS]:
            await writer.append(one)

    await asyncio.gather(*(ask(client) for client in range(REQUESTS)))


def _peer(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("CREATE TABLE decisions (record BLOB)")
    return connection


def _insert(connection: sqlite3.Connection, texts: list[bytes]) -> None:
    for start in range(0, len(texts), REQUESTS):
        batch = [(text,) for text in texts[start : start + REQUESTS]]
        with connection:
            connection.executemany("INSERT INTO decisions VALUES (?)", batch)
