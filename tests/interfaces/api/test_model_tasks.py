"""REST: what a version is for is declared when it is registered, and the server measures by it."""

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from gonogo.core.roles import Role
from tests.fixtures.rest import Json, Written, done, refused
from tests.fixtures.world import World

RNG = np.random.default_rng(5)
MONTHS = pd.DataFrame({"month": np.arange(48), "season": np.arange(48) % 12})
MONTHS["left"] = (50 + 3 * MONTHS["season"] + RNG.normal(0, 4, 48)).round(2)
KINDS = pd.DataFrame({"calls": RNG.normal(0, 1, 90)})
KINDS["left"] = np.clip(np.round(KINDS["calls"] + 1), 0, 2).astype(int)
LISTS = pd.DataFrame({"session": np.arange(60) // 6, "calls": RNG.normal(0, 1, 60)})
LISTS["left"] = (LISTS["calls"] > 0).astype(int)
FORECAST = {"kind": "forecast", "time": "month"}
ENGINEER = Role.ML_ENGINEER


@cache
def booster(objective: str, column: str) -> bytes:
    """A small model in LightGBM's text."""
    import lightgbm

    rows = {"season": MONTHS[:36], "calls": KINDS}[column]
    quiet = {"verbosity": -1, "num_threads": 1, "min_data_in_leaf": 2, "objective": objective}
    if objective == "multiclass":
        quiet["num_class"] = 3
    data = lightgbm.Dataset(rows[[column]], label=rows["left"])
    return lightgbm.train(quiet, data, num_boost_round=5).model_to_string().encode()


def registered(world: World, number: str, content: bytes, **asked: Any) -> Json:
    world.tracking.add_version("caller", number, {"model.lgb": content})
    return world.version(number, **asked)


def measured(world: World, number: str, **asked: Any) -> list[Json]:
    """What the server finds of a version."""
    engineer = world.api.by(ENGINEER)
    path = f"/models/caller/versions/{number}/reproduce"
    entries = set(done(engineer.post(path, json=asked), 201)["entries"])
    query: dict[str, str | int] = {"subject": f"model:caller@{number}", "limit": 200}
    return [
        one
        for one in done(engineer.get("/evidence", params=query))["items"]
        if one["digest"] in entries
    ]


def data(world: World, name: str, rows: pd.DataFrame) -> str:
    """A dataset version whose label is `left`, and in which nobody is protected."""
    return str(world.dataset(name, rows.assign(sex="f"))["subject"])


class TestDeclared:
    def test_it_is_kept_and_told(self, world: World) -> None:
        told = registered(world, "2", booster("regression", "season"), task=FORECAST)
        assert told["task"] == FORECAST
        entry = world.api.by(Role.VIEWER).get(f"/ledger/{told['entry']}")
        assert done(entry)["body"]["task"] == FORECAST

    def test_a_version_of_which_nothing_is_said_is_a_classification(self, world: World) -> None:
        told = done(world.api.by(Role.VIEWER).get("/models/caller/versions/1"))
        assert told["task"] == {"kind": "classification"}

    @pytest.mark.parametrize(
        ("task", "field"),
        [
            ({"kind": "forecast"}, "task.time"),
            ({"kind": "regression", "query": "session"}, "task.query"),
            ({"kind": "clustering"}, "task.kind"),
        ],
    )
    def test_what_is_wrong_with_it_is_named(
        self, world: World, everything: Written, task: Json, field: str
    ) -> None:
        world.tracking.add_version("caller", "2")
        before = everything()
        asked = {"version": "2", "case": "churn", "task": task}
        scientist = world.api.by(Role.DATA_SCIENTIST)
        refused(scientist.post("/models/caller/versions", json=asked), 422, field)
        assert everything() == before


class TestMeasured:
    def test_a_forecast_by_its_own_checks_against_its_history(self, world: World) -> None:
        """The history is read from the training data of the version."""
        registered(
            world,
            "2",
            booster("regression", "season"),
            task=FORECAST,
            data=data(world, "before", MONTHS[:36]),
            evaluation=data(world, "after", MONTHS[36:]),
        )
        found = {one["check"]: one for one in measured(world, "2")}
        assert {"performance.mase", "performance.smape", "performance.mae"} <= found.keys()
        assert "performance.roc_auc" not in found
        mase = found["performance.mase"]
        assert mase["reproduced"]
        import lightgbm

        model = lightgbm.Booster(model_str=booster("regression", "season").decode())
        after = MONTHS[36:]
        errors = np.abs(np.asarray(model.predict(after[["season"]])) - after["left"])
        scale = MONTHS["left"][:36].diff().abs().mean()
        assert mase["measured"]["value"] == pytest.approx(errors.mean() / scale)

    def test_a_column_that_the_rows_lack_is_named(self, world: World) -> None:
        registered(
            world,
            "2",
            booster("regression", "season"),
            task={"kind": "forecast", "time": "week"},
            evaluation=data(world, "after", MONTHS[36:]),
        )
        asked = {"checks": [{"check": "performance.mase"}]}
        answer = world.api.by(ENGINEER).post("/models/caller/versions/2/reproduce", json=asked)
        told = refused(answer, 422, "task.time")
        assert told["value"] == "week"
        assert told["expected"] == "a column of the data: month, season, left, sex"

    def test_classes_and_rankings_by_theirs(self, world: World) -> None:
        registered(
            world,
            "2",
            booster("multiclass", "calls"),
            task={"kind": "classes"},
            evaluation=data(world, "kinds", KINDS),
        )
        checks = [{"check": "performance.top_k_accuracy", "with": {"k": 1}}]
        (top,) = measured(world, "2", checks=checks)
        assert top["measured"]["value"] > 0.8
        assert {one["check"] for one in measured(world, "2")} >= {
            "performance.top_k_accuracy",
            "operations.latency_p99_ms",
        }
        registered(
            world,
            "3",
            booster("regression", "calls"),
            task={"kind": "ranking", "query": "session"},
            evaluation=data(world, "lists", LISTS),
        )
        found = {one["check"] for one in measured(world, "3")}
        assert {"performance.ndcg", "performance.mean_average_precision"} <= found

    def test_a_check_of_another_task_is_refused_with_those_of_its_own(self, world: World) -> None:
        registered(
            world,
            "2",
            booster("regression", "season"),
            task={"kind": "regression"},
            evaluation=data(world, "after", MONTHS[36:]),
        )
        asked = {"checks": [{"check": "performance.roc_auc"}]}
        answer = world.api.by(ENGINEER).post("/models/caller/versions/2/reproduce", json=asked)
        assert "performance.mae" in refused(answer, 422, "check")["expected"]
