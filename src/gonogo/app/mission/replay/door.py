"""The gateway as a service of the mission asks it: over HTTP, with a token of the use case."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from gonogo.core.errors import Unavailable

BATCH = 250
"""Decisions that are asked for at once: more would come close to the deadline of each."""
MOST_OUTCOMES = 5_000
TRIES = 8
FIRST_WAIT = 0.1
TIMEOUT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Door:
    """The way to the decisions of one use case."""

    http: httpx.Client
    case: str

    def decide(self, asked: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The answers, in the order of what was asked; what was shed is asked again.

        Raises `Unavailable` with the problem of what is not answered in the end.
        """
        found: dict[str, dict[str, Any]] = {}
        for start in range(0, len(asked), BATCH):
            some = asked[start : start + BATCH]
            found |= self._decided(some)
        return [found[str(one["id"])] for one in asked]

    def tell(self, outcomes: Sequence[Mapping[str, Any]]) -> None:
        """What became of decisions; returns once it is written down."""
        for start in range(0, len(outcomes), MOST_OUTCOMES):
            some = list(outcomes[start : start + MOST_OUTCOMES])
            self._sent("/v1/outcomes", some)

    def _decided(self, asked: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        left, problem = list(asked), None
        for wait in _waits():
            answers = self._sent(f"/v1/decide/{self.case}", {"requests": left})["decisions"]
            shed = []
            for one, answer in zip(left, answers, strict=True):
                problem = answer.get("problem", problem)
                if "problem" not in answer:
                    found[str(one["id"])] = answer
                elif answer["problem"].get("status") == httpx.codes.SERVICE_UNAVAILABLE:
                    shed.append(one)
                else:
                    raise _refused(answer["problem"])
            if not shed:
                return found
            left = shed
            time.sleep(wait)
        raise _refused(problem or {})

    def _sent(self, path: str, body: Any) -> dict[str, Any]:
        answer: httpx.Response | None = None
        for wait in _waits():
            try:
                answer = self.http.post(path, json=body, timeout=TIMEOUT_SECONDS)
            except httpx.TransportError:
                answer = None
            busy = answer is None or answer.status_code in {
                # A token or a route that was made a moment ago is in force within a second.
                httpx.codes.UNAUTHORIZED,
                httpx.codes.NOT_FOUND,
                httpx.codes.TOO_MANY_REQUESTS,
                httpx.codes.SERVICE_UNAVAILABLE,
            }
            if answer is not None and not busy:
                break
            time.sleep(wait)
        if answer is None:
            raise Unavailable(field="gateway", value=path, expected="a gateway that answers")
        if answer.status_code != httpx.codes.OK:
            raise _refused(answer.json())
        said: dict[str, Any] = answer.json()
        return said


def _waits() -> list[float]:
    return [FIRST_WAIT * 2**turn for turn in range(TRIES)]


def _refused(problem: Mapping[str, Any]) -> Unavailable:
    return Unavailable(
        field=str(problem.get("field", "gateway")),
        value=problem.get("value"),
        expected=str(problem.get("expected", "a gateway that decides")),
    )
