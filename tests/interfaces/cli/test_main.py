"""The command itself: its help, its exit codes, what it says when it goes wrong."""

import os
import re
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import typer

from gonogo.app.command import ALONE
from gonogo.core.errors import GonogoError, Kind
from gonogo.interfaces.cli.kit import EXIT, told
from gonogo.interfaces.cli.main import HELP, PIPE_CLOSED, run
from gonogo.interfaces.cli.nouns import NOUNS
from gonogo.interfaces.cli.tree import help_text, tree
from gonogo.sdk.http import ERRORS
from tests.fixtures.loans import Approver
from tests.fixtures.servers import GONOGO, Server, environment
from tests.interfaces.cli.conftest import Gonogo

WANTED = {
    "case": "create list show edit",
    "hypothesis": "register list show settle abandon negative family library tried cuped",
    "run": "list show sync",
    "dataset": "register list show verify download measure budget statistics datasheet",
    "model": "list versions show adopt ensemble reproduce verify at card compare curve same"
    " test-score",
    "evidence": "record list show measure import repo",
    "gate": "review list show sign waive decide",
    "board": "show columns add move drop block unblock goal pivot import forecast list",
    "debt": "add list settle",
    "risk": "list show add edit mitigate review accept close occur import templates exposure"
    " burn-down",
    "plan": "import show forecast list record scenarios together staffing",
    "budget": "state import list show keep",
    "compute": "show prices quota estimate",
    "portfolio": "list value check state choose choices choice score scores priorities inputs"
    " rubric roadmap",
    "decision": "list show",
    "release": "start status list hold resume advance rollback drill at kill revive route configure"
    " plan off-policy design result callers dossier retire",
    "policy": "check list show publish",
    "incident": "list show acknowledge resolve",
    "gateway": "decisions decision erase send",
    "ledger": "list show verify export",
    "user": "list show add grant revoke disable enable link",
    "token": "create list revoke",
}
"""Noun → verbs that people and pipelines rely on."""


def leaves(command: Any, name: str) -> dict[str, Any]:
    """Every verb by its full name."""
    below = getattr(command, "commands", None)
    if below is None:
        return {name: command}
    return {
        full: one
        for word, inner in below.items()
        for full, one in leaves(inner, f"{name} {word}").items()
    }


ROOT = typer.main.get_command(tree(ALONE))
COMMANDS = leaves(ROOT, "gonogo")


