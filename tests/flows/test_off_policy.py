"""What policies would have brought: from the decision log and from a dataset, kept and cited."""

from typing import Any

import msgspec
import numpy as np
import pandas as pd
import pytest

from gonogo.core.caller import SYSTEM
from gonogo.core.roles import Role
from tests.fixtures.released import Released
from tests.fixtures.rest import Json, done, refused


def asked(released: Released, body: Json | None = None, status: int = 201) -> Any:
    engineer = released.world.api.by(Role.ML_ENGINEER)
    return done(engineer.post("/cases/churn/off-policy", json=body or {}), status)


def ledger(released: Released, digest: str) -> Any:
    with released.world.api.installation.open_work(SYSTEM, write=False) as work:
        return msgspec.json.decode(work.ledger.entry(digest).body)


def compared(live: Released) -> None:
    """An A/B test whose challenger brings a yes twice as often."""
    live.start("3", "ab")
    live.look()
    for arm, yes in (("champion", 20), ("challenger", 40)):
        made = live.decided(100, arm, release="churn-2")
        live.outcomes(made[:yes], 1.0)
        live.outcomes(made[yes:90], 0.0)


class TestOfTheLog:
    def test_each_arm_all_evenly_and_linucb(self, live: Released) -> None:
        compared(live)
        told = asked(live, {"context": ["calls"]})
        assert told["source"] == "churn-2"
        assert (told["known"], told["waiting"]) == (180, 20)
        assert told["arms"] == {"caller@2": 90, "caller@3": 90}
        found = {(one["policy"], one["estimator"]): one for one in told["policies"]}
        assert len(found) == 4 * 3
        for name, rate in (("caller@2", 20 / 90), ("caller@3", 40 / 90)):
            one = found[f"always:{name}", "snips"]
            assert one["measured"]["value"] == pytest.approx(rate)
            assert one["measured"]["low"] < rate < one["measured"]["high"]
            assert not one["enough"], "ninety decisions are not enough for a normal interval"
        body = ledger(live, found["linucb", "doubly-robust"]["evidence"])
        assert body["reproduced"] is True
        assert body["with"]["release"] == "churn-2"
        assert body["detail"]["standardised"] == {"calls": [3.0, 1.0]}

    def test_the_start_of_a_bandit_cites_the_last_of_it(self, live: Released) -> None:
        compared(live)
        asked(live)
        live.world.tracking.clock.advance(minutes=1)
        told = asked(live)
        live.order("rollback")
        started = live.start("3", "bandit")
        cites = set(ledger(live, started["decision"])["cites"])
        assert cites >= {one["evidence"] for one in told["policies"]}

    def test_another_release_cites_none_of_it(self, live: Released) -> None:
        compared(live)
        told = asked(live)
        live.order("rollback")
        started = live.start("3", "canary")
        cites = set(ledger(live, started["decision"])["cites"])
        assert not cites & {one["evidence"] for one in told["policies"]}

    def test_where_nothing_was_drawn_it_says_what_would_do(self, live: Released) -> None:
        engineer = live.world.api.by(Role.ML_ENGINEER)
        told = refused(engineer.post("/cases/churn/off-policy", json={}), 409, "release")
        assert "ab, bandit or canary" in told["expected"]
        told = refused(engineer.post("/cases/churn/off-policy", json={"release": 1}), 409)
        assert "blue-green" in told["value"]
        live.start("3", "ab")
        live.decided(10, release="churn-2")
        told = refused(engineer.post("/cases/churn/off-policy", json={}), 409, "release")
        assert told["value"] == "10 decisions wait for their reward"

    def test_not_by_everybody(self, live: Released) -> None:
        manager = live.world.api.by(Role.MANAGER)
        refused(manager.post("/cases/churn/off-policy", json={}), 403)


class TestOfADataset:
    def columns(self) -> Json:
        return {"arm": "item", "reward": "left", "propensity": "chance", "entity": "who"}

    def rows(self) -> pd.DataFrame:
        rng = np.random.default_rng(7)
        item, age = rng.choice(list("abc"), 600), rng.integers(18, 80, 600)
        rate = np.where((item == "a") == (age < 50), 0.5, 0.2)
        click = (rng.random(600) < rate).astype(float)
        click[0] = np.nan
        who = np.arange(600) // 2
        return pd.DataFrame(
            {"item": item, "left": click, "chance": 1 / 3, "who": who, "age": age, "sex": "f"}
        )

    def test_columns_say_what(self, released: Released) -> None:
        data = released.world.dataset("clicks", self.rows())["subject"]
        told = asked(released, {"data": data, "columns": self.columns(), "context": ["age"]})
        assert (told["source"], told["known"], told["waiting"]) == (data, 599, 1)
        assert set(told["arms"]) == {"a", "b", "c"}
        found = {
            one["policy"]: one["measured"]
            for one in told["policies"]
            if one["estimator"] == "doubly-robust"
        }
        assert found["linucb"]["low"] > found["uniform"]["value"]
        centre, unit = told["standardised"]["age"]
        assert (18 < centre < 80, 10 < unit < 30) == (True, True)
        one = next(one for one in told["policies"] if one["policy"] == "always:b")
        assert ledger(released, one["evidence"])["data"] == data

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"arm": "nothing"}, "arm"),
            ({"propensity": "who"}, "propensity"),
            ({"reward": "item"}, "reward"),
        ],
    )
    def test_what_does_not_fit_is_named(
        self, released: Released, changed: Json, field: str
    ) -> None:
        data = released.world.dataset("clicks", self.rows())["subject"]
        engineer = released.world.api.by(Role.ML_ENGINEER)
        body = {"data": data, "columns": {**self.columns(), **changed}}
        refused(engineer.post("/cases/churn/off-policy", json=body), 422, field)

    def test_data_without_columns_is_refused(self, released: Released) -> None:
        engineer = released.world.api.by(Role.ML_ENGINEER)
        body = {"data": "dataset:clicks@1"}
        refused(engineer.post("/cases/churn/off-policy", json=body), 422, "data")
