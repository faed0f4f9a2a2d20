"""Pages of production: routes and traffic, a release with its orders, decisions and why."""

from typing import Any

import pytest

from gonogo.core.roles import ALLOWED, Action, Role
from gonogo.core.subjects import Subject
from tests.fixtures.released import Released
from tests.fixtures.rest import done
from tests.interfaces.web.conftest import Opened

ORDER = {"reason": "Seen <enough>"}


class TestProduction:
    def test_what_was_never_released_says_how(self, opened: Opened) -> None:
        page = opened(Role.VIEWER).page("/production")
        assert "Nothing decides in production yet" in page
        assert "gonogo release start churn" in page

    def test_route_traffic_and_release(self, released: Released, opened: Opened) -> None:
        released.start("2")
        released.decided(30, "champion")
        released.decided(10, errors=2)
        told: Any = opened(Role.VIEWER).json("/production")
        row = told["rows"][0]
        assert [(arm["name"], arm["share"], arm["seen"]) for arm in row["route"]["arms"]] == [
            ("champion", 0.9, 30),
            ("challenger", 0.1, 10),
        ]
        assert (row["hour"]["n"], row["hour"]["error_share"], row["hour"]["p99_ms"]) == (
            40,
            0.05,
            1,
        )
        assert (row["release"]["id"], row["release"]["step"]) == ("churn-1", 1)
        page = opened(Role.VIEWER).page("/production")
        assert 'href="/releases/churn-1"' in page
        assert "<svg" in page
        assert "style=" not in page, "the page's own policy forbids it"

    def test_what_is_older_counts_for_the_day_alone(
        self, released: Released, opened: Opened
    ) -> None:
        released.start("2")
        released.decided(5)
        released.world.tracking.clock.advance(hours=2)
        told: Any = opened(Role.VIEWER).json("/production")
        assert (told["rows"][0]["hour"]["n"], told["rows"][0]["day"]["n"]) == (0, 5)

    def test_kill_switch_and_shadow_are_seen(self, released: Released, opened: Opened) -> None:
        released.start("2", "shadow")
        reader = opened(Role.VIEWER)
        assert "answers nobody" in reader.page("/production")
        engineer = released.world.api.by(Role.ML_ENGINEER)
        done(engineer.post("/cases/churn/route/kill", json={"reason": "smoke"}))
        assert "Killed" in reader.page("/production")
        told: Any = reader.json("/production")
        assert told["rows"][0]["route"]["killed"]
        assert "Killed" in told["headline"]


