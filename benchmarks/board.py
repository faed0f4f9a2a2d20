"""The board, as a page and as JSON, in this process: a large installation against a small one."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from statistics import median

import httpx

from benchmarks.bench import SMALL, Bench
from benchmarks.measuring import Line, Paired, at_most, in_words, paired, stopwatch
from gonogo.app.settings import Settings
from gonogo.app.wiring import build, install
from gonogo.sdk.inprocess import InProcess

NAME = "board"
MOST = 5
PAGES = {"/index.json": "as JSON", "/": "as a page"}


def run(bench: Bench) -> list[Line]:
    """Measure it."""
    size = bench.large
    small, large = bench.installation(SMALL), bench.installation(size)
    repetitions = bench.repetitions(25)
    with (
        _speaking(small) as few,
        _speaking(large) as many,
        bench.measuring("reading the board", repetitions * len(PAGES)) as tick,
    ):
        found = {}
        for address in PAGES:
            for warm in (few, many):
                _read(warm, address)
            found[address] = paired(
                stopwatch(partial(_read, many, address)),
                stopwatch(partial(_read, few, address)),
                repetitions,
                tick,
            )
    what = f"the board of {size.cases:,} use cases, {size.entries:,} pieces of evidence"
    return [_line(bench, f"{what}, {PAGES[at]}", times) for at, times in found.items()]


def _line(bench: Bench, what: str, found: Paired) -> Line:
    promise, kept = at_most(MOST, found, judged=bench.judged)
    return Line(
        name=NAME,
        what=what,
        measured=in_words(median(found.ours)),
        peer=f"{SMALL.cases} and {SMALL.entries:,} of them: {in_words(median(found.peer))}",
        ratios=found.ratios,
        promise=promise,
        kept=kept,
    )


@contextmanager
def _speaking(settings: Settings) -> Iterator[httpx.Client]:
    """A browser of an installation in this process, signed in as its owner."""
    installation = install(settings)
    transport = InProcess(build(installation), operator=True)
    try:
        with httpx.Client(transport=transport, base_url="http://gonogo.invalid") as http:
            yield http
    finally:
        installation.close()


def _read(http: httpx.Client, address: str) -> None:
    http.get(address).raise_for_status()
