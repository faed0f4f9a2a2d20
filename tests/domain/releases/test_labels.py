"""How long labels take: learned from those that came, the policy's word while that is little."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight

from gonogo.domain.releases import labels
from gonogo.domain.releases.labels import COMPLETE, FEWEST, LabelDelay
from gonogo.stats.arrays import Floats

pytestmark = pytest.mark.filterwarnings("error")

HOUR = timedelta(hours=1)


def cohort(n: int, *, never: float = 0.0, seed: int = 1) -> tuple[Floats, Floats]:
    """Ages over ten hours and delays of an hour on average; some never get a label."""
    rng = np.random.default_rng(seed)
    age, delay = rng.uniform(0, 36_000, n), rng.exponential(3600, n)
    delay[rng.uniform(size=n) < never] = np.inf
    return age, np.where(delay <= age, delay, np.nan)


class TestLearned:
    @pytest.mark.parametrize("never", [0.0, 0.7])
    def test_it_is_the_time_by_which_most_have_come(self, never: float) -> None:
        """Also where most decisions never get a label: those that come take an hour on average."""
        found = labels.learned(HOUR, *cohort(20_000, never=never))
        assert found.learned
        assert found.low is not None
        assert found.high is not None
        assert found.low <= found.span <= found.high
        assert found.low <= timedelta(seconds=3600 * -np.log(1 - COMPLETE)) <= found.high

    def test_it_agrees_with_the_product_limit_where_every_label_comes(self) -> None:
        age, took = cohort(5_000)
        theirs = SurvfuncRight(np.fmin(age, np.nan_to_num(took, nan=np.inf)), np.isfinite(took) * 1)
        wanted = theirs.surv_times[np.flatnonzero(1 - theirs.surv_prob >= COMPLETE)[0]]
        found = labels.learned(HOUR, age, took)
        assert found.span.total_seconds() == pytest.approx(wanted, rel=0.05)

    def test_young_decisions_do_not_make_labels_look_quick(self) -> None:
        """Most traffic came in the last hour: the plain quantile of delays is far too short."""
        rng = np.random.default_rng(3)
        age = np.concatenate([rng.uniform(0, 3600, 20_000), rng.uniform(0, 36_000, 4_000)])
        delay = rng.exponential(3600, age.size)
        took = np.where(delay <= age, delay, np.nan)
        plain = float(np.nanquantile(took, COMPLETE))
        found = labels.learned(timedelta(), age, took).span.total_seconds()
        assert plain < 0.7 * found
        assert found == pytest.approx(3600 * -np.log(1 - COMPLETE), rel=0.2)

    def test_few_labels_leave_the_policys_word(self) -> None:
        age, took = cohort(FEWEST // 2)
        found = labels.learned(HOUR, age, took)
        assert (found.span, found.learned) == (HOUR, False)
        assert f"from {FEWEST} on" in found.reason

    def test_a_log_shorter_than_the_policys_span_cannot_tell(self) -> None:
        found = labels.learned(timedelta(days=7), *cohort(5_000))
        assert (found.span, found.learned) == (timedelta(days=7), False)
        assert "reaches back 10 h only" in found.reason

    @given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=FEWEST))
    def test_what_was_learned_is_stored_and_read_back(self, rows: list[tuple[int, int]]) -> None:
        age, took = np.array(rows, float).max(axis=1), np.array(rows, float).min(axis=1)
        found = labels.learned(timedelta(), age, took)
        assert LabelDelay.from_json(found.to_json()) == found
        assert found.low is not None
        assert found.low <= found.span <= (found.high or found.span)


class TestCompleteness:
    def test_half_are_there_at_the_median_age(self) -> None:
        found = labels.distribution(*cohort(20_000))
        there = labels.completeness(found, np.full(10, 3600 * np.log(2)))
        assert there is not None
        value, low, high = there
        assert low < value < high
        assert value == pytest.approx(0.5, abs=0.03)

    def test_nothing_learned_says_nothing(self) -> None:
        assert labels.completeness(None, [1.0]) is None
        assert labels.completeness(labels.distribution(*cohort(5_000)), []) is None
