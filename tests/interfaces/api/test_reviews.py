"""Tests of REST for gate reviews: polled live, signed by role, waived for a time, decided once."""

from datetime import timedelta

from gonogo.core.roles import Role
from tests.fixtures.clocks import FakeClock
from tests.fixtures.rest import Json, Written, done, refused
from tests.fixtures.world import POLICY, VERSION, World, evidence, measured

GO = {"role": "ml-engineer", "outcome": "go"}


def shown(world: World, review: str = "") -> Json:
    """The review as anybody sees it."""
    return done(world.api.by(Role.VIEWER).get(f"/reviews/{review or world.review}"))


def key_of(world: World, check: str) -> str:
    """The key of the condition that asks for this check."""
    found = {row["check"]: row["key"] for row in shown(world)["conditions"]}
    return str(found[check])


def waiver(world: World, **more: Json) -> dict[str, Json]:
    """That ROC AUC may pass for thirty days."""
    return {
        "condition": key_of(world, "performance.roc_auc"),
        "role": "risk-officer",
        "reason": "for the pilot",
        "expires": "2026-12-21T10:30:00Z",
        **more,
    }


class TestOpen:
    def test_opens_one_and_then_answers_with_it(self, world: World, everything: Written) -> None:
        """201 for the first, 200 for who comes later; a gate has one open review."""
        before = everything()
        asked = {"subject": VERSION, "gate": "validation"}
        again = world.api.by(Role.DATA_SCIENTIST).post("/reviews", json=asked)
        assert done(again, 200)["id"] == world.review
        assert everything() == before
        told = shown(world)
        assert (told["state"], told["verdict"]) == ("open", "no data")
        assert told["policy"]["name"] == "house"
        assert told["missing_sign_offs"] == ["ml-engineer", "risk-officer"]

    def test_what_cannot_be_reviewed_is_refused(self, world: World, everything: Written) -> None:
        """By field; nothing is written."""
        scientist = world.api.by(Role.DATA_SCIENTIST)
        before = everything()
        for asked, status, field in (
            ({"subject": VERSION, "gate": "lunch"}, 422, "gate"),
            ({"subject": VERSION, "gate": "production"}, 409, "gate"),
            ({"subject": "model:caller@9", "gate": "validation"}, 404, None),
            ({"subject": "model:caller", "gate": "validation"}, 404, "subject"),
            ({"subject": "case:churn", "gate": "validation"}, 404, "subject"),
            ({"subject": "nowhere", "gate": "validation"}, 422, "subject"),
        ):
            refused(scientist.post("/reviews", json=asked), status, field)
        assert everything() == before


class TestShow:
    def test_polls_what_there_is_now(self, world: World) -> None:
        """From no data over hold to go, with what would turn it."""
        world.record(evidence(data=world.test, measured=measured(0.7, 0.05)))
        held = shown(world)
        rows = {row["check"]: row for row in held["conditions"]}
        assert rows["performance.roc_auc"]["verdict"] == "hold"
        assert rows["performance.roc_auc"]["more_needed"] is None
        assert {turn["check"] for turn in held["turns_to_go"]} == {
            "performance.roc_auc",
            "engineering.model_card_completeness",
        }
        world.ready()
        polled = shown(world)
        assert (polled["verdict"], polled["turns_to_go"], polled["lacks"]) == ("go", [], [])
        assert polled["by_area"] == {"performance": "go", "engineering": "go"}

    def test_an_unknown_one_is_not_found(self, world: World) -> None:
        """Whatever is asked of it."""
        for path, asked in (
            ("sign-offs", GO),
            ("waivers", waiver(world)),
            ("decision", {"rationale": "x"}),
        ):
            answer = world.api.by(Role.RISK_OFFICER).post(f"/reviews/none/{path}", json=asked)
            refused(answer, 404)
        refused(world.api.operator.get("/reviews/none"), 404)


