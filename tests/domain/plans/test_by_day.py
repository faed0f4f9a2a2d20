"""The chance of a milestone by a day, from what is kept of a forecast."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from gonogo.domain.plans.by_day import chance_by
from gonogo.stats.estimate import Estimate, Undefined
from gonogo.stats.plans.results import curve
from gonogo.stats.plans.working_days import Calendar, days_through

START = date(2026, 11, 23)
FINISHES = np.random.default_rng(3).gamma(4, 3, 4000)
CHANCE = {
    "value": 0.6,
    "low": 0.58,
    "high": 0.62,
    "level": 0.95,
    "n": 4000,
    "unit": "share",
    "method": "Wilson",
}
TOLD: dict[str, Any] = {
    "origin": START.isoformat(),
    "goal": "live",
    "deadline": "2026-12-11",
    "on_time": CHANCE,
    "futures": 4000,
    "level": 0.95,
    "curve": list(curve(FINISHES)),
    "steps": [
        {
            "step": "own",
            "deadline": "2026-12-01",
            "on_time": {**CHANCE, "value": 0.59},
            "curve": list(curve(FINISHES / 2)),
        },
        {"step": "passed", "curve": list(curve(FINISHES / 2))},
        {"step": "try"},
    ],
}


class TestChanceBy:
    def test_of_the_deadline_it_is_what_was_forecast(self) -> None:
        own = chance_by(TOLD, "own", date(2026, 12, 1), Calendar())
        assert isinstance(own, Estimate)
        assert own.value == 0.59
        for step in (None, "live"):
            found = chance_by(TOLD, step, date(2026, 12, 11), Calendar())
            assert isinstance(found, Estimate)
            assert (found.value, found.low) == (0.6, 0.58)

    @pytest.mark.parametrize("days", range(0, 45, 3))
    @pytest.mark.parametrize(("step", "finishes"), [("live", FINISHES), ("passed", FINISHES / 2)])
    def test_of_another_day_it_is_the_share_of_the_futures(
        self, days: int, step: str, finishes: Any
    ) -> None:
        day = START + timedelta(days=days)
        if day.isoformat() == TOLD["deadline"]:
            day += timedelta(days=1)
        found = chance_by(TOLD, step, day, Calendar())
        exact = float(np.mean(finishes <= days_through(Calendar(), START, day)))
        assert isinstance(found, Estimate)
        assert found.low <= exact <= found.high
        assert found.value == pytest.approx(exact, abs=0.011)

    def test_before_it_begins_nothing_is_reached(self) -> None:
        found = chance_by(TOLD, "passed", START - timedelta(days=30), Calendar())
        assert isinstance(found, Estimate)
        assert (found.value, found.low) == (0.0, 0.0)

    def test_of_a_step_that_is_no_milestone_it_says_that_it_is_not_known(self) -> None:
        assert isinstance(chance_by(TOLD, "try", START, Calendar()), Undefined)
