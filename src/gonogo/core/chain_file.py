"""The ledger as a file: JSON Lines that anybody can check without a database.

Line n holds entry n, `{"digest":"…","entry":{…}}`, the entry in the very bytes that were hashed
(canonical JSON, RFC 8785). The last line, `{"entries":n,"head":"…"}`, says where the chain ends, so
that a file that was cut short shows.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

import msgspec

from gonogo.core.canonical import canonical
from gonogo.core.chain import GENESIS, Break, Entry, entry_text
from gonogo.core.errors import Invalid

LINE = re.compile(rb'\{"digest":"([0-9a-f]{64})","entry":(\{.*\})\}', re.DOTALL)
END = re.compile(rb'\{"entries":(0|[1-9][0-9]{0,17}),"head":"([0-9a-f]{64})"\}')
MOST_LINE = 64 * 1024 * 1024
"""Bytes of a line at most; no entry comes near."""


@dataclass(frozen=True, slots=True)
class FileVerification:
    """What verifying a file found."""

    entries: int
    """Lines that were read and are sound entries."""
    head: str
    """Digest of the last sound entry."""
    broken: Break | None
    """The first line that is not what was written; its position is the line's number."""


class _Head(msgspec.Struct, forbid_unknown_fields=True):
    """An entry, its body left as it is written."""

    actor: str
    at: str
    body: msgspec.Raw
    kind: str
    position: int
    previous: str
    subject: str


decode_head = msgspec.json.Decoder(_Head).decode


def lines(entries: Iterable[Entry]) -> Iterator[bytes]:
    """The lines of a file that holds `entries`, from the first one on, with its last line."""
    count, head = 0, GENESIS
    for entry in entries:
        yield line(entry)
        count, head = entry.position, entry.digest
    yield last_line(count, head)


def line(entry: Entry) -> bytes:
    """One entry as a line."""
    text = entry_text(
        entry.position,
        entry.previous,
        entry.kind,
        entry.subject,
        entry.actor,
        entry.at,
        entry.body,
    )
    return f'{{"digest":"{entry.digest}","entry":{text}}}\n'.encode()


def last_line(entries: int, head: str) -> bytes:
    """The line that says where the chain ends."""
    return f'{{"entries":{entries},"head":"{head}"}}\n'.encode()


def read_entry(text: bytes) -> Entry | None:
    """The entry of a line that `verify_lines` found sound; None for the last line."""
    found = LINE.fullmatch(text.removesuffix(b"\n"))
    if found is None:
        return None
    head = decode_head(found[2])
    return Entry(
        position=head.position,
        previous=head.previous,
        digest=found[1].decode(),
        kind=head.kind,
        subject=head.subject,
        actor=head.actor,
        at=head.at,
        body=bytes(head.body).decode(),
    )


def verify_lines(file: Iterable[bytes]) -> FileVerification:
    """Check a file line by line, in one pass and in the memory of one line."""
    count, head = 0, GENESIS
    ended = False
    for number, text in enumerate(file, 1):
        if ended:
            return FileVerification(
                count, head, Break(number, f"line {number} stands behind the last line")
            )
        stripped = text.removesuffix(b"\n")
        if (end := END.fullmatch(stripped)) is not None:
            if (int(end[1]), end[2].decode()) != (count, head):
                return FileVerification(count, head, _cut(number, count, int(end[1])))
            ended = True
            continue
        found = _check(number, stripped, head)
        if isinstance(found, Break):
            return FileVerification(count, head, found)
        count, head = number, found
    if not ended:
        return FileVerification(
            count,
            head,
            Break(count + 1, f"the file ends behind entry {count}, without a last line"),
        )
    return FileVerification(count, head, None)


def _cut(number: int, count: int, said: int) -> Break:
    if said > count:
        return Break(count + 1, f"entry {count + 1} is missing: the last line says {said} entries")
    return Break(number, f"line {number} does not fit the {count} entries before it")


def _check(number: int, text: bytes, previous: str) -> str | Break:
    """The digest of the entry in line `number`, or what is wrong with it."""
    if len(text) > MOST_LINE:
        return Break(number, f"line {number} is too long for an entry")
    found = LINE.fullmatch(text)
    if found is None:
        return Break(number, f"line {number} is {_what(text)}")
    try:
        head = decode_head(found[2])
        canon = _canonical(head)
    except (msgspec.MsgspecError, UnicodeDecodeError, Invalid, RecursionError):
        return Break(number, f"line {number} is {_what(text)}")
    if head.position != number:
        return Break(number, f"entry {number} is missing; line {number} is entry {head.position}")
    if head.previous != previous:
        return Break(
            number,
            f"entry {number} follows {head.previous[:12]},"
            f" but the one before it is {previous[:12]}",
        )
    if canon != found[2]:
        return Break(number, f"line {number} is not canonical JSON (RFC 8785)")
    digest = found[1].decode()
    if sha256(found[2]).hexdigest() != digest:
        return Break(number, f"entry {number} is not what was written: its digest differs")
    return digest


def _canonical(head: _Head) -> bytes:
    body = canonical(msgspec.json.decode(head.body)).decode()
    return entry_text(
        head.position, head.previous, head.kind, head.subject, head.actor, head.at, body
    ).encode()


def _what(text: bytes) -> str:
    """Why a line is no entry, in words."""
    try:
        text.decode()
    except UnicodeDecodeError as error:
        return f"not UTF-8 (byte {error.start + 1})"
    try:
        msgspec.json.decode(text)
    except (msgspec.MsgspecError, RecursionError) as error:
        return f"not JSON ({error})"
    return 'not {"digest":…,"entry":{…}} in canonical JSON (RFC 8785)'
