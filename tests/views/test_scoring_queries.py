"""Scores, orders and the roadmap ask a fixed number of questions; on both databases."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from gonogo.core.roles import Role
from gonogo.domain.scoring.inputs import Method
from gonogo.flows import priorities, ramps, scoring
from gonogo.interfaces.web import scores as page
from gonogo.store.work import Work
from gonogo.views import roadmap
from tests.fixtures.requests import ASSESSED, BENEFIT, PLAN, RISK
from tests.fixtures.rest import done
from tests.fixtures.work import WorkAs
from tests.fixtures.world import World
from tests.views.test_queries import counted

Questions = Callable[[Callable[[Work], object]], int]


@pytest.fixture
def questions(work_as: WorkAs, engine: Engine) -> Questions:
    """`questions(view)`: how many questions are asked."""

    def asked(view: Callable[[Work], object]) -> int:
        with work_as(Role.VIEWER, write=False) as work, counted(engine) as found:
            view(work)
        return len(found)

    return asked


def known(world: World, case: str) -> None:
    """A use case of which everything is known that scores and orders take."""
    manager = world.api.by(Role.MANAGER)
    for path, asked in (
        ("benefit", {"text": BENEFIT}),
        ("score", ASSESSED),
        ("priority-inputs", {"effort": {"low": 1, "likely": 2, "high": 4}}),
        ("plans", {"text": PLAN}),
        ("forecasts", {"futures": 100}),
    ):
        done(manager.post(f"/cases/{case}/{path}", json=asked), 201)
    risk = {**RISK, "key": f"late-{case}", "case": case, "loss": 100, "currency": "USD"}
    done(manager.post("/risks", json=risk), 201)


class TestFixedNumber:
    def test_however_many_use_cases_there_are(self, world: World, questions: Questions) -> None:
        def asked() -> tuple[int, ...]:
            return (
                questions(scoring.scored),
                questions(page.show),
                questions(lambda work: priorities.prioritise(work, Method.RICE)),
                questions(lambda work: ramps.ramps(work, roadmap.found(work))),
            )

        known(world, "churn")
        before = asked()
        for number in range(2):
            world.case(slug=f"case-{number}")
            known(world, f"case-{number}")
        assert asked() == before
        scores, whole, *others = before
        assert max(scores, *others) <= 16
        # Scores, and both orders besides.
        assert whole <= scores + 2 * max(others)
