"""Pages of plans ask a bounded number of questions, however many plans there are."""

from collections.abc import Callable

from sqlalchemy import Engine

from gonogo.core.roles import Role
from gonogo.store.work import Work
from gonogo.views import case_plans, plans_together, scenarios
from tests.fixtures.rest import done
from tests.fixtures.work import WorkAs
from tests.fixtures.world import World
from tests.views.test_queries import counted

PLAN = """plan: x
deadline: 2999-12-31
people: {analyst: 1}
steps:
  work: {days: {optimistic: 1, likely: 2, pessimistic: 4}, needs: {analyst: 1}}
  half: {milestone: true, after: work, deadline: 2999-01-31}
  live: {milestone: true, after: half}
"""
SCENARIOS = "scenarios: {more: {people: {analyst: 2}}}"
VIEWS: dict[str, tuple[int, Callable[[Work], object]]] = {
    "plans": (8, plans_together.page),
    "plan": (10, lambda work: case_plans.plan(work, "churn")),
    "scenarios": (8, lambda work: scenarios.page(work, "churn")),
}


def filled(world: World, case: str, times: int = 1) -> None:
    """A use case whose plan was forecast and compared."""
    manager = world.api.by(Role.MANAGER)
    done(manager.post(f"/cases/{case}/plans", json={"text": PLAN}), 201)
    for seed in range(times):
        asked = {"futures": 100, "seed": seed}
        done(manager.post(f"/cases/{case}/forecasts", json=asked), 201)
        kept = {**asked, "text": SCENARIOS, "keep": True}
        done(manager.post(f"/cases/{case}/scenarios/comparisons", json=kept), 201)
        done(manager.post("/plans/forecasts", json=asked), 201)


def test_however_much_there_is(world: World, work_as: WorkAs, engine: Engine) -> None:
    def questions() -> dict[str, int]:
        found: dict[str, int] = {}
        for name, (_, view) in VIEWS.items():
            with work_as(Role.VIEWER, write=False) as work, counted(engine) as asked:
                view(work)
            found[name] = len(asked)
        return found

    world.case(slug="other")
    filled(world, "churn")
    before = questions()
    for number in range(2):
        world.case(slug=f"case-{number}")
        filled(world, f"case-{number}")
    filled(world, "churn", times=2)
    assert questions() == before
    assert all(before[name] <= most for name, (most, _) in VIEWS.items()), before
