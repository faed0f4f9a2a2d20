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
from gonogo.core.evidence import measured_to_json
from gonogo.core.roles import Role
from gonogo.core.specs.served import CALIBRATION, COVERAGE
from gonogo.domain.releases import tables
from gonogo.flows import watching
from gonogo.gateway.scorers.load import load
from gonogo.interfaces.jobs import aliases
from gonogo.views import releases as views
from gonogo.views.release_sureness import Sureness
from tests.fixtures.released import TREE, Released
from tests.fixtures.rest import Json, done, refused
from tests.fixtures.world import ABOUT, evidence, measured

ANY = {"If-Match": "*"}
CARD = "engineering.model_card_completeness"


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


def shown(released: Released, told: Json) -> Sureness | None:
    """What the page of a release says of how sure its answers are."""
    with released.world.api.installation.open_work(SYSTEM, write=False) as work:
        found = tables.get(work, "churn", told["number"])
        seen = watching.seen(found, {}, work)
        return views.release(work, found, seen, ()).sureness


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

    def test_the_route_says_how_often_the_truth_is_to_be_held(
        self, released: Released, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """And for each protected group it is told how often it was."""
        settings = {"settings": {"coverage": 0.7}, "reason": "less is enough"}
        engineer = released.world.api.by(Role.ML_ENGINEER)
        done(engineer.put("/cases/churn/route", json=settings, headers=ANY))
        test = dataset(released, "test-900", rows(900, 1))
        told = started(released, monkeypatch, test)
        coverage = cited(released, told["decision"])[COVERAGE]
        assert coverage["with"]["coverage"] == 0.7
        groups = {one["group"] for one in coverage["detail"]["by_group"]}
        assert groups == {"f", "m"}
        model = served(released)
        assert model.conformal is not None
        assert model.conformal.level == 0.7
        sure = shown(released, told)
        assert sure is not None
        assert (sure.stated, sure.set_now) == (0.7, 0.7)
        assert measured_to_json(sure.coverage) == coverage["measured"]
        assert {one.group for one in sure.groups} == {"sex = f", "sex = m"}
        assert all(one.low <= one.share <= one.high for one in sure.groups)
        done(engineer.put("/cases/churn/route", json={**settings, "settings": {}}, headers=ANY))
        after = shown(released, told)
        assert after is not None
        assert (after.stated, after.set_now) == (0.7, 0.9)

    @pytest.mark.parametrize("wrong", [0, 1, 1.2])
    def test_a_coverage_that_is_none_is_refused(self, released: Released, wrong: float) -> None:
        asked = {"settings": {"coverage": wrong}, "reason": "x"}
        engineer = released.world.api.by(Role.ML_ENGINEER)
        refused(engineer.put("/cases/churn/route", json=asked, headers=ANY), 422, "coverage")

    def test_but_not_those_it_is_measured_on(self, released: Released) -> None:
        api = released.world.api.by(Role.ML_ENGINEER)
        for rows_of in (released.world.test, released.world.train):
            asked = {"version": "caller@2", "strategy": "canary", "calibration": rows_of}
            refused(api.post("/cases/churn/releases", json=asked), 422, "calibration")

    def test_a_start_that_is_refused_leaves_no_evidence(self, released: Released) -> None:
        released.start("2", "blue-green")
        place, viewer = "/ledger", released.world.api.by(Role.VIEWER)
        before = done(viewer.get(place))
        api = released.world.api.by(Role.ML_ENGINEER)
        asked = {"version": "caller@3", "strategy": "canary"}
        refused(api.post("/cases/churn/releases", json=asked), 409, "case")
        assert done(viewer.get(place)) == before

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
            said = loaded.sure(score, "yes", "no")
            held.append(("yes" if row["left"] else "no") in (said.set or ()))
        measured = cited(released, told["decision"])[COVERAGE]["measured"]
        assert np.mean(held) >= measured["low"] - 0.03


STEEP = {"version": "caller@2", "weight": 3.0}
FLAT = {"version": "caller@3"}


def ensemble(released: Released, status: int = 201, **more: Any) -> Json:
    asked = {"members": [STEEP, FLAT], **more}
    api = released.world.api.by(Role.DATA_SCIENTIST)
    answer = api.post("/models/caller/ensembles", json=asked)
    return done(answer, status) if status < 300 else refused(answer, status)


class TestEnsemble:
    def test_it_is_sealed_with_its_members_files(self, released: Released) -> None:
        told = ensemble(released)
        assert (told["subject"], told["format"]) == ("model:caller@e1", "ensemble")
        assert [file["path"] for file in told["files"]] == [
            "ensemble.json",
            "members/0/model.lgb",
            "members/1/model.lgb",
        ]
        assert told["ensemble"]["members"] == [
            {"version": "model:caller@2", "weight": 0.75},
            {"version": "model:caller@3", "weight": 0.25},
        ]
        assert told["ensemble"]["seen"] == [released.world.train]
        assert (told["data"], told["evaluation"]) == (released.world.train, released.world.test)
        assert told["author"] == released.world.api.user(Role.DATA_SCIENTIST)
        api = released.world.api.by(Role.VIEWER)
        assert done(api.get("/models/caller/versions/e1"))["ensemble"] == told["ensemble"]
        page = api.get("/models/caller/versions/e1")
        assert page.is_success
        assert done(api.post("/models/caller/versions/e1/verify"))["files"] == 3

    def test_the_same_again_is_there_already(self, released: Released) -> None:
        first = ensemble(released)
        assert ensemble(released, 200)["subject"] == first["subject"]
        other = ensemble(released, members=[{"version": "caller@2"}, FLAT])
        assert other["subject"] == "model:caller@e2"

    def test_it_is_measured_gated_released_and_answers(
        self, released: Released, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As any version; the alias of the tracking server stays where it is."""
        test = dataset(released, "test-900", rows(900, 1))
        ensemble(released, evaluation=test)
        subject, world = "model:caller@e1", released.world
        world.record(
            {**evidence(data=test), "subject": subject},
            {**evidence(CARD, measured=measured(0.9)), "subject": subject},
        )
        for gate, roles in (
            ("validation", (Role.ML_ENGINEER, Role.RISK_OFFICER)),
            ("production", (Role.RISK_OFFICER,)),
        ):
            review = world.open(gate, subject)["id"]
            world.sign(review, *roles)
            asked = {"rationale": "all hold", "outcome": "go"}
            officer = world.api.by(Role.RISK_OFFICER)
            done(officer.post(f"/reviews/{review}/decision", json=asked), 201)
        start = {"version": "caller@e1", "strategy": "blue-green"}
        done(world.api.by(Role.ML_ENGINEER).post("/cases/churn/releases", json=start), 201)
        released.look()
        model = served(released, "caller@e1")
        assert [(one.model, one.weight) for one in model.members] == [
            ("caller@2", 0.75),
            ("caller@3", 0.25),
        ]
        home: Path = world.api.installation.settings.home
        table = shapes.decode((home / "gateway" / "snapshot.json").read_bytes())
        assert table.routes["churn"].arms[0].kind is shapes.Kind.ENSEMBLE
        loaded = load(model, lambda folder: home / folder)
        # Trees of one split: at three calls the first says yes and the second does not yet.
        yes, no = 1 / (1 + np.exp(-1)), 1 / (1 + np.exp(1))
        assert loaded.score({"calls": 3}) == pytest.approx(0.75 * yes + 0.25 * no)
        assert loaded.score({"calls": 9}) == pytest.approx(yes)
        world.tracking.set_alias("caller", "champion", "2")
        released.order("advance")
        aliases.follow(world.api.installation.open_work, world.tracking)
        assert ("caller", "champion") not in world.tracking.aliases, "no version that lost"

    def test_weights_are_learned_on_rows_that_none_has_seen(self, released: Released) -> None:
        """Who leaves is told by more than five calls: the member that is nearer weighs all."""
        other = dataset(released, "other", rows(400, 3))
        for number in ("5", "12"):
            files = {"model.lgb": TREE.replace("{threshold}", number).encode()}
            released.world.tracking.add_version("caller", number, files)
            released.world.version(number, data=released.world.train)
        members = [{"version": "caller@5"}, {"version": "caller@12"}, {"version": "caller@3"}]
        told = ensemble(released, members=members, learn=other, evaluation=released.world.test)
        made = told["ensemble"]
        assert made["learned_on"] == other
        assert set(made["seen"]) == {released.world.train, other}
        shares = {one["version"]: one["weight"] for one in made["members"]}
        assert max(shares, key=lambda one: shares[one]) == "model:caller@5"
        assert sum(shares.values()) == pytest.approx(1)
        assert len(shares) + len(made["left_out"]) == 3

    @pytest.mark.parametrize(
        ("field", "more"),
        [
            ("members", {"members": [STEEP]}),
            ("members", {"members": [STEEP, STEEP]}),
            ("members.1.version", {"members": [STEEP, {"version": ""}]}),
            ("members.1.weight", {"members": [STEEP, {**FLAT, "weight": -1}]}),
            ("members.1", {"members": [STEEP, {"version": "caller"}]}),
            ("stack", {"stack": "caller@1@1"}),
            ("learn", {"learn": "other"}),
        ],
    )
    def test_what_is_no_ensemble_is_refused_by_name(
        self, released: Released, field: str, more: dict[str, Any]
    ) -> None:
        assert ensemble(released, 422, **more)["field"] == field

    def test_rows_that_a_member_has_seen_teach_no_weights(self, released: Released) -> None:
        world = released.world
        assert ensemble(released, 422, learn=world.train)["field"] == "learn"
        assert ensemble(released, 422, evaluation=world.train)["field"] == "evaluation"

    def test_a_folder_that_only_says_so_is_no_ensemble(self, released: Released) -> None:
        """Its members must be versions that are registered, so they are put together here."""
        world = released.world
        known = world.tracking.contents["caller", "2"]["model.lgb"]
        said = {
            "kind": "gonogo ensemble",
            "v": 1,
            "members": [{"version": f"x@{n}", "weight": 1} for n in (0, 1)],
            "stack": None,
        }
        files = {f"members/{n}/model.lgb": known for n in (0, 1)}
        world.tracking.add_version(
            "caller", "8", {**files, "ensemble.json": json.dumps(said).encode()}
        )
        api = world.api.by(Role.DATA_SCIENTIST)
        asked = {"version": "8", "case": "churn"}
        told = refused(api.post("/models/caller/versions", json=asked), 422, "format")
        assert "gonogo model ensemble" in told["expected"]


WINDOWS = [{"name": "calls", "statistic": "count"}, {"name": "often", "statistic": "count"}]
OFTEN = {
    "name": "often",
    "when": [{"column": "often", "op": ">=", "value": 3}],
    "outcome": "decline",
    "reason": "too many within the hour",
}


class TestWindows:
    def test_rules_and_models_read_them_by_name(self, released: Released) -> None:
        """A column that is called as a window is filled by it; a rule only needs its name."""
        api = released.world.api.by(Role.ML_ENGINEER)
        released.start("2", "blue-green")
        settings = {"windows": WINDOWS, "before": [OFTEN]}
        done(api.put("/cases/churn/route", json={"settings": settings}, headers={"If-Match": "*"}))
        released.look()
        home = released.world.api.installation.settings.home
        table = shapes.decode((home / "gateway" / "snapshot.json").read_bytes())
        assert [(one.name, one.case) for one in table.windows] == [
            ("calls", "churn"),
            ("often", "churn"),
        ]
        assert [(one.name, one.online) for one in served(released, "caller@2").features] == [
            ("calls", "calls")
        ]
        assert [one.name for one in table.routes["churn"].before] == ["often"]

    @pytest.mark.parametrize("second", ["calls", "score", ""])
    def test_two_of_a_name_are_refused(self, released: Released, second: str) -> None:
        api = released.world.api.by(Role.ML_ENGINEER)
        settings = {"windows": [WINDOWS[0], {"name": second, "statistic": "count"}]}
        asked = {"settings": settings}
        answer = api.put("/cases/churn/route", json=asked, headers={"If-Match": "*"})
        refused(answer, 422, "windows")
