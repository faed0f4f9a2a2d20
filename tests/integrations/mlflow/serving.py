"""A real server on this machine: a small application that mounts MLflow, with tokens in a dict."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import HTTPConnection
from starlette.routing import Mount

from gonogo.integrations.mlflow.keeping import Keeping
from gonogo.integrations.mlflow.mounted import Bounds, MountedMlflow, mounted_app
from gonogo.integrations.mlflow.ports import Caller, Change, RequestScope, overlaps

WRITER, READER, NOBODY = "writer-token", "reader-token", "role-less-token"
MOST_ARTIFACT = 100 * 1024 * 1024
MOST_CALL = 1024 * 1024


@dataclass(frozen=True)
class Person:
    name: str
    may_read: bool = True
    may_write: bool = True


PEOPLE = {
    WRITER: Person("writer"),
    READER: Person("reader", may_write=False),
    NOBODY: Person("nobody", may_read=False, may_write=False),
}


async def authorise(scope: RequestScope) -> Person | None:
    """The person whose token is in the header, else in the cookie."""
    connection = HTTPConnection(scope)
    header = connection.headers.get("authorization", "")
    token = header.removeprefix("Bearer ") if header else connection.cookies.get("session", "")
    return PEOPLE.get(token)


@dataclass
class Sealed:
    """What is sealed, said by the test."""

    folders: set[str] = field(default_factory=set)
    versions: set[tuple[str, str]] = field(default_factory=set)
    others: set[str] = field(default_factory=set)
    """Runs and models of somebody else's use case."""

    async def artifact(self, path: str) -> bool:
        return any(overlaps(path, folder) for folder in self.folders)

    async def version(self, model: str, version: str | None) -> bool:
        return any(m == model and version in {None, v} for m, v in self.versions)

    async def refuses(
        self, caller: Caller, run_ids: frozenset[str], model: str | None
    ) -> str | None:
        named = {*run_ids, *([] if model is None else [model])}
        return "a role there" if named & self.others else None


@dataclass
class Served:
    """A running server, and what it was told."""

    url: str
    keeping: Keeping
    seals: Sealed
    changes: list[Change]
    app: MountedMlflow
    clients: ExitStack

    def http(self, token: str | None = None, **cookies: str) -> httpx.Client:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        client = httpx.Client(base_url=self.url, headers=headers, cookies=cookies, timeout=60)
        return self.clients.enter_context(client)


@contextmanager
def serve(keeping: Keeping) -> Iterator[Served]:
    """Serve MLflow on a port of its own."""
    seals, changes = Sealed(), list[Change]()

    async def on_change(change: Change) -> None:
        changes.append(change)

    app = mounted_app(
        keeping=keeping,
        authorise=authorise,
        on_change=on_change,
        seals=seals,
        bounds=Bounds(call=MOST_CALL, artifact=MOST_ARTIFACT),
    )
    outer = Starlette(routes=[Mount("/mlflow", app)])
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(outer, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 10
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    port = listening.getsockname()[1]
    with ExitStack() as clients:
        yield Served(f"http://127.0.0.1:{port}/mlflow", keeping, seals, changes, app, clients)
    server.should_exit = True
    thread.join(10)
    listening.close()
