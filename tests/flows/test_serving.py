"""A released version carries calibration and coverage, from rows that it was not trained on."""

import json
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pandas as pd
import pytest

from gonogo.core import snapshot as shapes
from gonogo.core.caller import SYSTEM
from gonogo.core.roles import Role
from gonogo.core.specs.served import CALIBRATION, COVERAGE
from gonogo.gateway.scorers.load import load
from tests.fixtures.released import Released
from tests.fixtures.rest import Json, done, refused
from tests.fixtures.world import ABOUT


def rows(n: int, seed: int) -> pd.DataFrame:
    """Who calls often leaves with four chances in five."""
    drawn = np.random.default_rng(seed)
    calls = drawn.integers(0, 20, n)
    left = drawn.uniform(size=n) < np.where(calls > 5, 0.8, 0.2)
    return pd.DataFrame({"calls": calls, "sex": drawn.choice(["f", "m"], n), "left": left * 1})


def dataset(released: Released, name: str, frame: pd.DataFrame, **about: Json) -> str:
    answer = released.world.api.by(Role.DATA_SCIENTIST).post(
        f"/datasets/{name}/versions",
        data={"about": json.dumps({**ABOUT, **about})},
        files={"file": ("rows.csv", frame.to_csv(index=False).encode(), "text/csv")},
    )
    return str(done(answer, 201)["subject"])


def started(released: Released, monkeypatch: pytest.MonkeyPatch, test: str, **more: Json) -> Json:
    """A version whose evidence is measured on `test`, released."""
    monkeypatch.setattr(released.world, "test", test)
    released.ready("5")
    asked = {"version": "caller@5", "strategy": "blue-green", **more}
    api = released.world.api.by(Role.PRODUCT_MANAGER)
    told = done(api.post("/cases/churn/releases", json=asked), 201)
    released.look()
    return told


def served(released: Released, key: str = "caller@5") -> shapes.Served:
    home = released.world.api.installation.settings.home
    return shapes.decode((home / "gateway" / "snapshot.json").read_bytes()).models[key]


def cited(released: Released, decision: str) -> dict[str, Any]:
    """The evidence that a decision rests on, by check."""
    with released.world.api.installation.open_work(SYSTEM, write=False) as work:
        body = msgspec.json.decode(work.ledger.entry(decision).body)
        entries = [work.ledger.entry(one) for one in body["cites"]]
        found = [msgspec.json.decode(one.body) for one in entries if one.kind == "evidence"]
    return {one["check"]: one for one in found}


class TestStart:
    def test_without_other_rows_the_test_is_cut_in_three(
        self, released: Released, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        test = dataset(released, "test-900", rows(900, 1))
        told = started(released, monkeypatch, test)
        found = cited(released, told["decision"])
        assert set(found) == {CALIBRATION, COVERAGE}
        coverage = found[COVERAGE]
        assert (coverage["data"], coverage["reproduced"]) == (test, True)
        assert coverage["detail"]["learned_from"] == "the rows under test"
        assert coverage["measured"]["n"] == 300
        model = served(released)
        # One split of the tree: two scores, and how often each leaves.
        assert [round(chance, 1) for _, chance in model.calibration] == [0.2, 0.8]
        assert model.conformal is not None
        assert (model.conformal.level, model.conformal.n) == (0.9, 300)

    def test_another_part_of_the_same_source_is_what_it_learns_from(
        self, released: Released, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        whole = rows(1500, 2)
        source = dataset(released, "source", whole)
        part = {"parents": [source], "transformation": "split by row"}
        test = dataset(released, "part-test", whole[:700], **part)
        apart = dataset(released, "part-calibration", whole[700:1300], **part)
        told = started(released, monkeypatch, test)
        coverage = cited(released, told["decision"])[COVERAGE]
        assert coverage["detail"]["learned_from"] == apart
        assert coverage["data"] == test
        assert coverage["measured"]["n"] == 700
        assert coverage["detail"]["conformal_rows"] == 300

    def test_the_rows_may_be_named(
        self, released: Released, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        test = dataset(released, "test-900", rows(900, 1))
        other = dataset(released, "other", rows(400, 3))
        told = started(released, monkeypatch, test, calibration=other)
        assert cited(released, told["decision"])[CALIBRATION]["detail"]["learned_from"] == other

    def test_but_not_those_it_is_measured_on(self, released: Released) -> None:
        api = released.world.api.by(Role.ML_ENGINEER)
        for rows_of in (released.world.test, released.world.train):
            asked = {"version": "caller@2", "strategy": "canary", "calibration": rows_of}
            refused(api.post("/cases/churn/releases", json=asked), 422, "calibration")

    def test_too_few_rows_are_a_reason_and_nothing_is_made_up(self, released: Released) -> None:
        told = released.start("2", "blue-green")
        found = cited(released, told["decision"])
        assert "rarer class" in found[CALIBRATION]["measured"]["undefined"]
        assert "9 or more" in found[COVERAGE]["measured"]["undefined"]
        model = served(released, "caller@2")
        assert (model.calibration, model.conformal) == ((), None)


class TestServed:
    def test_the_gateway_answers_what_was_measured(
        self, released: Released, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """On rows nobody has seen, sets hold the truth about as often as the evidence says."""
        test = dataset(released, "test-900", rows(900, 1))
        told = started(released, monkeypatch, test)
        home: Path = released.world.api.installation.settings.home
        loaded = load(served(released), lambda folder: home / folder)
        held = []
        for row in rows(600, 9).to_dict(orient="records"):
            score = loaded.score({str(name): value for name, value in row.items()})
            said = loaded.uncertainty(score, "yes", "no")
            held.append(("yes" if row["left"] else "no") in said["set"])
        measured = cited(released, told["decision"])[COVERAGE]["measured"]
        assert np.mean(held) >= measured["low"] - 0.03
