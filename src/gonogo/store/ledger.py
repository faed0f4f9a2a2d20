"""The ledger: the only place that appends entries, and the questions asked of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    and_,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from gonogo.core.canonical import Json, canonical, digest
from gonogo.core.chain import GENESIS, Entry, seal
from gonogo.core.conditions import Cited
from gonogo.core.errors import Conflict, NotFound
from gonogo.core.evidence import Evidence
from gonogo.core.subjects import Subject
from gonogo.store.engine import lock_writers
from gonogo.store.paging import MOST, Page, page_of, read_cursor
from gonogo.store.schema import metadata
from gonogo.store.verification import Progress, Verification, verify

RESTORED_AT_ONCE = 2000
"""Entries of another installation written in one statement."""

NUL = "\x00"
"""No text of an entry holds it, and PostgreSQL refuses to be asked for it."""
Position = BigInteger().with_variant(Integer(), "sqlite")

ledger = Table(
    "ledger",
    metadata,
    Column("position", Position, primary_key=True, autoincrement=False),
    # UNIQUE makes a fork impossible: two entries cannot follow the same one.
    Column("previous", String(64), nullable=False, unique=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("kind", String(40), nullable=False),
    Column("subject", String(255), nullable=False),
    Column("actor", String(255), nullable=False),
    Column("at", String(24), nullable=False),
    Column("body", Text, nullable=False),
    Index("ix_ledger_subject_position", "subject", "position"),
    Index("ix_ledger_kind_position", "kind", "position"),
)

head = Table(
    "ledger_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("position", Position, nullable=False),
    Column("digest", String(64), nullable=False),
)

current = Table(
    "evidence_current",
    metadata,
    Column("subject", String(255), primary_key=True),
    Column("check", String(100), primary_key=True),
    # Parameters, data and origin: evidence differing in one of them does not replace the other.
    Column("key", String(64), primary_key=True),
    Column("position", Position, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry before it has its place in the chain."""

    kind: str
    subject: Subject
    body: Mapping[str, Json]


