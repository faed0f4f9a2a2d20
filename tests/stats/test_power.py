"""How many more observations a hold asks for."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Estimate
from gonogo.stats.power import observations_to_settle
from gonogo.stats.proportions import wilson


class TestObservationsToSettle:
    def test_half_the_distance_takes_four_times_the_rows(self) -> None:
        """A half of 0.10 must shrink below 0.05: beyond 400 rows in all, 300 more."""
        assert observations_to_settle(0.85, 0.75, 0.95, 100, bound=0.80) == 301

    def test_the_side_of_the_bound_counts_not_the_other(self) -> None:
        lower = observations_to_settle(0.85, 0.75, 0.99, 100, bound=0.80)
        assert lower == observations_to_settle(0.85, 0.75, math.inf, 100, bound=0.80)
        assert observations_to_settle(0.85, 0.75, 0.99, 100, bound=0.95) != lower

    @given(
        st.floats(0.001, 10), st.floats(0.001, 10), st.integers(1, 10**6), st.floats(-0.999, 0.999)
    )
    def test_so_many_rows_settle_and_one_less_does_not(
        self, below: float, above: float, n: int, at: float
    ) -> None:
        """The ends shrunk by sqrt(n / (n + more)) leave the bound outside; one row less: inside."""
        bound = at * (above if at > 0 else below)
        assume(abs(bound) > 1e-4)
        more = observations_to_settle(0.0, -below, above, n, bound)
        assert more is not None
        assert more > 0
        shrunk = [math.sqrt(n / (n + rows)) for rows in (more, more - 1)]
        reach = above if bound > 0 else below
        assert reach * shrunk[0] < abs(bound) * (1 + 1e-9)
        assert reach * shrunk[1] >= abs(bound) * (1 - 1e-9)

    def test_outside_nothing_more_is_needed(self) -> None:
        assert observations_to_settle(0.85, 0.82, 0.88, 100, bound=0.80) == 0

    @pytest.mark.parametrize(
        ("value", "low", "high", "n", "bound"),
        [
            (0.80, 0.75, 0.85, 100, 0.80),
            (0.85, -math.inf, 0.9, 100, 0.80),
            (0.85, 0.7, math.inf, 100, 0.90),
            (0.85, 0.75, 0.95, 0, 0.80),
            (0.85, 0.75, 0.95, 100, 0.85 + 1e-15),
        ],
    )
    def test_no_number_is_named_where_there_is_none(
        self, value: float, low: float, high: float, n: int, bound: float
    ) -> None:
        assert observations_to_settle(value, low, high, n, bound) is None

    def test_an_interval_without_its_value_is_refused(self) -> None:
        with pytest.raises(ValueError, match="expected low <= value <= high"):
            observations_to_settle(1.0, 0.0, 0.5, 10, bound=0.2)

    def test_the_forecast_comes_true_where_the_share_stays(self) -> None:
        """A Wilson interval with so many more rows of the same share leaves the bound outside."""
        before = wilson(Counts(85, 100), 0.95)
        assert isinstance(before, Estimate)
        more = observations_to_settle(before.value, before.low, before.high, 100, bound=0.80)
        assert more is not None
        after = wilson(Counts(round(0.85 * (100 + more)), 100 + more), 0.95)
        assert isinstance(after, Estimate)
        assert after.low == pytest.approx(0.80, abs=0.01)
