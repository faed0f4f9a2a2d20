"""The page of technical debt: the register, noting a debt, settling one."""

import pytest

from gonogo.core.roles import ALLOWED, Action, Role
from gonogo.interfaces.web.kit import plain
from gonogo.views import debts as views
from tests.fixtures.clocks import FakeClock
from tests.fixtures.rooms import Written
from tests.fixtures.work import WorkAs
from tests.fixtures.world import World
from tests.interfaces.web.conftest import Reader

HERE = "/cases/churn/debts"
SAID = {
    "title": "features <written> twice",
    "principal": "10",
    "interest.low": "1",
    "interest.value": "1.5",
    "interest.high": "3",
    "owner_role": "ml-engineer",
    "place": "<b>features.py",
}
PAID = {"reason": "one <library>", "evidence": "1"}


class TestShow:
    def test_an_empty_one_says_what_belongs_there(self, console: Reader, world: World) -> None:
        page = console(Role.VIEWER).page(HERE)
        assert "Nobody has noted a debt yet" in page
        assert "gonogo debt add churn" in page
        assert "<form method" not in page.partition("<main")[2]

    def test_tells_what_it_costs_how_old_it_is_and_who_answers(
        self, console: Reader, world: World, clock: FakeClock
    ) -> None:
        engineer = console(Role.ML_ENGINEER)
        engineer.post(HERE, SAID)
        clock.advance(days=3)
        page = console(Role.VIEWER).page(HERE)
        assert "1 debt is open and costs 1.5 (1 to 3) days a month" in page
        assert "features &lt;written&gt; twice" in page
        assert "&lt;b&gt;features.py" in page
        assert "3 days" in page
        assert "ml-engineer" in page

    def test_the_use_case_leads_to_it(self, console: Reader, world: World) -> None:
        engineer = console(Role.ML_ENGINEER)
        assert "None open" in engineer.page("/cases/churn")
        engineer.post(HERE, SAID)
        page = engineer.page("/cases/churn")
        assert f'<a href="{HERE}">1 open: 10 days to pay off' in page

    def test_its_twin_is_the_view(self, console: Reader, world: World, work_as: WorkAs) -> None:
        console(Role.ML_ENGINEER).post(HERE, SAID)
        told = console(Role.VIEWER).json(HERE)
        with work_as(Role.VIEWER, write=False) as work:
            assert told == plain(views.debts(work, "churn"))

    def test_of_an_unknown_case_there_is_none(self, console: Reader, world: World) -> None:
        assert console(Role.VIEWER).get("/cases/other/debts").status_code == 404


class TestNote:
    @pytest.mark.parametrize("role", list(Role))
    def test_is_for_who_keeps_debts(self, console: Reader, world: World, role: Role) -> None:
        reader = console(role)
        may = role in ALLOWED[Action.DEBT_KEEP]
        assert ('id="note"' in reader.page(HERE)) is may
        assert reader.post(HERE, SAID).status_code == (303 if may else 403)

    def test_a_range_out_of_order_comes_back_as_it_was_filled_in(
        self, console: Reader, world: World, everything: Written
    ) -> None:
        engineer = console(Role.ML_ENGINEER)
        before = everything()
        answer = engineer.post(HERE, {**SAID, "interest.high": "0.5"})
        assert answer.status_code == 422
        assert "low, most likely and high in this order" in answer.text
        assert 'value="features &lt;written&gt; twice"' in answer.text
        assert everything() == before


class TestSettle:
    def test_goes_from_open_to_settled_with_what_shows_it(
        self, console: Reader, world: World
    ) -> None:
        engineer = console(Role.ML_ENGINEER)
        engineer.post(HERE, SAID)
        answer = engineer.post(f"{HERE}/1/settle", PAID)
        assert answer.status_code == 303
        page = engineer.page(HERE)
        assert "Everything noted is paid off" in page
        assert "one &lt;library&gt;" in page
        assert "Nothing stands open" in page

    def test_without_an_entry_that_shows_it_its_own_form_comes_back(
        self, console: Reader, world: World
    ) -> None:
        engineer = console(Role.ML_ENGINEER)
        engineer.post(HERE, SAID)
        answer = engineer.post(f"{HERE}/1/settle", {**PAID, "evidence": "99999"})
        assert answer.status_code == 404
        assert "<details open>" in answer.text
        assert "one &lt;library&gt;</textarea>" in answer.text

    @pytest.mark.parametrize("role", list(Role))
    def test_is_for_who_keeps_debts(self, console: Reader, world: World, role: Role) -> None:
        console(Role.ML_ENGINEER).post(HERE, SAID)
        reader = console(role)
        may = role in ALLOWED[Action.DEBT_KEEP]
        assert ("Settle it" in reader.page(HERE)) is may
        assert reader.post(f"{HERE}/1/settle", PAID).status_code == (303 if may else 403)
