"""Bringing a version's files from the tracking server, and keeping them so that they stay."""

import hashlib
import tempfile
from collections.abc import Sequence
from pathlib import Path

from gonogo.checks.predictors.detect import Inspected, inspect_model
from gonogo.core.tracking import TrackedVersion, Tracking
from gonogo.domain.models.rules import ModelFile, Registration, check_unchanged
from gonogo.store.files import CHUNK, Files


def bring(tracking: Tracking, version: TrackedVersion, folder: Path) -> tuple[ModelFile, ...]:
    """Bring all files of `version` into the empty `folder`; each with its digest."""
    tracking.download(version, folder)
    return tuple(_hashed(path, folder) for path in sorted(folder.rglob("*")) if path.is_file())


def inspect(folder: Path) -> Inspected:
    """Format and signature of the model in `folder`, without running it; refuses pickles."""
    return inspect_model(folder)


def keep(files: Files, folder: Path, found: Sequence[ModelFile]) -> None:
    """Put the files away by their content, so that the version can be loaded for ever."""
    for file in found:
        with (folder / file.path).open("rb") as stream:
            files.put(stream)


def unpack(files: Files, registered: Registration, folder: Path) -> None:
    """Lay the sealed files out in `folder` as they were; raises `Broken` where one changed."""
    for file in registered.files:
        files.verify(file.sha256)
        target = folder / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        with files.open(file.sha256) as source, target.open("wb") as copy:
            while chunk := source.read(CHUNK):
                copy.write(chunk)


def verify(files: Files, tracking: Tracking, registered: Registration) -> None:
    """Compare the files that are kept, and those they came from, with what was sealed.

    An ensemble came from nowhere else. Raises `Broken` naming the first file that changed.
    """
    if registered.composition is None:
        tracked = tracking.version(registered.model, registered.number)
        with tempfile.TemporaryDirectory() as folder:
            check_unchanged(registered, bring(tracking, tracked, Path(folder)))
    for file in registered.files:
        files.verify(file.sha256)


def _hashed(path: Path, folder: Path) -> ModelFile:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return ModelFile(path.relative_to(folder).as_posix(), path.stat().st_size, digest)
