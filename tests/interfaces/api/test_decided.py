"""Decisions over REST: why one was taken, who may know, and what an erasure leaves on record."""

import hashlib
from pathlib import Path

import msgspec
import pytest

from gonogo.core.caller import SYSTEM
from gonogo.core.roles import Action, Role
from gonogo.flows import erasing
from gonogo.records.record import Record
from gonogo.records.retention import Retention
from gonogo.records.rolling import roll
from gonogo.records.segments import Durability, Writer
from tests.fixtures.decided import AT, decision, outcome
from tests.fixtures.rest import Json, done, refused
from tests.fixtures.world import World


def log_of(world: World) -> Path:
    return world.api.installation.settings.home / "decisions"


def write(world: World, *records: Record, worker: str = "w1") -> None:
    """Records as a gateway leaves them: in a closed segment."""
    clock = world.api.installation.clock
    writer = Writer(log_of(world), worker, Durability.PAGE_CACHE, clock)
    writer.append_all(records)
    writer.close()


@pytest.fixture
def decided(bare: World) -> World:
    """A use case, churn, with four decisions; one was corrected and has a shadow."""
    bare.policy()
    bare.case()
    write(
        bare,
        decision("d1", case="churn", reasons=("many calls",), outcome="decline"),
        decision("d1", case="churn", role="shadow", arm="shadow", outcome="approve"),
        decision("d2", case="churn", at=AT + 1_000_000, entity="card-2"),
        decision("d3", case="churn", at=AT + 86_400_000_000, entity="card-2"),
        decision("d4", case="gone", entity="card-1"),
        outcome("d1", case="churn", label=False, note="by phone"),
        outcome("d1", case="churn", kind="feedback", label="odd"),
        outcome("d1", case="churn", label=True, value=-20.5),
    )
    return bare


def ids(answer: Json) -> list[str]:
    return [one["id"] for one in answer["items"]]


class TestList:
    def test_pages_follow_one_another_newest_first(self, decided: World) -> None:
        client = decided.api.by(Role.RISK_OFFICER)
        first = done(client.get("/cases/churn/decided", params={"limit": 2}))
        assert ids(first) == ["d3", "d2"]
        second = done(client.get("/cases/churn/decided", params={"cursor": first["next"]}))
        assert ids(second) == ["d1"]
        assert second["next"] is None
        assert second["items"][0]["label"] is True
        assert second["items"][0]["corrections"] == 1

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ({"entity": "card-2"}, ["d3", "d2"]),
            ({"entity": "card-2", "until": "2026-11-21"}, ["d2"]),
            ({"since": "2026-11-22"}, ["d3"]),
            ({"outcome": "decline"}, ["d1"]),
            ({"entity": "nobody"}, []),
        ],
    )
    def test_all_that_is_asked_must_fit(
        self, decided: World, asked: dict[str, str], found: list[str]
    ) -> None:
        answer = decided.api.by(Role.MANAGER).get("/cases/churn/decided", params=asked)
        assert ids(done(answer)) == found

    def test_what_is_no_cursor_and_no_case_is_told(self, decided: World) -> None:
        client = decided.api.by(Role.MANAGER)
        refused(client.get("/cases/churn/decided", params={"cursor": "x"}), 422, "cursor")
        # A cursor of another list.
        refused(client.get("/cases/churn/decided", params={"cursor": "ImFiYyI"}), 422, "cursor")
        refused(client.get("/cases/nothing/decided"), 404, "case")


class TestShow:
    def test_tells_why_with_all_that_came_of_it(self, decided: World) -> None:
        told = done(decided.api.by(Role.PRODUCT_MANAGER).get("/decided/d1"))
        assert told["why"] == "Decided decline by fraud-trees@1 with a score of 0.25: many calls."
        assert told["features"] == {"amount": 12.5, "country": "CH"}
        assert (told["model"], told["code"], told["arm"]) == (
            "fraud-trees@1",
            "git:1f0c2ab",
            "champion",
        )
        assert told["route"] is None
        assert [one["outcome"] for one in told["shadows"]] == ["approve"]
        history = [(one["label"], one["kind"], one["counts"]) for one in told["outcomes"]]
        assert history == [
            (False, "outcome", False),
            ("odd", "feedback", False),
            (True, "outcome", True),
        ]

    def test_whoever_may_see_none_learns_of_no_id(self, decided: World) -> None:
        client = decided.api.by(Role.VIEWER)
        known, unknown = client.get("/decided/d1"), client.get("/decided/d9")
        assert refused(known, 403)["expected"] == refused(unknown, 403)["expected"]
        refused(decided.api.by(Role.MANAGER).get("/decided/d9"), 404, "decision")

    def test_those_of_a_use_case_that_is_gone_are_shown_to_nobody(self, decided: World) -> None:
        refused(decided.api.by(Role.MANAGER).get("/decided/d4"), 404, "case")


