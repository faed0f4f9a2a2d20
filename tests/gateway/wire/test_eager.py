"""Coroutines that are begun at once: done where they wait for nothing, a task where they do."""

import asyncio
from contextvars import ContextVar

import pytest

from gonogo.gateway.wire.eager import begin

said: ContextVar[str] = ContextVar("said", default="nothing")


class TestBegin:
    def test_what_waits_for_nothing_is_there_at_once(self) -> None:
        async def at_once() -> int:
            return 7

        async def run() -> object:
            return begin(at_once(), asyncio.get_running_loop())

        assert asyncio.run(run()) == 7

    def test_what_waits_goes_on_as_a_task_in_one_context(self) -> None:
        async def later(future: "asyncio.Future[int]") -> list[object]:
            token = said.set("mine")
            found: list[object] = [await future, await asyncio.wait_for(asyncio.sleep(0, 2), 5)]
            found.append(said.get())
            said.reset(token)
            return found

        async def run() -> list[object]:
            loop = asyncio.get_running_loop()
            future = loop.create_future()
            task = begin(later(future), loop)
            assert isinstance(task, asyncio.Task)
            assert said.get() == "nothing"
            future.set_result(1)
            return await task

        assert asyncio.run(run()) == [1, 2, "mine"]

    def test_what_fails_while_it_waits_fails_within_it(self) -> None:
        async def later(future: "asyncio.Future[int]") -> str:
            try:
                await future
            except ValueError as error:
                await asyncio.sleep(0)
                return f"caught {error}"
            return "nothing"

        async def run(*, cancelled: bool) -> str:
            loop = asyncio.get_running_loop()
            future = loop.create_future()
            task = begin(later(future), loop)
            assert isinstance(task, asyncio.Task)
            if cancelled:
                task.cancel()
            else:
                future.set_exception(ValueError("it"))
            return await task

        assert asyncio.run(run(cancelled=False)) == "caught it"
        with pytest.raises(asyncio.CancelledError):
            asyncio.run(run(cancelled=True))
