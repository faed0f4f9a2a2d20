"""Scores of forecasts against scikit-learn, exact identities, and forecasters known to be right."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss, mean_pinball_loss

from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Estimate, Undefined
from gonogo.stats.plans.track_record import (
    Coverage,
    Parts,
    brier_score,
    calibration_table,
    coverage,
    murphy,
    pinball,
    shared,
    skill,
)
from gonogo.stats.proportions import wilson

said_and_done = st.lists(
    st.tuples(st.integers(0, 10).map(lambda tenth: tenth / 10), st.booleans()),
    min_size=2,
    max_size=60,
)


class TestMurphy:
    @given(said_and_done)
    def test_the_parts_of_few_distinct_forecasts_add_up_exactly(
        self, pairs: list[tuple[float, bool]]
    ) -> None:
        """Murphy (1973): reliability less resolution plus uncertainty is the Brier score."""
        said, done = [one for one, _ in pairs], [yes for _, yes in pairs]
        found = murphy(done, said, groups=11)
        assert isinstance(found, Parts)
        assert found.within == 0
        assert found.total == pytest.approx(found.brier)
        assert found.brier == pytest.approx(brier_score_loss(done, said, labels=[0, 1]))

    @given(st.integers(0, 1000), st.integers(1, 8))
    def test_with_groups_of_unequal_forecasts_the_rest_makes_up_for_it(
        self, seed: int, groups: int
    ) -> None:
        rng = np.random.default_rng(seed)
        said = rng.random(50)
        found = murphy(rng.random(50) < said, said, groups)
        assert isinstance(found, Parts)
        assert found.groups == groups
        assert found.total == pytest.approx(found.brier)

    def test_always_saying_the_overall_rate_is_all_uncertainty(self) -> None:
        found = murphy([1, 0, 0, 0], [0.25] * 4, groups=10)
        assert found == Parts(0.1875, 0.0, 0.0, 0.1875, 0.0, 1)

    def test_saying_what_happens_resolves_everything(self) -> None:
        found = murphy([1, 0, 0, 1], [1.0, 0.0, 0.0, 1.0], groups=10)
        assert isinstance(found, Parts)
        assert (found.brier, found.reliability) == (0.0, 0.0)
        assert found.resolution == found.uncertainty == 0.25

    def test_no_forecasts_have_no_score(self) -> None:
        assert murphy([], [], groups=5) == Undefined("no observations", n=0)
        assert brier_score([], [], 0.9) == Undefined("no observations", n=0)


class TestCalibrationTable:
    def test_each_row_has_its_interval(self) -> None:
        rows = calibration_table([1, 1, 0, 0, 0], [0.8, 0.8, 0.8, 0.1, 0.1], 5, 0.95)
        assert not isinstance(rows, Undefined)
        assert [(row.forecast, row.counts) for row in rows] == [
            (0.1, Counts(0, 2)),
            (pytest.approx(0.8), Counts(2, 3)),
        ]
        assert isinstance(rows[1].observed, Estimate)
        assert rows[1].observed.low < 0.67 < rows[1].observed.high


class TestCoverage:
    def test_dates_that_held_too_rarely_are_found_out(self) -> None:
        """Our 80 % dates held 61 % of the time, of 100."""
        found = coverage(np.arange(100), np.where(np.arange(100) < 61, 200, -1), 0.8, 0.95)
        assert isinstance(found, Coverage)
        assert found.counts == Counts(61, 100)
        assert found.kept is False

    def test_a_date_met_to_the_day_held(self) -> None:
        found = coverage([10.0], [10.0], 0.8, 0.95)
        assert isinstance(found, Coverage)
        assert (found.counts, found.kept) == (Counts(1, 1), True)

    def test_lengths_that_differ_are_refused(self) -> None:
        with pytest.raises(ValueError, match="expected"):
            coverage([1.0, 2.0], [1.0], 0.8, 0.95)


class TestPinball:
    @given(st.integers(0, 1000), st.sampled_from([0.1, 0.5, 0.8, 0.9]))
    def test_agrees_with_scikit_learn(self, seed: int, q: float) -> None:
        rng = np.random.default_rng(seed)
        actual, said = rng.normal(50, 10, 20), rng.normal(50, 10, 20)
        found = pinball(actual, said, q, 0.9, "days")
        assert isinstance(found, Estimate)
        assert found.value == pytest.approx(mean_pinball_loss(actual, said, alpha=q))

    def test_the_true_quantile_costs_least(self) -> None:
        actual = np.random.default_rng(7).normal(0, 1, 4000)
        costs = []
        for said in (-0.5, 0.8416, 2.5):
            found = pinball(actual, np.full(4000, said), 0.8, 0.9, "days")
            assert isinstance(found, Estimate)
            costs.append(found.value)
        assert min(costs) == costs[1]


class TestSkill:
    def test_half_the_loss_is_half_the_way_to_perfect(self) -> None:
        reference = np.random.default_rng(7).random(40)
        found = skill(reference * np.tile([0.4, 0.6], 20), reference, 0.9, seed=7)
        assert isinstance(found, Estimate)
        assert found.low < 0.5 < found.high
        assert found.high - found.low < 0.1

    def test_a_perfect_reference_cannot_be_compared_with(self) -> None:
        assert isinstance(skill([1.0, 2.0], [0.0, 0.0], 0.9, seed=7), Undefined)


class TestShared:
    @given(st.lists(st.booleans(), min_size=40, max_size=80))
    def test_of_different_outcomes_it_is_wilsons_interval(self, held: list[bool]) -> None:
        found = shared([str(at) for at in range(len(held))], held, 0.9)
        plain = wilson(Counts(yes=sum(held), n=len(held)), 0.9)
        assert isinstance(found, Estimate)
        assert isinstance(plain, Estimate)
        # The variance between independent outcomes is never quite that within them.
        assert (found.value, found.low, found.high) == pytest.approx(
            (plain.value, plain.low, plain.high), abs=1e-9
        )

    @given(st.lists(st.booleans(), min_size=1, max_size=12), st.integers(2, 40))
    def test_telling_each_outcome_many_times_tells_no_more(
        self, held: list[bool], times: int
    ) -> None:
        who = [str(at) for at in range(len(held))]
        once = shared(who, held, 0.95)
        often = shared(who * times, held * times, 0.95)
        assert isinstance(once, Estimate)
        assert isinstance(often, Estimate)
        assert often.n == times * once.n
        assert (often.low, often.high) == pytest.approx((once.low, once.high))

    def test_without_any_there_is_no_share(self) -> None:
        assert shared([], [], 0.95) == Undefined("no observations", n=0)
