"""Findings about plans: from futures to evidence."""

import numpy as np
import pytest

from gonogo.checks.plans import plan_days, plan_on_time
from gonogo.core.errors import Invalid
from gonogo.stats.estimate import Estimate, Undefined
from gonogo.stats.plans.durations import Fixed, Pert
from gonogo.stats.plans.network import Branch, Network, Step
from gonogo.stats.plans.simulation import Simulated, simulate


@pytest.fixture(scope="module")
def found() -> Simulated:
    step = Step("a", Pert(2, 4, 12), branch=Branch(0.9, stops=True))
    return simulate(Network((step,)), futures=1000, seed=1)


class TestOnTime:
    def test_it_is_the_share_that_keeps_the_deadline(self, found: Simulated) -> None:
        finding = plan_on_time(found, 5.0, {"seed": 1, "deadline": "2027-01-04"})

        assert isinstance(finding.measured, Estimate)
        assert finding.measured.value == np.mean(found.end <= 5)
        assert finding.parameters == {"seed": 1, "deadline": "2027-01-04", "level": 0.95}

    def test_what_nobody_asks_for_is_refused(self, found: Simulated) -> None:
        with pytest.raises(Invalid, match="share"):
            plan_on_time(found, 5.0, {"share": 0.8})


class TestDays:
    def test_four_of_five_futures_where_nothing_else_is_said(self, found: Simulated) -> None:
        finding = plan_days(found, {})

        assert finding.parameters["share"] == 0.8
        assert isinstance(finding.measured, Estimate)
        assert np.mean(found.end <= finding.measured.value) == pytest.approx(0.8, abs=0.002)

    def test_a_share_that_never_gets_there_has_no_days(self, found: Simulated) -> None:
        assert isinstance(plan_days(found, {"share": 0.95}).measured, Undefined)

    def test_what_is_certain_is(self) -> None:
        certain = simulate(Network((Step("a", Fixed(3)),)), futures=100, seed=1)
        measured = plan_days(certain, {}).measured

        assert isinstance(measured, Estimate)
        assert (measured.low, measured.value, measured.high) == (3, 3, 3)
