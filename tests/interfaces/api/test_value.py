"""Tests of REST for the portfolio: what use cases are worth, and which of them to do."""

from typing import Any

import pytest

from gonogo.core.roles import Role
from tests.fixtures.requests import BENEFIT
from tests.fixtures.rest import Json, Written, done, refused
from tests.fixtures.world import World, evidence, measured

PATH = "/cases/churn/benefit"
SURE = """currency: USD
volume: 1000
per_decision: {worth}
adoption: [1, 1]
stages: [{{stage: build, cost: {cost}, quarters: 1, success: 1}}]
people: {{ml-engineer: 2}}
kind: {kind}
requires: [{requires}]
"""

WRONG = [
    ("currency: USD", "currency: dollars", "currency (line 1)"),
    ("rate: 0.1", "rate: 7", "rate (line 2)"),
    ("volume: 1000", "volume: -5", "volume (line 3)"),
    ("likely: 2", "likely: 9", "per_decision (line 4)"),
    ("reach: 2", "reach: 0", "adoption.reach (line 5)"),
    ("success: 0.8", "success: 1.2", "stages[0].success (line 6)"),
    ("cost: 2000", "cost: {p10: 1, p90: 2}", "stages[0].cost (line 6)"),
    ("people: {ml-engineer: 1}", "people: {ml-engineer: -1}", "people.ml-engineer"),
    ("people:", "colour:", "colour (line 7)"),
    ("volume: 1000\n", "", "benefit model (line 1)"),
]


def text(worth: float, cost: float, kind: str = "exploitation", requires: str = "") -> str:
    return SURE.format(worth=worth, cost=cost, kind=kind, requires=requires)


def state(world: World, given: str, case: str = "churn") -> dict[str, Any]:
    answer = world.api.by(Role.MANAGER).post(f"/cases/{case}/benefit", json={"text": given})
    told: dict[str, Any] = done(answer, 201)
    return told


def three(world: World) -> None:
    """Worth 2,000 less 500, 1,000 less 600 and 3,000 less 2,500; the last needs the first."""
    for slug in ("fraud", "search"):
        world.case(slug=slug)
    state(world, text(1, 500))
    state(world, text(0.5, 600, kind="exploration"), "fraud")
    state(world, text(1.5, 2500, requires="churn"), "search")


def choose(world: World, **asked: Json) -> dict[str, Any]:
    told: dict[str, Any] = done(world.api.by(Role.VIEWER).post("/portfolio/choose", json=asked))
    return told


class TestState:
    def test_is_told_with_what_it_comes_to(self, world: World) -> None:
        """Worth 1,000 in each of two quarters, after 500 now; nothing is uncertain."""
        state(world, text(1, 500))
        told = done(world.api.by(Role.VIEWER).get(PATH))
        planned = told["planned"]
        assert planned["risk_adjusted"]["value"] == pytest.approx(1500)
        assert (planned["success"], planned["loss"], planned["payback"]) == (1, 0, 0.5)
        assert planned["internal_rate"] == pytest.approx(3**0.5)
        assert (told["seen"], told["realised"]) == (None, None)

    def test_the_ledger_keeps_it_and_the_same_again_is_nothing_new(
        self, world: World, everything: Written
    ) -> None:
        made = state(world, BENEFIT)
        entry = done(world.api.by(Role.VIEWER).get(f"/ledger/{made['entry']}"))
        assert (entry["kind"], entry["subject"]) == ("benefit-model", "case:churn")
        before = everything()
        assert state(world, BENEFIT)["entry"] == made["entry"]
        assert everything() == before
        assert state(world, text(1, 500))["entry"] != made["entry"]

    def test_what_cannot_be_names_field_and_line_and_saves_nothing(
        self, world: World, everything: Written
    ) -> None:
        manager = world.api.by(Role.MANAGER)
        before = everything()
        for old, new, field in WRONG:
            for path in (PATH, f"{PATH}/check"):
                answer = manager.post(path, json={"text": BENEFIT.replace(old, new)})
                assert answer.status_code == 422, (new, answer.text)
                assert answer.json()["field"].startswith(field), new
        assert everything() == before

    def test_a_case_without_one_is_not_found(self, world: World) -> None:
        refused(world.api.by(Role.VIEWER).get(PATH), 404, "case")
        refused(world.api.by(Role.MANAGER).post("/cases/no/benefit", json={"text": BENEFIT}), 404)

    def test_checking_tells_what_it_comes_to_and_writes_nothing(
        self, world: World, everything: Written
    ) -> None:
        viewer = world.api.by(Role.VIEWER)
        before = everything()
        answer = viewer.post(f"{PATH}/check", json={"text": text(1, 500)})
        assert done(answer)["planned"]["risk_adjusted"]["value"] == pytest.approx(1500)
        assert everything() == before


