"""RICE and WSJF over futures, against the formulas; and what comes in by quarters."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.stats.money.amounts import Between, Lognormal, draws
from gonogo.stats.portfolio.priorities import FUTURES, rice_scores, summary, sure, wsjf_scores
from gonogo.stats.portfolio.ramps import ramp_futures


class TestScores:
    def test_sure_parts_come_to_the_formula(self) -> None:
        found = rice_scores(*(sure(one) for one in (500.0, 2.0, 0.8, 4.0)))
        assert set(found.tolist()) == {200.0}
        lost, size = sure(8.0 + 5 + 2), sure(3.0)
        assert set(wsjf_scores(lost, size).tolist()) == {5.0}

    def test_nothing_is_divided_by_no_effort(self) -> None:
        with pytest.raises(ValueError, match="effort"):
            wsjf_scores(sure(1.0), sure(0.0))
        with pytest.raises(ValueError, match="share"):
            rice_scores(sure(1.0), sure(1.0), sure(1.5), sure(1.0))
        with pytest.raises(ValueError, match="0 or more"):
            rice_scores(sure(-1.0), sure(1.0), sure(0.5), sure(1.0))

    def test_confidence_of_nothing_is_worth_nothing(self) -> None:
        assert not rice_scores(sure(100.0), sure(3.0), sure(0.0), sure(2.0)).any()

    def test_uncertain_parts_come_about_the_sure_score(self) -> None:
        rng = np.random.default_rng(7)
        reach = draws(Between(400, 500, 600), FUTURES, rng)
        effort = draws(Lognormal(3, 5), FUTURES, rng)
        found = summary(rice_scores(reach, sure(2.0), sure(1.0), effort), 0.8, "RICE")
        wanted = 500 * 2 / 15**0.5
        assert found.low < wanted < found.high
        assert found.value == pytest.approx(wanted, rel=0.02)

    @given(st.lists(st.tuples(st.floats(0, 10), st.floats(0.5, 5)), min_size=1, max_size=5))
    def test_in_its_order_least_is_lost_by_waiting(self, jobs: list[tuple[float, float]]) -> None:
        """Smith (1956): of all orders, the one by cost of delay over size costs least."""

        def lost(order: tuple[tuple[float, float], ...]) -> float:
            ends = np.cumsum([size for _, size in order])
            return float(sum(cost * end for (cost, _), end in zip(order, ends, strict=True)))

        scores = wsjf_scores(*np.array(jobs).T)
        ours = tuple(jobs[at] for at in np.argsort(-scores, kind="stable"))
        assert lost(ours) == pytest.approx(min(lost(order) for order in permutations(jobs)))


class TestRamp:
    @given(
        st.lists(st.floats(0, 0.25), min_size=4, max_size=4),
        st.lists(st.floats(0, 1), min_size=1, max_size=5),
    )
    def test_the_mean_is_the_sum_over_starts(
        self, chances: list[float], adoption: list[float]
    ) -> None:
        found = ramp_futures(chances, adoption, np.full(2000, 100.0), running=3.0, seed=7)
        for at, got in enumerate(found.mean(axis=0)):
            expected = sum(
                chance * (100 * adoption[at - start - 1] - 3)
                for start, chance in enumerate(chances)
                if 0 <= at - start - 1 < len(adoption)
            )
            assert got == pytest.approx(expected, abs=0.3)

    def test_what_was_done_before_goes_on(self) -> None:
        found = ramp_futures([0.0] * 3, [0.25, 0.5, 1.0], np.array([8.0]), since=1, seed=7)
        assert found.tolist() == [[2.0, 4.0, 8.0]]
        with pytest.raises(ValueError, match="chances"):
            ramp_futures([0.7, 0.7], [1.0], np.array([8.0]), seed=7)
