"""Rows of measurements that the server was asked for."""

import json
from dataclasses import asdict
from typing import Any

from sqlalchemy import Column, Integer, Row, String, Table, Text, delete, or_, select, update

from gonogo.core.errors import NotFound
from gonogo.core.subjects import Subject
from gonogo.domain.measurements.rules import OPEN, Measurement, Problem, State
from gonogo.store.schema import metadata
from gonogo.store.work import Work

measurements = Table(
    "measurements",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("subject", String(255), nullable=False, index=True),
    Column("digest", String(64), nullable=False, index=True),
    Column("asked", Text, nullable=False),
    Column("actor", String(255), nullable=False),
    Column("only", Text, nullable=True),
    Column("within", String(255), nullable=True),
    Column("state", String(12), nullable=False, index=True),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("doing", String(200), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("asked_at", String(24), nullable=False),
    Column("leased_until", String(24), nullable=True),
    Column("ended_at", String(24), nullable=True),
    Column("entries", Text, nullable=True),
    Column("problem", Text, nullable=True),
)
OPEN_STATES = tuple(sorted(OPEN))


def get(work: Work, number: str) -> Measurement:
    """The measurement with this id; raises `NotFound`."""
    query = select(measurements).where(measurements.c.id == number)
    row = work.connection.execute(query).one_or_none()
    if row is None:
        raise NotFound(field="measurement", value=number, expected="one that was asked for lately")
    return _to_measurement(row)


def open_one(work: Work, digest: str) -> Measurement | None:
    """One that is still to be waited for and asks exactly this."""
    query = select(measurements).where(
        measurements.c.digest == digest, measurements.c.state.in_(OPEN_STATES)
    )
    row = work.connection.execute(query.limit(1)).one_or_none()
    return None if row is None else _to_measurement(row)


def open_of(work: Work, subject: Subject) -> list[Measurement]:
    """Those of a subject that are still to be waited for, the oldest first."""
    query = select(measurements).where(
        measurements.c.subject == str(subject), measurements.c.state.in_(OPEN_STATES)
    )
    order = (measurements.c.asked_at, measurements.c.id)
    return [_to_measurement(row) for row in work.connection.execute(query.order_by(*order))]


def last_of(work: Work, subject: Subject) -> Measurement | None:
    """The one of a subject that was asked for last."""
    query = select(measurements).where(measurements.c.subject == str(subject))
    newest = query.order_by(measurements.c.asked_at.desc(), measurements.c.id).limit(1)
    row = work.connection.execute(newest).one_or_none()
    return None if row is None else _to_measurement(row)


def due(work: Work) -> Measurement | None:
    """The oldest that nobody measures: not begun, or begun by one who no longer says so."""
    lost = (measurements.c.state == State.RUNNING) & (measurements.c.leased_until < work.at)
    query = select(measurements).where(or_(measurements.c.state == State.WAITING, lost))
    order = (measurements.c.asked_at, measurements.c.id)
    row = work.connection.execute(query.order_by(*order).limit(1)).one_or_none()
    return None if row is None else _to_measurement(row)


def put(work: Work, made: Measurement, digest: str) -> None:
    """Write a new one."""
    work.connection.execute(
        measurements.insert().values(
            id=made.id,
            subject=str(made.subject),
            digest=digest,
            asked=json.dumps(made.asked),
            actor=str(made.actor),
            only=None if made.only is None else json.dumps(made.only),
            within=made.within,
            state=made.state,
            done=made.done,
            total=made.total,
            doing=made.doing,
            tries=made.tries,
            asked_at=made.asked_at,
        )
    )


def change(work: Work, number: str, **values: Any) -> None:
    """Write what is new of one."""
    work.connection.execute(
        update(measurements).where(measurements.c.id == number).values(**values)
    )


def end(
    work: Work, number: str, state: State, entries: tuple[str, ...], problem: Problem | None
) -> None:
    """Write how one ended."""
    change(
        work,
        number,
        state=state,
        doing="",
        leased_until=None,
        ended_at=work.at,
        entries=json.dumps(entries),
        problem=None if problem is None else json.dumps(asdict(problem)),
    )


def remove(work: Work, number: str) -> None:
    """Delete one."""
    work.connection.execute(delete(measurements).where(measurements.c.id == number))


def forget(work: Work, before: str) -> int:
    """Delete those that ended before a time; how many they were."""
    old = delete(measurements).where(measurements.c.ended_at < before)
    return work.connection.execute(old).rowcount


def _to_measurement(row: Row[Any]) -> Measurement:
    return Measurement(
        id=row.id,
        subject=Subject.parse(row.subject),
        asked=json.loads(row.asked),
        actor=Subject.parse(row.actor),
        only=None if row.only is None else tuple(json.loads(row.only)),
        within=row.within,
        state=State(row.state),
        done=row.done,
        total=row.total,
        doing=row.doing,
        tries=row.tries,
        asked_at=row.asked_at,
        ended_at=row.ended_at,
        entries=tuple(json.loads(row.entries or "[]")),
        problem=None if row.problem is None else Problem(**json.loads(row.problem)),
    )
