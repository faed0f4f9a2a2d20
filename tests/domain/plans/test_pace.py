"""What finished steps took corrects estimates: shrunk while few, left alone where nobody knows."""

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gonogo.core.errors import Invalid
from gonogo.domain.plans.file import parse
from gonogo.domain.plans.forecasting import Asked, forecast
from gonogo.domain.plans.pace import AS_PLANNED, Pace, pace_of, told
from gonogo.domain.plans.rules import network
from gonogo.stats.estimate import Estimate, Undefined
from gonogo.stats.plans.durations import Fixed
from gonogo.stats.plans.network import Network, Slip, Step
from gonogo.stats.plans.simulation import simulate

FRIDAY = date(2026, 11, 20)
ratios = st.lists(st.floats(0.2, 5.0), min_size=1, max_size=12)


class TestPaceOf:
    def test_without_a_finished_step_estimates_stay(self) -> None:
        found = pace_of([], [])
        assert isinstance(found.measured, Undefined)
        assert (found.factor, found.doubt) == (1.0, None)

    def test_few_steps_are_drawn_to_the_estimate_and_many_are_not(self) -> None:
        few, many = pace_of([1.6], []), pace_of([1.6] * 60, [])
        assert 1.2 < few.factor < 1.35
        assert many.factor == pytest.approx(1.6, rel=0.02)
        assert few.slip is not None
        assert many.slip is not None
        assert few.slip.spread > 3 * many.slip.spread

    def test_others_count_until_a_use_case_speaks_for_itself(self) -> None:
        others = [2.0] * 40
        alone = pace_of([], others)
        own = pace_of([1.0] * 20, others)
        assert alone.factor == pytest.approx(2.0, rel=0.03)
        assert own.factor < 1.15
        assert (own.here, own.elsewhere) == (20, 40)

    @given(ratios, st.floats(1.05, 3.0))
    def test_slower_steps_never_make_estimates_shorter(
        self, found: list[float], times: float
    ) -> None:
        slower = [ratio * times for ratio in found]
        assert pace_of(slower, []).factor > pace_of(found, []).factor

    def test_the_sentence_names_what_it_rests_on(self) -> None:
        assert pace_of([1.4] * 9, []).says().startswith("Steps took 1.4 times")
        assert pace_of([1.4], []).says().endswith("from 1 step here.")
        assert pace_of([], [1.4, 1.0]).says().endswith("from 2 steps of other use cases.")

    def test_what_is_kept_is_told_again(self) -> None:
        found = pace_of([1.4, 1.1], [0.9])
        kept: Any = found.to_json()
        again = told(kept)
        assert again is not None
        assert (again.used, again.ratio, again.says) == (True, found.measured, found.says())
        assert told(None) is None


class TestSlip:
    def test_one_step_has_the_quantiles_of_its_log_t_distribution(self) -> None:
        slip = Slip(spread=0.3, freedom=5.0)
        found = simulate(Network((Step("a", Fixed(10.0)),), slip=slip), futures=20_000, seed=1)
        for share in (0.1, 0.5, 0.9):
            expected = 10 * np.exp(0.3 * stats.t.ppf(share, 5))
            assert np.quantile(found.end, share) == pytest.approx(expected, rel=0.02)

    def test_all_steps_of_a_future_slip_alike(self) -> None:
        steps = tuple(Step(key, Fixed(10.0), milestone=True) for key in "ab")
        found = simulate(Network(steps, slip=Slip(0.3, 5.0)), futures=500, seed=1)
        assert np.array_equal(found.finish["a"], found.finish["b"])

    def test_others_than_positive_numbers_are_refused(self) -> None:
        with pytest.raises(ValueError, match="spread"):
            Slip(0.0, 5.0)


class TestForecast:
    PLAN = parse("plan: x\nsteps: {a: {days: {optimistic: 5, likely: 10, pessimistic: 20}}}")
    ASKED = Asked(futures=2000, seed=1, level=0.95)

    def test_dates_are_corrected_and_evidence_says_so(self) -> None:
        slow = pace_of([1.5] * 40, [])
        found = forecast(self.PLAN, FRIDAY, {}, self.ASKED, slow)
        plain = forecast(self.PLAN, FRIDAY, {}, self.ASKED)
        assert days(found) == pytest.approx(1.5 * days(plain), rel=0.05)
        kept: Any = found.told["pace"]
        assert (kept["used"], kept["here"]) == (True, 40)
        assert "as_planned" not in found.days.parameters

    def test_as_planned_takes_estimates_for_right(self) -> None:
        asked = Asked(futures=2000, seed=1, level=0.95, as_planned=True)
        found = forecast(self.PLAN, FRIDAY, {}, asked, pace_of([1.5] * 40, []))
        assert days(found) == days(forecast(self.PLAN, FRIDAY, {}, self.ASKED))
        assert found.days.parameters["as_planned"] is True
        kept: Any = found.told["pace"]
        assert kept["used"] is False
        assert "as they were planned" in kept["says"]

    def test_work_under_way_is_held_to_the_corrected_estimate(self) -> None:
        text = "plan: x\nsteps: {a: {days: {optimistic: 1, likely: 2, pessimistic: 5}, begun: %s}}"
        plan = parse(text % "2026-11-12")
        with pytest.raises(Invalid, match=r"steps\.a\.days.*a new estimate"):
            network(plan, FRIDAY, {}, AS_PLANNED)
        found = network(plan, FRIDAY, {}, pace_of([2.0] * 40, []))
        assert found.steps[0].running

    def test_a_fast_team_does_not_make_work_under_way_impossible(self) -> None:
        plan = parse(
            "plan: x\n"
            "steps: {a: {days: {optimistic: 3, likely: 6, pessimistic: 9}, begun: 2026-11-11}}"
        )
        assert network(plan, FRIDAY, {}, Pace(pace_of([0.5] * 40, []).measured)).steps[0].running


def days(found: Any) -> float:
    measured = found.days.measured
    assert isinstance(measured, Estimate)
    return measured.value
