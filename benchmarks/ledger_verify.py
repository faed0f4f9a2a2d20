"""The whole ledger verified: its chain, its end, and the index of current evidence.

The peer is hashlib alone: one SHA-256 of the bytes of each of the same entries, in the same order,
with the bytes lying ready in memory. Reading them and putting them together is not timed.
"""

import time
from collections.abc import Iterator
from hashlib import sha256
from itertools import islice
from statistics import median

from benchmarks.bench import Bench
from benchmarks.measuring import Line, Seconds, at_most, in_words, paired, stopwatch
from gonogo.core.caller import SYSTEM
from gonogo.core.chain import entry_text
from gonogo.core.times import system_clock
from gonogo.store.engine import make_engine
from gonogo.store.work import OpenWork, Work, bound

NAME = "ledger-verify"
MOST = 3
IN_MEMORY = 50_000
"""Entries that lie ready at a time."""


def run(bench: Bench) -> list[Line]:
    """Measure it."""
    repetitions = bench.repetitions(5)
    engine = make_engine(bench.installation(bench.large).database_url)
    open_work = bound(engine, system_clock)
    try:
        entries = _verify(open_work)
        with bench.measuring(f"verifying {entries:,} entries", repetitions) as tick:
            found = paired(
                stopwatch(lambda: _verify(open_work)), lambda: _hash(open_work), repetitions, tick
            )
    finally:
        engine.dispose()
    promise, kept = at_most(MOST, found, judged=bench.judged)
    return [
        Line(
            name=NAME,
            what=f"a ledger of {entries:,} entries verified",
            measured=in_words(median(found.ours)),
            peer=f"hashlib alone, the same bytes: {in_words(median(found.peer))}",
            ratios=found.ratios,
            promise=promise,
            kept=kept,
        )
    ]


def _verify(open_work: OpenWork) -> int:
    with open_work(SYSTEM, write=False) as work:
        found = work.ledger.verify()
        if not found.sound or found.entries != work.ledger.head()[0]:
            raise RuntimeError(f"the ledger that was built does not verify: {found}")
        return found.entries


def _hash(open_work: OpenWork) -> Seconds:
    took = 0.0
    with open_work(SYSTEM, write=False) as work:
        texts = _texts(work)
        while ready := list(islice(texts, IN_MEMORY)):
            started = time.perf_counter()
            for text in ready:
                sha256(text).digest()
            took += time.perf_counter() - started
    return took


def _texts(work: Work) -> Iterator[bytes]:
    for entry in work.ledger.all():
        yield entry_text(
            entry.position,
            entry.previous,
            entry.kind,
            entry.subject,
            entry.actor,
            entry.at,
            entry.body,
        ).encode()
