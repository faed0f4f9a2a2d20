"""Problems that are none are refused by name; the mean of the worst is its definition."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from gonogo.stats.portfolio.problem import Candidate, Limits, Problem, Worst, worst_mean

ONE = Candidate("one", np.zeros(3), (1.0,))


class TestWorstMean:
    @given(st.lists(st.integers(-50, 50), min_size=1, max_size=12), st.floats(0.05, 1))
    def test_it_is_the_minimum_of_rockafellar_and_uryasev(
        self, values: list[int], share: float
    ) -> None:
        """CVaR of the loss is min over z of z + mean(max(loss - z, 0)) / share."""
        worths = np.array(values, dtype=float)

        def cvar(z: float) -> float:
            return float(z + np.maximum(-worths - z, 0).mean() / share)

        # Piecewise linear and convex: its minimum lies at a loss.
        lowest = min(cvar(-one) for one in worths)
        assert worst_mean(worths, share) == pytest.approx(-lowest, abs=1e-9)
        assert minimize_scalar(cvar, bounds=(-60, 60), method="bounded").fun >= lowest - 1e-6

    def test_all_futures_have_their_mean(self) -> None:
        assert worst_mean(np.array([1.0, 2.0, 6.0]), 1.0) == 3


class TestRefused:
    @pytest.mark.parametrize(
        ("candidates", "limits", "says"),
        [
            ((ONE, ONE), Limits(), "one is there twice"),
            ((replace(ONE, needs=("two",)),), Limits(), "needs two, which is no other"),
            ((replace(ONE, needs=("one",)),), Limits(), "needs one, which is no other"),
            ((replace(ONE, cost=(-1.0,)),), Limits(), "cost is -1.0"),
            ((replace(ONE, people={"engineer": (math.nan,)}),), Limits(), "engineer is nan"),
            ((replace(ONE, futures=np.array([math.inf])),), Limits(), "worth"),
            ((replace(ONE, starts=()),), Limits(), "starts"),
            ((replace(ONE, kept=0.0),), Limits(), "keeps"),
            ((ONE, replace(ONE, name="two", futures=np.zeros(2))), Limits(), "futures"),
            ((ONE,), Limits(total=-1.0), "total is -1"),
            ((ONE,), Limits(budget=(1.0, -1.0)), "budget is -1"),
            ((ONE,), Limits(either=(("one", "two"),)), "either-or two"),
            ((ONE,), Limits(shares={"a": (0.5, 0.4)}), "share of a"),
            ((ONE,), Limits(shares={"a": (0.6, 1.0), "b": (0.6, 1.0)}), "more than 1"),
            ((ONE,), Limits(worst=Worst(0.0, 1.0)), "worst share"),
        ],
    )
    def test_what_cannot_be_chosen_from_is_named(
        self, candidates: tuple[Candidate, ...], limits: Limits, says: str
    ) -> None:
        with pytest.raises(ValueError, match=says):
            Problem(candidates, limits)
