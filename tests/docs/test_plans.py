"""The page on plans: its file is a plan, its commands are commands."""

import shlex
from datetime import date

from gonogo.domain.plans import scenario_file, staffing
from gonogo.domain.plans.file import parse
from gonogo.domain.plans.forecasting import Asked, forecast
from gonogo.domain.plans.joint import Member, joined
from gonogo.domain.plans.rules import checked
from gonogo.domain.plans.scenarios import applied
from gonogo.interfaces.cli.plans import app
from tests.fixtures.pages import ROOT, blocks

PAGE = list(blocks(ROOT / "docs" / "plans.md"))
TODAY = date(2026, 11, 21)


def test_the_file_is_a_plan_that_can_be_forecast() -> None:
    plan = checked(parse(next(one.text for one in PAGE if one.language == "yaml")), TODAY)

    found = forecast(plan, TODAY, {}, Asked(futures=500, seed=1, level=0.95))

    assert found.percentiles[0.8] is not None
    assert TODAY < found.percentiles[0.8] < date(2027, 6, 1)


def test_the_scenarios_and_the_staffing_are_of_that_plan() -> None:
    plan, scenarios, shared = (one.text for one in PAGE if one.language == "yaml")
    made = [applied(parse(plan), one, {}, TODAY) for one in scenario_file.parse(scenarios)]

    assert [one.people["data-scientist"].number for one in made] == [3, 2, 2, 2]
    member = Member("loans", parse(plan), {})
    assert joined([member], staffing.parse(shared), TODAY).ranks == {"loans": 0}


def test_the_commands_are_there() -> None:
    commands = "\n".join(one.text for one in PAGE if one.language == "sh").splitlines()
    known = {one.name or getattr(one.callback, "__name__", "") for one in app.registered_commands}

    said = {tuple(shlex.split(line)[1:3]) for line in commands if line.startswith("gonogo ")}
    assert {verb for noun, verb in said if noun == "plan"} <= known
