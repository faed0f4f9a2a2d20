"""Online features as a gateway serves them, and how new windows learn of the past."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gonogo.core.errors import Invalid
from gonogo.core.snapshot import Feature, Kind, Window
from gonogo.core.times import system_clock, system_microseconds
from gonogo.gateway.building import build
from gonogo.gateway.logging import DecisionLog
from gonogo.gateway.online.features import OnlineFeatures, opened
from gonogo.gateway.online.values import KeptValues
from gonogo.gateway.places import Places
from gonogo.records.segments import Durability, Writer
from tests.fixtures.gateways import CASE, FEATURES, TOKEN, Desk, Models, arm, route

YEARS = Window("asked_before", CASE, "entity", "count", None, 86_400)
SUM = Window("income_1d", CASE, "entity", "sum", "income", 86_400)
ONLINE = (*FEATURES[:2], Feature("years", "integer", low=0, high=60, online="asked_before"))
OWN = (FEATURES[0], Feature("debt", "number", online="income_1d"), FEATURES[2])
GIVEN = {"income": 900.0, "debt": 20.0}


@pytest.fixture
def online(tmp_path: Path) -> Iterator[OnlineFeatures]:
    places = Places(tmp_path)
    found = opened(places.folder / "online", places.decisions, system_clock, time.perf_counter)
    yield found
    found.close()


@pytest.fixture
def desk(tmp_path: Path, online: OnlineFeatures) -> Iterator[Desk]:
    places = Places(tmp_path)
    writer = Writer(places.decisions, "gateway", Durability.PAGE_CACHE, system_clock)
    log = DecisionLog(writer, Durability.PAGE_CACHE)
    built = build(places, log, system_microseconds, time.perf_counter, online=online)
    with asyncio.Runner() as runner:
        yield Desk(tmp_path, built, writer, runner)
    writer.close()


class TestServed:
    def test_requests_update_what_the_next_one_reads(
        self, desk: Desk, versions: Models, online: OnlineFeatures
    ) -> None:
        online.follow([YEARS])
        model = versions.lightgbm("online", features=ONLINE)
        desk.publish(routes=[route(arm("champion", model))], models=[model], windows=(YEARS,))
        for entity in ("a", "b", "a", "a"):
            assert desk.decide(GIVEN, entity=entity).status == 200
        used = [(one.entity, one.features["years"]) for one in desk.decisions()]
        assert used == [("a", 0), ("b", 0), ("a", 1), ("a", 2)]

    def test_what_the_request_brings_comes_first(
        self, desk: Desk, versions: Models, online: OnlineFeatures
    ) -> None:
        online.follow([YEARS])
        model = versions.lightgbm("online", features=ONLINE)
        desk.publish(routes=[route(arm("champion", model))], models=[model], windows=(YEARS,))
        assert desk.decide({**GIVEN, "years": 30}, entity="a").status == 200
        assert [one.features["years"] for one in desk.decisions()] == [30]

    def test_a_refused_request_is_not_taken_in(
        self, desk: Desk, versions: Models, online: OnlineFeatures
    ) -> None:
        online.follow([YEARS])
        model = versions.lightgbm("online", features=ONLINE)
        desk.publish(routes=[route(arm("champion", model))], models=[model], windows=(YEARS,))
        assert desk.decide({**GIVEN, "debt": -1}, entity="a").status == 422
        assert desk.decide(GIVEN, entity="a").status == 200
        assert [one.features["years"] for one in desk.decisions()] == [0]

    def test_a_shadow_has_its_own_windows_though_the_live_arm_reads_none(
        self, desk: Desk, versions: Models, online: OnlineFeatures
    ) -> None:
        online.follow([SUM])
        shadow = versions.lightgbm("online", features=OWN)
        live = arm("rules", kind=Kind.RULES, otherwise="approve")
        routed = route(live, shadows=(arm("shadow", shadow),))
        desk.publish(routes=[routed], models=[shadow], windows=(SUM,))
        for _ in range(2):
            assert desk.decide({"income": 900.0, "years": 3}, entity="a").status == 200
        desk.shadows()
        assert [one.error for one in desk.decisions("shadow")] == [None, None]
        assert [one.features["debt"] for one in desk.decisions()] == [0.0, 900.0]


class TestFollow:
    def test_a_new_window_is_filled_from_the_decision_log(
        self, desk: Desk, versions: Models, online: OnlineFeatures
    ) -> None:
        model = versions.lightgbm()
        desk.publish(routes=[route(arm("champion", model))], models=[model])
        for _ in range(3):
            desk.decide({**GIVEN, "years": 3}, entity="a")
        online.follow([YEARS, SUM])
        assert online.filled(20)
        at = system_microseconds()
        assert online.value(CASE, "a", "asked_before", at, b"{}") == 3
        assert online.value(CASE, "a", "income_1d", at, b"{}") == 2700.0
        assert online.columns(CASE) == {"income"}

    def test_windows_that_make_no_sense_leave_those_before(self, online: OnlineFeatures) -> None:
        online.follow([YEARS])
        with pytest.raises(Invalid):
            online.follow([msgspec.structs.replace(YEARS, seconds=1)])
        assert online.windows.wanted == [YEARS]

    def test_a_restarted_gateway_keeps_the_windows_before_it_has_a_snapshot(
        self, tmp_path: Path, online: OnlineFeatures
    ) -> None:
        online.follow([YEARS])
        assert online.filled(20)
        at = system_microseconds()
        online.seen(CASE, "a", {}, at)
        places = Places(tmp_path)
        again = opened(places.folder / "online", places.decisions, system_clock, time.perf_counter)
        assert again.windows.missing() == []
        assert again.value(CASE, "a", "asked_before", at + 1, b"{}") == 1
        assert again.gauges()["online_keys"] == 1
        again.close()


class TestValues:
    def test_they_are_put_and_read(self, desk: Desk, online: OnlineFeatures) -> None:
        desk.publish()
        put = {"entity": "a", "values": {"limit": 2500}}
        assert desk.ask(f"/v1/features/{CASE}", put).said == {"received": 1}
        assert online.value(CASE, "a", "limit", 0, b"{}") == 2500

    @pytest.mark.parametrize(
        ("body", "may", "status"),
        [
            (b"[1]", "outcome", 422),
            (b"{", "outcome", 422),
            ({"entity": "a", "values": {"limit": [1]}}, "outcome", 422),
            ({"entity": "a", "values": {"limit": 1}}, "decide", 403),
        ],
    )
    def test_what_is_none_or_may_not_is_refused(
        self, desk: Desk, online: OnlineFeatures, body: Any, may: str, status: int
    ) -> None:
        desk.publish(tokens=(msgspec.structs.replace(TOKEN, may=(may,)),))
        assert desk.ask(f"/v1/features/{CASE}", body).status == status
        assert isinstance(online.values, KeptValues)
        assert len(online.values) == 0
