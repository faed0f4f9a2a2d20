"""What the README and the pages show is so: commands, targets, settings, ten lines, promises."""

import ast
import re
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import typer

import gonogo
from benchmarks import board, cli_help, gateway, gateway_long, ledger_append, ledger_verify
from benchmarks.bench import DECISIONS, LARGE, SMALL
from gonogo.app.command import ALONE
from gonogo.core.verdicts import Verdict
from gonogo.interfaces.cli.tree import tree
from tests.fixtures.loans import fit, prepared
from tests.fixtures.pages import ROOT, blocks, prose

README = ROOT / "README.md"
PAGES = [
    README,
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "docs/decisions").glob("*")),
]
TEXT = {page: page.read_text(encoding="utf-8") for page in PAGES}
INLINE = re.compile(r"`(gonogo [^`]+)`")
ASSIGNED = re.compile(r"[A-Z_]+=")
ENDS = ("|", ">", "||", "&&")
"""What ends a command's arguments in a shell."""


def commands(page: Path) -> Iterator[str]:
    """Every call of `gonogo` on a page: in its shell blocks, and within its text."""
    for block in blocks(page):
        if block.language == "bash":
            for line in block.text.replace("\\\n", " ").splitlines():
                yield from re.findall(r"(?:^|\$\(|[A-Z_]+=\S+ +)(gonogo .+)", line)
    for found in INLINE.findall(prose(page)):
        yield " ".join(found.split())


def arguments(command: str) -> list[str]:
    """What the shell would hand to `gonogo`."""
    found = []
    for word in shlex.split(command, comments=True)[1:]:
        if word in ENDS:
            break
        found.append(word)
    return found


def parse(given: Sequence[str], command: Any = None, parent: Any = None) -> None:
    """Read `given` as the command line does, without doing anything; raises as it does."""
    command = command or typer.main.get_command(tree(ALONE))
    context = command.make_context(command.name or "gonogo", list(given), parent=parent)
    if hasattr(command, "resolve_command"):
        rest = [*context._protected_args, *context.args]
        if not rest and command.invoke_without_command:
            return  # a noun that does something by itself
        _, found, rest = command.resolve_command(context, rest)
        parse(rest, found, context)


@pytest.mark.parametrize(
    "command", dict.fromkeys(command for page in PAGES for command in commands(page))
)
def test_every_command_is_one(command: str) -> None:
    """Its name, its arguments and its options."""
    try:
        parse(arguments(command))
    except typer.Exit:
        pass  # of --help and --version
    except Exception as error:
        # Within a sentence a command may stand without what it is given.
        if type(error).__name__ != "MissingParameter":
            raise


def test_a_command_that_is_none_is_found() -> None:
    """Otherwise the test above could not fail."""
    with pytest.raises(Exception, match="No such option"):
        parse(arguments("gonogo case list --jsn"))
    with pytest.raises(Exception, match="No such command"):
        parse(arguments("gonogo case lst"))


def test_commands_are_found() -> None:
    """In every place where they are looked for."""
    found = list(commands(README))
    assert "gonogo up" in found
    assert any(one.startswith("gonogo token create mlflow") for one in found)
    assert any(one.startswith("gonogo import") for one in found)


def test_every_target_of_make_is_one() -> None:
    """In the README and on every page."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {name for text in TEXT.values() for name in re.findall(r"\bmake ([a-z]+)`", text)}
    named |= set(re.findall(r"^make ([a-z]+)", TEXT[README], re.MULTILINE))
    assert {"demo", "test", "check", "bench"} <= named
    assert named <= targets


def test_every_setting_is_one() -> None:
    """A setting that was renamed must not live on here."""
    settings = (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
    named = {name for text in TEXT.values() for name in re.findall(r"\bGONOGO_[A-Z_]+\b", text)}
    assert named <= set(re.findall(r"GONOGO_[A-Z_]+", settings))


@pytest.mark.filterwarnings("ignore")  # of MLflow's, when it is imported
@pytest.mark.usefixtures("home")
def test_the_ten_lines_run_as_written() -> None:
    """With a use case, an open hypothesis and registered data of these names."""
    (block,) = [block for block in blocks(README) if block.language == "python"]
    *lines, last = ast.parse(block.text).body
    assert len(lines) + 1 <= 10
    with gonogo.connect() as client:
        train, test = prepared(client)
        names: dict[str, Any] = {"fit": fit, "train": train.frame(), "test": test.frame()}
        exec(compile(ast.Module(lines, []), "README.md", "exec"), names)  # noqa: S102  # our own page
        shown = eval(ast.unparse(last), names)  # noqa: S307  # the last line, as a notebook shows it
        names["client"].close()
    assert isinstance(shown, Verdict)
    assert f"# Verdict.{shown.name}" in block.text.splitlines()[-1]


def test_the_promises_are_those_that_are_measured() -> None:
    """The table says what `make bench` judges by."""
    text = TEXT[README]
    assert f"at least {ledger_append.LEAST:,} entries a second" in text
    assert f"in batches of {ledger_append.BATCH} " in text
    assert f"at most {ledger_verify.MOST} times hashing" in text
    assert f"at most {board.MOST} times that with {SMALL.cases} and {SMALL.entries:,}" in text
    assert f"{LARGE.cases:,} use cases and {LARGE.entries:,} pieces" in text
    assert f"at most {cli_help.MOST} times `python -c pass`" in text
    assert f"p99 at most {gateway.P99_SECONDS * 1e3:g} ms with {gateway.CONNECTIONS}" in text
    assert f"at most {gateway.SHADOW:g} times the median without" in text
    assert f"that the benchmark makes | at most {gateway.MLSERVER:g} times" in text
    assert f"nothing around them | at most {gateway.BARE:g} times" in text
    assert f"{DECISIONS:,} decisions in one run" in text
    assert f"memory at most {gateway_long.FLAT:g} times" in text


def test_the_installation_by_pip_is_that_of_the_set_up() -> None:
    """The same lock, the same way to install this folder."""
    assert "--require-hashes -r requirements.lock" in TEXT[README]
    set_up = (ROOT / "tools" / "setup").read_text(encoding="utf-8")
    for option in ("--require-hashes", "--no-deps", "--no-build-isolation"):
        assert option in set_up
        assert option in TEXT[README]
