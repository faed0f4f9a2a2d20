"""The pages of risks: the register, one risk, the forms that keep them."""

import re

import pytest

from gonogo.core.roles import Role
from gonogo.interfaces.web.kit import plain
from gonogo.views import risk_page, risk_register
from tests.fixtures.clocks import FakeClock
from tests.fixtures.rest import done
from tests.fixtures.rooms import Written
from tests.fixtures.work import WorkAs
from tests.fixtures.world import VERSION, World, evidence, measured
from tests.interfaces.web.conftest import Reader

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

HERE = "/risks/late-labels"
SAID = {
    "key": "late-labels",
    "title": "Labels <late>",
    "category": "data-availability",
    "cause": "By hand",
    "event": "They are missing",
    "effect": "Training waits",
    "probability": "0.2, 0.4, 0.6",
    "loss": "10k, 20k, 60k",
    "currency": "USD",
    "delay": "p10=5, p90=20",
    "owner_role": "risk-officer",
    "case": "churn",
    "about": VERSION,
    "roles": "manager",
}
WATCH = {
    "name": "watch",
    "title": "Watch the ranking",
    "owner_role": "ml-engineer",
    "due": "2026-12-01",
    "cost": "2k, 5k, 9k",
    "leaves.probability": "0.5",
    "works_if.subject": VERSION,
    "works_if.check": "performance.roc_auc",
    "works_if.at_least": "0.75",
}


class TestRegister:
    def test_an_empty_one_says_what_belongs_there(self, console: Reader, world: World) -> None:
        page = console(Role.VIEWER).page("/risks")
        assert "No risk stands open" in page
        assert "gonogo risk add" in page
        assert "No risk is on the register" in console(Role.VIEWER).page("/cases/churn")

    def test_tells_what_is_at_stake_and_what_is_late(
        self, console: Reader, world: World, clock: FakeClock
    ) -> None:
        officer = console(Role.RISK_OFFICER)
        assert officer.post("/risks", SAID).status_code == 303
        officer.post(f"{HERE}/mitigations", WATCH)
        page = console(Role.VIEWER).page("/risks")
        assert "1 risk stands open; they are expected to cost 10,000 USD" in page
        assert "Labels &lt;late&gt;" in page
        assert "Mitigations overdue" not in page
        clock.advance(days=40)
        page = console(Role.VIEWER).page("/risks")
        assert "1 waits for a review" in page
        assert "1 mitigation overdue" in page
        assert "Mitigations overdue" in page
        assert "correlation of 0.2" in page
        assert "Labels &lt;late&gt;" in console(Role.VIEWER).page("/cases/churn")

    def test_burns_down_by_what_the_ledger_said(
        self, console: Reader, world: World, clock: FakeClock, work_as: WorkAs
    ) -> None:
        console(Role.RISK_OFFICER).post("/risks", SAID)
        clock.advance(days=1)
        console(Role.RISK_OFFICER).post(f"{HERE}/mitigations", WATCH)
        clock.advance(days=1)
        world.record(evidence(measured=measured(0.8)))
        clock.advance(days=1)
        with work_as(Role.VIEWER, write=False) as work:
            points = risk_register.register(work).over_time
        assert [one.residual for one in points] == pytest.approx([10_000, 10_000, 5_000, 5_000])
        assert [one.hoped for one in points] == pytest.approx([10_000, 5_000, 5_000, 5_000])
        assert {round(one.inherent) for one in points} == {10_000}
        console(Role.RISK_OFFICER).post(f"{HERE}/close", {"reason": "gone"})
        with work_as(Role.VIEWER, write=False) as work:
            assert risk_register.register(work).exposure is None
        assert "Expected loss over time" not in console(Role.VIEWER).page("/risks?ended=true")

    def test_the_loss_is_kept_and_told_beside_it(self, console: Reader, world: World) -> None:
        officer = console(Role.RISK_OFFICER)
        officer.post("/risks", SAID)
        assert officer.post("/risks/exposure", {"case": "churn"}).status_code == 303
        page = officer.page("/risks?case=churn")
        assert "Expected loss as it was kept" in page
        assert "Nothing was kept as evidence yet" not in page
        assert 'action="/risks/exposure"' not in console(Role.VIEWER).page("/risks")

    def test_its_twin_is_the_view(self, console: Reader, world: World, work_as: WorkAs) -> None:
        officer = console(Role.RISK_OFFICER)
        officer.post("/risks", SAID)
        told, one = officer.json("/risks"), officer.json(HERE)
        with work_as(Role.RISK_OFFICER, write=False) as work:
            assert told == plain(risk_register.register(work))
            assert one == plain(risk_page.risk(work, "late-labels"))

    def test_one_category_alone(self, console: Reader, world: World) -> None:
        console(Role.RISK_OFFICER).post("/risks", SAID)
        reader = console(Role.VIEWER)
        assert "Labels" not in reader.page("/risks?category=bias").partition("Register</h2>")[2]
        assert reader.get("/risks?category=bais").status_code == 422


