"""Waiting for what the server measures itself, from a client."""

from collections.abc import Callable, Mapping
from typing import Any

from gonogo.schemas.measurements import Measurement
from gonogo.sdk.http import ERRORS, Http, Ours, part

FIRST_WAIT = 0.5
LONGEST_WAIT = 5.0
OPEN = frozenset({"waiting", "running"})
Tell = Callable[[int, int], None]
"""Told how many checks of how many are done."""


def silent(_done: int, _of: int) -> None:
    """Tell nobody."""


def measured(
    http: Http, path: str, asked: Mapping[str, Any], *, wait: bool = True, tell: Tell = silent
) -> Measurement:
    """Have the server measure what `path` names, and wait until it is done.

    `tell` is told how far it is. With `wait` false it comes back at once, to be looked at again by
    `looked`. Raises what the measurement was refused for.
    """
    prefer = {} if wait else {"Prefer": "respond-async"}
    found = Measurement.model_validate_json(
        http.send("POST", path, body=asked, headers=prefer).content
    )
    pause = FIRST_WAIT
    while wait and found.state in OPEN:
        tell(found.done, found.total)
        http.pause(pause)
        pause = min(pause * 1.5, LONGEST_WAIT)
        found = looked(http, found.id)
    if found.problem is not None:
        said = found.problem
        error = ERRORS.get(said.kind)
        if error is None:
            raise Ours(said.message)
        raise error(
            field=said.field, value=said.value, expected=said.expected, message=said.message
        )
    return found


def looked(http: Http, number: str) -> Measurement:
    """How far a measurement is now."""
    return http.get(f"/measurements/{part(number)}", Measurement)
