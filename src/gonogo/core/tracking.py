"""What gonogo wants of a tracking server: its runs, its model versions and their files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class TrackedRun:
    """A run as the tracking server tells of it."""

    run_id: str
    experiment: str
    name: str
    user: str
    """Who ran it, in the tracking server's words."""
    status: str
    """RUNNING, FINISHED, FAILED, KILLED or SCHEDULED."""
    started: datetime
    ended: datetime | None
    tags: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TrackedVersion:
    """A model version as the tracking server tells of it."""

    name: str
    number: str
    run_id: str | None
    source: str
    """Where its files lie, in the tracking server's words."""
    created: datetime
    user: str
    status: str
    tags: Mapping[str, str] = field(default_factory=dict)
    aliases: Sequence[str] = ()


class Tracking(Protocol):
    """A tracking server; every call raises `Unavailable` where it does not answer."""

    def runs(self, since: datetime | None = None, limit: int = 1000) -> Sequence[TrackedRun]:
        """Runs that started or changed since then, oldest first."""

    def run(self, run_id: str) -> TrackedRun:
        """One run; raises `NotFound`."""

    def versions(self, limit: int = 1000) -> Sequence[TrackedVersion]:
        """All model versions."""

    def version(self, name: str, number: str) -> TrackedVersion:
        """One version; raises `NotFound`."""

    def download(self, version: TrackedVersion, to: Path) -> None:
        """Bring all files of a version into the folder `to`."""

    def set_alias(self, name: str, alias: str, number: str) -> None:
        """Let `alias` name a version."""

    def ping(self) -> None:
        """Return if it answers."""
