"""The page on what a use case is worth, and the form in which it is stated."""

from typing import Any

import pytest

from gonogo.core.roles import Role
from tests.fixtures.requests import BENEFIT
from tests.fixtures.rest import Written, done
from tests.fixtures.world import World, evidence, measured
from tests.interfaces.web.conftest import Reader

HERE = "/cases/churn/value"
PILOT = "{experiment: <pilot>, about: per_decision, noise: 5, observations: 400, cost: 20}"
ODD = f"{BENEFIT}experiments: [{PILOT}]\n# <b>&\n"


@pytest.fixture
def stated(world: World) -> str:
    """The entry that keeps the benefit model of a use case."""
    answer = world.api.by(Role.MANAGER).post("/cases/churn/benefit", json={"text": ODD})
    return str(done(answer, 201)["entry"])


class TestShow:
    def test_without_a_benefit_model_it_says_what_to_do_next(
        self, console: Reader, world: World
    ) -> None:
        page = console(Role.VIEWER).page(HERE)
        assert "Nobody has said yet what it is expected to be worth" in page
        assert "gonogo portfolio state churn FILE" in page
        assert f"{HERE}/edit" not in page
        assert f'href="{HERE}"' in console(Role.VIEWER).page("/cases/churn")
        assert console(Role.VIEWER).get("/cases/nobody/value").status_code == 404

    def test_what_it_comes_to_is_what_rest_tells(
        self, console: Reader, world: World, stated: str
    ) -> None:
        told: Any = console(Role.VIEWER).json(HERE)
        same = done(world.api.by(Role.VIEWER).get("/cases/churn/benefit"))
        assert (told["entry"], told["text"]) == (stated, ODD.strip())
        [planned] = told["told"]["columns"]
        for name in ("risk_adjusted", "if_built"):
            for end in ("value", "low", "high"):
                assert planned[name][end] == same["planned"][name][end]
        assert planned["payback"] == same["planned"]["payback"]
        assert planned["internal_rate"] == pytest.approx(
            (1 + same["planned"]["internal_rate"]) ** 4 - 1
        )
        assert told["told"]["experiments"] == same["experiments"]

    def test_its_plot_counts_every_future_once(
        self, console: Reader, world: World, stated: str
    ) -> None:
        told: Any = console(Role.VIEWER).json(HERE)
        [futures] = told["told"]["plots"]
        assert sum(one["n"] for one in futures["bins"]) == 4000
        shares = [point["y"] for point in futures["lines"][0]["points"]]
        assert shares == sorted(shares)

    def test_what_people_wrote_is_escaped(self, console: Reader, world: World, stated: str) -> None:
        page = console(Role.VIEWER).page(HERE)
        assert "# &lt;b&gt;&amp;" in page
        assert "&lt;pilot&gt;" in page
        assert "<pilot>" not in page

    def test_what_was_found_stands_beside_what_was_planned(
        self, console: Reader, world: World, stated: str
    ) -> None:
        asked = {"low": -10.0, "high": 10.0, "versus": "model:caller@2"}
        world.record(
            evidence("value.payoff_per_decision", measured=measured(0.4, 0.1), **{"with": asked})
        )
        told: Any = console(Role.VIEWER).json(HERE)
        assert [one["name"] for one in told["told"]["columns"]] == ["Planned", "Realised"]
        found = told["told"]["per_decision"]
        assert (found["found"]["value"], found["versus"]) == (0.4, "model:caller@2")
        page = console(Role.VIEWER).page(HERE)
        assert f'<a href="/ledger/{found["entry"]}">' in page
        assert "By what was found where it was tried" in page
        assert 'href="/models/caller/1"' in page


class TestForm:
    def test_it_begins_with_a_text_that_can_be_stated(self, console: Reader, world: World) -> None:
        manager = console(Role.MANAGER)
        begun: Any = manager.json(f"{HERE}/edit")
        answer = manager.post(HERE, {"text": begun["text"], "entry": ""})
        assert answer.status_code == 303, answer.text
        kept = done(world.api.by(Role.VIEWER).get("/cases/churn/benefit"))
        assert kept["text"] == begun["text"]

    def test_checking_tells_what_it_comes_to_and_states_nothing(
        self, console: Reader, world: World, everything: Written
    ) -> None:
        viewer = console(Role.VIEWER)
        before = everything()
        answer = viewer.post(f"{HERE}/check", {"text": BENEFIT.replace("\n", "\r\n")})
        assert answer.status_code == 200
        assert "This text is right" in answer.text
        assert "Risk-adjusted present value" in answer.text
        assert "State it</button>" not in answer.text
        assert everything() == before

    def test_what_is_wrong_keeps_the_text_and_names_field_and_line(
        self, console: Reader, world: World, everything: Written
    ) -> None:
        manager = console(Role.MANAGER)
        before = everything()
        text = ODD.replace("success: 0.8", "success: 1.8")
        for path in (HERE, f"{HERE}/check"):
            answer = manager.post(path, {"text": text, "entry": ""})
            assert answer.status_code == 422
            assert "stages[0].success (line 6)" in answer.text
            assert 'href="#wrong-line"' in answer.text
            assert "# &lt;b&gt;&amp;" in answer.text
        assert everything() == before

    def test_somebody_quicker_is_not_overwritten(
        self, console: Reader, world: World, stated: str
    ) -> None:
        manager = console(Role.MANAGER)
        answer = manager.post(HERE, {"text": BENEFIT, "entry": ""})
        assert answer.status_code == 409
        assert "open it again" in answer.text
        assert manager.post(HERE, {"text": BENEFIT, "entry": stated}).status_code == 303
        told: Any = manager.json(HERE)
        assert told["text"] == BENEFIT.strip()

    def test_who_may_not_edit_the_case_states_nothing(
        self, console: Reader, world: World, everything: Written
    ) -> None:
        viewer = console(Role.VIEWER)
        before = everything()
        assert viewer.post(HERE, {"text": BENEFIT, "entry": ""}).status_code == 403
        assert everything() == before
