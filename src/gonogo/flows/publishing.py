"""The route table in force: numbered in the database, then written where gateways look.

The number is given out in the transaction that changes a route. The file follows after it; killed
in between, the next run writes it. Nothing is published twice and no number is given out again.
"""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

import msgspec

from gonogo.core.caller import SYSTEM
from gonogo.core.errors import NotFound
from gonogo.core.snapshot import Snapshot, Token, decode, digest, encode
from gonogo.core.subjects import Subject
from gonogo.domain.accounts import reads as accounts
from gonogo.domain.models import reads as models
from gonogo.domain.models.rules import ModelFile, Version
from gonogo.domain.releases import reads, routing, snapshot_tables
from gonogo.domain.releases.snapshot_tables import Published
from gonogo.flows.serving import lay_out
from gonogo.store.files import Files
from gonogo.store.work import OpenWork, Work

NAME = "snapshot.json"
NEVER = Published(0, "", "", None)
"""What was published before anything was."""


def publish(work: Work) -> Published:
    """Number what is in force, if it is not what was published last."""
    made, content = _made(work)
    before = snapshot_tables.newest(work) or NEVER
    if before.digest == content or (before is NEVER and not made.routes and not made.tokens):
        return before
    numbered = msgspec.structs.replace(made, number=before.number + 1, at=work.at)
    published = Published(numbered.number, work.at, content, encode(numbered).decode())
    snapshot_tables.put(work, published)
    return published


def current(work: Work) -> Published:
    """What was published last; number 0 and no text where nothing was."""
    return snapshot_tables.newest(work) or NEVER


def files_in_force(work: Work, digest: str) -> tuple[ModelFile, ...]:
    """The sealed files of the version in force with this digest; raises `NotFound`.

    Those of others are not handed to gateways.
    """
    text = current(work).text
    served = () if text is None else decode(text.encode()).models.values()
    named = [Subject.parse(f"model:{one.key}") for one in served if one.digest == digest]
    for version in models.found(work, named).values() if named else ():
        if version.registration.digest == digest:
            return version.registration.files
    raise NotFound(field="digest", value=digest[:64], expected="that of a version in force")


def deliver(open_work: OpenWork, files: Files, folder: Path) -> int:
    """Publish what is in force and write it to `folder`; the number that is there now.

    A version's files are laid out before the table that names them appears.
    """
    with open_work(SYSTEM, write=False) as work:
        before = snapshot_tables.newest(work) or NEVER
        made, content = _made(work)
    if before.digest != content and (before is not NEVER or made.routes or made.tokens):
        with open_work(SYSTEM) as work:
            before = publish(work)
    if before.text is None or _written(folder) >= before.number:
        return before.number
    with open_work(SYSTEM, write=False) as work:
        versions = _versions(work, decode(before.text.encode()))
    for version in versions:
        lay_out(files, version, folder)
    _write(folder, before.text.encode())
    return before.number


def _made(work: Work) -> tuple[Snapshot, str]:
    """The route table without number and time, and its digest."""
    tokens = tuple(
        Token(id=one.id, digest=one.digest, cases=one.cases, expires=one.expires)
        for one in accounts.deciding(work)
    )
    made = routing.snapshot_of(reads.in_force(work, tokens), number=0, at="")
    return made, digest(made)


def _versions(work: Work, snapshot: Snapshot) -> Iterable[Version]:
    named = [Subject.parse(f"model:{key}") for key in snapshot.models]
    return models.found(work, named).values() if named else ()


def _written(folder: Path) -> int:
    """The number of the route table in `folder`; 0 where none can be read."""
    try:
        return decode((folder / NAME).read_bytes()).number
    except (OSError, msgspec.DecodeError):
        return 0


def _write(folder: Path, text: bytes) -> None:
    """Put it there as a whole: whoever reads meanwhile sees the one before."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=".incoming-", dir=folder)
    passing = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as target:
            target.write(text)
            target.flush()
            os.fsync(target.fileno())
        passing.chmod(0o640)
        passing.replace(folder / NAME)
        _sync(folder)
    except BaseException:
        passing.unlink(missing_ok=True)
        raise


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
