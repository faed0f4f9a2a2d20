"""Verifying the ledger where it is stored: the whole chain, its end, and what points into it.

Read row by row, a million entries take four times as long as hashing them. So the database joins
each column of some thousand entries into one text, another thread reads ahead while this one
hashes, and only a block that is off in any way is walked row by row, to name the broken entry.
"""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple, Self

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from gonogo.core.chain import GENESIS, Break, Row, entry_text, first_break
from gonogo.store.references import dangling, misleading, unsound_pages

Progress = Callable[[int, int], None]
"""Called with entries done and entries in all."""

AHEAD = 2
"""Blocks read ahead; with BLOCK_BYTES this bounds the memory that is needed."""
BLOCK_ENTRIES = 4000
BLOCK_BYTES = 8_000_000

COLUMNS = ("actor", "at", "body", "kind", "subject", "digest", "previous")
# SQLite lets a column hold any type. A BLOB with the bytes of the text has the same hash, but is
# found by no search. All text is less than every BLOB, and comparing costs a fraction of typeof.
TEXTS = "count(*) FILTER (WHERE " + " AND ".join(f"{column} < x''" for column in COLUMNS) + ")"
TEXT = "text" * len(COLUMNS)
# No ORDER BY: the range is read in order of the primary key anyway, a subquery would copy each
# row, and a block in another order is found to be off and walked row by row.
BLOCK = {
    "sqlite": f"""
        SELECT {", ".join(f"group_concat({column}, char(10))" for column in COLUMNS)},
          min(position), max(position), count(*), {TEXTS}
        FROM ledger WHERE position > ? AND position <= ?""",  # noqa: S608  # constant text
    "postgresql": f"""
        SELECT {", ".join(f"string_agg({column}, chr(10))" for column in COLUMNS)},
          min(position), max(position), count(*), count(*)
        FROM (SELECT * FROM ledger WHERE position > %s AND position <= %s ORDER BY position)
          AS block""",  # noqa: S608  # constant text
}
# As bytes: damaged text may not be UTF-8.
ROW = {
    "sqlite": f"""
        SELECT position, {", ".join(f"CAST({column} AS BLOB)" for column in COLUMNS)},
          {" || ".join(f"typeof({column})" for column in COLUMNS)}
        FROM ledger WHERE position > ? ORDER BY position LIMIT 1""",  # noqa: S608  # constant text
    "postgresql": f"""
        SELECT position, {", ".join(f"convert_to({column}, 'UTF8')" for column in COLUMNS)},
          '{TEXT}'
        FROM ledger WHERE position > %s ORDER BY position LIMIT 1""",  # noqa: S608  # constant text
}
# One statement, one view of the database: what is appended meanwhile does not count.
ENDS = """
    SELECT (SELECT min(position) FROM ledger), (SELECT max(position) FROM ledger),
      (SELECT max(position) FROM ledger_head), (SELECT max(digest) FROM ledger_head)"""


@dataclass(frozen=True, slots=True)
class Verification:
    """What verifying the whole ledger found."""

    entries: int
    """Entries that were read and are sound."""
    head: str
    """Digest of the last sound entry; worth noting elsewhere."""
    broken: Break | None
    """The first entry that is not what was written."""
    findings: tuple[str, ...] = ()
    """What else contradicts the ledger: rows and indexes that point where they should not."""

    @property
    def sound(self) -> bool:
        """Whether everything is as it was written."""
        return self.broken is None and not self.findings


class Block(NamedTuple):
    """Consecutive entries, each column joined by line breaks."""

    actor: str
    at: str
    body: str
    kind: str
    subject: str
    digest: str
    previous: str
    first: int
    last: int
    entries: int
    texts: int
    """Entries whose columns all hold text."""


@dataclass(frozen=True, slots=True)
class Place:
    """Up to where the chain is sound."""

    position: int
    digest: str


