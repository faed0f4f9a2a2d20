"""Deletes decisions that are past their time."""

from pathlib import Path

from gonogo.core.times import Clock
from gonogo.flows import erasing
from gonogo.records.retention import Retention
from gonogo.store.work import OpenWork


def keep(open_work: OpenWork, log: Path, retention: Retention, clock: Clock) -> int:
    """Delete days of the decision log at `log` as `retention` says; how many files those were."""
    return erasing.keep(open_work, log, retention, clock)
