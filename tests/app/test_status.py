"""`gonogo status`: what an installation is, without serving it."""

import json
from pathlib import Path

import pytest

from gonogo.app.command import ALONE
from gonogo.interfaces.cli.main import run
from tests.fixtures.servers import Server


class TestStatus:
    def test_nothing_there_is_not_found_and_makes_nothing(
        self, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("GONOGO_HOME", str(home / "none"))
        assert run(["status"], ALONE) == 5
        told = capsys.readouterr()
        assert "gonogo up" in told.err
        assert told.out == ""
        assert not (home / "none").exists()

    def test_tells_where_what_is_kept_also_while_it_is_served(
        self,
        server: Server,
        home: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.setenv("GONOGO_HOME", str(server.home))
        assert run(["status", "--json"], ALONE) == 0
        told = json.loads(capsys.readouterr().out)
        assert told["home"] == str(server.home)
        assert told["entries"] > 0
        assert len(told["head"]) == 64
        assert run(["status"], ALONE) == 0
        assert told["head"] in capsys.readouterr().out

    def test_a_password_of_the_database_is_not_shown(
        self,
        home: Path,
        empty_database_url: str,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.setenv("GONOGO_DATABASE_URL", with_password(empty_database_url))
        assert run(["status"], ALONE) == 0
        told = capsys.readouterr()
        assert "hunter2" not in told.out + told.err


def with_password(url: str) -> str:
    """`url` with a password in it, where there is a place for one."""
    return url.replace("postgres:@", "postgres:hunter2@").replace("postgres@", "postgres:hunter2@")
