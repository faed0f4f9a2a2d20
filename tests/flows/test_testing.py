"""A/B tests from start to end: fixed before, read from the log, cited by the decision."""

from collections.abc import Iterator
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import httpx
import msgspec
import numpy as np
import pytest

from gonogo.app.command import ALONE
from gonogo.core.caller import SYSTEM
from gonogo.core.roles import Role
from gonogo.core.snapshot import decode
from gonogo.core.specs.live import AB_EFFECT
from gonogo.interfaces.cli.main import run
from gonogo.records.record import Decision, Outcome
from gonogo.sdk.http import Http
from gonogo.sdk.inprocess import InProcess
from gonogo.sdk.releases import CaseReleases, Releases
from tests.fixtures.released import TEST, Released
from tests.fixtures.rest import Json, done, refused
from tests.records.test_arms import decision

DAY = 86_400_000_000
PLAN = "/cases/churn/test-plan"


def ledger(released: Released, digest: str) -> Any:
    with released.world.api.installation.open_work(SYSTEM, write=False) as work:
        return msgspec.json.decode(work.ledger.entry(digest).body)


def result(released: Released) -> Json:
    return done(released.world.api.by(Role.VIEWER).get("/cases/churn/release/result"))


def answered(
    live: Released,
    arm: str,
    answers: list[bool],
    *,
    release: str | None = "churn-2",
    days_ago: float = 0,
    values: list[float] | None = None,
    who: str = "",
) -> None:
    """Decisions of an arm, each about another entity, and what they were worth."""
    home = live.world.api.installation.settings.home
    snapshot = decode((home / "gateway" / "snapshot.json").read_bytes()).number
    now = int(live.world.tracking.clock.now.timestamp() * 1e6 - days_ago * DAY)
    made: list[Decision] = []
    for place, yes in enumerate(answers):
        live.written += 1
        made.append(
            decision(
                live.written,
                arm,
                at=now + place,
                entity=f"{who}{place}" if who else f"e{live.written}",
                snapshot=snapshot,
                release=release,
                outcome="approve" if yes else "decline",
                features={"calls": place % 2, "sex": "fm"[place % 2]},
            )
        )
    outcomes = [
        Outcome(one.id, "churn", one.at + 1, one.at + 1, 1.0, value, "outcome", None, None)
        for one, value in zip(made, values or [], strict=bool(values))
    ]
    live.write([*made, *outcomes])


def yes(n: int, of: int) -> list[bool]:
    return [place < n for place in range(of)]


class TestStart:
    def test_a_test_that_says_not_what_it_is_to_find_out_is_refused(self, live: Released) -> None:
        by = live.world.api.by(Role.ML_ENGINEER)
        asked: Json = {"version": "caller@3", "strategy": "ab"}
        refused(by.post("/cases/churn/releases", json=asked), 422, "test")
        canary = {**asked, "strategy": "canary", "test": TEST}
        refused(by.post("/cases/churn/releases", json=canary), 422, "test")

    def test_the_plan_stands_in_the_decision_that_starts_it(self, live: Released) -> None:
        told = live.start("3", "ab", test={"segments": ["calls"]})
        plan = ledger(live, told["decision"])["test"]
        assert plan["wanted"]["metric"] == "outcome-rate"
        assert plan["wanted"]["segments"] == ["calls"]
        assert (plan["control"], plan["treatment"]) == (50, 50)
        assert told["test"]["days"]["value"] == pytest.approx(1.0)

    def test_a_segment_that_no_request_brings_is_refused(self, live: Released) -> None:
        told = live.start("3", "ab", status=422, test={"segments": ["shoe size"]})
        assert told["field"] == "test.segments"
        assert "calls" in told["expected"]

    def test_where_the_log_tells_too_little_it_has_to_be_said(self, live: Released) -> None:
        told = live.start("3", "ab", status=422, test={"spread": None})
        assert told["field"] == "test.spread"
        told = live.start("3", "ab", status=422, test={"per_day": None})
        assert told["field"] == "test.per_day"


class TestPlan:
    def test_size_and_days_come_from_the_traffic(self, live: Released) -> None:
        for day in range(1, 8):
            answered(live, "champion", yes(30, 100), release="churn-1", days_ago=day)
        found = done(
            live.world.api.by(Role.VIEWER).get(
                PLAN, params={"metric": "outcome-rate", "effect": 0.05, "decided_by": "fixed"}
            )
        )
        assert found["base"] == pytest.approx(0.3)
        assert found["spread"]["value"] == pytest.approx(0.21**0.5, rel=1e-2)
        assert found["per_day"]["value"] == pytest.approx(100, rel=0.01)
        assert found["control"] == pytest.approx(2 * 0.21 * (2.8016 / 0.05) ** 2, rel=5e-3)
        assert found["days"]["value"] == pytest.approx(found["control"] / 50, rel=1e-2)
        assert found["days"]["low"] < found["days"]["value"] < found["days"]["high"]
        assert any("last 7.0 days" in one for one in found["assumed"])

    def test_looking_at_any_time_takes_longer(self, live: Released) -> None:
        asked: Json = {"metric": "payoff", "effect": 1.0, "spread": 10.0, "per_day": 500}
        found = done(live.world.api.by(Role.VIEWER).get(PLAN, params=asked))
        assert found["days"]["value"] > 1.5 * found["fixed_days"]

    @pytest.mark.parametrize(
        ("more", "field"),
        [
            ({"effect": 0}, "test.effect"),
            ({"alpha": 0.7}, "test.alpha"),
            ({"power": 1}, "test.power"),
            ({"power": 0.1}, "test.power"),
            ({"alpha": 1e-300}, "test.alpha"),
            ({"spread": 1e-320}, "test.spread"),
            ({"per_day": 1e-300}, "test.per_day"),
            ({"effect": 1e-8}, "test.effect"),
        ],
    )
    def test_what_cannot_be_is_refused(self, live: Released, more: Json, field: str) -> None:
        asked: Json = {"metric": "payoff", "effect": 1.0, "spread": 10.0, "per_day": 500} | more
        refused(live.world.api.by(Role.VIEWER).get(PLAN, params=asked), 422, field)


