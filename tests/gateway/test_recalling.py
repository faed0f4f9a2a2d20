"""A gateway that restarts knows the ids again that clients gave it."""

from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from gonogo.core.snapshot import Conformal
from gonogo.core.times import system_clock, system_microseconds
from gonogo.gateway.incidents import Incidents
from gonogo.gateway.places import Places
from gonogo.gateway.recalling import recall
from gonogo.gateway.remembered import Remembered
from gonogo.records import places as log_places
from gonogo.records.rolling import roll
from gonogo.records.segments import Durability, Writer
from tests.fixtures.decided import decision
from tests.fixtures.gateways import BAD, CASE, GOOD, Desk, Models, arm, route


def again(desk: Desk, most: int = 100) -> Path:
    """As if the process were another one: nothing is remembered but what the log says."""
    places = Places(desk.home)
    incidents = Incidents(places.incidents, system_microseconds)
    remembered = desk.built.gateway.remembered = Remembered()
    recall(remembered, places.decisions, "gateway", system_microseconds(), incidents, most=most)
    return places.incidents


class TestRecall:
    def test_asked_again_it_answers_the_same_and_decides_nothing(
        self, desk: Desk, versions: Models
    ) -> None:
        model = versions.lightgbm()
        desk.publish(routes=[route(arm("champion", model))], models=[model])
        first: dict[str, Any] = desk.decide(GOOD, id="mine-1", entity="e").said
        desk.decide(GOOD)
        again(desk)
        assert len(desk.built.gateway.remembered) == 1, "its own ids nobody asks again"
        assert desk.decide(BAD, id="mine-1").said == first
        assert len(desk.decisions()) == 2
        desk.writer.close()
        roll(Places(desk.home).decisions)
        again(desk)
        assert desk.decide(BAD, id="mine-1").said == first

    def test_how_sure_it_was_is_told_again(self, desk: Desk, versions: Models) -> None:
        """Also where its version means something else by now."""
        curve, sure = ((0.0, 0.1), (1.0, 0.9)), Conformal(0.9, 0.95, 400)
        model = versions.lightgbm(calibration=curve, conformal=sure)
        desk.publish(routes=[route(arm("champion", model))], models=[model])
        first = desk.decide(GOOD, id="mine-1", explain=True).said
        assert (first["set"], first["coverage"]) == (["approve", "decline"], 0.9)
        assert 0.1 <= first["probability"] <= 0.9
        around = replace(model, conformal=replace(sure, interval=True))
        desk.publish(routes=[route(arm("champion", around))], models=[around])
        then = desk.decide(GOOD, id="mine-2").said
        assert len(then["interval"]) == 2
        again(desk)
        assert desk.decide(BAD, id="mine-1").said == first
        desk.writer.close()
        roll(Places(desk.home).decisions)
        again(desk)
        assert desk.decide(BAD, id="mine-1").said == first
        assert desk.decide(BAD, id="mine-2").said == then

    def test_an_id_is_of_its_use_case(self, desk: Desk, versions: Models) -> None:
        model = versions.lightgbm()
        desk.writer.write_now(decision("mine-1", case="other", at=system_microseconds()))
        again(desk)
        desk.publish(routes=[route(arm("champion", model))], models=[model])
        assert desk.decide(GOOD, id="mine-1").said["model"] == "trees@1"

    def test_memory_is_bounded_and_the_newest_are_known(self, desk: Desk) -> None:
        now = system_microseconds()
        desk.writer.write_now(*(decision(f"mine-{n}", case=CASE, at=now + n) for n in range(30)))
        again(desk, most=10)
        remembered = desk.built.gateway.remembered
        assert list(remembered._answers) == [(CASE, f"mine-{n}") for n in range(20, 30)]

    def test_a_log_that_cannot_be_read_is_told_and_stops_nothing(self, desk: Desk) -> None:
        folder = Places(desk.home).decisions
        writer = Writer(folder, "gateway_", Durability.PAGE_CACHE, system_clock)
        writer.close()
        day = system_clock().date().isoformat()
        part = log_places.part_path(folder, "decisions", CASE, day, "gateway-000000000001-00000000")
        part.parent.mkdir(parents=True)
        part.write_bytes(b"nonsense")
        told = msgspec.json.decode(again(desk).read_bytes())
        assert (told["case"], told["why"]) == ("decision log", "ids-forgotten")
        assert len(desk.built.gateway.remembered) == 0
