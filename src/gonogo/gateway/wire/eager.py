"""A coroutine is begun at once; only one that has to wait is made a task.

Nearly every decision is made without waiting for anything, and a task for it, with two more turns
of the loop, costs as much as reading its request. From Python 3.12 on, tasks do so themselves.
"""

import asyncio
import sys
from collections.abc import Coroutine, Generator
from contextvars import copy_context
from types import coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def begin(what: Coroutine[Any, Any, T], loop: asyncio.AbstractEventLoop) -> "T | asyncio.Task[T]":
    """What `what` returns where it waits for nothing, else the task that goes on with it.

    Raises what it raises before it waits. Both parts of it run in one context.
    """
    if sys.version_info >= (3, 12):
        task = asyncio.Task(what, loop=loop, eager_start=True)
        return task.result() if task.done() else task
    context = copy_context()
    try:
        waited_for = context.run(what.send, None)
    except StopIteration as ended:
        found: T = ended.value
        return found
    return loop.create_task(_resumed(what, waited_for), context=context)


@coroutine
def _resumed(what: Coroutine[Any, Any, T], waited_for: Any) -> Generator[Any, Any, T]:
    """Go on with a coroutine that waits for something already."""
    thrown: BaseException | None
    while True:
        try:
            sent = yield waited_for
        except BaseException as raised:  # noqa: BLE001  # handed on, as `yield from` does
            sent, thrown = None, raised
        else:
            thrown = None
        try:
            waited_for = what.send(sent) if thrown is None else what.throw(thrown)
        except StopIteration as ended:
            found: T = ended.value
            return found
