"""What the server measures itself, while it does and when it is done."""

from typing import Literal

from gonogo.schemas.base import Told


class Refused(Told):
    """Why nothing was measured."""

    kind: str
    message: str
    field: str
    value: str | None
    expected: str


class Measurement(Told):
    """A measurement that the server was asked for."""

    id: str
    subject: str
    state: Literal["waiting", "running", "done", "failed"]
    done: int
    """Checks that were measured."""
    total: int
    """Checks there are; 0 while it is not known."""
    doing: str
    """The check at hand."""
    entries: list[str]
    """Digests of the evidence, once it is done."""
    problem: Refused | None
    """Where it failed, why."""
    asked_at: str
    ended_at: str | None
    status: str
    """Where this can be read again."""