class TestSign:
    def test_is_told_with_its_entry(self, world: World) -> None:
        """What was there to see is in the ledger."""
        answer = world.api.by(Role.ML_ENGINEER).post(
            f"/reviews/{world.review}/sign-offs", json={**GO, "comment": "seen"}
        )
        (given,) = done(answer, 201)["sign_offs"]
        assert (given["role"], given["outcome"], given["comment"]) == ("ml-engineer", "go", "seen")
        entry = done(world.api.operator.get(f"/ledger/{given['entry']}"))
        assert (entry["kind"], entry["body"]["verdict"]) == ("sign-off", "no data")
        assert shown(world)["missing_sign_offs"] == ["risk-officer"]

    def test_a_role_that_is_not_asked_for_cannot_sign(
        self, world: World, everything: Written
    ) -> None:
        """Nor one that does not exist."""
        manager = world.api.by(Role.MANAGER)
        before = everything()
        path = f"/reviews/{world.review}/sign-offs"
        refused(manager.post(path, json={**GO, "role": "manager"}), 422, "role")
        refused(manager.post(path, json={**GO, "role": "king"}), 422, "role")
        refused(manager.post(path, json={**GO, "outcome": "perhaps"}), 422, "outcome")
        assert everything() == before


class TestWaive:
    def test_lets_a_condition_pass_for_a_time(self, world: World, clock: FakeClock) -> None:
        """Until it expires; the verdict itself stays what the evidence says."""
        path = f"/reviews/{world.review}/waivers"
        told = done(world.api.by(Role.RISK_OFFICER).post(path, json=waiver(world)), 201)
        row = told["conditions"][0]
        assert (row["verdict"], row["counts_as"]) == ("no data", "go")
        assert row["waiver"] == told["waivers"][0]["entry"]
        assert told["waivers"][0]["holds"]
        clock.advance(days=30)
        later = shown(world)
        assert (later["conditions"][0]["counts_as"], later["waivers"][0]["holds"]) == (
            "no data",
            False,
        )

    def test_can_be_withdrawn_once(self, world: World, everything: Written) -> None:
        """With a reason."""
        risk = world.api.by(Role.RISK_OFFICER)
        told = done(risk.post(f"/reviews/{world.review}/waivers", json=waiver(world)), 201)
        entry = told["waivers"][0]["entry"]
        path = f"/reviews/{world.review}/waivers/{entry}/withdrawal"
        after = done(risk.post(path, json={"reason": "the pilot is over"}))
        assert after["waivers"][0]["withdrawn"]
        assert after["conditions"][0]["counts_as"] == "no data"
        before = everything()
        refused(risk.post(path, json={"reason": "again"}), 409, "waiver")
        refused(risk.post(path.replace(entry, "0" * 64), json={"reason": "x"}), 404, "waiver")
        assert everything() == before

    def test_what_cannot_be_waived_is_refused(
        self, world: World, clock: FakeClock, everything: Written
    ) -> None:
        """An unknown condition, no reason, a time that is past, far away or none."""
        risk = world.api.by(Role.RISK_OFFICER)
        assert waiver(world)
        risk.get("/me")
        before = everything()
        past = (clock() - timedelta(days=1)).isoformat()
        for change, field in (
            ({"condition": "0" * 12}, "condition"),
            ({"reason": " "}, "reason"),
            ({"expires": past}, "expires"),
            ({"expires": "2099-01-01T00:00:00Z"}, "expires"),
            ({"expires": "soon"}, "expires"),
        ):
            asked = waiver(world, **change)
            refused(risk.post(f"/reviews/{world.review}/waivers", json=asked), 422, field)
        assert everything() == before


