"""The page on plans: its file is a plan, its commands are commands."""

import shlex
from datetime import date

from gonogo.domain.plans.file import parse
from gonogo.domain.plans.forecasting import Asked, forecast
from gonogo.domain.plans.rules import checked
from gonogo.interfaces.cli.plans import app
from tests.fixtures.pages import ROOT, blocks

PAGE = list(blocks(ROOT / "docs" / "plans.md"))
TODAY = date(2026, 11, 21)


def test_the_file_is_a_plan_that_can_be_forecast() -> None:
    plan = checked(parse(next(one.text for one in PAGE if one.language == "yaml")), TODAY)

    found = forecast(plan, TODAY, {}, Asked(futures=500, seed=1, level=0.95))

    assert found.percentiles[0.8] is not None
    assert TODAY < found.percentiles[0.8] < date(2027, 6, 1)


def test_the_commands_are_there() -> None:
    commands = next(one.text for one in PAGE if one.language == "sh").splitlines()
    known = {one.name or getattr(one.callback, "__name__", "") for one in app.registered_commands}

    assert {shlex.split(line)[2] for line in commands} <= known
