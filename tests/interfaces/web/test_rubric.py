"""The page of the ML Test Score: what is known of each test, stating one, keeping the score."""

import pytest

from gonogo.core.roles import ALLOWED, Action, Role
from gonogo.flows import rubric
from gonogo.interfaces.web.kit import plain
from gonogo.views import rubric as views
from tests.fixtures.rooms import Written
from tests.fixtures.work import WorkAs
from tests.fixtures.world import World, evidence
from tests.interfaces.web.conftest import Reader

VERSION = "/models/caller/1"
HERE = f"{VERSION}/test-score"
SAID = {"point": "infra-7", "how": "manual", "reference": "run <book>", "note": "in <May>"}


class TestShow:
    def test_nothing_known_says_how_each_comes_to_be_known(
        self, console: Reader, world: World
    ) -> None:
        page = console(Role.DATA_SCIENTIST).page(HERE)
        assert page.count("Not yet") == 28
        assert f'href="{HERE}?point=infra-7#state"' in page
        assert "gonogo model test-score caller@1 --record" in page
        assert "Serious holes in reliability are likely" not in page
        assert "A research project more than a system in production</strong>" in page

    def test_evidence_is_linked_and_statements_are_escaped(
        self, console: Reader, world: World
    ) -> None:
        digest = world.record(evidence(data=world.test))[0]
        scientist = console(Role.DATA_SCIENTIST)
        scientist.post(f"{HERE}/points", SAID)
        page = scientist.page(HERE)
        assert f'href="/ledger/{digest}"' in page
        assert "stated by a-data-scientist" in page
        assert "run &lt;book&gt;" in page
        assert "in &lt;May&gt;" in page
        assert page.count("Not yet") == 26

    def test_link_to_a_point_begins_the_form_with_it(self, console: Reader, world: World) -> None:
        page = console(Role.ML_ENGINEER).page(f"{HERE}?point=infra-7")
        assert '<option value="infra-7" selected>' in page

    def test_the_version_leads_to_it(self, console: Reader, world: World) -> None:
        assert f'href="{HERE}"' in console(Role.VIEWER).page(VERSION)

    def test_its_twin_is_the_view(self, console: Reader, world: World, work_as: WorkAs) -> None:
        told = console(Role.VIEWER).json(HERE)
        with work_as(Role.VIEWER, write=False) as work:
            found = rubric.score(work, "caller", "1")
            values = {**views.START, "point": ""}
            page = views.score_page(work, "caller", "1", found.finding, found.policy, values=values)
            assert told == plain(page)

    def test_of_an_unknown_version_there_is_none(self, console: Reader, world: World) -> None:
        assert console(Role.VIEWER).get("/models/caller/9/test-score").status_code == 404


class TestState:
    def test_counts_half_a_point_by_hand(self, console: Reader, world: World) -> None:
        engineer = console(Role.ML_ENGINEER)
        answer = engineer.post(f"{HERE}/points", SAID)
        assert answer.status_code == 303
        told = engineer.json(HERE)
        sections = {one["title"]: one for one in told["sections"]}  # type: ignore[attr-defined]  # as JSON
        assert sections["infrastructure"]["score"] == 0.5

    def test_for_the_whole_case_it_holds_for_other_versions(
        self, console: Reader, world: World
    ) -> None:
        world.version("2")
        engineer = console(Role.ML_ENGINEER)
        engineer.post(f"{HERE}/points", {**SAID, "whole_case": "yes"})
        assert "for the whole use case" in engineer.page("/models/caller/2/test-score")

    def test_without_a_reference_comes_back_as_it_was_filled_in(
        self, console: Reader, world: World, everything: Written
    ) -> None:
        scientist = console(Role.DATA_SCIENTIST)
        before = everything()
        answer = scientist.post(f"{HERE}/points", {**SAID, "reference": " "})
        assert answer.status_code == 422
        assert 'id="refusal"' in answer.text
        assert 'value="in &lt;May&gt;"' in answer.text
        assert everything() == before

    @pytest.mark.parametrize("role", list(Role))
    def test_is_for_who_records_evidence(self, console: Reader, world: World, role: Role) -> None:
        reader = console(role)
        may = role in ALLOWED[Action.EVIDENCE_RECORD]
        assert ('id="state"' in reader.page(HERE)) is may
        assert reader.post(f"{HERE}/points", SAID).status_code == (303 if may else 403)


class TestRecord:
    @pytest.mark.parametrize("role", list(Role))
    def test_is_for_who_measures_by_the_server(
        self, console: Reader, world: World, role: Role
    ) -> None:
        reader = console(role)
        may = role in ALLOWED[Action.EVIDENCE_REPRODUCE]
        assert ("Keep it as evidence" in reader.page(HERE)) is may
        assert reader.post(HERE).status_code == (303 if may else 403)

    def test_says_when_it_has_changed_since(self, console: Reader, world: World) -> None:
        scientist = console(Role.DATA_SCIENTIST)
        scientist.post(HERE)
        assert "Keep it again" in scientist.page(HERE)
        for point in ("data-1", "model-1", "infra-1", "monitor-1"):
            scientist.post(f"{HERE}/points", {**SAID, "point": point})
        page = scientist.page(HERE)
        assert "it has changed since" in page
        assert "Keep it as evidence" in page
