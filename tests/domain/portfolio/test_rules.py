"""The order of use cases by what they are worth, and how sure it is."""

import numpy as np

from gonogo.domain.portfolio.rules import ranking
from gonogo.stats.portfolio.problem import Candidate


class TestRanking:
    def test_a_rare_great_success_is_placed_by_what_it_is_worth_on_average(self) -> None:
        """Though the sure one is above it in four futures of five, and has the better ranks."""
        rare = np.zeros(100)
        rare[::5] = 1000.0
        ranked, above = ranking([Candidate("sure", np.full(100, 50.0)), Candidate("rare", rare)])
        assert [one.place for one in ranked] == [2, 1]
        assert [one.first for one in ranked] == [0.8, 0.2]
        assert above[0][1] == 0.8

    def test_nothing_stated_is_not_ranked(self) -> None:
        assert ranking([]) == ([], [])
