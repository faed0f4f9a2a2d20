"""Chooses use cases beside the pages that ask: one after the other, in a thread of its own.

What is chosen rests on what is asked and known alone, so nothing is lost with the process: a page
that is read again asks again. The choice itself comes first, then why, then worth against risk.
"""

import logging
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from gonogo.core.errors import Broken, GonogoError, TooMany
from gonogo.core.times import Clock
from gonogo.domain.portfolio import rules
from gonogo.domain.portfolio.rules import Asked, Choosing
from gonogo.stats.portfolio.problem import Candidate

log = logging.getLogger("gonogo.portfolio")

REMEMBERED = 64
"""Choices that are remembered, those asked for last."""
WAITING = 16
"""That may wait for their turn."""
EXPLAIN = timedelta(seconds=30)
"""How long it is looked at why use cases are in and out, where there are many."""
FRONTIER_SECONDS = 45.0
"""How long worth against risk is looked for, where there are many."""


class Chooser:
    """Remembers what was chosen, and chooses what was not."""

    def __init__(self, clock: Clock) -> None:
        """Nothing is chosen yet; the thread begins with the first that is asked."""
        self._clock = clock
        self._found: OrderedDict[str, Choosing] = OrderedDict()
        self._waiting: deque[tuple[str, Sequence[Candidate], Asked]] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._over = False

    def ask(
        self, key: str, candidates: Sequence[Candidate], asked: Asked, patience: float
    ) -> Choosing:
        """How far the choice called `key` is, after `patience` seconds or once it is done.

        Raises `TooMany` where too many wait.
        """
        with self._changed:
            if key not in self._found:
                if len(self._waiting) >= WAITING:
                    raise TooMany(
                        field="portfolio",
                        value=len(self._waiting),
                        expected=f"at most {WAITING} choices that wait; ask again in a moment",
                        message="Too many choices wait for their turn",
                        retry_after=30,
                    )
                self._note(key, Choosing())
                self._waiting.append((key, candidates, asked))
                self._begin()
                self._changed.notify_all()
            self._found.move_to_end(key)
            self._changed.wait_for(lambda: self._over or self._now(key).done, patience)
            return self._now(key)

    def stop(self) -> None:
        """Begin nothing more; the choice at hand ends with the process."""
        with self._changed:
            self._over = True
            self._waiting.clear()
            self._changed.notify_all()

    def _now(self, key: str) -> Choosing:
        return self._found.get(key, Choosing())

    def _begin(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="gonogo-choosing", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._over or self._waiting)
                if self._over:
                    return
                key, candidates, asked = self._waiting.popleft()
            self._choose(key, candidates, asked)

    def _choose(self, key: str, candidates: Sequence[Candidate], asked: Asked) -> None:
        try:
            for found in self._steps(candidates, asked):
                self._tell(key, found)
        except GonogoError as refused:
            self._tell(key, Choosing(refused=refused, done=True))
        except Exception:
            # Whatever went wrong, the page that waits is told, and the next choice is made.
            log.exception("choosing use cases failed")
            self._tell(key, Choosing(refused=_ours(), done=True))

    def _steps(self, candidates: Sequence[Candidate], asked: Asked) -> Iterator[Choosing]:
        problem, answer = rules.best(candidates, asked)
        many = len(problem.candidates)
        yield Choosing(answer, doing="why each is in or out")
        is_over = self._until(EXPLAIN) if many > rules.QUICK else rules.never
        answer = rules.explained(problem, asked, answer, is_over)
        yield Choosing(answer, doing="worth against risk")
        seconds = FRONTIER_SECONDS if many > rules.DRAWN else None
        yield Choosing(rules.with_frontier(problem, answer, seconds), done=True)

    def _until(self, span: timedelta) -> Callable[[], bool]:
        end = self._clock() + span
        return lambda: self._over or self._clock() >= end

    def _tell(self, key: str, found: Choosing) -> None:
        with self._changed:
            self._note(key, found)
            self._changed.notify_all()

    def _note(self, key: str, found: Choosing) -> None:
        self._found[key] = found
        while len(self._found) > REMEMBERED:
            self._found.popitem(last=False)


def _ours() -> GonogoError:
    return Broken(
        field="portfolio",
        value="a choice",
        expected="a server that can choose; its log has the details",
        message="Choosing failed, and that is our fault",
    )
