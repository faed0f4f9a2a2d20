"""Answers by the id that a client gave: asked again, it gets the same one, and nothing is decided.

Memory is bounded: what was asked longest ago is forgotten.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable

MOST = 50_000
"""Answers that are kept."""

Key = tuple[str, str]
"""Use case and id."""
Answered = Awaitable[bytes]


class Remembered:
    """The newest answers, for one event loop."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._answers: OrderedDict[Key, bytes | asyncio.Future[bytes]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._answers)

    def know(self, key: Key, answer: bytes) -> None:
        """Remember an answer that was given before this process began."""
        self._answers[key] = answer
        self._trim()

    async def once(self, key: Key, decide: Callable[[], Answered]) -> bytes:
        """The answer for `key`; `decide` is called where there is none yet, and only once.

        What `decide` raises is raised to all who wait, and not remembered.
        """
        known = self._answers.get(key)
        if isinstance(known, bytes):
            self._answers.move_to_end(key)
            return known
        if known is not None:
            return await asyncio.shield(known)
        future: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._answers[key] = future
        try:
            answer = await decide()
        except BaseException as error:
            self._answers.pop(key, None)
            if isinstance(error, Exception):
                future.set_exception(error)
                # Nobody may be waiting, which is no mistake.
                future.exception()
            else:
                future.cancel()
            raise
        future.set_result(answer)
        self._answers[key] = answer
        self._trim()
        return answer

    def _trim(self) -> None:
        while len(self._answers) > self._most:
            self._answers.popitem(last=False)
