"""One digest over the files of a model version, wherever they lie."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from gonogo.core.canonical import digest


def digest_over(files: Iterable[tuple[str, int, str]]) -> str:
    """SHA-256 over path, size and SHA-256 of all files, whatever their order."""
    ordered = sorted(files)
    return digest([{"path": path, "size": size, "sha256": sha} for path, size, sha in ordered])


def digest_of(folder: Path) -> str:
    """The digest of the files in `folder`, as they are now; reads all of them."""
    return digest_over(_read(path, folder) for path in folder.rglob("*") if path.is_file())


def _read(path: Path, folder: Path) -> tuple[str, int, str]:
    with path.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    return path.relative_to(folder).as_posix(), path.stat().st_size, found