class TestForms:
    def test_a_template_begins_it(self, console: Reader, world: World) -> None:
        officer = console(Role.RISK_OFFICER)
        assert "/risks/new?template=leakage" in officer.page("/risks/templates")
        page = officer.page("/risks/new?template=leakage&case=churn")
        assert 'value="The model has seen what it is to predict"' in page
        assert "data.train_test_overlap" in page

    def test_what_is_wrong_comes_back_as_it_was_filled_in(
        self, console: Reader, world: World, everything: Written
    ) -> None:
        officer, before = console(Role.RISK_OFFICER), everything()
        for wrong, expected in (
            ({"probability": "1.4"}, "a probability from 0 to 1"),
            ({"delay": "20, 5, 30"}, "at least 20"),
            ({"loss": "a lot"}, "a number such as 2M"),
            ({"about": "model:caller@9"}, "a known model"),
            ({"steps": "collect"}, "which has none"),
        ):
            answer = officer.post("/risks", {**SAID, **wrong})
            assert answer.status_code in {404, 422}, wrong
            assert expected in answer.text
            assert 'value="Labels &lt;late&gt;"' in answer.text
        assert everything() == before

    def test_is_for_who_keeps_the_register(self, console: Reader, world: World) -> None:
        engineer = console(Role.ML_ENGINEER)
        assert engineer.post("/risks", SAID).status_code == 403
        assert 'href="/risks/new' not in engineer.page("/risks")
        console(Role.RISK_OFFICER).post("/risks", SAID)
        page = engineer.page(HERE)
        assert "<form method" not in page.partition("<main")[2]

    def test_an_edit_keeps_the_mitigations(self, console: Reader, world: World) -> None:
        officer = console(Role.RISK_OFFICER)
        officer.post("/risks", SAID)
        officer.post(f"{HERE}/mitigations", WATCH)
        page = officer.page(f"{HERE}/edit")
        assert 'value="0.2, 0.4, 0.6"' in page
        assert 'value="p10=5, p90=20"' in page
        entry = page.partition('name="entry" value="')[2][:64]
        said = {name: one for name, one in SAID.items() if name != "key"}
        asked = {**said, "probability": "0.1", "entry": entry}
        assert officer.post(f"{HERE}/edit", asked).status_code == 303
        page = officer.page(HERE)
        assert "10 %" in page
        assert "Watch the ranking" in page
        assert officer.post(f"{HERE}/edit", asked).status_code == 409

    def test_a_register_is_taken_over(self, console: Reader, world: World) -> None:
        officer = console(Role.RISK_OFFICER)
        text = officer.page("/risks/import").partition("<textarea")[2].partition(">")[2]
        text = text.partition("</textarea>")[0]
        assert officer.post("/risks/import", {"text": text}).status_code == 303
        assert "Labels come late" in officer.page("/risks")
        wrong = officer.post("/risks/import", {"text": text.replace("0.1", "1.1")})
        assert wrong.status_code == 422
        assert "risks.late-labels.probability.low (line 9)" in wrong.text


class TestRisk:
    def test_shows_what_evidence_says_of_a_mitigation(self, console: Reader, world: World) -> None:
        officer = console(Role.RISK_OFFICER)
        officer.post("/risks", SAID)
        officer.post(f"{HERE}/mitigations", WATCH)
        assert "Planned" in officer.page(HERE)
        (digest,) = world.record(evidence(measured=measured(0.8)))
        page = officer.page(HERE)
        assert "Shown to work" in page
        assert f'href="/ledger/{digest}"' in page
        filled = officer.page(f"{HERE}?mitigation=watch")
        assert 'value="2000, 5000, 9000"' in filled
        assert 'value="0.75"' in filled
        dropped = officer.post(f"{HERE}/mitigations/watch/drop", {})
        assert dropped.status_code == 303
        assert "Nothing is planned against it" in officer.page(HERE)

    def test_a_mitigation_that_is_wrong_comes_back(self, console: Reader, world: World) -> None:
        officer = console(Role.RISK_OFFICER)
        officer.post("/risks", SAID)
        for wrong, expected in (
            ({"due": "2026-11-01"}, "2026-11-21, or later"),
            ({"works_if.check": "performance.rocauc"}, "a check of the catalogue"),
            ({"leaves.probability": "1.5"}, "the share that is left"),
            ({"works_if.subject": "model:caller@9"}, "a known model"),
        ):
            answer = officer.post(f"{HERE}/mitigations", {**WATCH, **wrong})
            assert answer.status_code in {404, 422}, answer.text[-500:]
            assert expected in answer.text
            assert 'value="Watch the ranking"' in answer.text

    def test_an_error_stands_at_its_field(self, console: Reader, world: World) -> None:
        officer = console(Role.RISK_OFFICER)
        officer.post("/risks", SAID)
        late = officer.post(f"{HERE}/mitigations", {**WATCH, "due": "2001-01-01"}).text
        assert re.search(r'name="due"[^>]*aria-invalid="true"', late)
        for form in ("close", "occur"):
            told = officer.post(f"{HERE}/{form}", {"reason": "as typed", "evidence": "99999"}).text
            assert re.search(r'name="evidence"[^>]*aria-invalid="true"', told)
            assert "as typed" in told

    def test_lives_until_it_ends(self, console: Reader, world: World) -> None:
        manager = console(Role.MANAGER)
        manager.post("/risks", SAID)
        assert manager.post(f"{HERE}/reviews", {"note": "still so"}).status_code == 303
        assert "still so" in manager.page(HERE)
        assert manager.post(f"{HERE}/accept", {"reason": "cheap"}).status_code == 303
        answer = manager.post(f"{HERE}/occur", {"reason": "it did"})
        assert answer.status_code == 422
        assert "an entry of the ledger, or an incident" in answer.text
        (digest,) = world.record(evidence())
        answer = manager.post(f"{HERE}/occur", {"reason": "it did", "evidence": digest})
        assert answer.status_code == 303
        page = manager.page(HERE)
        assert "risk came true: it did" in page
        assert f"{HERE}/close" not in page
        assert done(world.api.by(Role.VIEWER).get("/risks"))["items"] == []

    def test_of_what_is_not_there_there_is_no_page(self, console: Reader, world: World) -> None:
        assert console(Role.VIEWER).get("/risks/nowhere").status_code == 404
