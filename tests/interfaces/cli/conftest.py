"""The command line in this process, on an installation of its own."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gonogo.interfaces.cli.main import run


@pytest.fixture
def gonogo(database_url: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """`gonogo("case", "list")`: run a command; its exit code."""
    monkeypatch.setenv("GONOGO_DATABASE_URL", database_url)

    def ran(*arguments: str) -> int:
        return run(list(arguments), {})

    return ran
