"""Delays against statsmodels and simulation; forecasts and rates against what comes in the end."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom
from statsmodels.duration.survfunc import SurvfuncRight

from gonogo.stats.arrays import Bools, Floats
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.label_delay import (
    Delays,
    delays,
    delays_of_arrived,
    rate_so_far,
    time_until,
)
from gonogo.stats.proportions import wilson

pytestmark = pytest.mark.filterwarnings("error")


def estimated(measured: Measured) -> Estimate:
    assert isinstance(measured, Estimate), measured
    return measured


def curve(found: Delays | Undefined) -> Delays:
    assert isinstance(found, Delays), found
    return found


def cohort(seed: int, n: int, mean: float = 5.0) -> tuple[Floats, Bools, Floats]:
    """Time watched, whether the outcome came, age: decided evenly over ten days."""
    rng = np.random.default_rng(seed)
    delay, age = rng.exponential(mean, n), rng.uniform(0, 10, n)
    return np.minimum(delay, age), delay <= age, age


class TestDelays:
    @pytest.mark.parametrize("digits", [0, 6])
    def test_share_and_error_are_those_of_statsmodels(self, digits: int) -> None:
        """With ties and without."""
        watched, came, _ = cohort(1, 300)
        watched = watched.round(digits)
        found = curve(delays(watched, came, 0.95))
        theirs = SurvfuncRight(watched, came.astype(int))
        assert found.times == pytest.approx(theirs.surv_times)
        assert found.arrived == pytest.approx(1 - theirs.surv_prob, abs=1e-12)
        survival = theirs.surv_prob[:-1]
        reach = 1.959964 * theirs.surv_prob_se[:-1] / (survival * np.abs(np.log(survival)))
        assert found.low[:-1] == pytest.approx(1 - survival ** np.exp(-reach), abs=1e-6)

    @given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=30))
    def test_it_is_a_distribution(self, rows: list[tuple[int, bool]]) -> None:
        found = delays([t for t, _ in rows], [came for _, came in rows], 0.9)
        if isinstance(found, Undefined):
            assert not any(came for _, came in rows)
            return
        assert (np.diff(found.arrived) >= 0).all()
        assert ((found.low <= found.arrived) & (found.arrived <= found.high)).all()

    def test_without_waiting_it_is_the_plain_share(self) -> None:
        found = curve(delays([1, 2, 2, 7], [True] * 4, 0.95))
        assert [estimated(found.share(t)).value for t in (0.5, 1, 2, 6.9, 7)] == pytest.approx(
            [0, 0.25, 0.75, 0.75, 1]
        )

    def test_intervals_hold_the_truth(self) -> None:
        held = 0
        for seed in range(300):
            watched, came, _ = cohort(seed, 200)
            found = estimated(curve(delays(watched, came, 0.95)).share(4.0))
            held += found.low <= 1 - np.exp(-4 / 5) <= found.high
        assert binom.ppf(1e-6, 300, 0.94) <= held

    def test_beyond_what_was_watched_nothing_is_known(self) -> None:
        found = curve(delays([1, 3], [True, False], 0.95)).share(4)
        assert found == Undefined("no decision was watched for 4, the longest for 3", n=2)

    def test_what_has_no_answer_says_why(self) -> None:
        assert delays([1, 2], [False, False], 0.95) == Undefined("no outcome has come yet", n=2)
        assert delays([], [], 0.95) == Undefined("no observations", n=0)
        with pytest.raises(ValueError, match="expected 0 or more"):
            delays([-1], [True], 0.95)
        with pytest.raises(ValueError, match="expected as many"):
            delays([1, 2], [True], 0.95)


class TestDelaysOfArrived:
    def test_young_decisions_do_not_make_delays_short(self) -> None:
        """Shares of what comes within the longest age, of exponential delays."""
        watched, came, age = cohort(2, 20_000)
        found = curve(delays_of_arrived(watched[came], age[came], 0.95))
        true = (1 - np.exp(-3 / 5)) / (1 - np.exp(-10 / 5))
        assert estimated(found.share(3)).value == pytest.approx(true, abs=0.03)
        naive = (watched[came] <= 3).mean()
        assert naive > true + 0.08

    def test_intervals_hold_the_truth(self) -> None:
        held = 0
        true = (1 - np.exp(-3 / 2)) / (1 - np.exp(-10 / 2))
        for seed in range(300):
            watched, came, age = cohort(seed, 300, mean=2.0)
            found = curve(delays_of_arrived(watched[came], age[came], 0.95))
            one = estimated(found.share(3))
            held += one.low <= true <= one.high
        assert binom.ppf(1e-6, 300, 0.94) <= held

    def test_where_all_are_old_it_is_the_plain_share(self) -> None:
        found = curve(delays_of_arrived([1, 2, 2, 7], [9] * 4, 0.95))
        assert found.arrived == pytest.approx([0.25, 0.75, 1.0])

    def test_an_outcome_before_its_decision_is_refused(self) -> None:
        with pytest.raises(ValueError, match="expected age of at least that"):
            delays_of_arrived([3], [2], 0.95)


class TestTimeUntil:
    def test_the_time_comes_when_it_was_foretold(self) -> None:
        """Of 200 simulated pasts, 300 labels are there within the range, though not always."""
        held = 0
        for seed in range(100):
            watched, came, age = cohort(seed, 500)
            found = curve(delays(watched, came, 0.95))
            told = time_until(found, age[~came], int(came.sum()) + 60, there=int(came.sum()))
            assert not isinstance(told, Undefined)
            rest = np.random.default_rng(seed + 1000).exponential(5.0, int((~came).sum()))
            truth = np.sort(rest)[59]
            assert told.low <= told.value <= told.high
            held += told.low <= truth <= told.high
        assert held >= 90

    def test_new_decisions_bring_outcomes_too(self) -> None:
        found = curve(delays([1.0] * 50, [True] * 50, 0.95))
        told = time_until(found, [], 100, rate=10.0)
        assert not isinstance(told, Undefined)
        assert told.value == pytest.approx(11.0)
        assert told.low < 11.0 < told.high

    def test_those_that_are_there_are_there(self) -> None:
        found = curve(delays([1.0, 2.0], [True, True], 0.95))
        told = time_until(found, [0.5], 3, there=3)
        assert not isinstance(told, Undefined)
        assert told.value == 0.0

    def test_what_will_not_come_has_no_date(self) -> None:
        found = curve(delays([1.0, 2.0], [True, True], 0.95))
        assert isinstance(time_until(found, [0.5] * 10, 11), Undefined)
        with pytest.raises(ValueError, match="expected 0 or more"):
            time_until(found, [-1.0], 11)


class TestRateSoFar:
    def test_where_all_came_it_is_wilson(self) -> None:
        found = curve(delays([1.0, 2.0], [True, True], 0.95))
        ours, theirs = rate_so_far(30, [5.0] * 100, found, 0.95), wilson(Counts(30, 100), 0.95)
        for end in ("value", "low", "high"):
            assert getattr(ours, end) == pytest.approx(getattr(theirs, end))

    def test_intervals_hold_the_rate_in_the_end(self) -> None:
        """The plain share of yes is far too low, as half of them have not come."""
        held, naive = 0, 0.0
        for seed in range(200):
            rng = np.random.default_rng(seed)
            watched, came, age = cohort(seed, 3000)
            due = rng.random(3000) < 0.1
            found = curve(delays_of_arrived(watched[came & due], age[came & due], 0.95))
            # Of outcomes that come within the longest age: what is slower is not known to anyone.
            true = 0.1 * (1 - np.exp(-10 / 5))
            one = estimated(rate_so_far(int((came & due).sum()), age, found, 0.95))
            held += one.low <= true <= one.high
            naive += (came & due).mean() / 200
        assert held >= binom.ppf(1e-6, 200, 0.95)
        assert naive < 0.06

    def test_what_has_no_answer_says_why(self) -> None:
        found = curve(delays([1.0, 2.0], [True, True], 0.95))
        young = rate_so_far(0, [0.5] * 4, found, 0.95)
        assert young == Undefined("no decision is old enough for an outcome to have come", n=4)
        with pytest.raises(ValueError, match="expected 0 to that many"):
            rate_so_far(5, [1.0] * 4, found, 0.95)