class TestDecide:
    def test_go_moves_the_version_and_cites_what_it_rests_on(self, world: World) -> None:
        """Policy, review, evidence and sign-offs, each by its digest."""
        world.ready()
        path = f"/reviews/{world.review}/decision"
        told = done(world.api.by(Role.RISK_OFFICER).post(path, json={"rationale": "so"}), 201)
        assert (told["state"], told["outcome"], told["rationale"]) == ("decided", "go", "so")
        assert told["decided_by"] == world.api.user(Role.RISK_OFFICER)
        version = done(world.api.operator.get("/models/caller/versions/1"))
        assert (version["stage"], version["entry"]) == ("validation", told["decision"])
        decision = done(world.api.operator.get(f"/decisions/{told['decision']}"))
        assert {told["policy"]["entry"], told["entry"]} <= set(decision["cites"])
        assert {one["entry"] for one in told["sign_offs"]} <= set(decision["cites"])
        assert {row["evidence"] for row in told["conditions"]} <= set(decision["cites"])

    def test_what_lacks_can_be_decided_no_go_alone(self, world: World, everything: Written) -> None:
        """Go is refused, and says what it lacks; no-go leaves the version where it is."""
        risk = world.api.by(Role.RISK_OFFICER)
        path = f"/reviews/{world.review}/decision"
        risk.get("/me")
        before = everything()
        refused(risk.post(path, json={"rationale": "x", "outcome": "go"}), 409)
        refused(risk.post(path, json={"rationale": "", "outcome": "no-go"}), 422, "rationale")
        assert everything() == before
        told = done(risk.post(path, json={"rationale": "no evidence", "outcome": "no-go"}), 201)
        assert told["outcome"] == "no-go"
        assert done(risk.get("/models/caller/versions/1"))["stage"] == "sandbox"

    def test_is_final(self, world: World, everything: Written) -> None:
        """Nobody signs, waives or decides afterwards."""
        world.ready()
        risk = world.api.by(Role.RISK_OFFICER)
        asked = waiver(world)
        done(risk.post(f"/reviews/{world.review}/decision", json={"rationale": "so"}), 201)
        before = everything()
        for path, body in (
            ("decision", {"rationale": "again", "outcome": "no-go"}),
            ("sign-offs", {"role": "risk-officer", "outcome": "no-go"}),
            ("waivers", asked),
        ):
            refused(risk.post(f"/reviews/{world.review}/{path}", json=body), 409)
        assert everything() == before

    def test_a_policy_that_changed_meanwhile_takes_a_review_of_its_own(
        self, world: World, everything: Written
    ) -> None:
        """Under the old wording it can only end no-go."""
        world.ready()
        world.policy(POLICY.replace("at_least: 0.7}", "at_least: 0.72}"))
        risk = world.api.by(Role.RISK_OFFICER)
        before = everything()
        refused(risk.post(f"/reviews/{world.review}/decision", json={"rationale": "so"}), 409)
        assert everything() == before
        assert world.open()["id"] != world.review


class TestList:
    def test_can_be_narrowed_and_goes_page_by_page(self, world: World) -> None:
        """By state, subject and gate."""
        world.tracking.add_version("caller", "2")
        world.version("2")
        other = world.open(subject="model:caller@2")["id"]
        viewer = world.api.by(Role.VIEWER)
        for query, ids in (
            ({}, [other, world.review]),
            ({"subject": VERSION}, [world.review]),
            ({"state": "open", "gate": "validation"}, [other, world.review]),
            ({"state": "decided"}, []),
            ({"gate": "production"}, []),
        ):
            listed = done(viewer.get("/reviews", params=query))["items"]
            assert sorted(one["id"] for one in listed) == sorted(ids), query
        first = done(viewer.get("/reviews", params={"limit": 1}))
        rest = done(viewer.get("/reviews", params={"limit": 1, "cursor": first["next"]}))
        assert {one["id"] for one in first["items"] + rest["items"]} == {other, world.review}
        assert rest["next"] is None
        for name in ("state", "gate", "subject"):
            refused(viewer.get("/reviews", params={name: "lunch"}), 422, name)
