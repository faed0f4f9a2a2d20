"""What gonogo wants of a tracking server: its runs, its model versions and their files."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

MACHINE_TAG = "gonogo.machine"
"""Tag of a run: the kind of machine it ran on, as the price list calls it."""
PARENT_TAG = "mlflow.parentRunId"
"""MLflow's own: the run that a run is part of."""
ENERGY = "gonogo.energy_wh"
"""Metric of a run: the energy it took in watt-hours, by a meter of its machine."""


@dataclass(frozen=True, slots=True)
class TrackedRun:
    """A run, as MLflow tells it."""

    run_id: str
    experiment: str
    """Name of its experiment."""
    name: str
    user: str
    """Who its client said it was; gonogo's own caller is in `Change`."""
    status: str
    """RUNNING, SCHEDULED, FINISHED, FAILED or KILLED."""
    started: datetime
    ended: datetime | None
    tags: Mapping[str, str]
    params: Mapping[str, str]
    metrics: Mapping[str, float]
    """The last value of each; one that is not finite is left out."""


@dataclass(frozen=True, slots=True)
class TrackedVersion:
    """A model version, as MLflow's registry tells it."""

    name: str
    version: str
    run_id: str | None
    model_id: str | None
    """MLflow 3's logged model it was made of."""
    source: str
    """Where it was registered from, such as `models:/m-1234`."""
    created: datetime
    updated: datetime
    tags: Mapping[str, str]
    aliases: tuple[str, ...]
    status: str
    """READY, PENDING_REGISTRATION or FAILED_REGISTRATION."""
    user: str | None


@dataclass(frozen=True, slots=True)
class TrackedFile:
    """One file of a version."""

    path: str
    """Below the version's folder, with `/`."""
    size: int
    """Bytes."""


class Tracking(Protocol):
    """MLflow, seen from gonogo: its runs, versions and their files."""

    def ping(self) -> None:
        """Return if it answers; raises `Unavailable`."""
        ...

    def runs(self, since: datetime | None = None, limit: int = 1000) -> list[TrackedRun]:
        """Runs started or ended since then, the last started first."""
        ...

    def run(self, run_id: str) -> TrackedRun:
        """A run; raises `NotFound`."""
        ...

    def versions(self, since: datetime | None = None, limit: int = 1000) -> list[TrackedVersion]:
        """Model versions created or updated since then, the last updated first."""
        ...

    def version(self, name: str, version: str) -> TrackedVersion:
        """A model version; raises `NotFound`."""
        ...

    def place(self, version: TrackedVersion) -> str | None:
        """The version's folder below the root of the proxied artifacts; None if kept elsewhere."""
        ...

    def files(self, version: TrackedVersion) -> list[TrackedFile]:
        """The version's files by path."""
        ...

    def open_file(self, version: TrackedVersion, path: str) -> AbstractContextManager[BinaryIO]:
        """One of the version's files, to read."""
        ...

    def download(self, version: TrackedVersion, to: Path) -> list[TrackedFile]:
        """Write the version's files below the folder `to`, and tell which they are."""
        ...

    def set_alias(self, name: str, alias: str, version: str) -> None:
        """Let `alias` name this version from now on, also where people may not set it."""
        ...

    def drop_alias(self, name: str, alias: str) -> None:
        """Let `alias` name nothing from now on; where it names nothing already, that is all."""
        ...
