"""Pages of what people say of a dataset: its datasheet and its privacy budget."""

import pytest

from gonogo.checks.engineering.datasheet import CHECK, SHEET
from gonogo.core.roles import ALLOWED, Action, Role
from gonogo.core.subjects import Subject
from gonogo.interfaces.web.kit import plain
from gonogo.views import datasheets as views
from tests.fixtures.rest import done
from tests.fixtures.rooms import Written
from tests.fixtures.work import WorkAs
from tests.fixtures.world import World, evidence, measured
from tests.interfaces.web.conftest import Reader

MISSING = '<span class="verdict none">Missing'
BUDGET = {"epsilon": "1", "delta": "0", "rows_per_person": "2", "rationale": "the <board>"}


@pytest.fixture
def here(world: World) -> str:
    """The page of the training data."""
    found = Subject.parse(world.train)
    return f"/datasets/{found.name}/{found.version}"


class TestDatasheet:
    def test_an_empty_one_asks_all_its_questions_and_says_how_to_answer(
        self, console: Reader, here: str
    ) -> None:
        page = console(Role.VIEWER).page(f"{here}/datasheet")
        assert page.count(MISSING) == len(SHEET)
        assert "gonogo dataset datasheet train@" in page
        assert "datasheet/edit" not in page
        assert "Not filled in yet" in console(Role.VIEWER).page(here)

    def test_answers_stand_in_their_sections_escaped(self, console: Reader, here: str) -> None:
        scientist = console(Role.DATA_SCIENTIST)
        said = {"purpose": "To <call>", "terms": "CC0", "funding": "TBD"}
        assert scientist.post(f"{here}/datasheet", said).status_code == 303
        page = scientist.page(f"{here}/datasheet")
        assert "To &lt;call&gt;" in page
        assert page.count(MISSING) == len(SHEET) - 2
        assert f"2 of {len(SHEET)} fields are filled in" in page
        assert f"2 of {len(SHEET)} fields filled in" in scientist.page(here)

    def test_editing_keeps_lists_and_takes_away_what_was_emptied(
        self, console: Reader, world: World, here: str
    ) -> None:
        answers = {"people": ["f", "m"], "uses": "one"}
        told = evidence(CHECK, measured=measured(0.07), detail={"answers": answers})
        digest = world.record({**told, "subject": world.train})[0]
        scientist = console(Role.DATA_SCIENTIST)
        assert "f; m</textarea>" in scientist.page(f"{here}/datasheet/edit")
        said = {"people": "f; m", "uses": "", "terms": "CC0", "entry": digest}
        assert scientist.post(f"{here}/datasheet", said).status_code == 303
        newest = scientist.json(f"{here}/datasheet")["entry"]
        kept = done(world.api.by(Role.VIEWER).get(f"/ledger/{newest}"))
        assert kept["body"]["detail"]["answers"] == {"people": ["f", "m"], "terms": "CC0"}

    def test_who_was_overtaken_keeps_what_was_written(
        self, console: Reader, here: str, everything: Written
    ) -> None:
        scientist = console(Role.DATA_SCIENTIST)
        scientist.post(f"{here}/datasheet", {"purpose": "first"})
        before = everything()
        answer = scientist.post(f"{here}/datasheet", {"purpose": "<second>", "entry": ""})
        assert answer.status_code == 409
        assert "&lt;second&gt;</textarea>" in answer.text
        assert everything() == before

    def test_a_client_may_tell_answers_in_a_form_of_its_own(
        self, console: Reader, world: World, here: str
    ) -> None:
        told = evidence(CHECK, measured=measured(0.07), detail={"answers": ["x"]})
        world.record({**told, "subject": world.train})
        assert console(Role.VIEWER).page(f"{here}/datasheet").count(MISSING) == len(SHEET)

    def test_its_twin_is_the_view(
        self, console: Reader, world: World, here: str, work_as: WorkAs
    ) -> None:
        told = console(Role.VIEWER).json(f"{here}/datasheet")
        found = Subject.parse(world.train)
        with work_as(Role.VIEWER, write=False) as work:
            assert told == plain(views.datasheet(work, found.name, found.version or ""))

    @pytest.mark.parametrize("role", list(Role))
    def test_is_filled_in_by_who_records_evidence(
        self, console: Reader, here: str, role: Role
    ) -> None:
        reader = console(role)
        may = role in ALLOWED[Action.EVIDENCE_RECORD]
        assert ("datasheet/edit" in reader.page(f"{here}/datasheet")) is may
        assert reader.get(f"{here}/datasheet/edit").status_code == (200 if may else 403)
        answer = reader.post(f"{here}/datasheet", {"purpose": "x"})
        assert answer.status_code == (303 if may else 403)


class TestBudget:
    def test_is_set_and_stands_on_the_page(self, console: Reader, here: str) -> None:
        officer = console(Role.RISK_OFFICER)
        assert "Set a budget" in officer.page(here)
        answer = officer.post(f"{here}/budget", BUDGET)
        assert answer.status_code == 303
        assert answer.headers["Location"].endswith("#privacy")
        assert "?done=" in answer.headers["Location"]
        page = officer.page(here)
        assert "the &lt;board&gt;" in page
        assert "Change the budget" in page
        assert 'value="2"' in officer.page(f"{here}/budget")

    def test_what_is_no_promise_comes_back_as_it_was_filled_in(
        self, console: Reader, here: str, everything: Written
    ) -> None:
        officer = console(Role.RISK_OFFICER)
        before = everything()
        answer = officer.post(f"{here}/budget", {**BUDGET, "delta": "0.5"})
        assert answer.status_code == 422
        assert 'id="refusal"' in answer.text
        assert "the &lt;board&gt;</textarea>" in answer.text
        assert everything() == before

    @pytest.mark.parametrize("role", list(Role))
    def test_is_for_who_answers_for_it(self, console: Reader, here: str, role: Role) -> None:
        reader = console(role)
        may = role in ALLOWED[Action.PRIVACY_BUDGET]
        assert ("Set a budget" in reader.page(here)) is may
        assert reader.get(f"{here}/budget").status_code == (200 if may else 403)
        assert reader.post(f"{here}/budget", BUDGET).status_code == (303 if may else 403)