def verify(
    connection: Connection,
    *,
    thorough: bool = False,
    uncommitted: bool = False,
    progress: Progress | None = None,
) -> Verification:
    """Read the whole chain, compare its end with the head that was noted, and what points into it.

    `thorough` also works out anew which evidence is current and has SQLite check its own pages and
    indexes: some three times as long. `uncommitted` says that most entries are this transaction's
    own, which nobody can read ahead.
    """
    try:
        first, last, noted, noted_digest = connection.exec_driver_sql(ENDS).one()
    except DBAPIError as error:
        return Verification(0, GENESIS, _unreadable(error, 1))
    ahead = _Ahead(connection, last or 0, alone=uncommitted)
    end, broken = _walk(connection, ahead, progress or (lambda _done, _all: None))
    if first is not None and first < 1:
        end, broken = Place(0, GENESIS), Break(first, f"entry {first} was inserted")
    if broken is None:
        broken = _wrong_end(end, noted or 0, noted_digest or GENESIS)
    findings = [] if broken else [*dangling(connection), *misleading(connection, thorough=thorough)]
    if thorough and not broken:
        findings += unsound_pages(connection)
    return Verification(end.position, end.digest, broken, tuple(findings))


def _wrong_end(end: Place, noted: int, noted_digest: str) -> Break | None:
    """Where the end of a sound chain is not the end that was noted when it was written."""
    if noted > end.position:
        return Break(
            end.position + 1,
            f"the ledger ends at entry {end.position}, but entry {noted} was written",
        )
    if noted < end.position:
        return Break(
            noted + 1, f"entry {noted + 1} is there, but entry {noted} is noted as the last one"
        )
    if noted_digest != end.digest:
        return Break(max(noted, 1), f"entry {noted} is not the one that was noted as the last one")
    return None


def _walk(
    connection: Connection, blocks: "_Ahead", progress: Progress
) -> tuple[Place, Break | None]:
    """Up to where the chain is sound, and what breaks it there."""
    place = Place(0, GENESIS)
    with blocks as ahead:
        for block, until in ahead:
            sound = None if block is None else _sound(block, place, until)
            if sound is None:
                place, broken = _row_by_row(connection, place, until)
                if broken is not None:
                    return place, broken
            else:
                place = sound
            progress(place.position, blocks.last)
    return place, None


def _sound(block: Block, place: Place, until: int) -> Place | None:
    """The end of a block that follows `place` and is sound; None where anything is off."""
    if (block.first, block.last) != (place.position + 1, until) or block.texts != block.entries:
        return None
    # Each follows the one before: the same digests, moved on by a line.
    before, _, last = block.digest.rpartition("\n")
    if block.previous != (f"{place.digest}\n{before}" if before else place.digest):
        return None
    columns = (block.previous, block.actor, block.at, block.body, block.kind, block.subject)
    lists = [column.split("\n") for column in columns]
    if {block.entries, *map(len, lists)} != {until - place.position}:
        return None
    # As `core.chain.entry_text`, whose call would take as long as the hash.
    found = [
        sha256(
            f'{{"actor":"{actor}","at":"{at}","body":{body},"kind":"{kind}","position":{position},'
            f'"previous":"{previous}","subject":"{subject}"}}'.encode()
        ).digest()
        for position, previous, actor, at, body, kind, subject in zip(
            range(block.first, until + 1), *lists, strict=True
        )
    ]
    # All at once, a line for every 32 bytes: as text each digest would take half as long again.
    return Place(until, last) if b"".join(found).hex("\n", 32) == block.digest else None


