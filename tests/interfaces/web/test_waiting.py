"""The page of what waits for the reader, and its count beside every page."""

from typing import Any

import pytest

from gonogo.core.roles import Role
from gonogo.core.subjects import Subject
from gonogo.interfaces.web.kit import plain
from gonogo.views import waiting as views
from tests.fixtures.rest import done
from tests.fixtures.work import WorkAs
from tests.fixtures.world import World, measured
from tests.interfaces.web.conftest import Console, Reader, Visitor

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def waits(console: Console) -> tuple[int, int, int]:
    """How much is to sign, to decide and to settle."""
    told: Any = console.json("/waiting")
    return len(told["to_sign"]), len(told["to_decide"]), len(told["to_settle"])


class TestWaiting:
    @pytest.mark.parametrize(
        ("role", "signs"),
        [
            (Role.ML_ENGINEER, 1),
            (Role.RISK_OFFICER, 1),
            (Role.PRODUCT_MANAGER, 0),
            (Role.VIEWER, 0),
            (Role.ADMIN, 0),
        ],
    )
    def test_asks_those_whose_role_signs(
        self, console: Reader, world: World, role: Role, signs: int
    ) -> None:
        reader = console(role)
        assert waits(reader) == (signs, 0, 0)
        text = reader.page("/waiting")
        assert (f"/reviews/{world.review}#sign" in text) is bool(signs)
        assert ("Nothing waits for you" in text) is not bool(signs)
        assert ('class="count">1 open' in text) is bool(signs)

    def test_asks_where_the_role_holds_only(self, console: Reader, world: World) -> None:
        """A role on another use case waits for nothing here."""
        world.case(slug="other", title="Other")
        there = Subject.parse("case:other")
        assert waits(console(Role.RISK_OFFICER, on=there)) == (0, 0, 0)
        here = Subject.parse("case:churn")
        assert waits(console(Role.RISK_OFFICER, on=here)) == (1, 0, 0)

    def test_never_asks_the_author(self, visitor: Visitor, world: World) -> None:
        reader = visitor(world.api.user(Role.DATA_SCIENTIST), Role.RISK_OFFICER, Role.MANAGER)
        assert waits(reader) == (0, 0, 0)

    def test_asks_to_decide_once_all_have_signed(self, console: Reader, world: World) -> None:
        reader = console(Role.MANAGER)
        assert waits(reader) == (0, 0, 0)
        world.ready()
        assert waits(reader) == (0, 1, 0)
        text = reader.page("/waiting")
        assert f"/reviews/{world.review}#decide" in text
        assert "1 review for your decision" in text
        answer = reader.post(
            f"/reviews/{world.review}/decision", {"outcome": "go", "rationale": "All holds"}
        )
        assert answer.status_code == 303
        assert waits(reader) == (0, 0, 0)

    def test_asks_whoever_registered_to_settle(
        self, visitor: Visitor, console: Reader, world: World
    ) -> None:
        author = visitor(world.api.user(Role.DATA_SCIENTIST))
        assert waits(author) == (0, 0, 0)
        asked = {
            "subject": "hypothesis:churn/trees",
            "check": "performance.roc_auc",
            "measured": measured(0.8),
        }
        scientist = world.api.by(Role.DATA_SCIENTIST)
        done(scientist.post("/evidence", json={"evidence": [asked]}), 201)
        assert waits(author) == (0, 0, 1)
        assert waits(console(Role.DATA_SCIENTIST)) == (0, 0, 0)
        text = author.page("/waiting")
        assert "/hypotheses/churn/trees" in text
        assert "Supported" in text

    def test_json_is_the_view(self, console: Reader, world: World, work_as: WorkAs) -> None:
        told = console(Role.RISK_OFFICER).json("/waiting")
        with work_as(Role.RISK_OFFICER, write=False) as work:
            assert told == plain(views.waiting(work))
