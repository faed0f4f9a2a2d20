"""The page of a bandit: regret, arms, what it believes, and what was foretold."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from gonogo.core.roles import Role
from gonogo.core.subjects import ORGANISATION
from gonogo.sdk.inprocess import InProcess
from tests.fixtures.released import Released
from tests.fixtures.rest import Json, done
from tests.interfaces.web.conftest import COOKIE, Console, signed_in_as

LINUCB: Json = {"kind": "linucb", "context": ["calls"], "scaling": {"calls": [1, 4]}}


@pytest.fixture
def reader(live: Released) -> Iterator[Console]:
    """Somebody who may look, at the installation where version 2 is live."""
    api = live.world.api
    signed_in = signed_in_as(api.installation, (Role.VIEWER,), ORGANISATION)
    transport = InProcess(api.app, operator=False)
    with httpx.Client(transport=transport, base_url="http://gonogo.invalid") as http:
        http.cookies.set(COOKIE, signed_in.cookie)
        yield Console(http, signed_in)


@pytest.fixture
def foretold(live: Released) -> Released:
    """A canary whose challenger does better, an estimate by its decisions, then a bandit."""
    live.start("3", "canary")
    live.look()
    for arm, yes in (("champion", 20), ("challenger", 40)):
        made = live.decided(100, arm, release="churn-2")
        live.outcomes(made[:yes], 1.0)
        live.outcomes(made[yes:], 0.0)
    engineer = live.world.api.by(Role.ML_ENGINEER)
    done(engineer.post("/cases/churn/off-policy", json={"context": ["calls"]}), 201)
    live.order("rollback")
    live.start("3", "bandit")
    live.look()
    return live


def learned(live: Released, release: str, rounds: int = 3) -> None:
    """Rounds of decisions: the challenger succeeds in half of its, the champion in a fifth."""
    for _ in range(rounds):
        live.world.tracking.clock.advance(hours=1)
        for arm, n, yes in (("champion", 20, 4), ("challenger", 60, 30)):
            made = live.decided(n, arm, release=release)
            live.outcomes(made[:yes], 1.0)
            live.outcomes(made[yes:], 0.0)
        live.look()


class TestBandit:
    def test_before_anything_came_it_says_what_to_do(self, live: Released, reader: Console) -> None:
        live.start("3", "bandit")
        page = reader.page("/releases/churn-2/bandit")
        assert "No outcome is known yet" in page
        assert "v1/outcomes" in page
        assert "gonogo release off-policy churn" in page

    def test_regret_shares_and_beliefs_beside_what_was_foretold(
        self, foretold: Released, reader: Console
    ) -> None:
        learned(foretold, "churn-3")
        told: Any = reader.json("/releases/churn-3/bandit")
        champion, challenger = told["arms"]
        assert (champion["version"], challenger["version"]) == ("caller@2", "caller@3")
        assert (champion["decisions"], challenger["decisions"]) == (60, 180)
        assert challenger["share"] == 0.75
        assert challenger["rate"]["value"] == 0.5
        assert challenger["belief"]["value"] == pytest.approx(91 / 182)
        assert challenger["chance"] > 0.9
        assert sum(arm["chance"] for arm in told["arms"]) == pytest.approx(1)
        # Sixty decisions went to an arm that brings 0.3 less.
        assert told["regret"]["value"] == pytest.approx(18)
        assert told["regret"]["low"] <= 18 <= told["regret"]["high"]
        points = told["shares"]["lines"][1]["points"]
        assert [point["y"] for point in points] == [0.75] * 3
        assert [point["x"] for point in points] == pytest.approx([1, 2, 3], abs=0.01)
        assert [point["y"] for point in told["lost"]["lines"][0]["points"]] == pytest.approx(
            [6, 12, 18]
        )
        found = {one["policy"]: one for one in told["foretold"]}
        one = found["always:caller@3"]
        assert set(one["estimates"]) == {"ips", "snips", "doubly-robust"}
        assert one["estimates"]["snips"]["value"] == pytest.approx(0.4)
        assert one["happened"]["value"] == 0.5
        assert found["uniform"]["happened"]["reason"] == "not what was done"
        assert told["source"] == "churn-2"
        page = reader.page("/releases/churn-3/bandit")
        assert f'href="/ledger/{one["evidence"]}"' in page
        assert 'href="/releases/churn-3/bandit"' in reader.page("/releases/churn-3")

    def test_linucb_tells_what_features_are_worth(self, live: Released, reader: Console) -> None:
        engineer = live.world.api.by(Role.ML_ENGINEER)
        done(engineer.put("/cases/churn/route", json={"settings": {"bandit": LINUCB}}))
        live.start("3", "bandit")
        live.look()
        learned(live, "churn-2", rounds=1)
        told: Any = reader.json("/releases/churn-2/bandit")
        assert [one["feature"] for one in told["weights"]] == ["constant", "calls"]
        for one in told["weights"]:
            for weight in one["by_arm"]:
                assert weight["low"] < weight["value"] < weight["high"]
        assert {arm["chance"] for arm in told["arms"]} == {None}
        page = reader.page("/releases/churn-2/bandit")
        assert "less 1, divided by 4" in page

    def test_another_release_has_no_such_page(self, live: Released, reader: Console) -> None:
        live.start("3", "canary")
        assert reader.get("/releases/churn-2/bandit").status_code == 404