class _Ahead:
    """The blocks up to `last` in order, read ahead on a connection of its own.

    It sees at least what the asking transaction sees, and entries do not change. A transaction's
    own new entries it sees only `alone`: on that transaction's connection, when they are wanted. A
    block that is empty or cannot be read is None.
    """

    def __init__(self, connection: Connection, last: int, *, alone: bool) -> None:
        self.last = last
        self._engine = connection.engine
        self._alone = connection if alone else None
        self._size = 100
        self._asked = 0
        self._thread = ThreadPoolExecutor(1)
        self._connection: Connection | None = None
        self._waiting: deque[tuple[Future[Block | None], int]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown(cancel_futures=True)
        if self._connection is not None:
            self._connection.close()

    def __iter__(self) -> Iterator[tuple[Block | None, int]]:
        self._ask()
        while self._waiting:
            future, until = self._waiting.popleft()
            block = future.result()
            if block is not None:
                # Bodies differ in size by orders of magnitude; a block stays about as large.
                entry = max(1, len(block.body) // block.entries)
                self._size = max(1, min(BLOCK_ENTRIES, BLOCK_BYTES // entry))
            self._ask()
            yield block, until

    def _ask(self) -> None:
        while self._asked < self.last and len(self._waiting) < AHEAD:
            until = min(self._asked + self._size, self.last)
            self._waiting.append((self._start(self._asked, until), until))
            self._asked = until

    def _start(self, after: int, until: int) -> "Future[Block | None]":
        if self._alone is None:
            return self._thread.submit(self._read, after, until)
        done: Future[Block | None] = Future()
        done.set_result(_block(self._alone, after, until))
        return done

    def _read(self, after: int, until: int) -> Block | None:
        try:
            if self._connection is None:
                self._connection = self._engine.connect()
        except SQLAlchemyError:
            return None
        return _block(self._connection, after, until)


def _block(connection: Connection, after: int, until: int) -> Block | None:
    try:
        statement = BLOCK[connection.dialect.name]
        block = Block(*connection.exec_driver_sql(statement, (after, until)).one())
    except SQLAlchemyError:
        return None
    return block if block.entries else None


def _row_by_row(connection: Connection, place: Place, until: int) -> tuple[Place, Break | None]:
    """Where the chain breaks between `place` and position `until`."""
    rows = _Rows(connection, place, until)
    try:
        broken = first_break(rows, after=place.position, previous=place.digest)
    except DBAPIError as error:
        return rows.place, _unreadable(error, rows.place.position + 1)
    if broken is None and rows.wrong_type is not None:
        broken = rows.wrong_type
    if broken is None and rows.place.position < until:
        missing = rows.place.position + 1
        broken = Break(missing, f"entry {missing} is missing")
    return rows.place if broken is None else rows.sound(broken), broken


class _Rows:
    """The rows after a place, one query each, with where they got to."""

    def __init__(self, connection: Connection, place: Place, until: int) -> None:
        self._connection = connection
        self._until = until
        self._before = place
        self.place = place
        self.wrong_type: Break | None = None

    def __iter__(self) -> Iterator[Row]:
        statement = ROW[self._connection.dialect.name]
        while self.place.position < self._until:
            found = self._connection.exec_driver_sql(statement, (self.place.position,)).first()
            if found is None:
                return
            position, *columns, types = found
            if types != TEXT:
                self.wrong_type = Break(position, f"entry {position} holds bytes instead of text")
                return
            actor, at, body, kind, subject, digest, previous = map(_text, columns)
            text = entry_text(position, previous, kind, subject, actor, at, body)
            self._before = self.place
            self.place = Place(position, digest)
            yield position, previous, digest, text.encode(errors="surrogateescape")

    def sound(self, broken: Break) -> Place:
        """The last place before what is broken."""
        return self._before if self.place.position >= broken.position else self.place


def _text(found: bytes) -> str:
    return bytes(found).decode(errors="surrogateescape")


def _unreadable(error: DBAPIError, position: int) -> Break:
    """The break that a damaged file is; anything else that keeps from reading is raised again."""
    damage = ("malformed", "not a database", "corrupt", "decode", "invalid page", "invalid byte")
    text = str(error.orig).partition("\n")[0]
    if not any(sign in text.lower() for sign in damage):
        raise error
    return Break(position, f"entry {position} cannot be read: {text}")
