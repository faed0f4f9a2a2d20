"""Kill switch, back again and a practised rollback: from both pages, asked for twice."""

from typing import Any

import pytest

from gonogo.core.roles import ALLOWED, Action, Role
from tests.fixtures.released import Released
from tests.interfaces.web.conftest import Opened

ORDER = {"reason": "Seen <enough>"}
CONFIRMED = {**ORDER, "confirm": "yes"}
PLACES = ("/production/churn", "/releases/churn-1")


@pytest.fixture
def answering(released: Released) -> Released:
    """Version 2 was made live."""
    released.start("2", "blue-green")
    released.order("advance")
    return released


class TestKillAndRevive:
    @pytest.mark.parametrize("place", PLACES)
    def test_with_a_reason_and_a_box_to_tick(
        self, answering: Released, opened: Opened, place: str
    ) -> None:
        reader = opened(Role.ML_ENGINEER)
        shown = "/production" if "production" in place else place
        assert f'action="{place}/kill"' in reader.page(shown)
        refused = reader.post(f"{place}/kill", ORDER)
        assert refused.status_code == 422
        assert "Seen &lt;enough&gt;" in refused.text, "what was filled in is kept, escaped"
        assert "the box to be ticked" in refused.text
        assert reader.post(f"{place}/kill", {"confirm": "yes", "reason": " "}).status_code == 422
        answer = reader.post(f"{place}/kill", CONFIRMED)
        assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, shown)
        page = reader.page(shown)
        assert "Killed" in page
        assert f'action="{place}/kill"' not in page
        assert reader.post(f"{place}/kill", CONFIRMED).status_code == 409
        assert reader.post(f"{place}/revive", CONFIRMED).status_code == 303
        assert f'action="{place}/kill"' in reader.page(shown)

    @pytest.mark.parametrize("role", list(Role))
    def test_offered_to_who_may(self, answering: Released, opened: Opened, role: Role) -> None:
        reader = opened(role)
        may = role in ALLOWED[Action.RELEASE_STOP]
        told: Any = reader.json("/production")
        assert told["rows"][0]["may"] == {"kill": may, "revive": False, "drill": may}
        told = reader.json("/releases/churn-1")
        assert told["switches"] == {"kill": may, "revive": False, "drill": may}
        answers = [reader.post(f"{place}/kill", CONFIRMED).status_code for place in PLACES]
        assert answers == ([303, 409] if may else [403, 403])
        assert reader.json("/releases/churn-1")["killed"] is may

    def test_who_may_stop_may_not_start(self, answering: Released, opened: Opened) -> None:
        officer = opened(Role.RISK_OFFICER)
        assert officer.post("/production/churn/kill", CONFIRMED).status_code == 303
        assert officer.post("/production/churn/revive", CONFIRMED).status_code == 403
        assert 'action="/production/churn/revive"' not in officer.page("/production")

    def test_of_an_older_release_nothing_is_switched(
        self, answering: Released, opened: Opened
    ) -> None:
        answering.start("3", "canary")
        reader = opened(Role.ML_ENGINEER)
        told: Any = reader.json("/releases/churn-1")
        assert told["switches"] == {"kill": False, "revive": False, "drill": False}


class TestDrill:
    @pytest.mark.parametrize("place", PLACES)
    def test_practised_timed_and_kept(
        self, answering: Released, opened: Opened, place: str
    ) -> None:
        reader = opened(Role.RISK_OFFICER)
        assert "never practised" in reader.page("/production")
        assert reader.post(f"{place}/drill", {}).status_code == 422
        answer = reader.post(f"{place}/drill", {"confirm": "yes"})
        assert answer.status_code == 303
        told: Any = reader.json("/releases/churn-1")
        (drill,) = told["drills"]
        assert drill["evidence"] is not None
        production: Any = reader.json("/production")
        assert production["rows"][0]["drilled"]["evidence"] == drill["evidence"]
        assert f'href="/ledger/{drill["evidence"]}"' in reader.page("/production")

    def test_not_by_everybody(self, answering: Released, opened: Opened) -> None:
        viewer = opened(Role.VIEWER)
        for place in PLACES:
            assert viewer.post(f"{place}/drill", {"confirm": "yes"}).status_code == 403
        assert not viewer.json("/releases/churn-1")["drills"]


class TestWords:
    def test_times_in_sentences_are_told_in_the_readers_zone(
        self, released: Released, opened: Opened
    ) -> None:
        released.start("2")
        released.look()
        released.decided(20)
        released.look()
        reader = opened(Role.VIEWER)
        told: Any = reader.json("/releases/churn-1")
        assert "until 2026-" in told["headline"]
        page = reader.page("/releases/churn-1")
        assert 'until <time datetime="2026-' in page
        assert "until 2026-" not in page

    def test_the_command_names_the_version_to_release(
        self, released: Released, opened: Opened
    ) -> None:
        page = opened(Role.VIEWER).page("/production")
        assert "gonogo release start churn caller@3 --strategy shadow" in page


class TestLinks:
    def test_use_case_and_version_lead_to_their_releases(
        self, answering: Released, opened: Opened
    ) -> None:
        officer, viewer = opened(Role.RISK_OFFICER), opened(Role.VIEWER)
        for place in ("/cases/churn", "/models/caller/2"):
            page = officer.page(place)
            for link in ("/releases/churn-1", "/production", "/cases/churn/decided"):
                assert f'href="{link}"' in page, (place, link)
            assert 'href="/cases/churn/decided"' not in viewer.page(place)
        told = viewer.page("/models/caller/3")
        assert "gonogo release start churn caller@3 --strategy shadow" in told