class TestRealised:
    def test_what_was_found_beside_others_takes_the_place_of_the_estimate(
        self, world: World
    ) -> None:
        """A payoff of 0.4 a decision where 1 was stated: 800 less 500."""
        state(world, text(1, 500))
        asked = {"low": -10.0, "high": 10.0, "versus": "model:caller@2"}
        world.record(
            evidence("value.payoff_per_decision", measured=measured(0.4, 0.1), **{"with": asked})
        )
        told = done(world.api.by(Role.VIEWER).get(PATH))
        assert told["planned"]["risk_adjusted"]["value"] == pytest.approx(1500)
        assert told["realised"]["risk_adjusted"]["value"] == pytest.approx(300, abs=2)
        assert told["realised"]["risk_adjusted"]["low"] < 300
        assert (told["seen"]["subject"], told["seen"]["versus"]) == (
            "model:caller@1",
            "model:caller@2",
        )
        assert done(world.api.by(Role.VIEWER).get("/portfolio"))["items"][0]["realised"]

    def test_an_experiment_is_worth_something_where_it_may_change_the_choice(
        self, world: World
    ) -> None:
        uncertain = text(0.3, 500).replace("0.3", "{p10: -0.5, p90: 1}")
        planned = "{experiment: pilot, about: per_decision, noise: 5, observations: 400, cost: 20}"
        told = state(world, f"{uncertain}experiments: [{planned}]\n")
        pilot = told["experiments"][0]
        assert 0 < pilot["worth"] <= told["perfect"]["value"] * 1.01
        assert pilot["gain"] == pytest.approx(pilot["worth"] - 20)


class TestChoose:
    def test_the_best_within_the_budget(self, world: World) -> None:
        three(world)
        told = choose(world, budget=1500)
        assert [one["case"] for one in told["done"]] == ["churn", "fraud"]
        assert told["worth"]["value"] == pytest.approx(1900)
        assert (told["spend"], told["proven"], told["currency"]) == (1100, True, "USD")
        out = told["out"][0]
        assert out["case"] == "search"
        assert out["conflict"] == ["budget in all"]

    def test_what_a_use_case_needs_comes_along(self, world: World) -> None:
        three(world)
        told = choose(world, budget=3000, people={"ml-engineer": [4]})
        assert sorted(one["case"] for one in told["done"]) == ["churn", "search"]
        losses = {one["case"]: (one["loss"], one["instead"]) for one in told["done"]}
        assert losses["search"] == (pytest.approx(100), ["fraud"])
        assert losses["churn"] == (pytest.approx(1600), ["fraud"])
        out = told["out"][0]
        assert out["case"] == "fraud"
        assert out["displaced"] == ["search"]
        assert out["lacks"] == pytest.approx(100)

    def test_an_engineer_more_is_worth_what_the_next_use_case_is(self, world: World) -> None:
        three(world)
        told = choose(world, people={"ml-engineer": [5]}, without=["search"])
        assert {one["case"] for one in told["done"]} == {"churn", "fraud"}
        told = choose(world, people={"ml-engineer": [3]}, without=["search"])
        assert told["marginals"] == [
            {
                "what": "ml-engineer",
                "step": 1,
                "gain": pytest.approx(400),
                "gain_most": pytest.approx(400),
                "comes_in": ["fraud"],
                "goes_out": [],
            }
        ]

    def test_limits_that_conflict_are_named(self, world: World) -> None:
        three(world)
        answer = world.api.by(Role.VIEWER).post(
            "/portfolio/choose", json={"budget": 2600, "must": ["search"]}
        )
        told = refused(answer, 422, "limits")
        assert "search must be done; search needs churn; budget in all" in answer.text
        assert told["title"] == "No choice keeps all limits"

    def test_currencies_are_not_added_up(self, world: World, everything: Written) -> None:
        three(world)
        state(world, text(1, 10).replace("USD", "EUR"), "fraud")
        viewer = world.api.by(Role.VIEWER)
        before = everything()
        answer = viewer.post("/portfolio/choose", json={"budget": 100})
        refused(answer, 422, "currency")
        assert "EUR (fraud); USD (churn, search)" in answer.text
        refused(viewer.get("/portfolio"), 422, "currency")
        assert everything() == before
        assert choose(world, cases=["fraud"], budget=100)["currency"] == "EUR"

    def test_what_cannot_be_asked_is_refused(self, world: World) -> None:
        three(world)
        cases: list[tuple[dict[str, Json], str]] = [
            ({"must": ["nobody"]}, "must"),
            ({"cases": ["nobody"]}, "cases"),
            ({"people": {"ml-enginer": [1]}}, "people.ml-enginer"),
            ({"cases": ["search"]}, "search.requires"),
            ({"must": ["churn"], "without": ["churn"]}, "must"),
            ({"shares": {"exploration": {"least": 0.5, "most": 0.2}}}, "limits"),
            ({"budget": -1}, "budget"),
            ({"colour": 1}, "colour"),
        ]
        for asked, field in cases:
            refused(world.api.by(Role.VIEWER).post("/portfolio/choose", json=asked), 422, field)

    def test_without_any_benefit_model_it_says_what_is_missing(self, world: World) -> None:
        refused(world.api.by(Role.VIEWER).post("/portfolio/choose", json={}), 422, "cases")


class TestRanking:
    def test_is_by_worth_and_says_how_sure_the_order_is(self, world: World) -> None:
        three(world)
        told = done(world.api.by(Role.VIEWER).get("/portfolio"))
        assert [one["case"] for one in told["items"]] == ["churn", "search", "fraud"]
        assert told["items"][0]["above"] == {"fraud": 1, "search": 1}
        assert (told["items"][0]["low"], told["items"][0]["high"]) == (1, 1)
