"""The console's pages of a plan: read, forecast anew, written and refused with the text kept."""

import re
from typing import Any

import pytest

from gonogo.core.roles import Role
from tests.fixtures.world import World
from tests.interfaces.api.test_case_plans import TEXT, forecast, save
from tests.interfaces.web.conftest import Reader

HOSTILE = "<script>alert(1)</script>"
HERE = "/cases/churn/plan"


@pytest.fixture(autouse=True)
def _there(world: World) -> None:
    """The use case `churn` is there."""


class TestShow:
    def test_without_a_plan_it_says_what_to_do_next(self, console: Reader) -> None:
        manager, viewer = console(Role.PRODUCT_MANAGER).page(HERE), console(Role.VIEWER).page(HERE)

        assert "gonogo plan import churn FILE" in manager
        assert f'href="{HERE}/edit"' in manager
        assert "gonogo plan import churn FILE" in viewer
        assert f'href="{HERE}/edit"' not in viewer
        assert f'action="{HERE}/forecasts"' not in manager

    def test_what_is_forecast_is_drawn_and_stands_in_tables(
        self, world: World, console: Reader
    ) -> None:
        save(world, TEXT.replace("goal: live", "goal: live\ndeadline: 2999-12-31"))
        made = forecast(world)
        reader = console(Role.VIEWER)
        page, told = reader.page(HERE), reader.json(HERE)

        for part in ("milestones", "timeline", "finish", "load", "network", "forecasts"):
            assert f'id="{part}"' in page
        assert page.count("<svg") >= 6
        assert f'href="/ledger/{made["entry"]}"' in page
        assert 'href="#step-try"' in page
        assert f'action="{HERE}/forecasts"' not in page
        shown: Any = told["forecast"]
        assert shown["chance"]["low"] < shown["chance"]["value"] < shown["chance"]["high"]
        assert reader.page(f"{HERE}?forecast=1").count("<svg") == page.count("<svg")
        assert reader.get(f"{HERE}?forecast=9").status_code == 404
        assert "P80" in reader.page("/cases/churn")
        assert f'href="{HERE}"' in reader.page("/cases/churn")

    def test_names_are_text(self, world: World, console: Reader) -> None:
        text = TEXT.replace("Churn in production", HOSTILE).replace(
            "    days:", f"    title: '{HOSTILE}'\n    days:"
        )
        save(world, text)
        forecast(world)
        reader = console(Role.PRODUCT_MANAGER)

        for path in (HERE, f"{HERE}/edit", "/cases/churn"):
            assert HOSTILE not in reader.page(path)


class TestForecast:
    def test_is_made_anew_and_kept(self, world: World, console: Reader) -> None:
        save(world)
        officer = console(Role.RISK_OFFICER)
        assert f'action="{HERE}/forecasts"' in officer.page(HERE)

        answer = officer.post(f"{HERE}/forecasts", {"futures": "500"})

        assert answer.status_code == 303
        assert answer.headers["location"].startswith(f"{HERE}?done=Forecast+1")
        told: Any = officer.json(HERE)
        assert told["forecast"]["futures"] == 500
        assert told["forecasts"][0]["by"] == "a-risk-officer"

    def test_of_no_plan_and_by_who_may_not_is_refused(self, world: World, console: Reader) -> None:
        assert console(Role.RISK_OFFICER).post(f"{HERE}/forecasts").status_code == 404
        save(world)
        assert console(Role.VIEWER).post(f"{HERE}/forecasts").status_code == 403


class TestEdit:
    def test_puts_a_plan_into_force(self, console: Reader) -> None:
        manager = console(Role.PRODUCT_MANAGER)
        answer = manager.post(f"{HERE}/edit", {"text": TEXT.replace("\n", "\r\n")})

        assert answer.status_code == 303
        told: Any = manager.json(HERE)
        assert (told["in_force"], told["plan"]["name"]) == (1, "Churn in production")
        assert told["headline"] == "Plan 1 is in force and has not been forecast yet."
        assert "gonogo plan forecast churn" in manager.page(HERE)
        assert "Churn in production" in manager.page(f"{HERE}/edit")

    def test_a_plan_that_came_between_is_not_lost(self, console: Reader) -> None:
        manager = console(Role.PRODUCT_MANAGER)
        begun = str(manager.json(f"{HERE}/edit")["number"])
        assert manager.post(f"{HERE}/edit", {"text": TEXT, "number": begun}).status_code == 303

        other = TEXT.replace("0.7", "0.9")
        refused = manager.post(f"{HERE}/edit", {"text": other, "number": begun})

        assert refused.status_code == 409
        assert "succeeds: 0.9" in refused.text
        assert manager.json(f"{HERE}/edit")["text"] == TEXT.strip()
        assert manager.post(f"{HERE}/edit", {"text": other, "number": "1"}).status_code == 303

    @pytest.mark.parametrize(
        ("text", "field", "line"),
        [
            (TEXT.replace("after: try", "after: tri"), "steps.live.after", 11),
            (TEXT.replace("goal: live", "goal: live\ndeadline: 2001-01-01"), "deadline", 3),
            (TEXT.replace("    succeeds: 0.7", "    hypothesis: nobody"), "steps.try", 8),
            (f"plan: x\nsteps: {{a: {{days: '{HOSTILE}'}}}}", "steps.a.days", 2),
        ],
    )
    def test_what_is_wrong_is_refused_by_field_and_line_and_kept(
        self, console: Reader, text: str, field: str, line: int
    ) -> None:
        manager = console(Role.PRODUCT_MANAGER)
        for way in ("edit", "check"):
            answer = manager.post(f"{HERE}/{way}", {"text": text})

            assert answer.status_code in {404, 422}
            page = answer.text
            assert field in page
            assert re.search(f'class="wrong" id="wrong-line"><span class="away">line {line}:', page)
            assert HOSTILE not in page
            kept = page.partition("<textarea")[2].partition("</textarea>")[0]
            assert text.splitlines()[0] in kept
        assert manager.json(HERE)["in_force"] == 0

    def test_a_check_saves_nothing_and_tells_how_it_was_read(self, console: Reader) -> None:
        viewer = console(Role.VIEWER)
        answer = viewer.post(f"{HERE}/check", {"text": TEXT})

        assert answer.status_code == 200
        assert "This text is right: Churn in production, 2 steps." in answer.text
        assert "succeeds in 70 %, 1 more attempt, else the plan ends" in answer.text
        assert viewer.json(HERE)["in_force"] == 0
        assert viewer.post(f"{HERE}/edit", {"text": TEXT}).status_code == 403

    def test_the_text_to_begin_with_is_a_plan(self, console: Reader) -> None:
        manager = console(Role.PRODUCT_MANAGER)
        begun = str(manager.json(f"{HERE}/edit")["text"])

        assert manager.post(f"{HERE}/edit", {"text": begun}).status_code == 303
