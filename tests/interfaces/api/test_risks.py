"""REST for the register of risks: what is said, what evidence shows, what it may cost."""

from typing import Any

import pytest

from gonogo.core.roles import Role
from gonogo.domain.risks.templates import TEMPLATES
from tests.fixtures.clocks import FakeClock
from tests.fixtures.rest import Json, Written, done, refused
from tests.fixtures.world import VERSION, World, evidence, measured

# What is asked of the tables is asked of both databases in tests/flows/test_risks.py.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PLAN = """plan: Churn
currency: USD
people: {scientist: 1}
steps:
  collect: {days: {optimistic: 4, likely: 5, pessimistic: 9}, needs: {scientist: 1}}
  train: {days: 5, after: collect, needs: {scientist: 1}}
  live: {milestone: true, after: train}
goal: live
risks:
  vendor: {title: The cloud is down, probability: 0.1, steps: [train], delay: 2}
"""
SAID: dict[str, Json] = {
    "key": "late-labels",
    "title": "Labels come late",
    "category": "data-availability",
    "cause": "Outcomes are booked by hand",
    "event": "A quarter's labels are missing",
    "effect": "Training waits",
    "probability": 0.4,
    "delay": {"optimistic": 5, "likely": 10, "pessimistic": 15},
    "loss": {"low": 10_000, "likely": 20_000, "high": 60_000},
    "currency": "USD",
    "owner_role": "risk-officer",
    "case": "churn",
    "steps": ["collect"],
    "about": [VERSION],
    "roles": ["data-scientist", "scientist"],
}
WATCH: dict[str, Json] = {
    "title": "Watch the ranking",
    "owner_role": "ml-engineer",
    "due": "2026-12-01",
    "cost": 500,
    "leaves": {"probability": 0.5, "loss": 0.5},
    "works_if": {"subject": VERSION, "check": "performance.roc_auc", "at_least": 0.75},
}

WRONG: list[tuple[dict[str, Json], str, int]] = [
    ({"probability": 1.4}, "probability", 422),
    ({"delay": {"optimistic": 9, "likely": 2, "pessimistic": 20}}, "delay.likely", 422),
    ({"steps": ["colect"]}, "steps[0]", 422),
    ({"about": ["model:caller@9"]}, "about[0]", 404),
    ({"roles": ["astronaut"]}, "roles[0]", 422),
    ({"owner_role": "astronaut"}, "owner_role", 422),
    ({"currency": "EUR"}, "currency", 422),
    ({"case": "nowhere", "steps": None}, "case", 404),
    ({"key": "new"}, "key", 422),
    ({"mitigations": {"watch": {**WATCH, "due": "2026-11-20"}}}, "mitigations.watch.due", 422),
]


@pytest.fixture
def planned(world: World) -> World:
    """A use case with a plan."""
    done(world.api.by(Role.MANAGER).post("/cases/churn/plans", json={"text": PLAN}), 201)
    return world


def add(world: World, status: int = 201, **more: Json) -> dict[str, Any]:
    answer = world.api.by(Role.RISK_OFFICER).post("/risks", json={**SAID, **more})
    told: dict[str, Any] = done(answer, status)
    return told


def mitigate(world: World, **more: Json) -> dict[str, Any]:
    answer = world.api.by(Role.RISK_OFFICER).put(
        "/risks/late-labels/mitigations/watch", json={**WATCH, **more}, headers={"If-Match": "*"}
    )
    told: dict[str, Any] = done(answer)
    return told


def post(world: World, what: str, **said: Json) -> dict[str, Any]:
    answer = world.api.by(Role.MANAGER).post(f"/risks/late-labels/{what}", json=said)
    told: dict[str, Any] = done(answer)
    return told


class TestAdd:
    def test_tells_what_is_at_stake(self, planned: World) -> None:
        """Mean probability, delay and loss, and their products."""
        told = add(planned)
        stake = told["inherent"]
        assert (stake["probability"], stake["days"], stake["loss"]) == (0.4, 10, 25_000)
        assert (stake["expected_days"], stake["expected_loss"]) == (4, 10_000)
        assert stake["severity"] == "high"
        assert told["residual"] == stake
        assert told["state"] == "open"
        listed = done(planned.api.by(Role.VIEWER).get("/risks"))["items"]
        assert listed == [told]

    def test_what_is_wrong_is_named_and_nothing_saved(
        self, planned: World, everything: Written
    ) -> None:
        """Field, value, and what would be right."""
        officer, before = planned.api.by(Role.RISK_OFFICER), everything()
        for wrong, field, status in WRONG:
            refused(officer.post("/risks", json={**SAID, **wrong}), status, field)
        assert everything() == before

    def test_a_name_is_taken_once(self, planned: World) -> None:
        """The other one is to be edited, or called otherwise."""
        add(planned)
        refused(planned.api.by(Role.MANAGER).post("/risks", json=SAID), 409, "key")

    def test_money_of_a_use_case_is_in_one_currency(self, world: World) -> None:
        """What is lost with its risks can be added up."""
        add(world, steps=None, roles=None)
        other = {**SAID, "key": "other", "steps": None, "roles": None, "currency": "EUR"}
        told = refused(world.api.by(Role.MANAGER).post("/risks", json=other), 422, "currency")
        assert "one currency" in told["expected"]

    def test_is_for_who_keeps_the_register(self, bare: World) -> None:
        """Risk officer and manager write; the others read."""
        asked = {**SAID, "case": None, "steps": None, "about": None, "roles": None}
        for role in Role:
            answer = bare.api.by(role).post("/risks", json={**asked, "key": f"by-{role}"})
            may = role in {Role.RISK_OFFICER, Role.MANAGER}
            assert answer.status_code == (201 if may else 403)


class TestMitigate:
    def test_only_evidence_shows_that_it_works(self, planned: World) -> None:
        """Planned until then: what is hoped for is told apart from what is left."""
        add(planned)
        told = mitigate(planned)
        assert told["mitigations"][0]["works"] == "planned"
        assert told["residual"] == told["inherent"]
        assert told["hoped"]["expected_loss"] == pytest.approx(2_500)
        (digest,) = planned.record(evidence(measured=measured(0.8)))
        told = done(planned.api.by(Role.VIEWER).get("/risks/late-labels"))
        assert told["mitigations"][0]["works"] == "shown to work"
        assert told["mitigations"][0]["evidence"] == digest
        assert told["residual"]["expected_loss"] == pytest.approx(2_500)

    def test_evidence_that_speaks_against_it(self, planned: World) -> None:
        """Counts neither as shown nor as hoped for."""
        add(planned)
        planned.record(evidence(measured=measured(0.6)))
        told = mitigate(planned)
        assert told["mitigations"][0]["works"] == "shown not to work"
        assert told["residual"] == told["inherent"] == told["hoped"]

    def test_a_model_stands_for_its_champion(self, planned: World) -> None:
        """Which this one has none of, so nothing is shown."""
        add(planned)
        planned.record(evidence(measured=measured(0.8)))
        proof = {"subject": "model:caller", "check": "performance.roc_auc", "at_least": 0.75}
        told = mitigate(planned, works_if=proof)
        assert told["mitigations"][0]["works"] == "planned"
        assert "no version in charge" in told["mitigations"][0]["why"]

    def test_is_overdue_after_its_day(self, planned: World, clock: FakeClock) -> None:
        """Unless it is shown to work."""
        add(planned)
        mitigate(planned)
        clock.advance(days=12)
        told = done(planned.api.by(Role.VIEWER).get("/risks/late-labels"))
        assert told["mitigations"][0]["overdue"] is True
        planned.record(evidence(measured=measured(0.8)))
        told = done(planned.api.by(Role.VIEWER).get("/risks/late-labels"))
        assert told["mitigations"][0]["overdue"] is False

    def test_can_be_taken_away(self, planned: World) -> None:
        """And then is no more."""
        add(planned)
        mitigate(planned)
        assert post(planned, "mitigations/watch/drop")["mitigations"] == []
        answer = planned.api.by(Role.MANAGER).post("/risks/late-labels/mitigations/watch/drop")
        refused(answer, 404, "mitigation")


class TestEdit:
    def test_needs_what_was_read(self, planned: World) -> None:
        """An edit of what somebody else changed meanwhile is refused."""
        add(planned)
        officer = planned.api.by(Role.RISK_OFFICER)
        tag = officer.get("/risks/late-labels").headers["etag"]
        asked = {name: one for name, one in SAID.items() if name != "key"} | {"probability": 0.2}
        told = done(officer.put("/risks/late-labels", json=asked, headers={"If-Match": tag}))
        assert told["inherent"]["probability"] == 0.2
        refused(officer.put("/risks/late-labels", json=asked, headers={"If-Match": tag}), 412)

    def test_a_mitigation_overdue_stands_as_it_was(self, planned: World, clock: FakeClock) -> None:
        """Only a new date must not lie in the past."""
        add(planned)
        told = mitigate(planned)
        clock.advance(days=30)
        officer = planned.api.by(Role.RISK_OFFICER)
        asked = {**told["said"], "probability": 0.3}
        assert done(officer.put("/risks/late-labels", json=asked, headers={"If-Match": "*"}))
        asked["mitigations"] = {"watch": {**WATCH, "due": "2026-12-02"}}
        answer = officer.put("/risks/late-labels", json=asked, headers={"If-Match": "*"})
        refused(answer, 422, "mitigations.watch.due")


class TestLife:
    def test_is_unreviewed_after_the_time_its_severity_allows(
        self, planned: World, clock: FakeClock
    ) -> None:
        """A high one after thirty days; a review begins them anew."""
        add(planned)
        clock.advance(days=29)
        reader = planned.api.by(Role.VIEWER)
        assert done(reader.get("/risks/late-labels"))["unreviewed"] is False
        clock.advance(days=2)
        assert done(reader.get("/risks/late-labels"))["unreviewed"] is True
        assert post(planned, "reviews", note="still so")["unreviewed"] is False

    def test_is_accepted_by_a_decision(self, planned: World) -> None:
        """That cites what is known of it; it counts as before and is not aged."""
        add(planned)
        told = post(planned, "accept", reason="cheaper than any cure")
        assert (told["state"], told["reason"]) == ("accepted", "cheaper than any cure")
        decided = done(planned.api.by(Role.VIEWER).get("/decisions"))["items"][0]
        assert (decided["outcome"], decided["subject"]) == ("accepted", "risk:late-labels")
        again = planned.api.by(Role.MANAGER).post("/risks/late-labels/accept", json={"reason": "x"})
        refused(again, 409, "risk")

    def test_a_refusal_to_accept_is_kept(self, planned: World) -> None:
        """Who tried to live with what others answer for is in the ledger."""
        add(planned)
        engineer = planned.api.by(Role.ML_ENGINEER)
        refused(engineer.post("/risks/late-labels/accept", json={"reason": "x"}), 403)
        found = done(planned.api.by(Role.VIEWER).get("/ledger?kind=refusal"))["items"]
        assert found[0]["subject"] == "risk:late-labels"

    def test_that_it_came_true_is_shown(self, planned: World) -> None:
        """By an entry; without one it is a claim."""
        add(planned)
        manager = planned.api.by(Role.MANAGER)
        answer = manager.post("/risks/late-labels/occur", json={"reason": "it did"})
        refused(answer, 422, "evidence")
        answer = manager.post("/risks/late-labels/occur", json={"reason": "it did", "incident": 3})
        refused(answer, 404, "incident")
        (digest,) = planned.record(evidence())
        told = post(planned, "occur", reason="it did", evidence=digest)
        assert (told["state"], told["shown_by"]) == ("occurred", digest)
        assert done(planned.api.by(Role.VIEWER).get("/risks"))["items"] == []
        assert len(done(planned.api.by(Role.VIEWER).get("/risks?ended=true"))["items"]) == 1

    def test_what_is_closed_stays_so(self, planned: World) -> None:
        """No more reviews, mitigations, or another end."""
        add(planned)
        assert post(planned, "close", reason="the source is gone")["state"] == "closed"
        for what, said in (("reviews", {}), ("close", {"reason": "again"})):
            answer = planned.api.by(Role.MANAGER).post(f"/risks/late-labels/{what}", json=said)
            refused(answer, 409, "risk")


class TestForecast:
    def test_the_register_enters_the_plan(self, planned: World) -> None:
        """Beside the plan's own risks, each left out once; without it nothing is later."""
        path, asked = "/cases/churn/forecasts", {"futures": 500, "seed": 7}
        manager = planned.api.by(Role.MANAGER)
        before = done(manager.post(path, json=asked), 201)
        assert [one["risk"] for one in before["risks"]] == ["vendor"]
        add(planned)
        after = done(manager.post(path, json=asked), 201)
        first, second = after["risks"]
        assert (first["risk"], first["title"]) == ("risk:late-labels", "Labels come late")
        assert second["later"] == before["risks"][0]["later"]
        assert first["later"]["value"] == pytest.approx(4, abs=0.6)
        assert after["dates"][2]["days"]["value"] > before["dates"][2]["days"]["value"]
        assert after["cost"]["mean"]["value"] > before["cost"]["mean"]["value"]

    def test_what_is_shown_to_work_makes_nothing_later(self, planned: World) -> None:
        """And the exposure tells of the delay by the latest forecast."""
        path, asked = "/cases/churn/forecasts", {"futures": 500, "seed": 7}
        manager = planned.api.by(Role.MANAGER)
        add(planned)
        mitigate(planned)
        before = done(manager.post(path, json=asked), 201)
        planned.record(evidence(measured=measured(0.8)))
        after = done(manager.post(path, json=asked), 201)
        assert after["risks"][0]["probability"] == pytest.approx(0.2)
        assert after["risks"][0]["later"]["value"] < before["risks"][0]["later"]["value"]
        told = done(planned.api.by(Role.VIEWER).get("/risks/exposure"))
        assert [one["risk"] for one in told["delays"]] == ["risk:late-labels", "vendor"]
        assert told["delays"][0]["evidence"] == after["entry"]
        kept = done(planned.api.by(Role.VIEWER).get("/risks/burn-down?case=churn"))["kept"]
        assert [one["residual"]["value"] for one in kept] == pytest.approx([10_000, 2_500])