def process(*arguments: str, home: Path, **settings: str) -> "subprocess.CompletedProcess[str]":
    """The command in a process of its own."""
    return subprocess.run(
        [GONOGO, *arguments],
        cwd=home.parent,
        env=environment(home, **settings),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def seconds(*command: str) -> float:
    """How long a command takes."""
    begun = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - begun


class TestTree:
    def test_every_noun_has_its_verbs(self) -> None:
        wanted = {
            f"gonogo {noun} {verb}" for noun, verbs in WANTED.items() for verb in verbs.split()
        }
        assert wanted - set(COMMANDS) == set()
        assert set(WANTED) == set(NOUNS)

    def test_the_installation_has_its_verbs(self) -> None:
        assert set(ALONE) == {"gateway", "up", "demo", "status", "export", "import"}

    @pytest.mark.parametrize("name", COMMANDS)
    def test_says_what_it_does_and_shows_an_example_that_parses(self, name: str) -> None:
        command = COMMANDS[name]
        assert command.help
        assert re.match(rf"Example: (\w+=\S+ )*{name}", command.epilog)

    @pytest.mark.parametrize(
        "name", [name for name in COMMANDS if name.split()[-1] in {"list", "show"}]
    )
    def test_every_list_and_show_has_json(self, name: str) -> None:
        assert "--json" in {option for one in COMMANDS[name].params for option in one.opts}


class TestHelp:
    def test_the_file_is_what_the_tree_prints(self) -> None:
        """`make docs` writes it."""
        assert HELP.read_text(encoding="utf-8") == help_text(ALONE)

    @pytest.mark.parametrize("arguments", [[], ["-h"], ["--help"]])
    def test_is_printed(self, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        assert run(arguments, ALONE) == 0
        assert capsys.readouterr().out == HELP.read_text(encoding="utf-8")

    @pytest.mark.parametrize("asked", ["--help", "--version"])
    def test_loads_nothing_heavy(self, asked: str) -> None:
        """What takes time is what is imported; a stopwatch on a busy machine would tell less."""
        code = (
            "import sys\nfrom gonogo.app.command import ALONE\n"
            "from gonogo.interfaces.cli.main import run\n"
            f"run([{asked!r}], ALONE)\n"
            "heavy = {'typer', 'rich', 'pydantic', 'httpx', 'numpy', 'importlib.metadata'}\n"
            "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")

    @pytest.mark.parametrize("asked", ["--help", "--version"])
    def test_takes_at_most_six_times_python_s_own_start(self, asked: str) -> None:
        """The best of several: what else the machine does only adds."""
        alone = min(seconds(sys.executable, "-c", "pass") for _ in range(7))
        assert min(seconds(GONOGO, asked) for _ in range(7)) <= 6 * alone

    def test_version(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert run(["--version"], ALONE) == 0
        assert capsys.readouterr().out == f"gonogo {version('gonogo')}\n"


class TestExitCodes:
    @pytest.mark.parametrize("kind", list(Kind))
    def test_every_kind_has_one(self, kind: Kind, capsys: pytest.CaptureFixture[str]) -> None:
        error: GonogoError = ERRORS[kind](field="name", value="x", expected="y")
        assert told(error) == EXIT[kind]
        assert capsys.readouterr().err.endswith("name is 'x', expected y\n")

    def test_each_of_them(
        self, gonogo: Gonogo, approver: Approver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert gonogo("case", "list").code == 0
        assert gonogo("gate", "review", "model:loan-approver@1", "validation").code == 1
        assert gonogo("ledger", "list", "--limit", "none").code == 2
        assert gonogo("gate", "review", "model:loan-approver@1", "production").code == 4
        assert gonogo("case", "show", "nobodys").code == 5
        monkeypatch.setenv("GONOGO_URL", "http://127.0.0.1:9")
        away = gonogo("case", "list")
        assert (away.code, away.out) == (70, "")
        assert "GONOGO_URL is 'http://127.0.0.1:9'" in away.err

    def test_without_a_token_3(self, server: Server, tmp_path: Path) -> None:
        done = process("case", "list", home=tmp_path / "home", GONOGO_URL=server.url)
        assert (done.returncode, done.stdout) == (3, "")
        assert "Sign in first" in done.stderr
        assert not (tmp_path / "home").exists()

    @pytest.mark.parametrize(
        ("arguments", "says"),
        [
            (("nonsense",), "No such command 'nonsense'"),
            (("case", "nonsense"), "Try: gonogo case --help"),
            (("case", "list", "--nonsense"), "No such option: --nonsense"),
            (("case", "show"), "slug"),
            (("gate", "review", "x", "y", "--format", "pdf"), "'pdf'"),
            (("case",), "Usage: gonogo case"),
        ],
    )
    def test_what_cannot_be_read_is_wrong_input(
        self, here: Gonogo, arguments: tuple[str, ...], says: str
    ) -> None:
        wrong = here(*arguments)
        assert (wrong.code, wrong.out) == (2, "")
        assert says in wrong.err

    def test_a_failure_of_ours_is_70(self, here: Gonogo, monkeypatch: pytest.MonkeyPatch) -> None:
        def fails(*_: object, **__: object) -> None:
            raise RuntimeError("a bug")

        monkeypatch.setattr("gonogo.connect", fails)
        broken = here("case", "list")
        assert (broken.code, broken.out) == (70, "")
        assert "RuntimeError: a bug" in broken.err
        assert "our fault" in broken.err


class TestInProcess:
    def test_without_an_address_it_runs_on_a_folder(self, here: Gonogo) -> None:
        names = {one["name"] for one in here("policy", "list", "--json").json}
        assert names == {"baseline", "fraud-realtime", "lending-high-risk", "recommendation"}
        assert here("ledger", "verify").code == 0


class TestPipe:
    def test_a_reader_that_has_enough_hears_nothing_of_it(
        self, server: Server, server_token: str, tmp_path: Path
    ) -> None:
        settings = {"GONOGO_URL": server.url, "GONOGO_TOKEN": server_token}
        reading, writing = os.pipe()
        os.close(reading)
        done = subprocess.run(
            [GONOGO, "ledger", "list", "--json"],
            env=environment(tmp_path / "home", **settings),
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=60,
        )
        os.close(writing)
        assert (done.returncode, done.stderr) == (PIPE_CLOSED, "")

    def test_a_pipe_gets_one_line_for_each_thing(self, gonogo: Gonogo) -> None:
        title = "A title " * 40
        gonogo(
            *("case", "create", "long", "--title", title.strip()[:200], "--problem", "x"),
            *("--risk-tier", "limited", "--owner-role", "manager"),
        )
        lines = gonogo("case", "list").out.splitlines()
        assert len([line for line in lines if line.startswith("long ")]) == 1
        assert title.strip()[:200].strip() in "\n".join(lines)
