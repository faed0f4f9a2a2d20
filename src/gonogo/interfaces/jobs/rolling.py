"""Rolls what gateways have written into Parquet, and says what could not be read."""

import logging
from pathlib import Path

from gonogo.core.errors import Conflict
from gonogo.records import rolling

log = logging.getLogger("gonogo.decisions")


def roll(folder: Path) -> int:
    """Roll the closed segments of the decision log at `folder`; how many those were.

    Where another process is at it there is nothing to do.
    """
    if not folder.is_dir():
        return 0
    try:
        done = rolling.roll(folder)
    except Conflict:
        return 0
    for damage in done.damages:
        log.warning(
            "%d bytes of segment %s could not be read (%s); they are kept",
            damage.size,
            damage.segment,
            "its torn end" if damage.tail else f"at {damage.offset}",
        )
    for name in done.unknown:
        log.error("segment %s was written by a later version; it is left as it is", name)
    return done.segments
