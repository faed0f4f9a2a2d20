"""A file that is there as a whole or not at all, and survives a loss of power."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gonogo.records.segment_file import sync_folder


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Where to write what shall be at `path` once the block ends; folders are made.

    A name that begins with a dot, so that nobody who reads a folder of Parquet files takes it for
    one; what a kill leaves behind is overwritten the next time.
    """
    made = _made(path.parent)
    draft = path.with_name(f".{path.name}.draft")
    try:
        yield draft
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        draft.rename(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    for folder in (path.parent, *made):
        sync_folder(folder)


def _made(folder: Path) -> list[Path]:
    """Make `folder` where it is missing; the folders in which a new name stands since."""
    parents, missing = [], folder
    while not missing.exists():
        missing = missing.parent
        parents.append(missing)
    folder.mkdir(parents=True, exist_ok=True)
    return parents
