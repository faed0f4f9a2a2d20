"""The hash chain: how an entry becomes bytes, what its digest is, and where a chain breaks.

An entry's bytes are its canonical JSON (RFC 8785). Every field of the head uses only characters
that JSON writes as they are, and the body is stored as the canonical text that was hashed, so the
bytes are put together from the stored columns without parsing: verifying costs little more than
hashing, and a change of any column is found, not only of the body.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from gonogo.core.errors import Invalid

GENESIS = "0" * 64
"""What the first entry names as its predecessor."""

HEAD = re.compile(r"[A-Za-z0-9._%+/:@-]{1,255}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger."""

    position: int
    """1, 2, 3, ... without gaps."""
    previous: str
    """Digest of the entry before."""
    digest: str
    """SHA-256 of this entry's bytes."""
    kind: str
    """evidence, decision, hypothesis, ..."""
    subject: str
    """What it is about."""
    actor: str
    """Who did it."""
    at: str
    """When, as `times.stamp` writes it."""
    body: str
    """Canonical JSON of what happened."""


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where a chain is not what it was."""

    position: int
    """Of the entry that is wrong."""
    reason: str


def entry_text(
    position: int, previous: str, kind: str, subject: str, actor: str, at: str, body: str
) -> str:
    """The canonical JSON of an entry, its keys in RFC 8785 order."""
    return (
        f'{{"actor":"{actor}","at":"{at}","body":{body},"kind":"{kind}",'
        f'"position":{position},"previous":"{previous}","subject":"{subject}"}}'
    )


def seal(
    position: int, previous: str, *, kind: str, subject: str, actor: str, at: str, body: str
) -> Entry:
    """The entry that follows `previous`; `body` is canonical JSON. Raises `Invalid`."""
    for name, value in (("kind", kind), ("subject", subject), ("actor", actor), ("at", at)):
        if not HEAD.fullmatch(value):
            raise Invalid(
                field=name, value=value, expected="letters, digits and . _ % + / : @ -, up to 255"
            )
    text = entry_text(position, previous, kind, subject, actor, at, body)
    return Entry(
        position=position,
        previous=previous,
        digest=sha256(text.encode()).hexdigest(),
        kind=kind,
        subject=subject,
        actor=actor,
        at=at,
        body=body,
    )


Row = tuple[int, str, str, bytes]
"""Position, previous, digest and the entry's bytes."""


def first_break(rows: Iterable[Row], *, after: int = 0, previous: str = GENESIS) -> Break | None:
    """The first entry that is changed, missing, inserted or out of order; None for a sound chain.

    `rows` come in order of position and follow the entry at position `after` with digest
    `previous`.
    """
    expected = after
    for position, names, digest, text in rows:
        expected += 1
        if position != expected:
            return Break(expected, f"entry {expected} is missing; the next one is {position}")
        if names != previous:
            return Break(
                position,
                f"entry {position} follows {names[:12]}, but the one before it is {previous[:12]}",
            )
        if sha256(text).hexdigest() != digest:
            return Break(position, f"entry {position} is not what was written: its digest differs")
        previous = digest
    return None
