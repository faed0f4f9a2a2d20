"""The console's page of scenarios: filled in, compared, kept, refused with what was filled in."""

from typing import Any

import pytest

from gonogo.core.roles import Role
from tests.fixtures.rest import done
from tests.fixtures.world import World
from tests.interfaces.api.test_scenarios import PLAN, SCENARIOS
from tests.interfaces.web.conftest import Reader

HERE = "/cases/churn/plan/scenarios"
HOSTILE = "<script>alert(1)</script>"
FORM = {"name": "more", "people": "analyst=2", "prior": "try = 0.9", "budget": "2k"}


@pytest.fixture(autouse=True)
def _planned(world: World) -> None:
    """The use case `churn` has a plan in force."""
    manager = world.api.by(Role.PRODUCT_MANAGER)
    done(manager.post("/cases/churn/plans", json={"text": PLAN}), 201)


class TestScenarios:
    def test_one_is_compared_kept_and_compared_again(self, console: Reader) -> None:
        manager = console(Role.PRODUCT_MANAGER)
        assert f'href="{HERE}"' in manager.page("/cases/churn/plan")
        assert "None is kept yet" in manager.page(HERE)

        shown = manager.post(f"{HERE}/compare", {**FORM, "futures": "300"})
        assert shown.status_code == 200
        assert "1 scenario beside the plan as it is" in shown.text
        assert "2 analyst; try holds in 90 %; within 2,000" in shown.text
        assert 'value="analyst=2"' in shown.text
        assert "<svg" in shown.text

        assert manager.post(f"{HERE}/keep", FORM).status_code == 303
        assert manager.post(f"{HERE}/keep", {"name": "less", "without": "two"}).status_code == 303
        told: Any = manager.json(HERE)
        assert [one["name"] for one in told["kept"]] == ["more", "less"]
        again = console(Role.RISK_OFFICER).post(f"{HERE}/compare", {"futures": "300"})
        assert "2 scenarios beside the plan as it is" in again.text
        assert manager.post(f"{HERE}/edit", {"text": SCENARIOS}).status_code == 303
        told = manager.json(HERE)
        assert len(told["kept"]) == 4

    def test_what_is_wrong_is_refused_by_field_and_kept_in_sight(self, console: Reader) -> None:
        manager = console(Role.PRODUCT_MANAGER)
        for change, field in (
            ({"people": f"{HOSTILE}=2"}, "scenarios.asked.people."),
            ({"people": "analyst"}, "people"),
            ({"deadline": "soon"}, "scenarios.asked.deadline"),
            ({"budget": "lots"}, "budget"),
        ):
            answer = manager.post(f"{HERE}/compare", change)
            assert answer.status_code == 422
            assert field in answer.text
            assert HOSTILE not in answer.text
        assert manager.post(f"{HERE}/keep", {}).status_code == 422
        assert console(Role.VIEWER).post(f"{HERE}/compare", FORM).status_code == 403
        assert console(Role.VIEWER).post(f"{HERE}/keep", FORM).status_code == 403

    def test_a_comparison_is_kept_and_shown_until_the_next_one(
        self, world: World, console: Reader
    ) -> None:
        officer = console(Role.RISK_OFFICER)
        answer = officer.post(f"{HERE}/compare", {**FORM, "futures": "300", "keep": "yes"})
        assert answer.status_code == 303
        assert answer.headers["location"].startswith(f"{HERE}?comparison=1")
        page = officer.page(HERE)
        assert "Comparison 1" in page
        assert "2 analyst; try holds in 90 %; within 2,000" in page
        told: Any = officer.json(HERE)
        assert told["found"]["kept"]["number"] == told["comparisons"][0]["number"] == 1
        assert len(told["found"]["kept"]["evidence"]) == 2
        assert officer.get(f"{HERE}?comparison=2").status_code == 404

        text = PLAN.replace("Churn in production", "Another")
        manager = world.api.by(Role.PRODUCT_MANAGER)
        done(manager.post("/cases/churn/plans", json={"text": text}), 201)
        assert "Another plan came into force since" in officer.page(HERE)

    def test_who_may_not_forecast_keeps_nothing(self, console: Reader) -> None:
        viewer = console(Role.VIEWER)
        assert viewer.post(f"{HERE}/compare", {**FORM, "keep": "yes"}).status_code == 403
