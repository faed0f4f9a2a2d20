"""Tests of REST for scores by a rubric, for RICE and WSJF, and for the roadmap."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from gonogo.core.roles import Role
from tests.fixtures.requests import RUBRIC
from tests.fixtures.rest import Json, Written, done, refused
from tests.fixtures.world import World, evidence
from tests.interfaces.api.test_value import state, text, three

PATH = "/cases/churn/score"
PLAN = """plan: to production
people: {ml-engineer: 2}
steps:
  data: {days: 21, needs: {ml-engineer: 1}, milestone: true}
  build: {days: {optimistic: 10, likely: 20, pessimistic: 60}, after: [data], needs:
    {ml-engineer: 2}, milestone: true}
goal: build
deadline: 2027-03-31
"""
WRONG = [
    ({"value2": {"low": 1, "likely": 1, "high": 1, "reason": "x"}}, "criteria.value2"),
    ({"strategic-fit": {"low": 3, "likely": 2, "high": 4, "reason": "x"}}, "criteria.strategic"),
    ({"strategic-fit": {"low": 0, "likely": 2, "high": 4, "reason": "x"}}, "criteria.strategic"),
    ({"strategic-fit": {"low": 2, "likely": 2, "high": 4, "reason": " "}}, "criteria.strategic"),
    ({"risk": {"low": 2, "likely": 2, "high": 4, "reason": "x"}}, "criteria.risk"),
    ({}, "criteria"),
]


@pytest.fixture
def database_url(tmp_path: Path, sqlite_template: Path) -> str:
    """SQLite alone: what is asked of the database is asked of both where questions are counted."""
    path = tmp_path / "gonogo.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


def said(*levels: float, reason: str = "as the strategy has it", **more: Json) -> dict[str, Json]:
    low, likely, high = levels if len(levels) == 3 else levels * 3
    return {"low": low, "likely": likely, "high": high, "reason": reason, **more}


def assess(world: World, role: Role, case: str = "churn", **criteria: Json) -> dict[str, Any]:
    asked = {"criteria": {key.replace("_", "-"): one for key, one in criteria.items()}}
    told: dict[str, Any] = done(world.api.by(role).post(f"/cases/{case}/score", json=asked), 201)
    return told


def criterion(told: dict[str, Any], key: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in told["criteria"] if one["criterion"] == key)
    return found


class TestScore:
    def test_what_evidence_answers_is_computed_and_says_from_what(self, world: World) -> None:
        before = done(world.api.by(Role.VIEWER).get(PATH))
        assert [one["criterion"] for one in before["criteria"] if one["known"]] == ["risk"]
        assert criterion(before, "value")["says"] == "nobody stated a benefit model"
        made = state(world, text(1, 500))
        world.record(
            *(
                evidence(check, subject=world.train, measured=exactly(value))
                for check, value in (("data.missing_share", 0.5), ("data.schema_violations", 0))
            )
        )
        told = done(world.api.by(Role.VIEWER).get(PATH))
        value, data = criterion(told, "value"), criterion(told, "data-readiness")
        # Worth 1,500 in all for 500: three times what it costs.
        assert (value["low"], value["value"], value["high"]) == (4, 4, 4)
        assert value["evidence"] == [made["entry"]]
        assert "worth 3 times what building costs" in value["says"]
        assert "failed: data.missing_share" in data["says"]
        assert data["low"] < data["value"] < data["high"]
        assert told["known"] == 3
        assert criterion(told, "risk")["says"] == (
            "risk tier limited; no risk of it is open on the register"
        )

    def test_what_nothing_is_known_of_may_be_any_level(self, world: World) -> None:
        told = done(world.api.by(Role.VIEWER).get(PATH))
        fit = criterion(told, "strategic-fit")
        assert (fit["known"], fit["value"]) == (False, 3)
        assert [fit["low"], fit["high"]] == pytest.approx([1.4, 4.6], abs=0.02)

    def test_of_a_use_case_that_is_not_there_nothing_is_told(self, world: World) -> None:
        assert refused(world.api.by(Role.VIEWER).get("/cases/nobody/score"), 404)["field"] == "case"


def exactly(value: float) -> dict[str, Json]:
    """A number of the rows that there are."""
    whole = {"level": 1.0, "n": 6, "unit": "share", "method": "count"}
    return {"value": value, "low": value, "high": value, **whole}


class TestAssess:
    def test_roles_disagree_and_both_count(self, world: World) -> None:
        assess(world, Role.MANAGER, strategic_fit=said(5))
        told = assess(world, Role.RISK_OFFICER, strategic_fit=said(1, 1, 2))
        fit = criterion(told, "strategic-fit")
        assert [one["role"] for one in fit["opinions"]] == ["manager", "risk-officer"]
        assert fit["apart"]
        # The mean of 5 and of (1 + 4 + 2) / 6.
        assert fit["value"] == pytest.approx((5 + 7 / 6) / 2)
        assert (fit["low"] < 2, fit["high"]) == (True, 5)

    def test_what_a_role_says_again_takes_the_place_of_what_it_said(self, world: World) -> None:
        assess(world, Role.MANAGER, strategic_fit=said(5))
        told = assess(world, Role.MANAGER, strategic_fit=said(2))
        [one] = criterion(told, "strategic-fit")["opinions"]
        assert one["likely"] == 2
        entry = done(world.api.by(Role.VIEWER).get(f"/ledger/{one['entry']}"))
        assert (entry["kind"], entry["subject"]) == ("assessment", "case:churn")

    def test_evidence_is_there_and_about_the_use_case(self, world: World) -> None:
        [mine, data] = world.record(evidence(), evidence("data.missing_share", subject=world.train))
        position = done(world.api.by(Role.VIEWER).get(f"/ledger/{mine}"))["position"]
        shown = [str(position), data, mine]
        told = assess(world, Role.MANAGER, strategic_fit=said(4, evidence=shown))
        [one] = criterion(told, "strategic-fit")["opinions"]
        assert one["evidence"] == [mine, data]
        world.case(slug="other")
        other = done(world.api.by(Role.VIEWER).get("/cases/other"))["entry"]
        for name in (other, "f" * 64, "999999"):
            asked = {"criteria": {"strategic-fit": said(4, evidence=[mine, name])}}
            answer = refused(world.api.by(Role.MANAGER).post(PATH, json=asked), 422)
            assert answer["field"] == "criteria.strategic-fit.evidence[1]"

    def test_what_cannot_be_names_the_criterion_and_writes_nothing(
        self, world: World, everything: Written
    ) -> None:
        before = everything()
        for criteria, field in WRONG:
            answer = world.api.by(Role.MANAGER).post(PATH, json={"criteria": criteria})
            assert refused(answer, 422)["field"].startswith(field)
        assert everything() == before

    def test_nobody_speaks_for_a_role_without_holding_it(self, world: World) -> None:
        criteria = {"strategic-fit": said(4)}
        both = world.api.by(Role.MANAGER, Role.RISK_OFFICER)
        assert refused(both.post(PATH, json={"criteria": criteria}), 422)["field"] == "role"
        asked = {"role": "ml-engineer", "criteria": criteria}
        assert refused(both.post(PATH, json=asked), 403)["field"] == "role"
        told = done(both.post(PATH, json={**asked, "role": "manager"}), 201)
        assert criterion(told, "strategic-fit")["opinions"][0]["role"] == "manager"

    def test_evidence_that_comes_later_sets_opinions_aside(self, world: World) -> None:
        assess(world, Role.MANAGER, value=said(1))
        state(world, text(1, 500))
        value = criterion(done(world.api.by(Role.VIEWER).get(PATH)), "value")
        assert value["computed"]
        assert value["opinions"][0]["aside"] == "evidence answers it"


class TestRubric:
    def test_one_is_stated_and_another_question_sets_opinions_aside(self, world: World) -> None:
        manager = world.api.by(Role.MANAGER)
        shipped = done(manager.get("/portfolio/rubric"))
        assert (shipped["number"], shipped["name"]) == (0, "use-cases")
        assert sum(one["weight"] for one in shipped["criteria"]) == pytest.approx(1)
        assess(world, Role.MANAGER, strategic_fit=said(5))
        other = shipped["text"].replace("set out to do?", "promised to do?")
        made = done(manager.post("/portfolio/rubric", json={"text": other}), 201)
        assert made["number"] == 1
        fit = criterion(done(manager.get(PATH)), "strategic-fit")
        assert (fit["known"], fit["opinions"][0]["aside"]) == (
            False,
            "the rubric asks something else now",
        )
        assert done(manager.get("/portfolio/rubrics/0"))["text"] == shipped["text"]
        again = done(manager.post("/portfolio/rubric", json={"text": other}), 201)
        assert again["entry"] == made["entry"]

    def test_what_cannot_be_names_field_and_line(self, world: World, everything: Written) -> None:
        manager, before = world.api.by(Role.MANAGER), everything()
        for old, new, field in (
            ("weight: 1", "weight: -1", "criteria.fit.weight (line 6)"),
            ("weight: 1", "weight: 0", "criteria (line 3)"),
            ("5: fully", "6: fully", "criteria.fit.levels.6 (line 7)"),
            ("    asks", "    from: benefit\n    asks", "criteria.fit (line 4)"),
            ("    asks", "    bounds: [1, 2, 3, 4]\n    asks", "criteria.fit.bounds (line 5)"),
            ("  fit:", "  Fit it:", "criteria.Fit it (line 4)"),
        ):
            asked = {"text": RUBRIC.replace(old, new)}
            for path in ("/portfolio/rubric", "/portfolio/rubric/check"):
                told = refused(manager.post(path, json=asked), 422)
                assert told["field"] == field
        assert everything() == before


class TestScores:
    def test_the_better_is_above_and_weights_decide(self, world: World) -> None:
        world.case(slug="fraud", risk_tier="minimal")
        for case, fit in (("churn", 5), ("fraud", 2)):
            assess(world, Role.MANAGER, case, strategic_fit=said(fit))
        told = done(world.api.by(Role.VIEWER).get("/portfolio/scores"))
        by_name = {one["case"]: one for one in told["items"]}
        assert [one["place"] for one in told["items"]] == [1, 2]
        assert sum(one["first"] for one in told["items"]) == pytest.approx(1)
        assert by_name["churn"]["above"]["fraud"] == 1 - by_name["fraud"]["above"]["churn"]
        weights = {one["criterion"]: one for one in told["weights"]}
        # Churn fits better by three levels, fraud is safer by one: churn is first by 0.1 and more.
        assert 0 < weights["strategic-fit"]["low"] < 0.1 < weights["strategic-fit"]["high"] == 1
        assert 0 == weights["risk"]["low"] < 0.2 < weights["risk"]["high"] < 0.4


class TestPriorities:
    def test_what_is_known_is_taken_and_what_is_stated_goes_before(self, world: World) -> None:
        """1,000 decisions a quarter at 1 each, sure, by two people in one quarter."""
        three(world)
        told = done(world.api.by(Role.VIEWER).get("/portfolio/priorities/rice"))
        assert told["units"] == ["USD"]
        scores = {one["case"]: one["score"]["value"] for one in told["items"]}
        assert scores == pytest.approx({"search": 250, "churn": 1000 / 6, "fraud": 500 / 6})
        asked = {"effort": {"low": 2, "likely": 2, "high": 2}}
        manager = world.api.by(Role.MANAGER)
        done(manager.post("/cases/churn/priority-inputs", json=asked), 201)
        told = done(world.api.by(Role.VIEWER).get("/portfolio/priorities/rice"))
        first = told["items"][0]
        assert (first["case"], first["score"]["value"], first["first"]) == ("churn", 500, 1)
        assert [one["part"] for one in first["inputs"] if one["stated"]] == ["effort"]

    def test_points_and_money_are_not_compared(self, world: World) -> None:
        three(world)
        asked = {part: {"low": 3, "likely": 5, "high": 8} for part in ("value", "urgency", "size")}
        done(world.api.by(Role.MANAGER).post("/cases/churn/priority-inputs", json=asked), 201)
        told = done(world.api.by(Role.VIEWER).get("/portfolio/priorities/wsjf"))
        assert told["units"] == ["USD", "points"]
        churn = next(one for one in told["items"] if one["case"] == "churn")
        assert (churn["place"], churn["above"]) == (1, {})
        assert churn["score"]["low"] < churn["score"]["value"] < churn["score"]["high"]

    def test_without_anything_known_it_says_what_is_missing(self, world: World) -> None:
        [churn] = done(world.api.by(Role.VIEWER).get("/portfolio/priorities/wsjf"))["items"]
        assert churn["place"] is None
        assert (
            "size is neither stated nor in a plan or a benefit model"
            in (churn["score"]["undefined"])
        )

    def test_effort_is_that_of_the_plans_futures(self, world: World) -> None:
        manager = world.api.by(Role.MANAGER)
        done(manager.post("/cases/churn/plans", json={"text": PLAN}), 201)
        made = done(manager.post("/cases/churn/forecasts", json={"futures": 400}), 201)
        [churn] = done(manager.get("/portfolio/priorities/rice"))["items"]
        [effort] = churn["inputs"]
        assert effort["evidence"] == [made["entry"]]
        # One person month, and two people for 10 to 60 days.
        assert 2 < effort["low"] < effort["value"] < effort["high"] < 1 + 120 / 21

    def test_what_cannot_be_names_the_part(self, world: World, everything: Written) -> None:
        manager, before = world.api.by(Role.MANAGER), everything()
        for given, field in (
            ({"effort": {"low": 0, "likely": 1, "high": 2}}, "effort"),
            ({"reach": {"low": 3, "likely": 1, "high": 2}}, "reach"),
            ({"confidence": {"low": 0.5, "likely": 0.9, "high": 1.5}}, "confidence"),
            ({"size": {"low": 1, "likely": 2}}, "size.high"),
        ):
            told = refused(manager.post("/cases/churn/priority-inputs", json=given), 422)
            assert told["field"] == field
        assert everything() == before
        assert refused(manager.get("/portfolio/priorities/moscow"), 422)["field"] == "method"


class TestRoadmap:
    def test_goals_stand_in_the_quarters_in_which_futures_reach_them(self, world: World) -> None:
        world.case(slug="fraud")
        manager = world.api.by(Role.MANAGER)
        done(manager.post("/cases/churn/plans", json={"text": PLAN}), 201)
        assert done(manager.get("/portfolio/roadmap"))["without"] == ["churn", "fraud"]
        made = done(manager.post("/cases/churn/forecasts", json={"futures": 400}), 201)
        told = done(manager.get("/portfolio/roadmap"))
        assert told["without"] == ["fraud"]
        assert told["quarters"][0] == "2026 Q4"
        data, goal = told["items"]
        assert (data["title"], data["goal"], goal["goal"]) == ("data", False, True)
        # Twenty-one working days from 21 November end in December, in every future.
        assert data["quarters"][0]["value"] == 1
        assert (goal["p80"], goal["deadline"]) == (made["p80"], "2027-03-31")
        shares = [one["value"] for one in goal["quarters"]] + [goal["later"]["value"]]
        assert sum(shares) == pytest.approx(1)
        assert goal["quarters"][1]["value"] > 0.5
        assert all(one["low"] <= one["value"] <= one["high"] for one in goal["quarters"])
        assert not goal["stale"]
        done(manager.post("/cases/churn/plans", json={"text": PLAN.replace("21", "20")}), 201)
        assert done(manager.get("/portfolio/roadmap"))["items"][0]["stale"]
