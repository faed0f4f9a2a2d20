"""Measures what the server was asked to measure itself: one after the other, oldest first.

The row in the database is the state. One who measures says so every few seconds; where that ends,
the next who looks begins again, so a restart loses nothing. Evidence and the end of a measurement
are written together, so nothing is recorded twice.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from gonogo.core.caller import SYSTEM
from gonogo.core.errors import Broken, GonogoError, Unavailable
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.core.times import Clock
from gonogo.domain.measurements import actions
from gonogo.domain.measurements.rules import Measurement
from gonogo.flows import measurements
from gonogo.store.files import Files
from gonogo.store.work import OpenWork
from gonogo.views import versions
from gonogo.views.charts import svg
from gonogo.views.charts.theme import WIDE, WIDTH

log = logging.getLogger("gonogo.measurements")

BEAT_SECONDS = 2.0
"""How often one who measures says so, and how far it is."""


def work_off(open_work: OpenWork, files: Files, clock: Clock) -> int:
    """Measure all that waits; how many that was."""
    done = 0
    while (taken := _next(open_work)) is not None:
        _measure(open_work, files, clock, taken)
        done += 1
    return done


def draw(open_work: OpenWork, subject: Subject) -> int:
    """Draw what the page of a model version shows, before somebody waits for it; how many plots."""
    if subject.kind is not SubjectKind.MODEL:
        return 0
    with open_work(SYSTEM, write=False) as work:
        page = versions.version(work, subject.name, str(subject.version))
    plots = [one for area in page.areas for one in (*area.overviews, *area.plots)]
    for one in plots:
        for width in (WIDTH, WIDE) if one.wide else (WIDTH,):
            svg.svg(one.chart, width)
    return len(plots)


def _next(open_work: OpenWork) -> Measurement | None:
    with open_work(SYSTEM, write=False) as work:
        waiting = actions.is_due(work)
    if not waiting:
        return None
    with open_work(SYSTEM) as work:
        return actions.take(work)


def _measure(open_work: OpenWork, files: Files, clock: Clock, taken: Measurement) -> None:
    try:
        with _beating(open_work, taken) as progress:
            measurements.measured(open_work, files, taken, clock(), progress.tell)
        if svg.KEPT_DRAWN.keeps:
            draw(open_work, taken.subject)
    except Unavailable:
        # Nothing is wrong with what was asked: it is begun again when nobody says to be at it.
        log.warning("measuring %s waits for what it needs", taken.subject)
    except GonogoError as error:
        _end(open_work, taken, error)
    except Exception:
        log.exception("measuring %s failed", taken.subject)
        _end(open_work, taken, _ours(taken))


def _end(open_work: OpenWork, taken: Measurement, error: GonogoError) -> None:
    with open_work(SYSTEM) as work:
        if actions.is_ours(work, taken):
            actions.fail(work, taken, error)


def _ours(taken: Measurement) -> GonogoError:
    return Broken(
        field="measurement",
        value=taken.id,
        expected="a server that can measure this; its log has the details",
        message="Measuring failed, and that is our fault",
    )


class _Progress:
    """How far one measurement is."""

    def __init__(self) -> None:
        self.now = (0, 0, "")

    def tell(self, done: int, total: int, doing: str) -> None:
        """Note it; it is written with the next beat."""
        self.now = (done, total, doing)


@contextmanager
def _beating(open_work: OpenWork, taken: Measurement) -> Iterator[_Progress]:
    """Says every few seconds, from a thread beside, that it goes on."""
    progress, over = _Progress(), threading.Event()

    def beat() -> None:
        while not over.wait(BEAT_SECONDS):
            try:
                with open_work(SYSTEM) as work:
                    actions.advance(work, taken, *progress.now)
            except GonogoError as error:
                log.warning("measuring %s goes on, but cannot say so: %s", taken.subject, error)

    thread = threading.Thread(target=beat, name="gonogo-measuring-beat", daemon=True)
    thread.start()
    try:
        yield progress
    finally:
        over.set()
        thread.join()
