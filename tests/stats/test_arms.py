"""Sums kept batch by batch against the values they stand for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.stats.arms import NOTHING, Arms, Batch, alone
from gonogo.stats.counts import Counts

pytestmark = pytest.mark.filterwarnings("error")

VALUES = st.lists(st.floats(0, 1), max_size=20)
UNIT = (0.0, 1.0)


def after(arms: Arms, live: Batch, new: Batch, expected: float = 0.5) -> Arms:
    return arms.after(live.scaled(UNIT), new.scaled(UNIT), expected)


class TestBatch:
    @given(VALUES, VALUES)
    def test_parts_add_up_to_the_whole(self, one: list[float], other: list[float]) -> None:
        both = Batch.of_values(one) + Batch.of_values(other)
        whole = Batch.of_values(one + other)
        assert both.n == whole.n
        assert both.total == pytest.approx(whole.total)
        assert both.squares == pytest.approx(whole.squares)

    @given(st.lists(st.floats(-5, 20), min_size=1, max_size=20), st.booleans())
    def test_scaled_sums_are_those_of_scaled_values(
        self, values: list[float], flipped: bool
    ) -> None:
        found = Batch.of_values(values).scaled((-5, 20), flipped=flipped)
        places = (np.array(values) + 5) / 25
        places = 1 - places if flipped else places
        assert found == pytest.approx(
            [places.size, places.sum(), np.square(places).sum()], abs=1e-9
        )

    @pytest.mark.parametrize(
        "wrong",
        [Batch(2, 3.0, 5.0), Batch(2, 1.0, 1.5), Batch(1, 1.0, 0.2), Batch(2, float("nan"), 1.0)],
    )
    def test_sums_that_no_values_within_bounds_have_are_refused(self, wrong: Batch) -> None:
        with pytest.raises(ValueError, match="expected sums of such values"):
            wrong.scaled(UNIT)

    def test_counts_are_values_of_zero_and_one(self) -> None:
        assert Batch.of_counts(Counts(yes=2, n=3)) == Batch.of_values([1.0, 0.0, 1.0])


class TestArms:
    @given(st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=6))
    def test_sums_are_those_of_the_definition(
        self, batches: list[tuple[list[float], list[float]]]
    ) -> None:
        arms = Arms()
        weight, apart, spread = 0.0, 0.0, 0.0
        all_live: list[float] = []
        all_new: list[float] = []
        open_live: list[float] = []
        open_new: list[float] = []
        for live, new in batches:
            arms = after(arms, Batch.of_values(live), Batch.of_values(new), 0.3)
            open_live, open_new = open_live + live, open_new + new
            if not open_live or not open_new:
                continue
            count = min(len(open_live), len(open_new))
            told = float(np.mean(all_live)) if all_live else 0.3
            all_live += open_live
            guess = (sum(all_new) + np.mean(all_live)) / (len(all_new) + 1)
            all_new += open_new
            weight += count
            apart += count * float(np.mean(open_new) - np.mean(open_live))
            for values, foretold in ((open_live, told), (open_new, guess)):
                away = np.square(np.array(values) - foretold).sum()
                spread += (count / len(values)) ** 2 * float(away)
            open_live, open_new = [], []
        assert arms.weight == weight
        assert arms.new - arms.live == pytest.approx(apart, abs=1e-9)
        assert arms.live_spread + arms.new_spread == pytest.approx(spread, abs=1e-9)
        assert arms.waiting_n_live + arms.n_live == sum(len(live) for live, _ in batches)

    def test_what_has_no_counterpart_waits(self) -> None:
        waiting = after(Arms(), Batch(10, 4.0, 4.0), NOTHING)
        assert (waiting.weight, waiting.waiting_n_live) == (0.0, 10.0)
        found = after(waiting, NOTHING, Batch(10, 5.0, 5.0))
        assert (found.weight, found.waiting_n_live) == (10.0, 0.0)
        assert found.new - found.live == pytest.approx(1.0)

    def test_stored_and_read_it_is_the_same(self) -> None:
        arms = after(Arms(), Batch(7, 2.0, 2.0), Batch(3, 1.0, 1.0))
        assert Arms.of(arms.numbers()) == arms

    def test_many_arms_are_stepped_at_once(self) -> None:
        """What simulations do: trailing axes are as many pairs of arms."""
        sums = np.zeros((15, 2))
        new = np.array([[4.0, 5.0], [1.0, 2.0], [1.0, 2.0]])
        found = alone(sums, new, 0.1)
        each = [Arms().after(None, new[:, k], 0.1) for k in range(2)]
        assert found == pytest.approx(np.array([list(one) for one in each]).T)
