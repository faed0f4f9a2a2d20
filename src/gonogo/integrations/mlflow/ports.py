"""What this integration wants from outside, and what it offers: ports and the values they carry."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Protocol

RequestScope = MutableMapping[str, Any]
"""What ASGI says of a request: path, headers, client."""


class Caller(Protocol):
    """Who is asking MLflow for something, and whether it may."""

    @property
    def may_read(self) -> bool: ...

    @property
    def may_write(self) -> bool: ...


Authorise = Callable[[RequestScope], Awaitable[Caller | None]]
"""Finds the caller by the bearer token or the session cookie; None where there is neither."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something was written through MLflow's own interface."""

    what: str
    """The call below MLflow's API, such as `runs/update` or `model-versions/create`."""
    caller: Caller
    """Who wrote it."""
    run_id: str | None = None
    """The run it concerns."""
    model: str | None = None
    """The registered model it concerns."""
    version: str | None = None
    """The version of that model."""


OnChange = Callable[[Change], Awaitable[None]]
"""Told of a change before its author gets the answer, so that it should be quick."""


class Seals(Protocol):
    """What gonogo has taken into its ledger and nobody may change any more."""

    async def artifact(self, path: str) -> bool:
        """Whether `path`, below the artifacts' root, touches a sealed version's folder.

        It does where it is that folder, lies in it or holds it: see `overlaps`.
        """
        ...

    async def version(self, model: str, version: str | None) -> bool:
        """Whether the version is sealed; without a version: whether any of the model is."""
        ...


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


def overlaps(path: str, sealed: str) -> bool:
    """Whether writing at `path` could change something in the folder `sealed`.

    >>> overlaps("1/models/m-1/artifacts/MLmodel", "1/models/m-1/artifacts")
    True
    >>> overlaps("1/models", "1/models/m-1/artifacts")
    True
    >>> overlaps("1/models/m-12", "1/models/m-1")
    False
    """
    written, kept = f"{path.strip('/')}/", f"{sealed.strip('/')}/"
    return written.startswith(kept) or kept.startswith(written)
