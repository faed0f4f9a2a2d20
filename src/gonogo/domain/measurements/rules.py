"""Measurements that the server was asked for: what state they are in, and when they are due."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from gonogo.core.canonical import Json, canonical
from gonogo.core.errors import Broken, GonogoError, Invalid
from gonogo.core.subjects import Subject

LEASE = timedelta(seconds=90)
"""How long one who measures and no longer says so is waited for, before another begins again."""
TRIES = 3
"""How often one is begun: what ends the server each time is not tried for ever."""
KEPT = timedelta(days=2)
"""How long one that has ended is told of; its evidence stays."""


KINDS = {str(error.kind): error for error in GonogoError.__subclasses__()}


class State(StrEnum):
    """Where it stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


OPEN = frozenset({State.WAITING, State.RUNNING})


@dataclass(frozen=True, slots=True)
class Problem:
    """Why nothing was measured, as a refusal says it."""

    kind: str
    message: str
    field: str
    value: str | None
    expected: str


@dataclass(frozen=True, slots=True)
class Measurement:
    """Something that the server was asked to measure itself."""

    id: str
    subject: Subject
    asked: Mapping[str, Json]
    """What exactly, as the one who measures reads it."""
    actor: Subject
    """Who asked; the evidence is recorded in this name."""
    only: tuple[str, ...] | None
    """Actions to which the token was confined."""
    within: str | None
    """The subject to which the token was confined."""
    state: State
    done: int
    """Checks that were measured."""
    total: int
    """Checks there are; 0 while it is not known."""
    doing: str
    """The check at hand."""
    tries: int
    """How often it was begun."""
    asked_at: str
    ended_at: str | None
    entries: tuple[str, ...]
    """Digests of the evidence, once it is done."""
    problem: Problem | None

    @property
    def is_open(self) -> bool:
        """Whether it is still to be waited for."""
        return self.state in OPEN


def digest(subject: Subject, actor: Subject, asked: Mapping[str, Json]) -> str:
    """What two requests have in common that ask for the same."""
    said = canonical({"subject": str(subject), "actor": str(actor), "asked": dict(asked)})
    return hashlib.sha256(said).hexdigest()


def problem_of(error: GonogoError) -> Problem:
    """A refusal as it is kept."""
    value = None if error.value is None else str(error.value)[:500]
    return Problem(str(error.kind), error.message, error.field, value, error.expected)


def refusal(found: Measurement) -> GonogoError:
    """The refusal that ended a measurement, as it was raised."""
    said = found.problem
    if said is None:
        return lost()
    kind = KINDS.get(said.kind, Invalid)
    return kind(field=said.field, value=said.value, expected=said.expected, message=said.message)


def lost() -> GonogoError:
    """Why one is given up that ended whoever measured it."""
    return Broken(
        field="measurement",
        value=f"begun {TRIES} times",
        expected="a measurement that the server outlives; its log may say what happened",
        message="The measurement never came to an end",
    )


def leased(now: datetime) -> datetime:
    """Until when one who measures and says so now is waited for."""
    return now + LEASE