class TestExposure:
    def test_adds_up_what_may_be_lost(self, planned: World) -> None:
        """Expected loss exactly, percentiles and tail by simulation, the same each time."""
        add(planned)
        add(
            planned,
            key="rare",
            title="Rare",
            probability=0.02,
            loss=900_000,
            steps=None,
            delay=None,
        )
        reader = planned.api.by(Role.VIEWER)
        told = done(reader.get("/risks/exposure?correlation=0&futures=4000"))
        assert (told["currency"], told["counted"], told["left_out"]) == ("USD", 2, 0)
        assert told["expected"] == pytest.approx(28_000)
        assert [one["risk"] for one in told["contributions"]] == ["rare", "late-labels"]
        assert sum(one["tail_share"] for one in told["contributions"]) == pytest.approx(1)
        assert told == done(reader.get("/risks/exposure?correlation=0&futures=4000"))

    def test_currencies_are_not_mixed(self, planned: World) -> None:
        """Those of the other one are counted apart, and one that nobody has is refused."""
        add(planned)
        add(planned, key="abroad", currency="EUR", case=None, steps=None, roles=["manager"])
        reader = planned.api.by(Role.VIEWER)
        assert done(reader.get("/risks/exposure?currency=EUR"))["left_out"] == 1
        refused(reader.get("/risks/exposure?currency=GBP"), 422, "currency")
        for field, wrong in (("level", 7), ("correlation", 1), ("futures", 9), ("seed", -1)):
            refused(reader.get(f"/risks/exposure?{field}={wrong}"), 422, field)

    def test_is_kept_once_and_told_over_time(self, planned: World, clock: FakeClock) -> None:
        """By what the ledger said, and as it was kept; of a use case, or of all."""
        add(planned)
        officer = planned.api.by(Role.RISK_OFFICER)
        (entry,) = done(officer.post("/risks/exposure", json={"case": "churn"}))["entries"]
        assert done(officer.post("/risks/exposure", json={"case": "churn"}))["entries"] == []
        refused(officer.post("/risks/exposure", json={"case": "nowhere"}), 404, "case")
        clock.advance(days=1)
        reader = planned.api.by(Role.VIEWER)
        told = done(reader.get("/risks/burn-down?case=churn"))
        assert [(one["entry"], one["open"]) for one in told["kept"]] == [(entry, 1)]
        assert told["kept"][0]["inherent"]["value"] == told["kept"][0]["residual"]["value"]
        assert told["points"][-1]["residual"] == pytest.approx(10_000)
        refused(reader.get("/risks/burn-down?currency=GBP"), 422, "currency")
        refused(reader.get("/risks/burn-down?case=nowhere"), 404, "case")

    def test_of_nothing_is_nothing(self, bare: World) -> None:
        """No risk, no loss."""
        told = done(bare.api.by(Role.VIEWER).get("/risks/exposure"))
        assert (told["expected"], told["counted"]) == (0, 0)


