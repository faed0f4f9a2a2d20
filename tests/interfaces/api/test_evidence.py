"""Tests of REST for evidence: all or nothing, immutable, found by subject and check."""

from gonogo.core.roles import Role
from tests.fixtures.rest import Written, done, refused
from tests.fixtures.world import VERSION, World, evidence, measured

UNDEFINED = {"undefined": "no observations", "n": 0}


class TestRecord:
    def test_answers_with_the_places_in_order(self, world: World) -> None:
        """Each digest is an entry of the ledger, told as it was handed in."""
        asked = evidence(
            "fairness.selection_rate_ratio",
            data=world.test,
            code="git:1f0c2ab",
            environment="lock:9ab1",
            detail={"groups": [{"group": "f", "n": 3}]},
            **{"with": {"group": "sex", "threshold": 0.5}},
        )
        first, second = world.record(asked, evidence(measured=UNDEFINED))
        told = done(world.api.by(Role.VIEWER).get(f"/evidence/{first}"))
        assert {name: told[name] for name in asked} == asked
        assert told["reproduced"] is False
        assert told["actor"] == world.api.user(Role.DATA_SCIENTIST)
        later = done(world.api.operator.get(f"/evidence/{told['position'] + 1}"))
        assert (later["digest"], later["measured"]) == (second, UNDEFINED)

    def test_nobody_may_call_it_reproduced(self, world: World, everything: Written) -> None:
        """Only the server knows what it measured itself."""
        before = everything()
        asked = {"evidence": [evidence(reproduced=True)]}
        answer = world.api.by(Role.DATA_SCIENTIST).post("/evidence", json=asked)
        refused(answer, 422, "evidence.0.reproduced")
        assert everything() == before

    def test_one_that_cannot_be_keeps_out_all(self, world: World, everything: Written) -> None:
        """The answer counts from nought."""
        before = everything()
        asked = {"evidence": [evidence(), evidence("performance.luck"), evidence()]}
        answer = world.api.by(Role.DATA_SCIENTIST).post("/evidence", json=asked)
        refused(answer, 422, "evidence.1.check")
        assert everything() == before

    def test_takes_a_thousand_at_once_and_not_one_more(
        self, world: World, everything: Written
    ) -> None:
        """More comes in a request of its own; none at all is a mistake."""
        scientist = world.api.by(Role.DATA_SCIENTIST)
        before = everything()
        for batch in ([], [evidence()] * 1001):
            refused(scientist.post("/evidence", json={"evidence": batch}), 422, "evidence")
        assert everything() == before
        assert len(world.record(*[evidence()] * 1000)) == 1000

    def test_may_be_sent_twice_under_one_key(self, world: World, everything: Written) -> None:
        """A pipeline that lost the answer asks again."""
        scientist, key = world.api.by(Role.DATA_SCIENTIST), {"Idempotency-Key": "batch-1"}
        asked = {"evidence": [evidence()]}
        first = done(scientist.post("/evidence", json=asked, headers=key), 201)
        before = everything()
        assert done(scientist.post("/evidence", json=asked, headers=key), 201) == first
        assert everything() == before


class TestList:
    def test_current_leaves_out_what_was_replaced(self, world: World) -> None:
        """The newest of each check and way of measuring; the ledger keeps the rest."""
        old, new = world.record(evidence(), evidence(measured=measured(0.9)))
        (other,) = world.record(evidence(data=world.test))
        viewer = world.api.by(Role.VIEWER)
        query = {"subject": VERSION, "check": "performance.roc_auc"}
        listed = done(viewer.get("/evidence", params=query))["items"]
        assert [one["digest"] for one in listed] == [other, new, old]
        now = done(viewer.get("/evidence", params={**query, "current": True}))["items"]
        assert {one["digest"] for one in now} == {other, new}

    def test_goes_page_by_page(self, world: World) -> None:
        """Newest first, whether current or not."""
        made = world.record(
            evidence("performance.roc_auc"),
            evidence("performance.pr_auc"),
            evidence("performance.brier"),
        )
        viewer = world.api.by(Role.VIEWER)
        for current in (True, False):
            query = {"subject": VERSION, "current": current, "limit": 2}
            first = done(viewer.get("/evidence", params=query))
            rest = done(viewer.get("/evidence", params={**query, "cursor": first["next"]}))
            assert [one["digest"] for one in first["items"] + rest["items"]] == made[::-1]
            assert rest["next"] is None

    def test_what_cannot_be_asked_is_refused(self, world: World) -> None:
        """By field; what nobody measured is an empty list."""
        viewer = world.api.by(Role.VIEWER)
        refused(viewer.get("/evidence", params={"subject": "nowhere"}), 422, "subject")
        refused(viewer.get("/evidence", params={"cursor": "x"}), 422, "cursor")
        refused(viewer.get("/evidence", params={"check": "performance.luck"}), 422, "check")
        found = done(viewer.get("/evidence", params={"check": "performance.brier"}))
        assert found == {"items": [], "next": None}


class TestShow:
    def test_what_is_no_evidence_is_not_found(self, world: World) -> None:
        """Also an entry of another kind."""
        case = done(world.api.operator.get("/cases/churn"))
        for name in (case["entry"], "0" * 64, "999999", "9" * 40, "x"):
            refused(world.api.operator.get(f"/evidence/{name}"), 404)
