"""Online features in decisions: what a request leaves behind, the next one is decided by."""

import time
from pathlib import Path
from typing import Any

import pytest
from onnx import helper

from gonogo.core.snapshot import Feature, Window
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
