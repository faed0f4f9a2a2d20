"""The console's page of all plans: forecast together, without one, and staffed."""

from gonogo.core.roles import Role
from tests.fixtures.world import World
from tests.interfaces.api.test_plans_together import STAFFING, _planned
from tests.interfaces.web.conftest import Reader

__all__ = ["_planned"]
HOSTILE = "<script>alert(1)</script>"


class TestPlans:
    def test_they_are_forecast_together_and_without_one(self, console: Reader) -> None:
        officer = console(Role.RISK_OFFICER)
        assert "They were not forecast together yet" in officer.page("/plans")

        assert officer.post("/plans/forecasts", {"futures": "300"}).status_code == 303
        page = officer.page("/plans")
        assert "Work waits longest for: analyst." in page
        assert 'href="/cases/second/plan"' in page
        assert "<svg" in page
        answer = officer.post("/plans/forecasts", {"futures": "300", "drop": "churn"})
        assert answer.status_code == 303
        assert "without churn" in officer.page("/plans")
        assert "without churn" not in officer.page("/plans?forecast=1")
        assert officer.get("/plans?forecast=9").status_code == 404
        assert 'action="/plans/staffing"' in console(Role.MANAGER).page("/plans")
        assert console(Role.VIEWER).post("/plans/forecasts").status_code == 403

    def test_a_staffing_comes_into_force_or_is_refused_with_its_text(
        self, world: World, console: Reader
    ) -> None:
        manager = console(Role.MANAGER)
        assert manager.post("/plans/staffing", {"text": STAFFING}).status_code == 303
        assert "staffing 1 is in force" in manager.page("/plans")
        answer = manager.post("/plans/staffing", {"text": f"staffing: '{HOSTILE}'"})
        assert answer.status_code == 422
        assert "expected a staffing with the field people" in answer.text
        assert HOSTILE not in answer.text
        assert console(Role.VIEWER).post("/plans/staffing", {"text": STAFFING}).status_code == 403