class Ledger:
    """The ledger as one transaction sees it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._head: tuple[int, str] | None = None

    # -- appending ---------------------------------------------------------------------------

    def append(self, drafts: Sequence[Draft], *, actor: Subject, at: str) -> list[Entry]:
        """Append `drafts` in order, and index those that are evidence. One statement each table."""
        if not drafts:
            return []
        position, previous = self._locked_head()
        entries: list[Entry] = []
        for draft in drafts:
            position += 1
            entry = seal(
                position,
                previous,
                kind=draft.kind,
                subject=str(draft.subject),
                actor=str(actor),
                at=at,
                body=canonical(draft.body).decode(),
            )
            entries.append(entry)
            previous = entry.digest
        self._connection.execute(ledger.insert(), [_row(entry) for entry in entries])
        self._connection.execute(head.update().values(position=position, digest=previous))
        self._head = (position, previous)
        self._index(drafts, entries)
        return entries

    def restore(self, entries: Iterable[Entry]) -> Iterator[int]:
        """Take up the whole chain of another installation; after each batch, how many it was.

        Raises `Conflict` where there are entries already. The entries are written as they come:
        `verify` tells whether they are sound.
        """
        position, digested = self._locked_head()
        if position:
            raise Conflict(field="ledger", value=position, expected="a ledger without entries")
        remaining = iter(entries)
        while batch := list(islice(remaining, RESTORED_AT_ONCE)):
            self._connection.execute(ledger.insert(), [_row(entry) for entry in batch])
            position, digested = batch[-1].position, batch[-1].digest
            yield len(batch)
        self._connection.execute(head.update().values(position=position, digest=digested))
        self._head = (position, digested)

    def _locked_head(self) -> tuple[int, str]:
        """Position and digest of the last entry, locked against other writers until the end."""
        if self._head is None:
            lock_writers(self._connection)
            noted = self._connection.execute(select(head.c.position, head.c.digest)).one_or_none()
            if noted is None:
                self._connection.execute(head.insert().values(id=1, position=0, digest=GENESIS))
                self._head = (0, GENESIS)
            else:
                self._head = (noted.position, noted.digest)
        return self._head

    def _index(self, drafts: Sequence[Draft], entries: Sequence[Entry]) -> None:
        rows = {
            (str(draft.subject), str(draft.body["check"]), evidence_key(draft.body)): entry.position
            for draft, entry in zip(drafts, entries, strict=True)
            if draft.kind == "evidence"
        }
        if not rows:
            return
        values = [
            {"subject": subject, "check": check, "key": key, "position": position}
            for (subject, check, key), position in rows.items()
        ]
        dialect: Any = postgresql if self._connection.dialect.name == "postgresql" else sqlite
        insert = dialect.insert(current)
        self._connection.execute(
            insert.on_conflict_do_update(
                index_elements=["subject", "check", "key"],
                set_={"position": insert.excluded.position},
            ),
            values,
        )

    # -- reading -----------------------------------------------------------------------------

    def head(self) -> tuple[int, str]:
        """Position and digest of the last entry; (0, 64 zeros) while there is none."""
        row = self._connection.execute(select(head.c.position, head.c.digest)).one_or_none()
        return (0, GENESIS) if row is None else (row.position, row.digest)

    def latest(self, subject: Subject, checks: Iterable[str] | None = None) -> list[Cited]:
        """The current evidence of `subject`: the newest for each check and way of measuring."""
        return self.latest_of([subject], checks)[subject]

    def latest_of(
        self, asked: Sequence[Subject], checks: Iterable[str] | None = None
    ) -> dict[Subject, list[Cited]]:
        """The current evidence of several subjects, in one query."""
        query = (
            select(ledger)
            .join(current, current.c.position == ledger.c.position)
            .where(current.c.subject.in_([str(subject) for subject in asked]))
            .order_by(ledger.c.position)
        )
        if checks is not None:
            query = query.where(current.c.check.in_(list(checks)))
        found: dict[Subject, list[Cited]] = {subject: [] for subject in asked}
        for row in self._connection.execute(query):
            cited = to_cited(to_entry(row))
            found[cited.evidence.subject].append(cited)
        return found

    def entry(self, name: str) -> Entry:
        """The entry with this digest, or with this position; raises `NotFound`."""
        by = (
            ledger.c.position == int(name)
            if name.isascii() and name.isdigit() and len(name) < 19
            else ledger.c.digest == name
        )
        query = select(ledger).where(by)
        row = None if NUL in name else self._connection.execute(query).one_or_none()
        if row is None:
            raise NotFound(field="entry", value=name, expected="a position or digest of the ledger")
        return to_entry(row)

    def known(self, digests: Iterable[str]) -> set[str]:
        """Those of `digests` that are in the ledger."""
        wanted = list(set(digests))
        return set(
            self._connection.scalars(select(ledger.c.digest).where(ledger.c.digest.in_(wanted)))
        )

    def entries_of(self, digests: Iterable[str]) -> dict[str, Entry]:
        """The entries with these digests, by digest."""
        wanted = list(set(digests))
        rows = self._connection.execute(select(ledger).where(ledger.c.digest.in_(wanted)))
        return {row.digest: to_entry(row) for row in rows}

    def search(
        self,
        *,
        kind: str | None = None,
        subject: str | None = None,
        actor: str | None = None,
        text: str | None = None,
        since: str | None = None,
        until: str | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[Entry]:
        """Entries, newest first, that fit everything that is asked.

        `subject` also finds what stands below it by name: `model:churn` finds `model:churn@3`.
        `since` and `until` are times as they are stored; what happened at `until` is left out.
        """
        limit = max(1, min(limit, MOST))
        if any(NUL in (asked or "") for asked in (kind, subject, actor, text)):
            return Page((), None)
        where = []
        if kind:
            where.append(ledger.c.kind == kind)
        if subject:
            where.append(
                (ledger.c.subject == subject)
                | ledger.c.subject.startswith(f"{subject}@", autoescape=True)
                | ledger.c.subject.startswith(f"{subject}/", autoescape=True)
            )
        if actor:
            where.append(ledger.c.actor == actor)
        if text:
            where.append(
                ledger.c.body.icontains(text, autoescape=True)
                | ledger.c.subject.icontains(text, autoescape=True)
                | ledger.c.digest.startswith(text, autoescape=True)
            )
        if since:
            where.append(ledger.c.at >= since)
        if until:
            where.append(ledger.c.at < until)
        before = read_cursor(cursor, int)
        if before is not None:
            where.append(ledger.c.position < before)
        rows = self._connection.execute(
            select(ledger)
            .where(and_(True, *where))
            .order_by(ledger.c.position.desc())
            .limit(limit + 1)
        ).all()
        return page_of([to_entry(row) for row in rows], limit, lambda entry: entry.position)

    def naming(self, entry: Entry, kinds: Iterable[str], limit: int = 50) -> list[Entry]:
        """Later entries of these `kinds` that name the digest of `entry`, oldest first."""
        rows = self._connection.execute(
            select(ledger)
            .where(
                ledger.c.kind.in_(list(kinds)),
                ledger.c.position > entry.position,
                ledger.c.body.contains(entry.digest, autoescape=True),
            )
            .order_by(ledger.c.position)
            .limit(limit)
        )
        return [to_entry(row) for row in rows]

    def tail(self, after: int, limit: int = 500, *, kind: str | None = None) -> list[Entry]:
        """Entries, all or of one kind, that follow position `after`, oldest first."""
        query = select(ledger).where(ledger.c.position > after)
        if kind is not None:
            query = query.where(ledger.c.kind == kind)
        rows = self._connection.execute(query.order_by(ledger.c.position).limit(limit))
        return [to_entry(row) for row in rows]

    def count(self, *, kind: str, subject: str | None = None) -> int:
        """How many entries of a kind there are."""
        query = select(func.count()).where(ledger.c.kind == kind)
        if subject is not None:
            query = query.where(ledger.c.subject == subject)
        return self._connection.scalar(query) or 0

    # -- verifying ---------------------------------------------------------------------------

    def verify(
        self,
        *,
        thorough: bool = False,
        uncommitted: bool = False,
        progress: Progress | None = None,
    ) -> Verification:
        """Read the whole chain and compare its end with the head that was noted."""
        return verify(
            self._connection, thorough=thorough, uncommitted=uncommitted, progress=progress
        )

    def all(self) -> Iterator[Entry]:
        """Every entry, oldest first, streamed."""
        streamed = self._connection.execute(
            select(ledger).order_by(ledger.c.position), execution_options={"yield_per": 1000}
        )
        for row in streamed:
            yield to_entry(row)


def evidence_key(body: Mapping[str, Json]) -> str:
    """What makes two measurements of a subject by a check the same kind of measurement."""
    return digest({name: body[name] for name in ("with", "data", "reproduced")})


def to_entry(row: Row[Any]) -> Entry:
    """An entry from a row of the table."""
    return Entry(
        position=row.position,
        previous=row.previous,
        digest=row.digest,
        kind=row.kind,
        subject=row.subject,
        actor=row.actor,
        at=row.at,
        body=row.body,
    )


def to_cited(entry: Entry) -> Cited:
    """The evidence an entry holds, with where it stands."""
    return Cited(
        digest=entry.digest,
        position=entry.position,
        evidence=Evidence.from_body(
            msgspec.json.decode(entry.body), subject=entry.subject, actor=entry.actor, at=entry.at
        ),
    )


def _row(entry: Entry) -> dict[str, object]:
    return {name: getattr(entry, name) for name in Entry.__slots__}
