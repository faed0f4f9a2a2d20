"""Tests of decisions a month: counted in the log by day, kept once a day, in the worth at once."""

from pathlib import Path

import pytest

from gonogo.core.roles import Role
from gonogo.flows import volumes, worth
from gonogo.store.work import OpenWork
from tests.fixtures.clocks import FakeClock
from tests.fixtures.rest import done
from tests.fixtures.world import World
from tests.interfaces.api.test_value import state, text
from tests.records.test_daily import on_days, write

# What is asked of the tables is asked of both databases elsewhere.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class TestCount:
    def test_whole_days_from_the_second_on_are_kept_once_a_day(
        self, world: World, open_work: OpenWork, tmp_path: Path, clock: FakeClock
    ) -> None:
        write(tmp_path, *on_days(clock, [50, *[20] * 7]), *on_days(clock, [9] * 3, case="fraud"))
        assert volumes.count(open_work, tmp_path) == 1
        assert volumes.count(open_work, tmp_path) == 0
        found = done(world.api.by(Role.VIEWER).get("/evidence?subject=case:churn"))["items"]
        [one] = [each for each in found if each["check"] == "value.decisions_per_month"]
        assert one["detail"]["days"] == [20] * 7
        assert one["measured"]["value"] == pytest.approx(20 * 365.25 / 12)
        clock.advance(days=1)
        assert volumes.count(open_work, tmp_path) == 1

    def test_without_a_log_nothing_is_counted(self, open_work: OpenWork, tmp_path: Path) -> None:
        assert volumes.count(open_work, tmp_path / "none") == 0


class TestRealised:
    def test_takes_the_place_of_the_stated_volume(
        self, world: World, open_work: OpenWork, tmp_path: Path, clock: FakeClock
    ) -> None:
        """Stated: 1,000 a quarter; counted: 20 a day, 1,826 a quarter."""
        planned = state(world, text(1, 500))["planned"]["risk_adjusted"]["value"]
        assert planned == pytest.approx(1500)
        write(tmp_path, *on_days(clock, [1, *[20] * 7]))
        volumes.count(open_work, tmp_path)
        told = done(world.api.by(Role.VIEWER).get("/cases/churn/benefit"))
        assert told["volume"]["stated"]["value"] == pytest.approx(1000 / 3)
        assert told["volume"]["measured"]["value"] == pytest.approx(608.75)
        realised = told["realised"]["risk_adjusted"]["value"]
        assert realised == pytest.approx(2 * 3 * 608.75 - 500, rel=0.02)
        assert told["planned"]["risk_adjusted"]["value"] == planned
        assert worth.refresh(open_work) == 1

    def test_what_a_client_says_it_counted_is_not_taken_for_counted(self, world: World) -> None:
        said = {
            "subject": "case:churn",
            "check": "value.decisions_per_month",
            "with": {"level": 0.95},
            "measured": {"value": 1e6, "low": 9e5, "high": 2e6, "level": 0.95, "n": 7},
        }
        state(world, text(1, 500))
        world.record(said)
        told = done(world.api.by(Role.VIEWER).get("/cases/churn/benefit"))
        assert (told["volume"], told["realised"]) == (None, None)
