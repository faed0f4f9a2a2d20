"""Tests of REST for hypotheses: fixed beforehand, never edited, settled by their own criteria."""

from datetime import timedelta

from gonogo.core.roles import Role
from tests.fixtures.clocks import START, FakeClock
from tests.fixtures.rest import Json, Written, done, refused
from tests.fixtures.world import HYPOTHESIS, World, evidence, measured

PATH = "/hypotheses/churn/trees"
CRITERION = {"check": "performance.roc_auc", "at_least": 0.7}
CANNOT_BE: list[tuple[dict[str, Json], int, str]] = [
    ({"slug": "T!"}, 422, "slug"),
    ({"statement": ""}, 422, "statement"),
    ({"criteria": []}, 422, "criteria"),
    ({"criteria": [{"check": "performance.luck", "at_least": 1}]}, 422, "criteria.0.check"),
    ({"criteria": [{"check": "performance.roc_auc"}]}, 422, "criteria.0.at_least"),
    ({"criteria": [{**CRITERION, "at_most": 0.5}]}, 422, "criteria.0.at_least"),
    ({"criteria": [{**CRITERION, "with": {"colour": "red"}}]}, 422, "criteria.0.with.colour"),
    ({"design": {"method": "x", "folds": 1}}, 422, "design.folds"),
    ({"prior": 1}, 422, "prior"),
    ({"significance": 0}, 422, "significance"),
    ({"power": 1.5}, 422, "power"),
    ({"time_box": "tomorrow"}, 422, "time_box"),
    ({"time_box": "2026-11-20"}, 422, "time_box"),
    ({"dataset": "dataset:none@0123456789ab"}, 404, "dataset"),
    ({"dataset": "case:churn"}, 422, "dataset"),
]
"""What no hypothesis can be, and the field that says so."""


class TestRegister:
    def test_answers_with_the_hypothesis_as_it_was_fixed(self, world: World) -> None:
        """Its registration is an entry of the ledger, and its ETag."""
        answer = world.api.by(Role.VIEWER).get(PATH)
        told = done(answer)
        assert told["subject"] == "hypothesis:churn/trees"
        assert (told["state"], told["settled"]) == ("open", [])
        assert told["entry"] == told["registration"]
        assert answer.headers["etag"] == f'"{told["entry"]}"'
        assert told["registered_by"] == world.api.user(Role.DATA_SCIENTIST)
        assert told["criteria"][0]["check"] == "performance.roc_auc"

    def test_what_cannot_be_is_refused_by_field(self, world: World, everything: Written) -> None:
        """And nothing is written."""
        scientist = world.api.by(Role.DATA_SCIENTIST)
        before = everything()
        for change, status, field in CANNOT_BE:
            asked = {**HYPOTHESIS, "slug": "other", **change}
            refused(scientist.post("/cases/churn/hypotheses", json=asked), status, field)
        assert everything() == before

    def test_a_name_is_given_once(self, world: World, everything: Written) -> None:
        """Within a use case."""
        before = everything()
        again = world.api.by(Role.DATA_SCIENTIST).post("/cases/churn/hypotheses", json=HYPOTHESIS)
        refused(again, 409, "slug")
        assert everything() == before


class TestEdit:
    def test_what_was_registered_stays(self, world: World, everything: Written) -> None:
        """Whether it is replaced or changed, with or without its ETag."""
        before = everything()
        for headers in ({}, {"If-Match": "*"}):
            for method in ("PUT", "PATCH"):
                answer = world.api.by(Role.DATA_SCIENTIST).request(
                    method, PATH, json=HYPOTHESIS, headers=headers
                )
                refused(answer, 409, "hypothesis")
        assert everything() == before


