"""Online features in decisions: what a request leaves behind, the next one is decided by."""

import time
from pathlib import Path
from typing import Any

import pytest
from onnx import helper

from gonogo.core.snapshot import Arm, Feature, Kind, Rule, Term, Window
from gonogo.core.times import system_clock, system_microseconds
from gonogo.gateway.building import build
from gonogo.gateway.logging import DecisionLog
from gonogo.gateway.online.features import OnlineFeatures, opened
from gonogo.gateway.places import Places
from gonogo.records.segments import Durability
from tests.fixtures.gateways import CASE, Desk, Models, arm, route

COUNT = Window("an_hour", CASE, "entity", "count", seconds=3600)
SPENT = Window("spent", CASE, "card", "sum", "amount", seconds=3600)
FEATURES = (
    Feature("amount", "number"),
    Feature("count", "number", online="an_hour", default=0),
    Feature("spent", "number", online="spent"),
)


@pytest.fixture
def online(desk: Desk) -> OnlineFeatures:
    """The desk's gateway, with features of its own."""
    places = Places(desk.home)
    found = opened(places.online, places.decisions, system_clock, time.perf_counter)
    log = DecisionLog(desk.writer, Durability.PAGE_CACHE)
    desk.built = build(places, log, system_microseconds, time.perf_counter, online=found)
    return found


def added(versions: Models) -> Any:
    return versions.onnx(
        "added", [helper.make_node("ReduceSum", ["x"], ["score"])], features=FEATURES
    )


class TestWindows:
    def test_a_request_is_decided_by_those_before_it(
        self, desk: Desk, versions: Models, online: OnlineFeatures
    ) -> None:
        """Its own amount is not yet in the sum, and columns only windows read are taken."""
        model = added(versions)
        desk.publish(routes=[route(arm("champion", model))], models=[model], windows=(COUNT, SPENT))
        assert online.filled(5)
        for _ in range(3):
            found = desk.decide({"amount": 10.0, "card": "c1"}, entity="e1")
            assert found.status == 200
        desk.decide({"amount": 7.0, "card": "c2"}, entity="e1")
        used = [one.features for one in desk.decisions()]
        assert [one["count"] for one in used] == [0, 1, 2, 3]
        assert [one["spent"] for one in used] == [0, 10, 20, 0]
        assert desk.decisions()[2].score == 10 + 2 + 20
        online.close()

    def test_what_the_request_brings_itself_stands(
        self, desk: Desk, versions: Models, online: OnlineFeatures
    ) -> None:
        model = added(versions)
        desk.publish(routes=[route(arm("champion", model))], models=[model], windows=(COUNT, SPENT))
        desk.decide({"amount": 1.0, "count": 50, "spent": 0, "card": "c"}, entity="e")
        assert desk.decisions()[0].features["count"] == 50
        online.close()


class TestValues:
    def test_values_of_an_entity_fill_what_is_missing(
        self, desk: Desk, versions: Models, online: OnlineFeatures
    ) -> None:
        model = added(versions)
        desk.publish(routes=[route(arm("champion", model))], models=[model])
        put = {"entity": "e7", "values": {"an_hour": 4, "spent": 6.5}}
        assert desk.ask(f"/v1/features/{CASE}", [put]).said == {"received": 1}
        assert desk.ask("/v1/features/other", put).status == 403
        assert desk.ask(f"/v1/features/{CASE}", {"entity": "e7"}).status == 422
        assert desk.decide({"amount": 1.0}, entity="e7").said["score"] == 11.5
        missing = desk.decide({"amount": 1.0}, entity="unknown")
        assert (missing.status, missing.said["field"]) == (422, "features.count")
        online.close()
        assert Path(desk.home).is_dir()


OFTEN = Rule("often", (Term("an_hour", ">=", 2),), "decline", "too many within an hour")
SPENT_MUCH = Rule(
    "limit", (Term("spent", ">", 25), Term("score", ">", 0)), "decline", "the limit is reached"
)
SINCE = Window("since", CASE, "entity", "since_last", seconds=3600)
SHOPS = Window("shops", CASE, "card", "distinct", "shop", seconds=3600)
AMOUNT = (Feature("amount", "number"), Feature("fee", "number"))


