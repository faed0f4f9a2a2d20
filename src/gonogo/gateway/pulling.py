"""Snapshots from a control plane elsewhere: fetched by HTTP, only when there is a newer one."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import msgspec

from gonogo.core.snapshot import decode
from gonogo.gateway.watching import written

EVERY_SECONDS = 0.5
"""How often to ask: what is published is in force within a second."""
PATIENCE_SECONDS = 2.0


@dataclass(slots=True, eq=False)
class Puller:
    """Brings what `url` has to the snapshot's file; the last one stays where nobody answers."""

    url: str
    path: Path
    stopwatch: Callable[[], float]
    token: str | None = None
    error: str | None = None
    """Why the last one could not be had."""
    _tag: str | None = None
    _asked: float | None = None
    _client: httpx.Client = field(
        default_factory=lambda: httpx.Client(timeout=PATIENCE_SECONDS, follow_redirects=False)
    )

    def __call__(self) -> None:
        """Ask, if the last time is long enough ago."""
        now = self.stopwatch()
        if self._asked is not None and now - self._asked < EVERY_SECONDS:
            return
        self._asked = now
        headers = {} if self._tag is None else {"if-none-match": self._tag}
        if self.token is not None:
            headers["authorization"] = f"Bearer {self.token}"
        try:
            found = self._client.get(self.url, headers=headers)
            if found.status_code == httpx.codes.NOT_MODIFIED:
                self.error = None
                return
            found.raise_for_status()
            # What is no snapshot never takes the place of one: it would be there after a restart.
            decode(found.content)
            written(self.path, found.content)
        except (httpx.HTTPError, msgspec.DecodeError, ValueError, OSError) as error:
            self.error = f"{type(error).__name__}: {error}"
            return
        self._tag, self.error = found.headers.get("etag"), None
