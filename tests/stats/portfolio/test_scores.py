"""RICE and WSJF by arithmetic, and the order that loses least by waiting."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.stats.money.amounts import Between, Known, Lognormal
from gonogo.stats.portfolio.scores import rice, rice_futures, summary, wsjf


class TestRice:
    def test_confidence_of_nothing_is_worth_nothing(self) -> None:
        assert rice(100, 3, 0, 2) == 0

    def test_uncertain_parts_give_an_interval_about_the_sure_score(self) -> None:
        futures = rice_futures(Between(400, 500, 600), Known(2), Lognormal(3, 5), seed=7)
        found = summary(futures, 0.8, "RICE")
        assert found.low < rice(500, 2, 1, 15**0.5) < found.high
        assert found.value == pytest.approx(rice(500, 2, 1, 15**0.5), rel=0.02)

    @pytest.mark.parametrize(
        "given_", [(-1, 1, 0.5, 1), (1, -1, 0.5, 1), (1, 1, 1.5, 1), (1, 1, 0.5, 0)]
    )
    def test_what_is_no_score_is_refused(self, given_: tuple[float, ...]) -> None:
        with pytest.raises(ValueError, match="expected"):
            rice(*given_)

    def test_an_effort_of_nothing_is_refused(self) -> None:
        with pytest.raises(ValueError, match="effort"):
            rice_futures(Known(1), Known(1), Between(0, 1, 2), seed=7)


class TestWsjf:
    @given(st.lists(st.tuples(st.floats(0, 10), st.floats(0.5, 5)), min_size=1, max_size=5))
    def test_in_its_order_least_is_lost_by_waiting(self, jobs: list[tuple[float, float]]) -> None:
        """Smith (1956): of all orders, the one by cost of delay over size costs least."""

        def lost(order: tuple[tuple[float, float], ...]) -> float:
            ends = np.cumsum([size for _, size in order])
            return float(sum(cost * end for (cost, _), end in zip(order, ends, strict=True)))

        ours = tuple(sorted(jobs, key=lambda job: -wsjf(job[0], 0, 0, job[1])))
        assert lost(ours) == pytest.approx(min(lost(order) for order in permutations(jobs)))

    def test_what_is_no_job_is_refused(self) -> None:
        with pytest.raises(ValueError, match="0 or more"):
            wsjf(-1, 1, 1, 1)
        with pytest.raises(ValueError, match="size"):
            wsjf(1, 1, 1, 0)