def whole(versions: Models) -> Any:
    return versions.onnx(
        "whole", [helper.make_node("ReduceSum", ["x"], ["score"])], width=2, features=AMOUNT
    )


class TestRules:
    def test_one_before_the_model_reads_what_was_counted(
        self, desk: Desk, versions: Models, online: OnlineFeatures
    ) -> None:
        """The first two within the hour are asked about, the third is declined unasked."""
        model = whole(versions)
        desk.publish(
            routes=[route(arm("champion", model), before=(OFTEN,))],
            models=[model],
            windows=(COUNT,),
        )
        assert online.filled(5)
        said = [
            desk.decide({"amount": 5.0, "fee": 0}, entity="e1", explain=True).said for _ in range(3)
        ]
        assert [one["kind"] for one in said] == ["model", "model", "rules"]
        assert said[2]["reasons"] == ["too many within an hour"]
        assert desk.decide({"amount": 5.0, "fee": 0}, entity="e2").said["kind"] == "model"
        logged = desk.decisions()
        assert [one.features["an_hour"] for one in logged] == [0, 1, 2, 0]
        assert logged[2].rule == "often"
        online.close()

    def test_one_after_it_reads_a_sum_beside_the_score(
        self, desk: Desk, versions: Models, online: OnlineFeatures
    ) -> None:
        """By another column than the entity, and with a column only windows read."""
        model = whole(versions)
        desk.publish(
            routes=[route(arm("champion", model), after=(SPENT_MUCH,))],
            models=[model],
            windows=(SPENT,),
        )
        assert online.filled(5)
        asked = {"amount": 20.0, "fee": 0, "card": "c1"}
        outcomes = [desk.decide(asked).said["outcome"] for _ in range(3)]
        assert outcomes == ["approve", "approve", "decline"]
        assert desk.decide({"amount": 20.0, "fee": 0, "card": "c2"}).said["outcome"] == "approve"
        online.close()

    def test_first_ones_and_other_shops_are_told_apart(
        self, desk: Desk, versions: Models, online: OnlineFeatures
    ) -> None:
        model = whole(versions)
        rules = (
            Rule("first", (Term("since", "missing"),), "decline", "nothing is known"),
            Rule("shops", (Term("shops", ">=", 2),), "decline", "too many shops"),
        )
        desk.publish(
            routes=[route(arm("champion", model), before=rules)],
            models=[model],
            windows=(SINCE, SHOPS),
        )
        assert online.filled(5)
        for shop in ("a", "b", "a"):
            desk.decide({"amount": 1.0, "fee": 0, "card": "c1", "shop": shop}, entity="e1")
        assert [one.rule for one in desk.decisions()] == ["first", None, "shops"]
        online.close()

    def test_an_arm_without_a_model_decides_by_them(
        self, desk: Desk, online: OnlineFeatures
    ) -> None:
        without = Arm("champion", kind=Kind.RULES, otherwise="approve")
        desk.publish(routes=[route(without, after=(OFTEN,))], models=[], windows=(COUNT,))
        assert online.filled(5)
        outcomes = [desk.decide({}, entity="e1").said["outcome"] for _ in range(3)]
        assert outcomes == ["approve", "approve", "decline"]
        online.close()

    def test_nobody_says_themselves_how_often_they_came(
        self, desk: Desk, versions: Models, online: OnlineFeatures
    ) -> None:
        model = whole(versions)
        desk.publish(
            routes=[route(arm("champion", model), before=(OFTEN,))],
            models=[model],
            windows=(COUNT,),
        )
        assert online.filled(5)
        found = desk.decide({"amount": 5.0, "fee": 0, "an_hour": 0}, entity="e1")
        assert (found.status, found.said["field"]) == (422, "features.an_hour")
        online.close()

    def test_without_windows_a_rule_reads_what_the_request_brings(
        self, desk: Desk, versions: Models
    ) -> None:
        model = whole(versions)
        desk.publish(routes=[route(arm("champion", model), before=(OFTEN,))], models=[model])
        assert desk.decide({"amount": 5.0, "fee": 0, "an_hour": 7}).said["kind"] == "rules"