REGISTER = """currency: USD
case: churn
risks:
  one:
    {title: One, category: drift, cause: c, event: e, effect: f, probability: 0.1, loss: 100,
     owner_role: manager}
  two:
    {title: Two, category: bias, cause: c, event: e, effect: f, probability: 0.1, loss: 100,
     owner_role: manager}
"""


class TestImport:
    def test_adds_edits_and_leaves(self, planned: World) -> None:
        """What is said twice is there once."""
        officer = planned.api.by(Role.RISK_OFFICER)
        told = done(officer.post("/risks/import", json={"text": REGISTER}))
        assert told == {"added": ["one", "two"], "edited": [], "unchanged": []}
        text = REGISTER.replace("title: Two", "title: Second")
        told = done(officer.post("/risks/import", json={"text": text}))
        assert told == {"added": [], "edited": ["two"], "unchanged": ["one"]}

    def test_is_all_or_nothing(self, planned: World, everything: Written) -> None:
        """The first is not saved where the second is wrong."""
        before = everything()
        text = REGISTER.replace("title: Two, category: bias", "title: Two, category: bais")
        answer = planned.api.by(Role.RISK_OFFICER).post("/risks/import", json={"text": text})
        told = refused(answer, 422, "risks.two.category (line 8)")
        assert "did you mean bias?" in told["expected"]
        assert everything() == before


class TestTemplates:
    def test_each_category_has_one(self, bare: World) -> None:
        """With a cause, an event, an effect, checks and mitigations."""
        items = done(bare.api.by(Role.VIEWER).get("/risks/templates"))["items"]
        assert [one["category"] for one in items] == [str(one) for one in TEMPLATES]
        assert all(one["checks"] and one["mitigations"] for one in items)
