"""Every command that gonogo itself tells people to run exists, and can be read as it is printed."""

import re
import shlex
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.exceptions import TyperException

from gonogo.app.command import ALONE
from gonogo.core.catalogue import CATALOGUE
from gonogo.core.conditions import Condition
from gonogo.core.subjects import Subject
from gonogo.core.verdicts import Verdict
from gonogo.domain.gates.rules import Polled, Standing
from gonogo.domain.gates.turns import turns_to_go
from gonogo.interfaces.cli.tree import tree
from tests.fixtures.loans import Approver
from tests.interfaces.cli.conftest import Gonogo

ROOT: Any = typer.main.get_command(tree(ALONE))
SOURCES = Path(__file__).parents[3] / "src" / "gonogo"
MENTION = re.compile(r"gonogo ([a-z]+)(?: ([a-z][a-z-]+))?")
PROSE = {"is", "keeps", "server", "client", "token", "takes", "can", "at", "up"}


def parsed(command: str) -> None:
    """Read `command` as the command line would, without running it; raises where it cannot."""
    words = [word for word in shlex.split(command) if not re.match(r"[A-Z_]+=", word)]
    assert words.pop(0) == "gonogo"
    context = ROOT.make_context("gonogo", list(words))
    inner = ROOT
    while hasattr(inner, "commands"):
        word = words.pop(0)
        if word not in inner.commands:
            raise KeyError(command)
        inner = inner.commands[word]
        context = inner.make_context(
            word, list(words) if not hasattr(inner, "commands") else words[:1], parent=context
        )


def verbs(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    """Every command that does something, with its name, however deep it stands."""
    if not hasattr(command, "commands"):
        yield name, command
        return
    for word, below in command.commands.items():
        yield from verbs(f"{name} {word}", below)


def conditions() -> list[Condition]:
    """One condition for each check, as asked and as asked to be reproduced."""
    found = []
    for name, spec in CATALOGUE.items():
        given: dict[str, str | float] = {"group": "race"} if spec.parameter("group") else {}
        found += [
            Condition(name, given, at_least=0.5),
            Condition(name, given, at_least=0.5, level=0.99, reproduced=True),
        ]
    return found


def hint(condition: Condition, subject: str, data: tuple[str, ...]) -> str:
    """The command that is to give the evidence a condition lacks."""
    standing = Standing(
        author=Subject.parse("user:7"),
        stage="sandbox",
        policy="house",
        data=tuple(Subject.parse(one) for one in data),
    )
    row = Polled(condition, Verdict.NO_DATA, "not measured yet")
    command = turns_to_go((row,), subject, standing)[0].command
    assert command is not None
    return command


class TestTurns:
    @pytest.mark.parametrize("condition", conditions(), ids=lambda one: f"{one.check}-{one.level}")
    def test_what_would_turn_a_condition_can_be_run(self, condition: Condition) -> None:
        data = ("dataset:train@0123456789ab", "dataset:test@ba9876543210")
        parsed(hint(condition, "model:loan-approver@1", data))
        parsed(hint(condition, "model:loan-approver@1", data[:1]))

    def test_they_work_as_printed(self, gonogo: Gonogo, approver: Approver) -> None:
        """Run all that the gate says: afterwards no condition lacks evidence."""
        subject = approver.version.subject
        review = gonogo("gate", "review", subject, "validation", "--json").json
        commands = {turn["command"] for turn in review["turns_to_go"] if turn["command"]}
        for command in commands:
            assert gonogo(*shlex.split(command)[1:]).code == 0, command
        polled = gonogo("gate", "review", subject, "validation", "--json").json
        verdicts = {one["check"]: one["verdict"] for one in polled["conditions"]}
        assert "no data" not in verdicts.values(), verdicts

    def test_fresh_evidence_is_asked_for_by_the_same_command(self) -> None:
        stale = Condition("performance.roc_auc", at_least=0.5, max_age=timedelta(days=1))
        parsed(hint(stale, "model:loan-approver@1", ()))


class TestMentions:
    @pytest.mark.parametrize(
        "path", sorted(SOURCES.rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCES))
    )
    def test_a_command_that_is_mentioned_exists(self, path: Path) -> None:
        for noun, verb in MENTION.findall(path.read_text(encoding="utf-8")):
            if noun in ROOT.commands and verb and hasattr(ROOT.commands[noun], "commands"):
                assert verb in {*ROOT.commands[noun].commands, *PROSE}, f"gonogo {noun} {verb}"


class TestExamples:
    def test_each_can_be_read(self) -> None:
        wrong = []
        for name, command in verbs("gonogo", ROOT):
            example = str(command.epilog).removeprefix("Example: ")
            try:
                parsed(example)
            except (TyperException, KeyError, AssertionError) as error:
                wrong.append(f"{name}: {example}: {error}")
        assert wrong == []
