"""A release that is driven by replayed requests: started once, looked at after each batch."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx

from gonogo.app.mission.crew import Crew
from gonogo.app.mission.replay.door import Door
from gonogo.app.mission.replay.stream import Judge, Request, Stream
from gonogo.core.errors import NotFound, Unavailable
from gonogo.core.roles import Role
from gonogo.schemas.releases import Release
from gonogo.sdk.models import VersionRef

LOOKS = 200
"""How often a release is looked at for a move that has to come: of shadows, whose answers are
written down when nobody waits."""
PATIENCE = 24
"""How often a route is waited for, five seconds each time."""


@dataclass(slots=True)
class Production:
    """A use case in production: its releases, and the requests that are replayed to it."""

    crew: Crew
    case: str
    gateway: str
    """Where the gateway answers."""
    _http: httpx.Client | None = field(default=None)

    def configure(self, settings: dict[str, Any], reason: str) -> None:
        """Say what the route has besides its versions; nothing where it has that already."""
        releases = self.crew.client(Role.ML_ENGINEER).releases.of(self.case)
        with suppress(NotFound):
            known = releases.route().settings
            if all(known.get(name) == value for name, value in settings.items()):
                return
        releases.configure(settings, reason=reason)

    def stream(self, requests: list[Request], judge: Judge) -> Stream:
        """Requests that begin behind what was decided before."""
        found = Stream(self._door(), requests, judge)
        found.take_up(self.crew.installation.settings.home / "decisions")
        return found

    def started(self, version: VersionRef, strategy: str, rationale: str) -> int:
        """The release of `version` by `strategy`: the one there is, or a new one; its number."""
        client = self.crew.client(Role.ML_ENGINEER)
        key = version.subject.removeprefix("model:")
        for line in client.releases.all(case=self.case):
            if line.version.removeprefix("model:") == key and line.strategy == strategy:
                return line.number
        made = client.releases.of(self.case).start(key, strategy, rationale=rationale)
        self.look()
        return made.number

    def drive(
        self, number: int, stream: Stream, batch: int, tick: Callable[[], None] = lambda: None
    ) -> Release:
        """Replay until the release came to its end, or waits for a person, or nothing is left."""
        while True:
            release = self.read(number)
            if release.state != "running" or not stream.left:
                return release
            stream.replay(batch)
            self.look()
            tick()

    def settle(self, number: int) -> Release:
        """Look on until the release has moved to its end: what it waits for is under way."""
        release = self.read(number)
        for _ in range(LOOKS):
            if release.state != "running":
                return release
            self.look()
            release = self.read(number)
        return release

    def read(self, number: int) -> Release:
        """The release as it stands."""
        return self.crew.client(Role.ML_ENGINEER).releases.of(self.case).read(number)

    def look(self) -> None:
        """Do at once what is done every few seconds, and wait until the route is in force."""
        installation = self.crew.installation
        installation.jobs.once()
        # A version that is new is loaded and warmed first, which on a busy machine takes a while.
        if not any(installation.deliver() for _ in range(PATIENCE)):
            raise Unavailable(
                field="gateway", value=self.gateway, expected="a gateway that takes up its routes"
            )

    def close(self) -> None:
        """Let go of the connection."""
        if self._http is not None:
            self._http.close()

    def _door(self) -> Door:
        if self._http is None:
            made = self.crew.client(Role.ML_ENGINEER).tokens.create(
                f"replay of {self.case}", expires="1h", only=["decide"], within=f"case:{self.case}"
            )
            self._http = httpx.Client(
                base_url=self.gateway,
                headers={"Authorization": f"Bearer {made.secret}"},
                trust_env=False,
            )
        return Door(self._http, self.case)
