"""The command line in this process, speaking to the tests' server or to a folder of its own."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gonogo.app.command import ALONE
from gonogo.app.mission.crew import Crew
from gonogo.core.roles import Role
from gonogo.interfaces.cli.main import run
from tests.fixtures.servers import Server


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed, which must be JSON and nothing else."""
        return json.loads(self.out)


Gonogo = Callable[..., Ran]


@pytest.fixture
def gonogo(
    server: Server,
    server_token: str,
    crew: Crew,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Gonogo:
    """`gonogo("case", "list", role=None)`: run a command against the server, as its operator."""
    monkeypatch.setenv("GONOGO_URL", server.url)

    def ran(*arguments: str, role: Role | None = None) -> Ran:
        token = server_token if role is None else crew.client(role).token
        monkeypatch.setenv("GONOGO_TOKEN", str(token))
        capsys.readouterr()
        code = run(list(arguments), ALONE)
        told = capsys.readouterr()
        return Ran(code, told.out, told.err)

    return ran


@pytest.fixture
def here(sqlite_template: Path, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> Gonogo:
    """The same without a server: on a folder of its own, in this process."""
    shutil.copyfile(sqlite_template, home / "gonogo.db")

    def ran(*arguments: str) -> Ran:
        capsys.readouterr()
        code = run(list(arguments), ALONE)
        told = capsys.readouterr()
        return Ran(code, told.out, told.err)

    return ran
