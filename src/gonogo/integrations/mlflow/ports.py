"""What this integration wants from outside, and what it offers: ports and the values they carry."""

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any, Protocol

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

    async def refuses(
        self, caller: Caller, run_ids: frozenset[str], model: str | None
    ) -> str | None:
        """Why `caller` may not write to one of these, or None where it may.

        Who writes for one use case alone has no business with the runs and models of another.
        """
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