class TestSettle:
    def test_it_is_supported_where_the_whole_interval_holds(self, world: World) -> None:
        """And the answer tells which evidence said so."""
        scientist = world.api.by(Role.DATA_SCIENTIST)
        (cited,) = world.record(evidence(subject="hypothesis:churn/trees"))
        answer = scientist.post(f"{PATH}/settle", json={"learned": "They do"})
        told = done(answer)
        assert told["state"] == "supported"
        assert (told["settled"][0]["verdict"], told["settled"][0]["evidence"]) == ("go", cited)
        assert answer.headers["etag"] == f'"{told["entry"]}"'
        decision = done(scientist.get(f"/decisions/{told['entry']}"))
        assert cited in decision["cites"]
        assert told["registration"] in decision["cites"]

    def test_negative_results_are_listed_with_what_was_learned(self, world: World) -> None:
        """The refuted and the inconclusive ones; what is open is no result."""
        world.hypothesis(slug="nets")
        world.hypothesis(slug="rules")
        scientist = world.api.by(Role.DATA_SCIENTIST)
        world.record(
            evidence(subject="hypothesis:churn/nets", measured=measured(0.5)),
            evidence(subject="hypothesis:churn/rules", measured=measured(0.7, 0.05)),
        )
        for slug in ("nets", "rules"):
            path = f"/hypotheses/churn/{slug}/settle"
            done(scientist.post(path, json={"learned": f"of {slug}"}))
        found = done(scientist.get("/hypotheses", params={"negative": True}))["items"]
        assert {one["slug"]: (one["state"], one["learned"]) for one in found} == {
            "nets": ("refuted", "of nets"),
            "rules": ("inconclusive", "of rules"),
        }
        for state, slugs in (("refuted", ["nets"]), ("open", ["trees"]), ("abandoned", [])):
            listed = done(scientist.get("/hypotheses", params={"state": state}))["items"]
            assert [one["slug"] for one in listed] == slugs
        refused(scientist.get("/hypotheses", params={"state": "maybe"}), 422, "state")

    def test_without_evidence_or_words_it_stays_open(
        self, world: World, everything: Written
    ) -> None:
        """Nothing is written."""
        scientist = world.api.by(Role.DATA_SCIENTIST)
        before = everything()
        refused(scientist.post(f"{PATH}/settle", json={"learned": "x"}), 409)
        refused(scientist.post(f"{PATH}/settle", json={"learned": " "}), 422, "learned")
        refused(scientist.post(f"{PATH}/abandon", json={}), 422, "reason")
        assert everything() == before

    def test_it_is_settled_once(self, world: World, everything: Written) -> None:
        """Abandoned is settled too."""
        scientist = world.api.by(Role.DATA_SCIENTIST)
        told = done(scientist.post(f"{PATH}/abandon", json={"reason": "no budget"}))
        assert (told["state"], told["learned"]) == ("abandoned", "no budget")
        before = everything()
        refused(scientist.post(f"{PATH}/abandon", json={"reason": "again"}), 409)
        refused(scientist.post(f"{PATH}/settle", json={"learned": "x"}), 409)
        assert everything() == before


class TestCountRun:
    def test_a_run_counts_from_the_registration_on(
        self, world: World, clock: FakeClock, everything: Written
    ) -> None:
        """One that started before is refused with both times; nothing is written."""
        scientist = world.api.by(Role.DATA_SCIENTIST)
        world.tracking.add_run("early", started=START - timedelta(seconds=1))
        world.tracking.add_run("late", started=clock.advance(minutes=1))
        before = everything()
        told = refused(scientist.post(f"{PATH}/runs", json={"run_id": "early"}), 422, "run_id")
        assert "before the hypothesis was registered" in told["expected"]
        refused(scientist.post(f"{PATH}/runs", json={"run_id": "none"}), 404, "run_id")
        assert everything() == before
        counted = done(scientist.post(f"{PATH}/runs", json={"run_id": "late"}), 201)
        assert (counted["counts"], counted["hypothesis"]) == (True, "hypothesis:churn/trees")

    def test_it_counts_for_one_hypothesis(self, world: World, everything: Written) -> None:
        """The one it was made for."""
        world.hypothesis(slug="nets")
        before = everything()
        again = world.api.by(Role.DATA_SCIENTIST).post(
            "/hypotheses/churn/nets/runs", json={"run_id": "a1b2"}
        )
        refused(again, 409, "run_id")
        assert everything() == before


class TestList:
    def test_goes_page_by_page(self, world: World) -> None:
        """Of one use case, or of all."""
        for slug in ("nets", "rules"):
            world.hypothesis(slug=slug)
        viewer = world.api.by(Role.VIEWER)
        for path in ("/hypotheses", "/cases/churn/hypotheses"):
            first = done(viewer.get(path, params={"limit": 2}))
            rest = done(viewer.get(path, params={"limit": 2, "cursor": first["next"]}))
            seen = [one["slug"] for one in first["items"] + rest["items"]]
            assert sorted(seen) == ["nets", "rules", "trees"]
            assert rest["next"] is None

    def test_those_of_an_unknown_case_are_not_found(self, world: World) -> None:
        """An empty list would look like an answer."""
        refused(world.api.operator.get("/cases/none/hypotheses"), 404, "case")
        refused(world.api.operator.get("/hypotheses/churn/none"), 404)
