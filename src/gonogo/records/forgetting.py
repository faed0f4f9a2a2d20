"""Who is to be forgotten by what a gateway keeps besides the log: orders that wait for it.

One that is not running finds them when it starts; where none ever ran there is nothing to forget.
"""

import hashlib
import os
from pathlib import Path

import msgspec

from gonogo.records.segment_file import sync_folder


class Forget(msgspec.Struct, frozen=True):
    """To forget what online features know of an entity."""

    entity: str
    case: str | None
    """None: in all use cases."""


_decode = msgspec.json.Decoder(Forget).decode


def followed(folder: Path) -> None:
    """From now on a gateway follows the orders of the log at `folder`."""
    _folder(folder).mkdir(parents=True, exist_ok=True, mode=0o700)


def order(folder: Path, entity: str, case: str | None) -> None:
    """Have the gateway of the log at `folder` forget somebody; kept when this returns."""
    within = _folder(folder)
    if not within.is_dir():
        return
    text = msgspec.json.encode(Forget(entity, case))
    path = within / f"{hashlib.sha256(text).hexdigest()[:32]}.json"
    draft = path.with_suffix(".draft")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    sync_folder(within)


def ordered(folder: Path) -> dict[Path, Forget]:
    """The orders that wait, by where they are kept; what cannot be read is none."""
    within, found = _folder(folder), {}
    if not within.is_dir():
        return {}
    for path in sorted(within.glob("*.json")):
        try:
            found[path] = _decode(path.read_bytes())
        except (FileNotFoundError, msgspec.DecodeError):
            continue
    return found


def _folder(folder: Path) -> Path:
    return folder / "forgetting"
