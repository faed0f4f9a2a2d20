"""The page on how well forecasts have held, the same over REST; empty, scored and narrowed."""

from typing import Any

import pytest

from gonogo.core.roles import Role
from gonogo.flows import track_record
from tests.fixtures.clocks import FakeClock
from tests.fixtures.rest import done, refused
from tests.fixtures.world import World
from tests.interfaces.api.test_boards import card, finished, post
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


def follow(world: World) -> None:
    """Score what came about."""
    track_record.follow(world.api.installation.open_work)


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
    follow(world)
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


class TestByThroughput:
    def test_what_a_board_said_is_scored_by_the_same_outcome_and_told_apart(
        self, world: World, console: Reader, clock: FakeClock
    ) -> None:
        finished(world, clock, (2, 3, 1))
        save(world, TEXT.replace("2026-12-04", "2027-03-01"))
        card(world, step="try")
        forecast(world)
        board = post(world, "/board/forecasts", {"step": "live"}, 201)
        clock.advance(days=4)
        today = clock.now.date()
        late = TEXT.replace("deadline: 2026-12-04\n", "").replace(
            "hypothesis: trees", f"hypothesis: trees, begun: {today}, done: {today}"
        )
        save(world, late.replace("after: try", f"after: try, done: {today}"))
        follow(world)

        told = done(world.api.by(Role.VIEWER).get("/track-record"))

        assert [one["n"] for one in told["by_throughput"]] == [1, 1, 1, 1]
        assert told["by_throughput"][2]["held"]["value"] == 1
        kinds = {one["kind"]: one for one in told["chances"]}
        assert set(kinds) == {"deadline", "board-due"}
        scores = {one["what"]: one for one in told["scores"]}
        assert scores["board-p80"]["day"] == board["p80"]
        assert scores["board-due"]["loss"] == pytest.approx((1 - board["on_time"]) ** 2)
        network, boards = scores["p80"]["entry"], scores["board-p80"]["entry"]
        assert len({network, boards, scores["board-due"]["entry"]}) == 3
        entry = done(world.api.by(Role.VIEWER).get(f"/ledger/{boards}"))
        assert entry["body"]["with"] == {"by": "throughput", "forecast": 1, "milestone": "live"}
        page = console(Role.VIEWER).page(HERE)
        assert 'id="by-throughput"' in page
        assert 'href="/cases/churn/board#forecast"' in page
        assert "forecast 1 by throughput" in page

    def test_without_a_plan_nobody_says_what_became_of_it(
        self, world: World, clock: FakeClock
    ) -> None:
        finished(world, clock, (2, 3, 1))
        card(world)
        post(world, "/board/forecasts", {}, 201)
        follow(world)

        told = done(world.api.by(Role.VIEWER).get("/track-record"))
        # What was said of the hypothesis when it was registered.
        assert (told["open"], told["scores"]) == (1, [])


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
