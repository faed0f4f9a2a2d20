"""One request or job is one Work: one transaction over tables and ledger, both or neither.

The only place that commits.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError

from gonogo.core.caller import Caller
from gonogo.core.canonical import Json
from gonogo.core.chain import Entry
from gonogo.core.decisions import Decision
from gonogo.core.errors import Conflict, Forbidden, Invalid, Unavailable
from gonogo.core.roles import REFUSAL_RECORDED, Action
from gonogo.core.subjects import ORGANISATION, Subject
from gonogo.core.times import Clock, stamp
from gonogo.store.engine import BUSY_SECONDS, PATIENCE, WRITES, lock_writers
from gonogo.store.ledger import Draft, Ledger
from gonogo.store.subjects import SubjectTree


class Work:
    """What an action is handed: who asks, when, the tables and the ledger of one transaction."""

    def __init__(self, connection: Connection, caller: Caller, now: datetime) -> None:
        self.connection = connection
        """For the rooms' own `tables.py` and `reads.py`."""
        self.caller = caller
        """Who asks."""
        self.now = now
        """One time for the whole Work."""
        self.ledger = Ledger(connection)
        self.subjects = SubjectTree(connection)

    @property
    def at(self) -> str:
        """`now` as it is stored."""
        return stamp(self.now)

    def allow(self, action: Action, on: Subject = ORGANISATION) -> None:
        """Go on if the caller may do `action` on `on`; raises `Forbidden` naming who may."""
        refused = self.caller.refuses(action, self.subjects.lineage(on))
        if refused is not None:
            roles = ", ".join(sorted(self.caller.roles())) or "no role"
            raise Forbidden(
                field="caller",
                value=f"{self.caller.actor} ({roles})",
                expected=refused,
                message=f"{action} on {on} is not allowed",
                action=action,
                subject=str(on),
            )

    def append(self, kind: str, subject: Subject, body: Mapping[str, Json]) -> Entry:
        """Append one entry; the row that it explains carries its digest."""
        return self.append_all([Draft(kind, subject, body)])[0]

    def append_all(self, drafts: Sequence[Draft]) -> list[Entry]:
        """Append several entries at the price of one."""
        return self.ledger.append(drafts, actor=self.caller.actor, at=self.at)

    def decide(
        self, subject: Subject, decision: Decision, more: Mapping[str, Json] | None = None
    ) -> Entry:
        """Append a decision; raises `Invalid` where it cites what is not in the ledger."""
        unknown = set(decision.cites) - self.ledger.known(decision.cites)
        if unknown:
            raise Invalid(field="cites", value=min(unknown), expected="digests of ledger entries")
        return self.append("decision", subject, {**decision.body(), **(more or {})})


OpenWork = Callable[..., AbstractContextManager[Work]]
"""`open_work(caller, write=True, patience=10)`, with engine and clock already given."""


def bound(engine: Engine, clock: Clock) -> OpenWork:
    """`open_work` with its engine and clock, as interfaces are handed it."""

    def opened(
        caller: Caller, *, write: bool = True, patience: float = BUSY_SECONDS
    ) -> AbstractContextManager[Work]:
        return open_work(engine, caller, clock, write=write, patience=patience)

    return opened


@contextmanager
def open_work(
    engine: Engine,
    caller: Caller,
    clock: Clock,
    *,
    write: bool = True,
    patience: float = BUSY_SECONDS,
) -> Iterator[Work]:
    """A Work that commits when its block ends and leaves no trace when the block raises.

    `patience`: seconds to wait for another writer on SQLite.
    A refusal of something that matters (`REFUSAL_RECORDED`) is itself recorded, in a Work of its
    own. Raises `Unavailable` where the database does not answer or stays locked.
    """
    try:
        with _transaction(engine, caller, clock, write=write, patience=patience) as work:
            yield work
    except Forbidden as refused:
        if write and refused.action in REFUSAL_RECORDED:
            with _transaction(engine, caller, clock, write=True) as work:
                work.append("refusal", Subject.parse(refused.subject), _refusal(refused))
        raise


def _refusal(refused: Forbidden) -> Mapping[str, Json]:
    return {
        "v": 1,
        "action": refused.action,
        "reason": str(refused),
        "expected": refused.expected,
    }


@contextmanager
def _transaction(
    engine: Engine,
    caller: Caller,
    clock: Clock,
    *,
    write: bool,
    patience: float = BUSY_SECONDS,
) -> Iterator[Work]:
    try:
        with engine.connect() as connected:
            connection = connected.execution_options(**{WRITES: write, PATIENCE: patience})
            if not write and connection.dialect.name == "postgresql":
                # A page sees one state of the database, as on SQLite, however many its queries.
                connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin() as transaction:
                if write:
                    lock_writers(connection)
                yield Work(connection, caller, clock())
                if not write:
                    transaction.rollback()
    except IntegrityError as error:
        raise Conflict(
            field="request",
            value=str(error.orig).partition("\n")[0],
            expected="something that nobody else has just written; read again and retry",
        ) from error
    except DBAPIError as error:
        if not _is_outage(error):
            raise
        raise Unavailable(
            field="database",
            value=str(error.orig).partition("\n")[0],
            expected="a database that answers; try again in a moment",
        ) from error


def _is_outage(error: DBAPIError) -> bool:
    """Whether the database could not be asked, rather than was asked something wrong."""
    if error.connection_invalidated:
        return True
    text = str(error.orig).lower()
    # sqlite3 and psycopg raise OperationalError for many things; these are the ones that pass.
    signs = (
        "locked",
        "busy",
        "unable to open",
        "disk i/o",
        "full",
        "readonly",
        "connect",
        "terminat",
        "shutting down",
        "starting up",
        "timeout",
        "no such table",
        "closed",
        "not a database",
        "malformed",
        "could not serialize",
        "deadlock",
    )
    return any(sign in text for sign in signs)
