"""The page of decisions, each with what it rests on."""

from typing import Any

import pytest

from gonogo.core.roles import Role
from gonogo.interfaces.web.kit import plain
from gonogo.views import decisions as views
from tests.fixtures.rest import done
from tests.fixtures.work import WorkAs
from tests.fixtures.world import VERSION, World
from tests.interfaces.web.conftest import Console, Reader

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def decided(world: World) -> dict[str, Any]:
    """The validation gate decided go."""
    world.ready()
    asked = {"outcome": "go", "rationale": "Holds <everywhere>"}
    manager = world.api.by(Role.MANAGER)
    told: dict[str, Any] = done(manager.post(f"/reviews/{world.review}/decision", json=asked), 201)
    return told


class TestDecisions:
    def test_names_outcome_subject_reason_and_citations(
        self, console: Reader, decided: dict[str, Any], world: World
    ) -> None:
        text = console(Role.VIEWER).page("/decisions")
        assert '<span class="verdict go">Go</span>' in text
        assert "/models/caller/1" in text
        assert f'<a href="/reviews/{world.review}">gate validation</a>' in text
        assert "Holds &lt;everywhere&gt;" in text
        for row in decided["conditions"]:
            assert f'href="/ledger/{row["evidence"]}"' in text
        for given in decided["sign_offs"]:
            assert f'href="/ledger/{given["entry"]}"' in text

    def test_filters_by_subject(self, console: Reader, decided: dict[str, Any]) -> None:
        reader = console(Role.VIEWER)
        found: Any = reader.json(f"/decisions?subject={VERSION}")
        assert [row["line"]["digest"] for row in found["rows"]] == [decided["decision"]]
        assert "Nothing is decided about" in reader.page("/decisions?subject=case:churn")

    def test_wrong_subject_is_named(self, console: Reader) -> None:
        answer = console(Role.VIEWER).get("/decisions?subject=caller")
        assert answer.status_code == 422
        assert "kind:name" in answer.text

    def test_json_is_the_view(
        self, console: Reader, decided: dict[str, Any], work_as: WorkAs
    ) -> None:
        told = console(Role.VIEWER).json("/decisions")
        with work_as(Role.VIEWER, write=False) as work:
            assert told == plain(views.decisions(work))

    def test_empty_says_so(self, console: Reader) -> None:
        assert "Nothing is decided yet" in console(Role.VIEWER).page("/decisions")

    def test_needs_a_session(self, stranger: Console) -> None:
        assert stranger.get("/decisions").status_code == 303
        assert stranger.get("/decisions.json").status_code == 401
