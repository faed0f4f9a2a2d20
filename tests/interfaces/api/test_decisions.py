"""Tests of REST for decisions: as the ledger holds them, found by what they decide."""

from gonogo.core.roles import Role
from tests.fixtures.rest import done, refused
from tests.fixtures.world import VERSION, World


class TestList:
    def test_goes_page_by_page_newest_first(self, world: World) -> None:
        """Of all, or of one subject."""
        scientist = world.api.by(Role.DATA_SCIENTIST)
        for slug in ("nets", "rules"):
            world.hypothesis(slug=slug)
        for slug in ("trees", "nets", "rules"):
            path = f"/hypotheses/churn/{slug}/abandon"
            done(scientist.post(path, json={"reason": f"of {slug}"}))
        first = done(scientist.get("/decisions", params={"limit": 2}))
        rest = done(scientist.get("/decisions", params={"limit": 2, "cursor": first["next"]}))
        seen = [one["rationale"] for one in first["items"] + rest["items"]]
        assert seen == ["of rules", "of nets", "of trees"]
        assert rest["next"] is None
        query = {"subject": "hypothesis:churn/nets"}
        (one,) = done(scientist.get("/decisions", params=query))["items"]
        assert (one["outcome"], one["gate"], one["review"]) == ("abandoned", None, None)
        refused(scientist.get("/decisions", params={"subject": "lunch"}), 422, "subject")


class TestShow:
    def test_tells_what_it_rests_on(self, world: World) -> None:
        """With the poll as it was."""
        world.ready()
        risk = world.api.by(Role.RISK_OFFICER)
        path = f"/reviews/{world.review}/decision"
        entry = done(risk.post(path, json={"rationale": "as polled"}), 201)["decision"]
        told = done(risk.get(f"/decisions/{entry}"))
        assert (told["subject"], told["outcome"]) == (VERSION, "go")
        assert (told["gate"], told["review"]) == ("validation", world.review)
        assert told["actor"] == world.api.user(Role.RISK_OFFICER)
        assert told["body"]["verdict"] == "go"
        assert len(told["cites"]) == 6
        assert done(risk.get(f"/decisions/{told['position']}")) == told

    def test_what_is_no_decision_is_not_found(self, world: World) -> None:
        """Also an entry of another kind."""
        case = done(world.api.operator.get("/cases/churn"))
        for name in (case["entry"], "1", "0" * 64, "x", "é", "-1"):
            refused(world.api.operator.get(f"/decisions/{name}"), 404)
