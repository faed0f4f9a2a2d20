"""Threads beside the event loop, for what may take long: a call that does not end loses its thread.

A thread that hangs in somebody else's code cannot be ended from outside. It is left behind, another
takes its place, and after some of them nothing more of that kind is begun.
"""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any

from gonogo.core.errors import Unavailable

THREADS = 2
MOST_LOST = 16
"""Threads that may be left behind before nothing more is begun."""
MOST_WAITING = 256
"""Calls that may wait for a thread."""


@dataclass(slots=True, eq=False)
class _Call:
    what: Callable[[], Any]
    done: "asyncio.Future[Any]"
    loop: asyncio.AbstractEventLoop
    began: bool = False
    ended: bool = False


@dataclass(slots=True, eq=False)
class Side:
    """A few daemon threads; they do not keep the process from ending."""

    _calls: "SimpleQueue[_Call | None]" = field(default_factory=SimpleQueue)
    _threads: int = 0
    _lost: set[int] = field(default_factory=set)
    _waiting: int = 0

    @property
    def lost(self) -> int:
        """Threads that hang in a call."""
        return len(self._lost)

    async def run(
        self, what: Callable[[], Any], seconds: float, stop: Callable[[], None] | None = None
    ) -> Any:
        """What `what()` returns, or raises; raises `Unavailable` after `seconds`.

        `stop` is then called, to tell it to give up.
        """
        if len(self._lost) >= MOST_LOST or self._waiting >= MOST_WAITING:
            raise Unavailable(
                field="model", value=f"{len(self._lost)} calls hang", expected="calls that end"
            )
        self._grow()
        loop = asyncio.get_running_loop()
        call = _Call(what, loop.create_future(), loop)
        self._waiting += 1
        self._calls.put(call)
        try:
            return await asyncio.wait_for(call.done, seconds)
        except TimeoutError as error:
            if call.began and not call.ended:
                self._lost.add(id(call))
                self._threads -= 1
                if stop is not None:
                    stop()
            raise Unavailable(
                field="model", value=f"no answer in {seconds:g} s", expected="an answer in time"
            ) from error
        finally:
            self._waiting -= 1

    def _grow(self) -> None:
        while self._threads < THREADS:
            self._threads += 1
            threading.Thread(target=self._work, name="gateway-side", daemon=True).start()

    def _work(self) -> None:
        while (call := self._calls.get()) is not None:
            if call.done.cancelled():
                continue
            call.began = True
            found: Any = None
            error: Exception | None = None
            try:
                found = call.what()
            except Exception as raised:  # noqa: BLE001  # handed on to whoever waits
                error = raised
            call.ended = True
            if id(call) in self._lost:
                # Another thread took this one's place when the call was given up.
                self._lost.discard(id(call))
                return
            if not call.loop.is_closed():
                call.loop.call_soon_threadsafe(_answer, call.done, found, error)


def _answer(done: "asyncio.Future[Any]", found: Any, error: Exception | None) -> None:
    if done.done():
        return
    if error is None:
        done.set_result(found)
    else:
        done.set_exception(error)
