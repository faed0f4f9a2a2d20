"""The board reads when and how much from what was kept, in a fixed number of questions."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from gonogo.core.caller import SYSTEM
from gonogo.core.roles import Role
from gonogo.domain.cases.rules import case_subject
from gonogo.domain.plans import tables as plans
from gonogo.domain.plans.tables import KeptForecast
from gonogo.flows import worth
from gonogo.flows.value import all_known
from gonogo.stats.estimate import Estimate
from gonogo.store.work import OpenWork
from gonogo.views.board import BoardPage, board
from tests.fixtures.clocks import FakeClock
from tests.fixtures.rest import done
from tests.fixtures.work import WorkAs
from tests.fixtures.world import World
from tests.interfaces.api.test_case_plans import TEXT, forecast, save
from tests.interfaces.api.test_value import state, text

MOST = 22


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """What is asked of the database within the block."""
    asked: list[str] = []

    def note(*given: object) -> None:
        asked.append(str(given[2]))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


def read(work_as: WorkAs, log: Path | None = None) -> BoardPage:
    with work_as(Role.VIEWER, write=False) as work:
        return board(work, log=log)


def due(clock: FakeClock, days: int) -> str:
    return (clock.now + timedelta(days=days)).date().isoformat()


class TestColumns:
    def test_a_use_case_without_plan_and_model_has_neither(
        self, world: World, work_as: WorkAs
    ) -> None:
        page = read(work_as)
        [row] = page.rows
        assert (row.forecast, row.worth, row.in_service) == (None, None, None)
        assert (page.at_stake, page.on_time, page.served, page.scale) == ((), None, None, None)
        assert world.test

    def test_the_newest_forecast_stands_there_with_its_deadline(
        self, world: World, work_as: WorkAs, clock: FakeClock
    ) -> None:
        save(world, f"deadline: {due(clock, 20)}\n{TEXT}")
        found = forecast(world)
        page = read(work_as)
        [row] = page.rows
        assert row.forecast is not None
        assert row.forecast.p50 == found["p50"]
        assert row.forecast.entry == found["entry"]
        assert not row.forecast.outdated
        assert page.scale is not None
        assert page.scale[1] >= due(clock, 20)
        assert page.on_time is not None
        assert isinstance(page.on_time.chance, Estimate)
        assert page.on_time.chance.value == found["chance"]["value"]
        assert (page.on_time.case, page.on_time.others, page.on_time.change) == ("churn", 0, None)
        save(world, f"deadline: {due(clock, 30)}\n{TEXT}")
        [row] = read(work_as).rows
        assert row.forecast is not None
        assert row.forecast.outdated

    def test_a_chance_is_compared_with_that_of_a_week_ago(
        self, world: World, work_as: WorkAs, clock: FakeClock
    ) -> None:
        save(world, f"deadline: {due(clock, 20)}\n{TEXT}")
        before = forecast(world)["chance"]["value"]
        clock.advance(days=8)
        now = forecast(world)["chance"]["value"]
        page = read(work_as)
        assert page.on_time is not None
        assert page.on_time.change == pytest.approx(now - before)
        assert now < before

    def test_what_it_is_worth_is_what_rest_says_and_the_sum_is_of_all(
        self, world: World, work_as: WorkAs, open_work: OpenWork
    ) -> None:
        told = state(world, text(1, 500))
        world.case(slug="fraud")
        state(world, text(2, 500), "fraud")
        assert worth.refresh(open_work) == 2
        page = read(work_as)
        by_case = {row.case.slug: row.worth for row in page.rows}
        churn = by_case["churn"]
        assert churn is not None
        assert isinstance(churn.measured, Estimate)
        assert churn.measured.value == told["planned"]["risk_adjusted"]["value"]
        assert (churn.currency, churn.realised) == ("USD", False)
        [together] = page.at_stake
        assert isinstance(together.measured, Estimate)
        assert together.measured.value == pytest.approx(1500 + 3500)
        assert (together.cases, together.currency) == (2, "USD")

    def test_currencies_are_not_added_up(
        self, world: World, work_as: WorkAs, open_work: OpenWork
    ) -> None:
        state(world, text(1, 500))
        world.case(slug="fraud")
        state(world, text(2, 500).replace("USD", "EUR"), "fraud")
        worth.refresh(open_work)
        assert [one.currency for one in read(work_as).at_stake] == ["EUR", "USD"]
        state(world, text(2, 500), "fraud")
        worth.refresh(open_work)
        assert [(one.currency, one.cases) for one in read(work_as).at_stake] == [("USD", 2)]

    def test_asks_as_often_for_few_as_for_many(
        self,
        world: World,
        work_as: WorkAs,
        engine: Engine,
        clock: FakeClock,
        open_work: OpenWork,
        tmp_path: Path,
    ) -> None:
        save(world, f"deadline: {due(clock, 20)}\n{TEXT}")
        forecast(world)
        state(world, text(1, 500))
        worth.refresh(open_work)

        def asked() -> int:
            with work_as(Role.VIEWER, write=False) as work, counted(engine) as found:
                board(work, log=tmp_path)
            return len(found)

        few = asked()
        with open_work(SYSTEM, write=False) as work:
            [one] = list(work.ledger.latest(case_subject("churn"), ["value.plan_days"]))
        for number in range(4):
            world.case(slug=f"case-{number}")
            state(world, text(1, 500), f"case-{number}")
            with open_work(SYSTEM) as work:
                plans.put_forecast(work, copied(f"case-{number}", one.digest, due(clock, 40)))
        assert worth.refresh(open_work) == 4
        assert asked() == few <= MOST
        assert len(read(work_as).rows) == 5


class TestKept:
    def test_what_is_kept_is_not_kept_again(
        self, world: World, open_work: OpenWork, work_as: WorkAs
    ) -> None:
        state(world, text(1, 500))
        assert worth.refresh(open_work) == 1
        with open_work(SYSTEM, write=False) as work:
            head = work.ledger.head()
        assert worth.refresh(open_work) == 0
        with open_work(SYSTEM) as work:
            assert worth.keep(work, all_known(work)) == {}
            assert work.ledger.head() == head
        assert read(work_as).rows

    def test_it_is_evidence_that_names_what_it_rests_on(
        self, world: World, open_work: OpenWork
    ) -> None:
        told = state(world, text(1, 500))
        worth.refresh(open_work)
        viewer = world.api.by(Role.VIEWER)
        found = done(viewer.get("/evidence?subject=case:churn"))["items"]
        [one] = [each for each in found if each["check"] == "value.risk_adjusted_npv"]
        assert one["detail"]["rests_on"] == [told["entry"]]
        assert one["with"] == {"currency": "USD", "level": 0.8}
        assert one["reproduced"]


def copied(case: str, entry: str, deadline: str) -> KeptForecast:
    """A forecast as a row, without having simulated one."""
    return KeptForecast(
        case=case,
        number=1,
        plan=1,
        goal="live",
        deadline=deadline,
        p10="2099-01-01",
        p50="2099-01-02",
        p80="2099-01-03",
        p90=None,
        on_time=0.5,
        made_at="2026-01-01T00:00:00.000Z",
        made_by="user:1",
        entry=entry,
    )
