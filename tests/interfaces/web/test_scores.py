"""The pages of scores, of the rubric, and of the roadmap."""

from typing import Any

import pytest

from gonogo.core.roles import Role
from tests.fixtures.requests import PLAN, RUBRIC
from tests.fixtures.rest import done
from tests.fixtures.world import World
from tests.interfaces.api.test_scoring import assess, said
from tests.interfaces.api.test_value import state, text
from tests.interfaces.web.conftest import Reader

HERE = "/cases/churn/score"


class TestCaseScore:
    def test_a_level_is_put_on_the_record_with_its_reason(
        self, console: Reader, world: World
    ) -> None:
        manager = console(Role.MANAGER)
        page = manager.page(HERE)
        assert "What does it bring if it is built" in page
        assert "gonogo portfolio score churn --level" in page
        form = {
            "role": "manager",
            "criteria.strategic-fit.likely": "4",
            "criteria.strategic-fit.reason": "goal <2>",
            "criteria.strategic-fit.evidence": "1",
        }
        refused = manager.post(HERE, form)
        assert refused.status_code == 422
        assert "criteria.strategic-fit.evidence[0]" in refused.text
        assert "goal &lt;2&gt;" in refused.text
        made = manager.post(HERE, {**form, "criteria.strategic-fit.evidence": ""})
        assert made.headers["location"].startswith(f"{HERE}?done=1+level")
        told: Any = manager.json(HERE)
        [fit] = [one for one in told["criteria"] if one["key"] == "strategic-fit"]
        assert (fit["value"], fit["opinions"][0]["says"]) == (4, "4")

    def test_inputs_are_stated_and_a_wrong_one_is_named(
        self, console: Reader, world: World
    ) -> None:
        manager = console(Role.MANAGER)
        path = "/cases/churn/priority-inputs"
        wrong = manager.post(path, {"effort": "4, 2"})
        assert (wrong.status_code, 'value="4, 2"' in wrong.text) == (422, True)
        assert manager.post(path, {"effort": "4, 6, 12", "reach": "5k"}).status_code == 303
        told: Any = manager.json(HERE)
        assert [one["value"] for one in told["fields"][:4]] == [
            "5000, 5000, 5000",
            "",
            "",
            "4, 6, 12",
        ]

    def test_who_may_not_is_not_asked(self, console: Reader, world: World) -> None:
        viewer = console(Role.VIEWER)
        page = viewer.page(HERE)
        assert 'id="assess"' not in page
        assert 'id="inputs"' not in page
        assert viewer.post(HERE, {"criteria.strategic-fit.likely": "4"}).status_code in {403, 422}
        assert "None of the roles" not in page


class TestScores:
    def test_all_stand_beside_one_another(self, console: Reader, world: World) -> None:
        world.case(slug="fraud", risk_tier="minimal")
        assess(world, Role.MANAGER, strategic_fit=said(5))
        state(world, text(1, 500))
        viewer = console(Role.VIEWER)
        told: Any = viewer.json("/portfolio/scores")
        page = viewer.page("/portfolio/scores")
        assert [one["case"] for one in told["rows"]] == told["compared"]
        assert told["rows"][0]["above"][0] is None
        assert told["best"] in page
        assert 'href="/cases/fraud/score"' in page
        assert [one["method"] for one in told["methods"]] == ["RICE", "WSJF"]
        assert "gonogo portfolio inputs CASE" not in page

    def test_without_anything_it_says_what_to_do_next(self, console: Reader, world: World) -> None:
        page = console(Role.VIEWER).page("/portfolio/scores")
        assert "gonogo portfolio inputs CASE" in page


class TestRubric:
    def test_one_is_checked_and_stated(self, console: Reader, world: World) -> None:
        manager, viewer = console(Role.MANAGER), console(Role.VIEWER)
        assert "It comes with gonogo" in viewer.page("/portfolio/rubric")
        assert "/portfolio/rubric/edit" not in viewer.page("/portfolio/rubric")
        form = {"text": RUBRIC.replace("weight: 1", "weight: x"), "number": "0"}
        wrong = manager.post("/portfolio/rubric/check", form)
        assert "criteria.fit.weight (line 6)" in wrong.text
        right = manager.post("/portfolio/rubric/check", {**form, "text": RUBRIC})
        assert "Does it fit?" in right.text
        assert manager.post("/portfolio/rubric", {**form, "text": RUBRIC}).status_code == 303
        assert manager.post("/portfolio/rubric", {**form, "text": RUBRIC}).status_code == 409
        told: Any = viewer.json("/portfolio/rubric")
        assert (told["name"], told["number"], len(told["history"])) == ("short", 1, 1)


class TestRoadmap:
    def test_cells_say_how_likely_each_quarter_is(self, console: Reader, world: World) -> None:
        viewer = console(Role.VIEWER)
        assert "gonogo plan forecast CASE" in viewer.page("/roadmap")
        state(world, text(1, 500))
        manager = world.api.by(Role.MANAGER)
        done(manager.post("/cases/churn/plans", json={"text": PLAN}), 201)
        done(manager.post("/cases/churn/forecasts", json={"futures": 400}), 201)
        told: Any = viewer.json("/roadmap")
        [row] = told["rows"]
        assert (row["cells"][0]["says"], row["cells"][0]["shade"]) == ("above 99 %", 10)
        assert row["says"].startswith("most likely in 2026 Q4; above 99 % by the end of 2026 Q4")
        [money] = told["money"]
        # It begins in the quarter after, and lasts for two.
        assert [one[2] for one in money["rows"][:4]] == pytest.approx([0, 1000, 1000, 0])
        page = viewer.page("/roadmap")
        assert "shade-10" in page
        assert 'aria-current="page">Roadmap' in page
