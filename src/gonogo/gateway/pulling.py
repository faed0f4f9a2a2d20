"""Snapshots from a control plane elsewhere: fetched by HTTP, only when there is a newer one.

A new table is in force at once, as everywhere. Versions that are new here are fetched beside it,
in a thread; until theirs are there, use cases go on as before. The last table of which everything
was here is kept, so that a gateway that is started anew meanwhile begins with it; files that were
fetched and that it does not name any more are removed then.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import msgspec

from gonogo.core.errors import GonogoError
from gonogo.core.snapshot import Snapshot, decode
from gonogo.gateway.fetching import Fetcher
from gonogo.gateway.watching import written

EVERY_SECONDS = 0.5
"""How often to ask: what is published is in force within a second."""
PATIENCE_SECONDS = 2.0
AGAIN_SECONDS = 5.0
"""How long after files could not be had they are asked for again."""
REFUSALS = (httpx.HTTPError, msgspec.DecodeError, ValueError, OSError, GonogoError)


@dataclass(slots=True, eq=False)
class Puller:
    """Brings what `url` has to the snapshot's file; the last one stays where nobody answers."""

    url: str
    path: Path
    stopwatch: Callable[[], float]
    token: str | None = None
    fetcher: Fetcher | None = None
    """Brings the files of versions; None: they come otherwise."""
    whole: Path | None = None
    """Where the last table is kept of which everything was here."""
    error: str | None = None
    """Why the last one, or its files, could not be had."""
    _table_error: str | None = None
    _files_error: str | None = None
    _tag: str | None = None
    _asked: float | None = None
    _again: float | None = None
    _pending: bytes | None = None
    """A table whose files were not all here."""
    _fetching: threading.Thread | None = None
    _client: httpx.Client = field(
        default_factory=lambda: httpx.Client(timeout=PATIENCE_SECONDS, follow_redirects=False)
    )

    def __call__(self) -> None:
        """Ask, if the last time is long enough ago."""
        now = self.stopwatch()
        if self._asked is None or now - self._asked >= EVERY_SECONDS:
            self._asked = now
            self._ask()
        self._files(now)
        self.error = self._table_error or self._files_error

    def fetched(self, seconds: float) -> bool:
        """Wait so long for files that are under way; whether none is any more."""
        if self._fetching is None:
            return True
        self._fetching.join(seconds)
        return not self._fetching.is_alive()

    def close(self) -> None:
        """Ask no more."""
        self._client.close()

    def _ask(self) -> None:
        headers = {} if self._tag is None else {"if-none-match": self._tag}
        if self.token is not None:
            headers["authorization"] = f"Bearer {self.token}"
        try:
            found = self._client.get(self.url, headers=headers)
            if found.status_code == httpx.codes.NOT_MODIFIED:
                self._table_error = None
                return
            found.raise_for_status()
            # What is no snapshot never takes the place of one: it would be there after a restart.
            decode(found.content)
            self._put(found.content)
        except REFUSALS as error:
            self._table_error = f"{type(error).__name__}: {error}"
            return
        self._tag, self._table_error = found.headers.get("etag"), None

    def _put(self, text: bytes) -> None:
        written(self.path, text)
        self._pending, self._again = text, None

    def _files(self, now: float) -> None:
        """See to the files of the table that was put there last."""
        text = self._pending
        if text is None or (self._fetching is not None and self._fetching.is_alive()):
            return
        snapshot, fetcher = decode(text), self.fetcher
        missing = [] if fetcher is None else fetcher.missing(snapshot.models.values())
        if fetcher is None or not missing:
            self._complete(text)
            return
        if self._again is not None and now < self._again:
            return
        self._again = now + AGAIN_SECONDS
        self._fetching = threading.Thread(
            target=self._fetch, args=(fetcher, snapshot), name="gateway-fetch", daemon=True
        )
        self._fetching.start()

    def _complete(self, text: bytes) -> None:
        """Everything is here: keep the table for a start without the control plane."""
        try:
            if self.whole is not None:
                written(self.whole, text)
            if self._fetching is not None:
                # Another file of the same text: whoever follows it looks again.
                written(self.path, text)
            if self.fetcher is not None:
                self.fetcher.prune(decode(text).models.values())
        except OSError as error:
            self._files_error = f"{type(error).__name__}: {error}"
            return
        self._pending, self._fetching, self._files_error = None, None, None

    def _fetch(self, fetcher: Fetcher, snapshot: Snapshot) -> None:
        try:
            fetcher.fetch(fetcher.missing(snapshot.models.values()))
            self._files_error = None
        except REFUSALS as error:
            self._files_error = f"{type(error).__name__}: {error}"


def puller_of(
    url: str, home: Path, path: Path, whole: Path, stopwatch: Callable[[], float], token: str | None
) -> Puller:
    """What pulls the table at `url`, and the files of its versions from beside it."""
    fetcher = Fetcher(url.rpartition("/")[0], home, token)
    return Puller(url, path, stopwatch, token, fetcher, whole)
