"""What `gonogo export` and `gonogo import` show: a bar while at it, and what it was."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import BaseModel

from gonogo.app.leaving import manifest as manifests
from gonogo.app.leaving.manifest import FILES, Manifest, Progress


class Moved(BaseModel):
    """What was exported or imported."""

    folder: str
    entries: int
    head: str
    tables: int
    rows: int
    files: int
    bytes: int
    mlflow: str
    manifest: str
    """SHA-256 of the manifest, which has those of all files; worth noting elsewhere."""


def moved(folder: Path, found: Manifest) -> Moved:
    """What an export holds, in short."""
    ours = f"{found.mlflow.artifacts} artifacts" if found.mlflow else "not used"
    return Moved(
        folder=str(folder),
        entries=found.ledger.entries,
        head=found.ledger.head,
        tables=len(found.tables),
        rows=sum(found.tables.values()),
        files=sum(1 for _ in found.below(FILES)),
        bytes=sum(file.bytes for file in found.files),
        mlflow=f"a server of its own: {found.mlflow_url}" if found.mlflow_url else ours,
        manifest=manifests.sha256_of(folder / manifests.NAME),
    )


@contextmanager
def bar() -> Iterator[Progress]:
    """A bar on a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _what, _done, _total: None
        return
    from rich.console import Console
    from rich.progress import Progress as Bars

    with Bars(console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("", total=None)
        yield lambda what, done, total: bars.update(
            task, description=what, completed=done, total=total or None
        )
