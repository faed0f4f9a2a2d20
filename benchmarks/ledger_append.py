"""Evidence appended over REST: a server in a process of its own, a token, the client.

The peer is SQLite alone: the text of the same entries inserted in the same batches into a table of
one column, each batch on the disk before the next one begins.
"""

import sqlite3
from collections.abc import Mapping
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Any

import gonogo
from benchmarks.bench import Bench
from benchmarks.building import OWNER, data_of, register, ways
from benchmarks.examples import travelling
from benchmarks.measuring import Line, paired, stopwatch
from benchmarks.serving import serving
from gonogo.app.settings import Settings, read
from gonogo.app.wiring import install
from gonogo.core.canonical import canonical
from gonogo.domain.accounts import actions as accounts
from gonogo.sdk.client import Client

NAME = "ledger-append"
LEAST = 2_000
"""Entries a second."""
BATCH = 100
BATCHES = 20
"""Sent in each repetition."""
Batch = list[Mapping[str, Any]]
CASES = [f"case-{number:04}" for number in range(10)]


def run(bench: Bench) -> list[Line]:
    """Measure it."""
    repetitions = bench.repetitions(9)
    settings = read({"GONOGO_HOME": str(bench.folder / "append"), "GONOGO_PORT": "0"})
    token = _prepared(settings)
    batches = _batches(2 if bench.quick else BATCHES)
    floor = _floor(bench.folder / "floor.db")
    texts = [[canonical(one).decode() for one in batch] for batch in batches]
    entries = sum(map(len, batches))
    with (
        serving(settings, token) as url,
        gonogo.connect(url, token=token, environment={}) as client,
        bench.measuring(f"appending {entries * repetitions:,} entries", repetitions) as tick,
    ):
        _append(client, batches[:1])
        found = paired(
            stopwatch(lambda: _append(client, batches)),
            stopwatch(lambda: _insert(floor, texts)),
            repetitions,
            tick,
        )
    floor.close()
    rate = entries / median(found.ours)
    return [
        Line(
            name=NAME,
            what=f"evidence appended over REST on SQLite, {BATCH} a request",
            measured=f"{rate:,.0f} entries/s",
            peer=f"SQLite alone, the same bytes: {entries / median(found.peer):,.0f}/s",
            ratios=found.ratios,
            promise=f"at least {LEAST:,} entries/s",
            kept=rate >= LEAST if bench.judged else None,
        )
    ]


def _prepared(settings: Settings) -> str:
    """Make the installation and what evidence can be about; a token for the client."""
    installation = install(settings)
    try:
        register(installation, CASES)
        with installation.open_work(OWNER) as work:
            return accounts.create_token(work, "benchmark").secret
    finally:
        installation.close()


def _batches(batches: int) -> list[Batch]:
    """Requests as a client hands them in."""
    known = cycle((case, subject, way) for case in CASES for subject, way in ways(case))
    return [
        [
            travelling(way, str(subject), str(data_of(case)), batch * BATCH + number)
            for number, (case, subject, way) in enumerate(islice(known, BATCH))
        ]
        for batch in range(batches)
    ]


def _append(client: Client, batches: list[Batch]) -> None:
    for batch in batches:
        client.record_evidence(batch)


def _floor(path: Path) -> sqlite3.Connection:
    """A database of one table, as safe as ours: in WAL mode, on the disk with each commit."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE entries (text TEXT)")
    return connection


def _insert(connection: sqlite3.Connection, texts: list[list[str]]) -> None:
    for batch in texts:
        with connection:
            connection.executemany("INSERT INTO entries VALUES (?)", [(text,) for text in batch])
