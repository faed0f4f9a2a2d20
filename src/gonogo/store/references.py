"""What points into the ledger: rows explained by an entry, and the index of current evidence."""

from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, func, select, text

from gonogo.core.canonical import digest
from gonogo.store.schema import metadata

MOST = 5
"""Findings named of a kind; the rest is counted."""

# Every index row must name evidence of its own subject and check. Bodies are canonical JSON, and
# "check" is the first key of evidence.
MISLED = """
    SELECT c.subject, c."check", c.position FROM evidence_current c
    LEFT JOIN ledger l ON l.position = c.position
    WHERE l.position IS NULL OR l.kind <> 'evidence' OR l.subject <> c.subject
      OR substr(l.body, 1, length(c."check") + 11) <> '{"check":"' || c."check" || '"'
    ORDER BY c.position"""
EVIDENCE = "SELECT position, subject, body FROM ledger WHERE kind = 'evidence' ORDER BY position"
CURRENT = 'SELECT subject, "check", "key", position FROM evidence_current'


class _Body(msgspec.Struct, gc=False):
    """Of evidence, only what makes it one kind of measurement."""

    check: str
    parameters: msgspec.Raw = msgspec.field(name="with")
    data: str | None
    reproduced: bool


def dangling(connection: Connection) -> Iterator[str]:
    """Rows that name an entry that is not in the ledger."""
    for table in metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table.name == "ledger" and key.column.name == "digest":
                yield from _dangling(connection, table, key.parent)


def _dangling(connection: Connection, table: Table, column: Any) -> Iterator[str]:
    known = metadata.tables["ledger"].c.digest
    query = (
        select(func.count(), func.min(column))
        .select_from(table.outerjoin(known.table, known == column))
        .where(column.is_not(None), known.is_(None))
    )
    count, first = connection.execute(query).one()
    if count:
        yield (
            f"{table.name}: {count:,} rows name entries that are not in the ledger,"
            f" the first {first[:12]}"
        )


def misleading(connection: Connection, *, thorough: bool) -> Iterator[str]:
    """Rows of the index of current evidence that do not say what the ledger says.

    `thorough` reads all evidence and works the index out anew; otherwise each row must name
    evidence of its subject and check, but might name an older one.
    """
    misled = connection.execute(text(MISLED)).fetchall()
    yield from _some(
        f"the index of current evidence names entry {position} for {check} of {subject}"
        for subject, check, position in misled
    )
    if thorough and not misled:
        yield from _some(_differences(connection))


def _differences(connection: Connection) -> Iterator[str]:
    worked_out = newest(connection)
    stored = {
        (subject, check, key): position
        for subject, check, key, position in connection.execute(text(CURRENT))
    }
    for kind in sorted(worked_out.keys() | stored.keys()):
        ledger_says, index_says = worked_out.get(kind), stored.get(kind)
        if ledger_says != index_says:
            subject, check, _ = kind
            yield (
                f"the newest {check} of {subject} is entry {ledger_says},"
                f" but the index of current evidence names {index_says}"
            )


def newest(connection: Connection) -> dict[tuple[str, str, str], int]:
    """Position of the newest evidence by subject, check and way of measuring, from the ledger."""
    decode = msgspec.json.Decoder(_Body).decode
    found: dict[tuple[str, str, str | None, bool, bytes], int] = {}
    rows = connection.exec_driver_sql(EVIDENCE, execution_options={"yield_per": 5000})
    for position, subject, body in rows:
        read = decode(body)
        kind = (subject, read.check, read.data, read.reproduced, bytes(read.parameters))
        found[kind] = position
    keyed: dict[tuple[str, str, str], int] = {}
    for (subject, check, data, reproduced, parameters), position in found.items():
        key = digest(
            {
                "with": msgspec.json.decode(parameters),
                "data": data,
                "reproduced": reproduced,
            }
        )
        keyed[subject, check, key] = position
    return keyed


def unsound_pages(connection: Connection) -> Iterator[str]:
    """What SQLite finds wrong with its own pages and indexes; nothing on PostgreSQL."""
    if connection.dialect.name != "sqlite":
        return
    for (said,) in connection.exec_driver_sql(f"PRAGMA integrity_check({MOST})"):
        if said != "ok":
            yield f"the database file: {said}"


def _some(findings: Iterator[str]) -> Iterator[str]:
    rest = 0
    for number, finding in enumerate(findings):
        if number < MOST:
            yield finding
        else:
            rest += 1
    if rest:
        yield f"and {rest:,} more like it"