class TestRelease:
    def test_steps_guardrails_and_what_it_waits_for(
        self, released: Released, opened: Opened
    ) -> None:
        told_start = released.start("2")
        released.decided(30, "champion")
        released.decided(4)
        released.look()
        reader = opened(Role.VIEWER)
        told: Any = reader.json("/releases/churn-1")
        assert [step["place"] for step in told["steps"]] == ["here", "ahead"]
        assert told["steps"][0]["decisions"][0]["digest"] == told_start["decision"]
        assert told["lacks"] == ["6 more decisions of 10"]
        guard = told["guards"][0]
        assert guard["check"] == "operations.error_rate"
        assert guard["chart"]["lines"][0]["points"][-1]["x"] == guard["measured"]["n"]
        assert {"at": 0.05, "says": "margin"} in guard["chart"]["bounds"]
        page = reader.page("/releases/churn-1")
        assert "6 more decisions of 10" in page
        assert "How sure its answers are" in page
        assert "9 or more" in page, "why there are no sets"
        assert f'href="/ledger/{told_start["decision"]}"' in page

    def test_each_look_stays_and_its_interval_shrinks(
        self, released: Released, opened: Opened
    ) -> None:
        released.start("2", "ab")
        for _ in range(3):
            released.decided(20, "champion")
            released.decided(20)
            released.look()
        told: Any = opened(Role.VIEWER).json("/releases/churn-1")
        points = told["guards"][0]["chart"]["lines"][0]["points"]
        assert [point["x"] for point in points] == [40, 80, 120]
        widths = [point["high"] - point["low"] for point in points]
        assert widths == sorted(widths, reverse=True)

    @pytest.mark.parametrize("role", list(Role))
    def test_orders_are_offered_to_who_may(
        self, released: Released, opened: Opened, role: Role
    ) -> None:
        released.start("2")
        told: Any = opened(role).json("/releases/churn-1")
        assert told["may"]["rollback"] == (role in ALLOWED[Action.RELEASE_STOP])
        assert told["may"]["advance"] == (role in ALLOWED[Action.RELEASE_START])
        page = opened(role).page("/releases/churn-1")
        assert ('action="/releases/churn-1/rollback"' in page) == told["may"]["rollback"]

    def test_rolled_back_with_a_reason_and_a_confirmation(
        self, released: Released, opened: Opened
    ) -> None:
        released.start("2")
        officer = opened(Role.RISK_OFFICER)
        again = officer.post("/releases/churn-1/rollback", ORDER)
        assert again.status_code == 422
        assert "Seen &lt;enough&gt;" in again.text, "what was filled in is kept, escaped"
        assert released.shown()["state"] == "running"
        answer = officer.post("/releases/churn-1/rollback", {**ORDER, "confirm": "yes"})
        assert (answer.status_code, released.shown()["state"]) == (303, "rolled-back")
        page = officer.page("/releases/churn-1")
        assert "was rolled back to the fallback: Seen &lt;enough&gt;" in page
        assert "Begin anew" not in page, "a risk officer starts nothing"
        twice = officer.post("/releases/churn-1/rollback", {**ORDER, "confirm": "yes"})
        assert twice.status_code == 409

    def test_held_and_resumed(self, released: Released, opened: Opened) -> None:
        released.start("2")
        engineer = opened(Role.ML_ENGINEER)
        assert engineer.post("/releases/churn-1/hold", {"reason": " "}).status_code == 422
        assert engineer.post("/releases/churn-1/hold", ORDER).status_code == 303
        assert released.shown()["state"] == "held"
        assert engineer.post("/releases/churn-1/resume", ORDER).status_code == 303
        assert released.shown()["state"] == "running"

    def test_not_by_everybody_and_not_without_our_form(
        self, released: Released, opened: Opened
    ) -> None:
        released.start("2")
        confirmed = {**ORDER, "confirm": "yes"}
        viewer, engineer = opened(Role.VIEWER), opened(Role.ML_ENGINEER)
        assert viewer.post("/releases/churn-1/rollback", confirmed).status_code == 403
        bare = engineer.http.post("/releases/churn-1/rollback", data=confirmed)
        assert bare.status_code == 403
        assert released.shown()["state"] == "running"

    def test_an_order_to_an_older_release_does_not_reach_the_new_one(
        self, released: Released, opened: Opened
    ) -> None:
        released.start("2")
        released.order("rollback")
        released.start("3")
        engineer = opened(Role.ML_ENGINEER)
        answer = engineer.post("/releases/churn-1/rollback", {**ORDER, "confirm": "yes"})
        assert (answer.status_code, released.shown()["state"]) == (409, "running")

    def test_drills_with_their_duration(self, released: Released, opened: Opened) -> None:
        released.start("2", "blue-green")
        released.order("advance")
        reader = opened(Role.VIEWER)
        assert "gonogo release drill churn" in reader.page("/releases/churn-1")
        done(released.world.api.by(Role.ML_ENGINEER).post("/cases/churn/release/drill"))
        told: Any = reader.json("/releases/churn-1")
        assert len(told["drills"]) == 1
        assert "Rollbacks practised" in reader.page("/releases/churn-1")

    @pytest.mark.parametrize("name", ["churn", "churn-9", "nothing-1", "churn-¹", "-1"])
    def test_unknown_is_not_found(self, opened: Opened, name: str) -> None:
        assert opened(Role.VIEWER).get(f"/releases/{name}").status_code == 404


