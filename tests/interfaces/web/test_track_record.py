"""The page on how well forecasts have held, the same over REST; empty, scored and narrowed."""

from typing import Any

import pytest

from gonogo.core.roles import Role
from gonogo.flows import track_record
from tests.fixtures.clocks import FakeClock
from tests.fixtures.rest import done, refused
from tests.fixtures.world import World
from tests.interfaces.api.test_case_plans import forecast, save
from tests.interfaces.web.conftest import Reader

HERE = "/track-record"
HOSTILE = "<script>alert(1)</script>"
TEXT = """plan: Churn in production
goal: live
deadline: 2026-12-04
steps:
  try: {title: Try it, days: {optimistic: 2, likely: 4, pessimistic: 12}, hypothesis: trees}
  live: {title: <script>alert(1)</script>, milestone: true, after: try}
"""


@pytest.fixture
def scored(world: World, clock: FakeClock) -> dict[str, Any]:
    """A forecast of which the outcome is known: its goal came two weeks late."""
    save(world, TEXT)
    made = forecast(world)
    clock.advance(days=30)
    late = TEXT.replace("deadline: 2026-12-04\n", "").replace(
        "hypothesis: trees", "hypothesis: trees, begun: 2026-11-30, done: 2026-12-18"
    )
    save(world, late.replace("after: try", "after: try, done: 2026-12-18"))
    track_record.follow(world.api.installation.open_work)
    return made


class TestShow:
    def test_without_a_forecast_it_says_how_to_begin(self, world: World, console: Reader) -> None:
        page = console(Role.VIEWER).page(HERE)
        assert "there is no track record" in page
        assert "gonogo plan forecast CASE" in page
        assert "begun: 2026-11-23" in page

    def test_scores_stand_in_tables_with_their_evidence(
        self, scored: dict[str, Any], console: Reader
    ) -> None:
        reader = console(Role.VIEWER)
        page, told = reader.page(HERE), reader.json(HERE)
        assert "Our 80 % dates held 0 % of the time (0 of 1)" in page
        for part in ("dates", "chances", "cases", "steps", "scores"):
            assert f'id="{part}"' in page
        assert page.count("<svg") >= 2
        assert HOSTILE not in page
        scores: Any = told["scores"]
        assert len(scores) == 5
        assert all(f'href="/ledger/{one["entry"]}"' in page for one in scores)
        steps: Any = told["steps"]
        assert [(one["step"], one["took"]) for one in steps] == [("try", 15)]
        assert f'href="{HERE}?case=churn"' in page
        assert f'href="{HERE}"' in reader.page(f"{HERE}?case=churn")

    def test_of_a_use_case_that_is_not_there_there_is_none(
        self, world: World, console: Reader
    ) -> None:
        assert console(Role.VIEWER).get(f"{HERE}?case=nobody").status_code == 404


class TestRead:
    def test_rest_tells_the_same_as_the_page(
        self, scored: dict[str, Any], world: World, console: Reader
    ) -> None:
        viewer = world.api.by(Role.VIEWER)
        told = done(viewer.get("/track-record", params={"case": "churn"}))
        page: Any = console(Role.VIEWER).json(f"{HERE}?case=churn")
        assert told["headline"] == page["headline"]
        assert told["pace"] == page["pace"]
        assert [one["said"] for one in told["dates"]] == [0.1, 0.5, 0.8, 0.9]
        assert told["dates"][2]["held"]["value"] == 0
        (chance,) = told["chances"]
        assert (chance["kind"], chance["n"], chance["came_true"]["value"]) == ("deadline", 1, 0)
        p80 = next(one for one in told["scores"] if one["what"] == "p80")
        assert (p80["day"], p80["actual"]) == (scored["p80"], "2026-12-18")
        assert (told["open"], told["lapsed"]) == (2, 0)
        refused(viewer.get("/track-record", params={"case": "nobody"}), 404, "case")


class TestRestsOn:
    def test_a_forecast_says_what_its_chances_and_days_rest_on(
        self, scored: dict[str, Any], world: World, console: Reader
    ) -> None:
        world.case(slug="fraud")
        text = {"text": "plan: x\ndeadline: 2027-03-01\nsteps: {a: {days: 4}}"}
        manager = world.api.by(Role.PRODUCT_MANAGER)
        done(manager.post("/cases/fraud/plans", json=text), 201)
        corrected = done(manager.post("/cases/fraud/forecasts", json={"futures": 200}), 201)
        asked = {"futures": 200, "as_planned": True}
        planned = done(manager.post("/cases/fraud/forecasts", json=asked), 201)

        assert scored["chances"]["trees"]["moved"][0]["what"] == "prior"
        assert (corrected["pace"]["used"], corrected["pace"]["elsewhere"]) == (True, 1)
        assert corrected["pace"]["factor"] > 1.2
        assert (planned["pace"]["used"], planned["pace"]["factor"]) == (False, 1)
        assert corrected["p80"] > planned["p80"]
        listed = done(manager.get("/cases/fraud/forecasts"))["items"]
        assert [one["chance"]["n"] for one in listed] == [200, 200]
        reader = console(Role.VIEWER)
        page = reader.page("/cases/fraud/plan")
        assert "as they were planned" in page
        assert "from 1 step of other use cases" in reader.page("/cases/fraud/plan?forecast=1")
        trees = reader.page("/cases/churn/plan?forecast=1")
        assert 'href="/hypotheses/churn/trees"' in trees
        assert "was said beforehand" in trees