class TestErase:
    def asked(self, world: World, **other: str) -> Json:
        body = {"entity": "card-1", "reason": "asked for in person", **other}
        return world.api.by(Role.RISK_OFFICER).post("/cases/churn/erasures", json=body)

    def test_decisions_stay_and_say_nothing_of_a_person(self, decided: World) -> None:
        told = done(self.asked(decided), 201)
        assert (told["decisions"], told["notes"], told["waiting"]) == (2, 1, 0)
        shown = done(decided.api.by(Role.RISK_OFFICER).get("/decided/d1"))
        assert (shown["erased"], shown["entity"], shown["features"]) == (True, None, {})
        assert shown["outcome"] == "decline"
        # In another use case nobody asked for it.
        assert done(self.asked(decided), 201)["decisions"] == 0

    def test_the_ledger_tells_of_it_and_names_nobody(self, decided: World) -> None:
        told = done(self.asked(decided), 201)
        with decided.api.installation.open_work(SYSTEM, write=False) as work:
            entries = work.ledger.search(subject="case:churn").items
        bodies = [entry.body for entry in entries if entry.kind in {"decision", "erasure"}]
        assert len(bodies) == 2
        assert not any("card-1" in body or told["salt"] in body for body in bodies)
        rows, ordered = (msgspec.json.decode(body) for body in bodies)
        assert ordered["rationale"] == "asked for in person"
        assert rows["decision"] == told["decision"]
        assert rows["rows"]["decisions"] == 2
        # Whoever has the salt can show that it is about them; nobody else can try names.
        named = f"{told['salt']}\nchurn\ncard-1"
        assert ordered["who"] == hashlib.sha256(named.encode()).hexdigest()

    def test_a_reason_that_names_them_is_refused(self, decided: World) -> None:
        told = refused(self.asked(decided, reason="Card-1 asked for it"), 422, "reason")
        assert "card-1" not in str(told).lower()
        assert done(decided.api.by(Role.MANAGER).get("/decided/d1"))["entity"] == "card-1"

    def test_the_salt_is_kept_for_no_replay(self, decided: World) -> None:
        client = decided.api.by(Role.ADMIN)
        body = {"entity": "card-1", "reason": "asked for"}
        answer = client.post(
            "/cases/churn/erasures", json=body, headers={"Idempotency-Key": "once"}
        )
        refused(answer, 422, "Idempotency-Key")

    def test_who_may_not_erases_nothing_and_is_on_record(self, decided: World) -> None:
        body = {"entity": "card-1", "reason": "asked for"}
        client = decided.api.by(Role.ML_ENGINEER)
        refused(client.post("/cases/churn/erasures", json=body), 403)
        with decided.api.installation.open_work(SYSTEM, write=False) as work:
            (entry,) = work.ledger.search(kind="refusal").items
        assert str(Action.DECIDED_ERASE) in entry.body
        assert "card-1" not in entry.body

    def test_an_order_that_was_cut_short_is_on_record_and_is_done_the_next_time(
        self, decided: World
    ) -> None:
        """Nobody can erase while a file stands where the folder should be."""
        log = log_of(decided)
        aside = log.rename(log.with_name("aside"))
        log.write_text("no folder")
        refused(self.asked(decided), 503, "decision log")
        log.unlink()
        aside.rename(log)
        with decided.api.installation.open_work(SYSTEM, write=False) as work:
            kinds = [entry.kind for entry in work.ledger.search(subject="case:churn").items]
        assert kinds[0] == "decision"
        assert done(self.asked(decided), 201)["decisions"] == 2


class TestKeep:
    def test_days_past_their_time_go_and_the_ledger_tells(self, decided: World) -> None:
        roll(log_of(decided))
        installation = decided.api.installation
        asked = (installation.open_work, log_of(decided), Retention(None, {"churn": 30}))
        assert erasing.keep(*asked, installation.clock) == 0
        installation.clock.advance(days=31)  # type: ignore[attr-defined]  # the tests' clock
        assert erasing.keep(*asked, installation.clock) > 0
        assert ids(done(decided.api.by(Role.MANAGER).get("/cases/churn/decided"))) == ["d3"]
        with installation.open_work(SYSTEM, write=False) as work:
            (entry,) = work.ledger.search(kind="retention").items
        body = msgspec.json.decode(entry.body)
        assert (body["days"], body["first"], body["last"]) == (30, "2026-11-21", "2026-11-21")
        assert body["rows"]["decisions"] == 3
