"""The page on portfolios: its benefit model and rubric can be stated, its commands are commands."""

import shlex

from gonogo.domain.scoring import reading as rubrics
from gonogo.domain.value import reading as benefits
from gonogo.interfaces.cli.portfolio import app
from tests.fixtures.pages import ROOT, blocks

PAGE = list(blocks(ROOT / "docs" / "portfolio.md"))
BENEFIT, RUBRIC = (one.text for one in PAGE if one.language == "yaml")


def test_the_benefit_model_can_be_stated() -> None:
    assert benefits.parse(BENEFIT).benefit.success == 0.7


def test_the_rubric_can_be_stated() -> None:
    found = rubrics.parse(RUBRIC)

    assert [one.key for one in found.criteria] == ["value", "sponsor"]
    assert found.weights == (0.75, 0.25)


def test_the_commands_are_there() -> None:
    text = "\n".join(one.text for one in PAGE if one.language == "sh").replace("\\\n", " ")
    known = {one.name or getattr(one.callback, "__name__", "") for one in app.registered_commands}

    lines = [line for line in text.splitlines() if line.startswith("gonogo ")]
    assert {shlex.split(line, comments=True)[2] for line in lines} <= known
