"""Counts, once a day, how many decisions a month use cases are asked for."""

from pathlib import Path

from gonogo.flows import volumes
from gonogo.store.work import OpenWork


def count(open_work: OpenWork, log: Path) -> int:
    """Keep what was counted; how many use cases that were."""
    return volumes.count(open_work, log)
