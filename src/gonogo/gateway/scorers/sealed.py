"""Whether a model's files are those that were sealed."""

import hashlib
from pathlib import Path

from gonogo.core.canonical import Json, digest
from gonogo.core.errors import Broken, NotFound


def check_digest(folder: Path, sealed: str) -> None:
    """Raise `NotFound` where there are no files and `Broken` where they are not those sealed."""
    files = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
    if not files:
        raise NotFound(field="folder", value=folder.name, expected="the files of the version")
    found = digest_of(folder, files)
    if found != sealed:
        raise Broken(field="digest", value=found[:16], expected=f"{sealed[:16]}…, as it was sealed")


def digest_of(folder: Path, files: list[Path]) -> str:
    """One digest over paths, sizes and contents, as versions are sealed."""
    said: list[Json] = []
    for path in files:
        with path.open("rb") as stream:
            content = hashlib.file_digest(stream, "sha256").hexdigest()
        name = path.relative_to(folder).as_posix()
        said.append({"path": name, "size": path.stat().st_size, "sha256": content})
    return digest(sorted(said, key=lambda one: str(one["path"]) if isinstance(one, dict) else ""))