class TestDecided:
    @pytest.fixture
    def logged(self, released: Released) -> Released:
        """Three decisions, the first with an outcome that was corrected."""
        released.start("2")
        made = released.decided(3, errors=1)
        released.outcomes(made[:1], 1.0)
        released.outcomes(made[:1], 0.0)
        return released

    @pytest.mark.parametrize("role", list(Role))
    def test_seen_by_who_may(self, logged: Released, opened: Opened, role: Role) -> None:
        wanted = 200 if role in ALLOWED[Action.DECIDED_READ] else 403
        assert opened(role).get("/cases/churn/decided").status_code == wanted
        assert opened(role).get(f"/decided/d{logged.written}").status_code == wanted

    def test_who_holds_a_role_on_the_use_case_alone(self, logged: Released, opened: Opened) -> None:
        mine = opened(Role.RISK_OFFICER, on=Subject.parse("case:churn"))
        assert mine.get("/cases/churn/decided").status_code == 200
        assert mine.get(f"/decided/d{logged.written}").status_code == 200
        logged.world.case(slug="elsewhere")
        other = opened(Role.RISK_OFFICER, on=Subject.parse("case:elsewhere"))
        assert other.get("/cases/churn/decided").status_code == 403
        assert other.get(f"/decided/d{logged.written}").status_code == 403

    def test_found_by_id_entity_and_time(self, logged: Released, opened: Opened) -> None:
        reader, last = opened(Role.RISK_OFFICER), logged.written

        def ids(query: str) -> list[str]:
            told: Any = reader.json(f"/cases/churn/decided{query}")
            return [row["id"] for row in told["rows"]]

        assert ids("") == [f"d{last}", f"d{last - 1}", f"d{last - 2}"]
        assert ids(f"?id=d{last}") == [f"d{last}"]
        assert ids("?id=unknown") == []
        assert ids(f"?entity=e{last - 1}") == [f"d{last - 1}"]
        assert ids("?since=2099-01-01") == []
        assert reader.get("/cases/churn/decided?since=soon").status_code == 422
        assert reader.get("/cases/churn/decided?cursor=%22x%22").status_code == 422
        assert reader.get("/cases/unknown/decided").status_code == 404

    def test_why_and_what_became_of_it(self, logged: Released, opened: Opened) -> None:
        first = f"d{logged.written - 2}"
        reader = opened(Role.RISK_OFFICER)
        told: Any = reader.json(f"/decided/{first}")
        assert "the model did not answer (late)" in told["headline"]
        assert {one["name"]: one["value"] for one in told["inputs"]}["calls"] == "3"
        assert [(one["label"], one["counts"]) for one in told["outcomes"]] == [
            ("1", False),
            ("0", True),
        ]
        assert told["route"] == logged.shown()["decision"]
        page = reader.page(f"/decided/{first}")
        assert "corrected since" in page
        assert 'href="/models/caller/2"' in page
        assert reader.get("/decided/unknown").status_code == 404


class TestEnsemble:
    def test_its_page_says_what_it_is_made_of(self, released: Released, opened: Opened) -> None:
        """And verifies without the tracking server, which knows nothing of it."""
        members = [{"version": "caller@2", "weight": 3}, {"version": "caller@3"}]
        scientist = released.world.api.by(Role.DATA_SCIENTIST)
        done(scientist.post("/models/caller/ensembles", json={"members": members}), 201)
        reader = opened(Role.DATA_SCIENTIST)
        page = reader.page("/models/caller/e1")
        assert "caller@2 75 %, caller@3 25 %" in page
        assert "members/1/model.lgb" in page
        assert "In MLflow" not in page
        assert "In MLflow" in reader.page("/models/caller/2")
        answer = reader.post("/models/caller/e1/verify")
        assert answer.status_code == 303, answer.text
        assert "3 files read again" in reader.page(answer.headers["location"])
