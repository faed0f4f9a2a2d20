"""REST: plans fixed with hypotheses, and families of hypotheses."""

from typing import Any

from gonogo.core.roles import Role
from tests.fixtures.rest import Json, Written, done, refused
from tests.fixtures.world import World, evidence, measured

PATH = "/hypotheses/churn/trees/plans"
PLAN: dict[str, Any] = {
    "kind": "auc",
    "asked": {"effect": 0.05, "analysis": "pocock", "looks": 3},
    "known": {"base": 0.7, "ratio": 2},
}
CANNOT_BE: list[tuple[dict[str, Json], int, str]] = [
    ({"kind": "luck"}, 422, "kind"),
    ({"asked": {}}, 422, "effect"),
    ({"asked": {"effect": 0.9}}, 422, "asked"),
    ({"asked": {"effect": 0.1, "looks": 0}}, 422, "asked.looks"),
    ({"asked": {"effect": 0.1, "alpha": 0.4}}, 422, "asked.alpha"),
    ({"known": {}}, 422, "known.base"),
    ({"known": {"base": 0.7, "sd": 1}}, 422, "known.sd"),
    ({"known": {"base": 7}}, 422, "base"),
    ({"criterion": 1}, 422, "criterion"),
    ({"criterion": -1}, 422, "criterion"),
]


class TestFix:
    def test_the_server_works_it_out(self, world: World) -> None:
        scientist = world.api.by(Role.DATA_SCIENTIST)
        answer = scientist.post(PATH, json=PLAN)
        made = done(answer, 201)
        assert answer.headers["etag"] == f'"{made["entry"]}"'
        assert made["plan"]["enough"]
        assert made["plan"]["total"] == 3 * made["plan"]["n"]
        assert [look["total"] for look in made["plan"]["looks"]][-1] == made["plan"]["total"]
        assert done(scientist.get(PATH))["items"] == [made]
        told = done(scientist.get(f"/ledger/{made['entry']}"))
        assert told["kind"] == "plan"

    def test_what_cannot_be_is_refused_by_field(self, world: World, everything: Written) -> None:
        scientist = world.api.by(Role.DATA_SCIENTIST)
        before = everything()
        for change, status, field in CANNOT_BE:
            refused(scientist.post(PATH, json={**PLAN, **change}), status, field)
        assert everything() == before

    def test_it_is_amended_with_a_reason_alone(self, world: World, everything: Written) -> None:
        scientist = world.api.by(Role.DATA_SCIENTIST)
        done(scientist.post(PATH, json=PLAN), 201)
        before = everything()
        refused(scientist.post(PATH, json=PLAN), 409, "reason")
        assert everything() == before
        world.record(evidence(subject="hypothesis:churn/trees", measured=measured(0.71)))
        amended = done(scientist.post(PATH, json={**PLAN, "reason": "rows are dear"}), 201)
        assert (amended["number"], amended["measured"]) == (2, 1)
        assert [one["number"] for one in done(scientist.get(PATH))["items"]] == [1, 2]

    def test_after_the_evidence_it_is_too_late(self, world: World, everything: Written) -> None:
        world.record(evidence(subject="hypothesis:churn/trees", measured=measured(0.71)))
        before = everything()
        refused(world.api.by(Role.DATA_SCIENTIST).post(PATH, json=PLAN), 409, "plan")
        assert everything() == before


class TestFamilies:
    def test_each_is_adjusted_by_the_others(self, world: World) -> None:
        for slug in ("nets", "rules"):
            world.hypothesis(slug=slug)
        world.hypothesis(slug="apart", family="second")
        world.record(
            *(
                evidence(subject=f"hypothesis:churn/{slug}", measured=measured(0.725))
                for slug in ("trees", "nets")
            )
        )
        viewer = world.api.by(Role.VIEWER)
        first, second = done(viewer.get("/cases/churn/families"))["items"]
        assert [one["slug"] for one in first["members"]] == ["nets", "trees", "rules"]
        trees = first["members"][1]
        assert trees["alone"]
        assert trees["holm"] == 3 * trees["p_value"]
        assert first["members"][2]["why"] == "not measured yet"
        assert (second["name"], second["alpha"]) == ("second", 0.05)
        asked: dict[str, str | float] = {"name": "second", "alpha": 0.1}
        (only,) = done(viewer.get("/cases/churn/families", params=asked))["items"]
        assert only["alpha"] == 0.1

    def test_what_is_not_there_or_no_level_is_refused(self, world: World) -> None:
        viewer = world.api.by(Role.VIEWER)
        refused(viewer.get("/cases/none/families"), 404, "case")
        for alpha in ("0", "1", "nan", "x"):
            refused(viewer.get("/cases/churn/families", params={"alpha": alpha}), 422, "alpha")
        asked = {"slug": "other", "family": "No Name"}
        scientist = world.api.by(Role.DATA_SCIENTIST)
        told = {**BODY, **asked}
        refused(scientist.post("/cases/churn/hypotheses", json=told), 422, "family")


BODY: dict[str, Json] = {
    "statement": "x",
    "criteria": [{"check": "performance.roc_auc", "at_least": 0.7}],
    "design": {"method": "x"},
    "time_box": "2026-12-24",
}
