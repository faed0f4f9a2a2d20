"""Chooses use cases beside the pages that ask: one after the other, in a thread of its own.

What is chosen rests on what is asked and known alone, so nothing is lost with the process: a page
that is read again asks again. The choice itself comes first, then why, then worth against risk.
Each of these has so much time; what is not proven by then is told as far as it is found, and may be
looked for longer.
"""

import logging
import threading
from collections import OrderedDict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gonogo.core.errors import Broken, GonogoError, TooMany
from gonogo.domain.portfolio.answering import Patience, chosen, explained, with_frontier
from gonogo.domain.portfolio.rules import MOST_LONGER, Answer, Asked, Choosing, posed
from gonogo.stats.portfolio.problem import Candidate

log = logging.getLogger("gonogo.portfolio")

REMEMBERED = 64
"""Choices that are remembered, those asked for last."""
WAITING = 16
"""That may wait for their turn."""
PATIENCE = Patience(best=120.0, why=90.0, frontier=45.0)
"""How long is looked for what is not proven sooner, as happens where there are many."""
LONGER = 5.0
"""How many times as long, each time that it is asked for."""
QUEUED = "its turn: another choice is made before it"


@dataclass(frozen=True, slots=True)
class _Waiting:
    """What waits for its turn."""

    key: str
    candidates: Sequence[Candidate]
    asked: Asked
    longer: int
    before: Answer | None
    """What was found in less time."""


class Chooser:
    """Remembers what was chosen, and chooses what was not."""

    def __init__(self) -> None:
        """Nothing is chosen yet; the thread begins with the first that is asked."""
        self._found: OrderedDict[str, Choosing] = OrderedDict()
        self._waiting: deque[_Waiting] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._over = False

    def ask(
        self,
        key: str,
        candidates: Sequence[Candidate],
        asked: Asked,
        patience: float,
        longer: int = 0,
    ) -> Choosing:
        """How far the choice called `key` is, after `patience` seconds or once it is done.

        With `longer` what was not proven is looked for longer: 1 for five times as long, 2 for 25
        times. What was found before is kept. Raises `TooMany` where too many wait.
        """
        with self._changed:
            before = self._found.get(key)
            if before is None or self._is_longer(before, longer):
                if len(self._waiting) >= WAITING:
                    raise TooMany(
                        field="portfolio",
                        value=len(self._waiting),
                        expected=f"at most {WAITING} choices that wait; ask again in a moment",
                        message="Too many choices wait for their turn",
                        retry_after=30,
                    )
                longer = min(longer, MOST_LONGER)
                answer = None if before is None else before.answer
                self._note(key, Choosing(answer, doing=QUEUED, longer=longer))
                self._waiting.append(_Waiting(key, candidates, asked, longer, answer))
                self._begin()
                self._changed.notify_all()
            self._found.move_to_end(key)
            self._changed.wait_for(lambda: self._over or self._now(key).done, patience)
            return self._now(key)

    def found(self, key: str) -> Answer | None:
        """The choice called `key` as it was found; None where it is not, or not any more."""
        with self._changed:
            return self._now(key).answer

    @staticmethod
    def _is_longer(before: Choosing, longer: int) -> bool:
        """Whether it is to be looked for longer than it was."""
        answer = before.answer
        asked = min(longer, MOST_LONGER) > before.longer
        return asked and before.done and answer is not None and not answer.is_proven

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
                one = self._waiting.popleft()
            self._choose(one)

    def _choose(self, one: _Waiting) -> None:
        try:
            for found in self._steps(one):
                self._tell(one.key, replace(found, longer=one.longer))
                if self._over:
                    return
        except GonogoError as refused:
            self._tell(one.key, Choosing(refused=refused, done=True, longer=one.longer))
        except Exception:
            # Whatever went wrong, the page that waits is told, and the next choice is made.
            log.exception("choosing use cases failed")
            self._tell(one.key, Choosing(refused=_ours(), done=True, longer=one.longer))

    def _steps(self, one: _Waiting) -> Iterator[Choosing]:
        patience = PATIENCE.times(LONGER**one.longer)
        yield Choosing(one.before, doing="the best choice", seconds=patience.best)
        problem = posed(one.candidates, one.asked)
        for answer in chosen(problem, one.asked, patience.best, one.before):
            yield Choosing(answer, doing="the proof, or a better choice", seconds=patience.best)
        doing, seconds = "why each is in or out", patience.why
        yield Choosing(answer, doing=doing, seconds=seconds)
        for told in explained(problem, one.asked, answer, seconds):
            answer = told.answer
            yield Choosing(answer, doing=doing, step=told.step, of=told.of, seconds=seconds)
        doing, seconds = "worth against risk", patience.frontier
        if not answer.frontier or answer.within is not None:
            for told in with_frontier(problem, answer, seconds):
                answer = told.answer
                yield Choosing(answer, doing=doing, step=told.step, of=told.of, seconds=seconds)
        yield Choosing(answer, done=True)

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
