"""What can be done with a measurement: ask for it, take it up, tell how far it is, end it."""

import uuid
from collections.abc import Mapping, Sequence

from gonogo.core.canonical import Json
from gonogo.core.errors import GonogoError
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject
from gonogo.core.times import stamp
from gonogo.domain.measurements import tables
from gonogo.domain.measurements.rules import (
    KEPT,
    TRIES,
    Measurement,
    State,
    digest,
    leased,
    lost,
    problem_of,
)
from gonogo.store.work import Work


def ask(work: Work, subject: Subject, asked: Mapping[str, Json]) -> Measurement:
    """Have something measured; who asks for the same before it is done gets the same.

    Raises `Forbidden` for a caller who may not have this measured.
    """
    work.allow(Action.EVIDENCE_REPRODUCE, on=subject)
    caller = work.caller
    same = digest(subject, caller.actor, asked)
    before = tables.open_one(work, same)
    if before is not None:
        return before
    made = Measurement(
        id=uuid.uuid4().hex,
        subject=subject,
        asked=asked,
        actor=caller.actor,
        only=None if caller.only is None else tuple(sorted(caller.only)),
        within=None if caller.within is None else str(caller.within),
        state=State.WAITING,
        done=0,
        total=0,
        doing="",
        tries=0,
        asked_at=work.at,
        ended_at=None,
        entries=(),
        problem=None,
    )
    tables.put(work, made, same)
    return made


def take(work: Work) -> Measurement | None:
    """Take up the oldest that nobody measures; None where there is none.

    One that was begun too often is ended.
    """
    found = tables.due(work)
    while found is not None and found.tries >= TRIES:
        fail(work, found, lost())
        found = tables.due(work)
    if found is None:
        return None
    tables.change(
        work,
        found.id,
        state=State.RUNNING,
        tries=found.tries + 1,
        leased_until=stamp(leased(work.now)),
    )
    return tables.get(work, found.id)


def is_due(work: Work) -> bool:
    """Whether there is one that nobody measures."""
    return tables.due(work) is not None


def advance(work: Work, taken: Measurement, done: int, total: int, doing: str) -> None:
    """Say that it goes on, and how far it is."""
    if is_ours(work, taken):
        tables.change(
            work,
            taken.id,
            done=done,
            total=total,
            doing=doing[:200],
            leased_until=stamp(leased(work.now)),
        )


def finish(work: Work, taken: Measurement, entries: Sequence[str]) -> None:
    """End it with its evidence, in the Work that records this."""
    tables.end(work, taken.id, State.DONE, tuple(entries), None)


def fail(work: Work, taken: Measurement, error: GonogoError) -> None:
    """End it without evidence."""
    tables.end(work, taken.id, State.FAILED, (), problem_of(error))


def is_ours(work: Work, taken: Measurement) -> bool:
    """Whether nobody else has taken it up since, nor ended it."""
    now = tables.get(work, taken.id)
    return now.state is State.RUNNING and now.tries == taken.tries


def withdraw(work: Work, found: Measurement) -> None:
    """Keep nothing of one that was refused while its asker waited: it is told there and then."""
    tables.remove(work, found.id)


def forget(work: Work) -> int:
    """Delete those that ended a while ago; how many they were."""
    return tables.forget(work, stamp(work.now - KEPT))