class TestResult:
    def test_before_anything_is_known_nothing_is_concluded(self, live: Released) -> None:
        live.start("3", "ab")
        told = result(live)
        assert told["says"] == "open"
        assert told["plain"]["sequential"]["undefined"] == "nothing of the metric is known yet"
        assert told["arms"][0]["planned"] == 50

    def test_a_difference_ends_the_test_before_its_planned_end(self, live: Released) -> None:
        live.start("3", "ab", test={"effect": 0.2})
        answered(live, "champion", yes(20, 60))
        answered(live, "challenger", yes(30, 60))
        live.look()
        assert live.shown()["state"] == "running"
        assert live.shown()["lacks"][-1] == "132 more entities of 192 with the new version"
        answered(live, "champion", yes(0, 60))
        answered(live, "challenger", yes(60, 60))
        live.look()
        told = result(live)
        assert (told["says"], told["ended_at"]) == ("better", None)
        assert told["progress"] == pytest.approx(120 / 192)
        assert live.shown()["state"] == "held"

    def test_what_is_found_is_evidence_that_the_decision_cites(self, live: Released) -> None:
        live.start("3", "ab", test={"segments": ["calls"]})
        answered(live, "champion", yes(10, 110))
        answered(live, "challenger", yes(90, 110))
        live.look()
        told = live.shown()
        assert told["state"] == "held"
        assert told["reason"].startswith("The new version is better")
        cited = [ledger(live, one) for one in ledger(live, told["decision"])["cites"]]
        effects = [one for one in cited if one.get("check") == AB_EFFECT]
        ways = {(one["with"]["reading"], one["with"]["adjusted"]) for one in effects}
        assert ways == {(r, a) for r in ("sequential", "fixed") for a in (True, False)}
        found = result(live)
        first = next(one for one in effects if not one["with"]["adjusted"])
        assert first["measured"]["value"] == pytest.approx(80 / 110)
        assert first["reproduced"]
        assert first["detail"]["plan"]["control"] == 50
        assert found["says"] == "better"
        assert [one["group"] for one in found["segments"]] == ["0", "1"]
        assert all(one["found"] for one in found["segments"])
        ended = live.order("advance", Role.PRODUCT_MANAGER)
        kinds = [ledger(live, one).get("check") for one in ledger(live, ended["decision"])["cites"]]
        assert kinds.count(AB_EFFECT) == 4
        assert result(live)["says"] == "better", "as it was when it was decided"

    def test_a_person_decides_on_all_that_was_written(self, live: Released) -> None:
        """While nobody decides it is read anew only where the log has grown by so much."""
        live.start("3", "ab", test={"effect": 0.05})
        for arm in ("champion", "challenger"):
            answered(live, arm, yes(300, 600))
        live.look()
        for arm in ("champion", "challenger"):
            answered(live, arm, yes(0, 5))
        live.look()
        assert [one["entities"] for one in result(live)["arms"]] == [600, 600]
        refused(
            live.world.api.by(Role.VIEWER).post(
                "/cases/churn/release/advance", json={"reason": "so"}
            ),
            403,
        )
        assert [one["entities"] for one in result(live)["arms"]] == [600, 600]
        ended = live.order("advance", Role.PRODUCT_MANAGER)
        cited = [ledger(live, one) for one in ledger(live, ended["decision"])["cites"]]
        effects = [one for one in cited if one.get("check") == AB_EFFECT]
        assert {one["measured"]["n"] for one in effects} == {1210}
        assert [one["entities"] for one in result(live)["arms"]] == [605, 605]

    def test_the_fixed_interval_stays_as_it_was_at_the_planned_end(self, live: Released) -> None:
        live.start("3", "ab", test={"decided_by": "fixed", "effect": 0.3})
        plan = live.shown()["test"]
        half = plan["control"] // 2
        answered(live, "champion", yes(half // 2, half))
        answered(live, "challenger", yes(half, half))
        live.look()
        early = result(live)
        assert early["says"] == "open"
        assert "right only at the planned end" in early["fixed_told"]
        rng = np.random.default_rng(1)
        for arm in ("champion", "challenger"):
            answered(live, arm, (rng.random(100) < 0.5).tolist())
        live.look()
        then = result(live)
        assert live.shown()["state"] == "held"
        assert then["progress"] == 1.0
        for arm in ("champion", "challenger"):
            answered(live, arm, yes(0, 100))
        live.look()
        later = result(live)
        assert later["plain"]["fixed"] == then["plain"]["fixed"]
        assert later["plain"]["sequential"] != then["plain"]["sequential"]
        assert later["says"] == then["says"]

    def test_what_entities_were_worth_before_is_taken_out(self, live: Released) -> None:
        rng = np.random.default_rng(2)
        bent = {who: rng.normal(50, 10, 60) for who in ("a", "b")}
        for who, value in bent.items():
            worth = (value + rng.normal(size=60)).tolist()
            answered(
                live, "champion", yes(60, 60), release="churn-1", days_ago=3, values=worth, who=who
            )
        live.start("3", "ab", test={"metric": "payoff", "effect": 5.0, "spread": 10.0})
        for who, arm in (("a", "champion"), ("b", "challenger")):
            worth = (bent[who] + 1.0 * (who == "b") + rng.normal(size=60)).tolist()
            answered(live, arm, yes(60, 60), values=worth, who=who)
        live.look()
        told = result(live)
        assert told["by"] == "cuped"
        assert told["explained"] > 0.9
        less, plain = (told[way]["sequential"] for way in ("cuped", "plain"))
        assert less["high"] - less["low"] < 0.5 * (plain["high"] - plain["low"])
        assert less["low"] < 1.0 < less["high"]

    def test_arms_that_came_unevenly_compare_nothing(self, live: Released) -> None:
        live.start("3", "ab")
        answered(live, "champion", yes(10, 200))
        answered(live, "challenger", yes(50, 60))
        live.look()
        assert live.shown()["state"] == "stopped"
        told = result(live)
        assert told["says"] == "invalid"
        assert "not by chance" in told["told"]

    def test_begun_anew_it_knows_nothing_of_the_round_before(self, live: Released) -> None:
        live.start("3", "ab")
        answered(live, "champion", yes(10, 40))
        answered(live, "challenger", yes(10, 40))
        live.look()
        assert result(live)["arms"][0]["entities"] == 40
        live.order("rollback")
        live.order("resume")
        live.look()
        told = result(live)
        assert told["arms"][0]["entities"] == 0
        assert told["plan"]["control"] == 50, "the plan stays"

    def test_a_canary_has_no_result(self, live: Released) -> None:
        live.start("3")
        refused(live.world.api.by(Role.VIEWER).get("/cases/churn/release/result"), 404, "release")


class TestClient:
    """What people and pipelines use: the SDK, and the command line through it."""

    @pytest.fixture
    def releases(self, live: Released, monkeypatch: pytest.MonkeyPatch) -> Iterator[CaseReleases]:
        api = live.world.api
        bearer = {"Authorization": f"Bearer {api.secret(Role.ML_ENGINEER)}"}
        asked = httpx.Client(
            transport=InProcess(api.app, operator=False),
            base_url="http://gonogo.invalid",
            headers=bearer,
        )
        http = Http(asked)
        client = SimpleNamespace(releases=Releases(http))
        monkeypatch.setattr("gonogo.connect", lambda: nullcontext(client))
        with asked:
            yield Releases(http).of("churn")

    def test_design_start_and_result(
        self, live: Released, releases: CaseReleases, capsys: pytest.CaptureFixture[str]
    ) -> None:
        asked: Json = {"spread": 0.5, "per_day": 100, "decided_by": "fixed"}
        plan = releases.design("outcome-rate", 0.4, **asked)
        assert plan.control == 26
        assert plan.fixed_days == pytest.approx(0.52)
        said = ["--metric", "outcome-rate", "--effect", "0.4", "--entities-a-day", "100"]
        said += ["--spread", "0.5", "--decided-by", "fixed"]
        assert run(["release", "design", "churn", *said], ALONE) == 0
        assert "26 live, 26 new" in capsys.readouterr().out
        start = ["release", "start", "churn", "caller@3", "--strategy", "ab"]
        assert run(start, ALONE) == 2
        assert "metric and smallest effect" in capsys.readouterr().err
        assert run([*start, *said, "--segment", "calls"], ALONE) == 0
        assert "26 live, 26 new" in capsys.readouterr().out
        live.look()
        rng = np.random.default_rng(3)
        for arm, rate in (("champion", 0.2), ("challenger", 0.9)):
            answered(live, arm, (rng.random(60) < rate).tolist())
        live.look()
        found = releases.result()
        assert found.says == "better"
        assert releases.result(found_number(found.release)) == found
        assert run(["release", "result", "churn"], ALONE) == 0
        out = capsys.readouterr().out
        assert "The new version is better" in out
        assert "it is what the plan decides by" in out
        assert "calls 0" in out


def found_number(release: str) -> int:
    """The number in the name of a release."""
    return int(release.rpartition("-")[2])
