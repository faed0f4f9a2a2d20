"""The console's board of a use case: seen, worked on by forms, refused with what was filled in."""

from datetime import timedelta
from typing import Any

import pytest

from gonogo.core.roles import Role
from tests.fixtures.clocks import FakeClock
from tests.fixtures.world import World
from tests.interfaces.api.test_boards import card, finished, move, plan, post
from tests.interfaces.web.conftest import Reader

HOSTILE = "<script>alert(1)</script>"
HERE = "/cases/churn/board"


@pytest.fixture(autouse=True)
def _there(world: World) -> None:
    """The use case `churn` is there."""


class TestShow:
    def test_without_cards_it_says_what_to_do_next(self, console: Reader) -> None:
        engineer, viewer = console(Role.ML_ENGINEER).page(HERE), console(Role.VIEWER).page(HERE)

        assert "gonogo board import churn issues.json" in engineer
        assert f'action="{HERE}/cards"' in engineer
        assert f'action="{HERE}/cards"' not in viewer
        assert f'href="{HERE}"' in console(Role.VIEWER).page("/cases/churn")
        assert "<h1>Work in progress</h1>" in viewer

    def test_what_there_is_is_drawn_with_limits_ages_and_dates(
        self, world: World, console: Reader, clock: FakeClock
    ) -> None:
        plan(world)
        finished(world, clock, (2, 3, 2), step="collect")
        for _ in range(3):
            move(world, card(world, HOSTILE, step="try"), "doing")
        asked = {"reason": "no access", "owner_role": "manager"}
        post(world, "/cards/8/block", asked, 201)
        post(world, "/goals", {"text": "Trees are tried", "cards": [8, 9]}, 201)
        by = (clock.now + timedelta(days=21)).date().isoformat()
        forecast = {"step": "live", "by": by, "grows_low": 1, "grows_high": 1.5}
        post(world, "/board/forecasts", forecast, 201)
        reader = console(Role.VIEWER)
        page, told = reader.page(HERE), reader.json(HERE)

        for part in ("blockers", "goals", "forecast", "column-doing", "card-8"):
            assert f'id="{part}"' in page
        assert "3 of 3: full" in page
        assert "<svg" in page
        assert HOSTILE not in page
        assert "forecast the plan" in page
        assert f"Done by {by}" in page
        shown: Any = told["forecast"]
        assert "which become more by 1 to 1.5 times" in page
        assert shown["deadline"] == by
        assert 0 <= shown["chance"]["low"] <= shown["chance"]["value"] <= 1
        assert shown["network_chance"] is None
        assert (shown["cards"], shown["weeks"]) == (3, 3)
        assert str(told["headline"]).startswith("3 in progress, 0 not begun, 7 done; 1 blocked")
        assert str(told["headline"]).endswith("0 of 1 goals of this week reached.")


class TestForms:
    def test_everything_is_done_by_form(self, world: World, console: Reader) -> None:
        plan(world)
        engineer, manager = console(Role.ML_ENGINEER), console(Role.PRODUCT_MANAGER)
        for path, form in (
            ("/cards", {"title": "Join", "step": "collect", "role": "data-scientist"}),
            ("/cards/1/block", {"reason": "no access", "owner_role": "manager"}),
            ("/cards/1/unblock", {"how": "given"}),
            ("/cards/1/move", {"to": "doing"}),
            ("/goals", {"text": "Joined", "cards": "1"}),
            ("/forecasts", {"step": "collect"}),
            ("/cards/1/drop", {"reason": "bought"}),
        ):
            answer = engineer.post(f"{HERE}{path}", form)
            assert answer.status_code == 303, (path, answer.text)
        chosen = manager.post(f"{HERE}/columns", {"columns": "to-do, doing:2, review, done"})
        assert chosen.status_code == 303
        told: Any = manager.json(HERE)
        assert told["said"] == "to-do, doing:2, review, done"
        assert (told["total"], told["forecast"]["cards"]) == (0, 1)

    def test_a_full_column_refuses_and_the_form_stays_filled(
        self, world: World, console: Reader
    ) -> None:
        for _ in range(3):
            move(world, card(world), "doing")
        number = card(world)
        answer = console(Role.ML_ENGINEER).post(f"{HERE}/cards/{number}/move", {"to": "doing"})

        assert answer.status_code == 409
        assert "Doing holds 3 of at most 3" in answer.text
        own = answer.text.partition(f'id="card-{number}"')[2].partition("</li>")[0]
        assert "<details open>" in own
        assert 'role="alert"' in own

    @pytest.mark.parametrize(
        ("path", "form", "field"),
        [
            ("/cards", {"title": "x", "size": "big"}, "size"),
            ("/goals", {"text": "x", "cards": "first"}, "cards.0"),
            ("/pivots", {"left": "try", "to": "rules", "rationale": "x"}, "evidence"),
            ("/columns", {"columns": "to-do, doing:many, done"}, "columns"),
            ("/forecasts", {"grows_high": "0.5"}, "grows_high"),
        ],
    )
    def test_what_is_wrong_is_named(
        self, world: World, console: Reader, path: str, form: dict[str, str], field: str
    ) -> None:
        plan(world)
        card(world)
        answer = console(Role.PRODUCT_MANAGER).post(f"{HERE}{path}", form)

        assert answer.status_code == 422
        assert f'<span class="mono">{field}</span>' in answer.text

    def test_who_may_only_read_changes_nothing(self, world: World, console: Reader) -> None:
        card(world)
        assert console(Role.VIEWER).post(f"{HERE}/cards/1/move", {"to": "doing"}).status_code == 403
