"""What is accepted as an array, a label, a score and a probability."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import rankdata

from gonogo.stats.arrays import finite, forecast, midranks, ranked, vector, yes_or_no
from gonogo.stats.estimate import Undefined
from gonogo.stats.levels import check_level

NAN, INF = float("nan"), float("inf")


class TestCheckLevel:
    @pytest.mark.parametrize("level", [0, 1, 95, -0.5, NAN])
    def test_only_shares_strictly_between_are_levels(self, level: float) -> None:
        with pytest.raises(ValueError, match="strictly between 0 and 1"):
            check_level(level)


class TestVector:
    def test_a_table_is_refused(self) -> None:
        with pytest.raises(ValueError, match=r"scores have shape \(1, 2\)"):
            vector("scores", [[1, 2]])

    def test_what_is_not_numeric_is_refused(self) -> None:
        with pytest.raises(ValueError, match="not numeric"):
            vector("scores", [object()])  # type: ignore[arg-type]  # the wrong type is the case


class TestFinite:
    def test_infinite_values_are_counted_as_unreadable(self) -> None:
        found = finite("latencies", [1.0, INF, NAN])
        assert found == Undefined("2 of 3 latencies are missing or infinite", n=3)


class TestYesOrNo:
    def test_booleans_and_numbers_mean_the_same(self) -> None:
        found, same = yes_or_no([True, False]), yes_or_no([1.0, 0.0])
        assert not isinstance(found, Undefined)
        assert not isinstance(same, Undefined)
        assert np.array_equal(found, same)


class TestRanked:
    @pytest.mark.parametrize(
        ("label", "score", "reason"),
        [
            ([], [], "no observations"),
            ([0, 0], [0.1, 0.2], "only one class: all 2 labels are no"),
            ([0, 1], [0.5, 0.5], "the score is constant, 0.5, so it ranks nothing"),
            ([0, 1], [0.5, NAN], "1 of 2 scores are missing"),
            ([0, NAN], [0.5, 0.6], "1 of 2 labels are missing"),
        ],
    )
    def test_what_cannot_be_ranked_says_why(
        self, label: list[float], score: list[float], reason: str
    ) -> None:
        assert ranked(label, score) == Undefined(reason, n=len(label))

    def test_infinite_scores_have_a_rank(self) -> None:
        assert not isinstance(ranked([0, 1], [-INF, INF]), Undefined)

    def test_lengths_must_agree(self) -> None:
        with pytest.raises(ValueError, match="2 labels but 3 scores"):
            ranked([0, 1], [1, 2, 3])


class TestForecast:
    def test_one_class_and_a_constant_score_can_be_judged(self) -> None:
        assert not isinstance(forecast([1, 1], [0.5, 0.5]), Undefined)

    def test_scores_outside_are_no_probabilities(self) -> None:
        found = forecast([1, 0, 1], [0.5, -0.1, 1.1])
        assert isinstance(found, Undefined)
        assert found.reason == "the scores are no probabilities: 2 of 3 lie outside [0, 1]"

    def test_missing_scores_come_before_their_range(self) -> None:
        found = forecast([1, 0], [NAN, 3.0])
        assert isinstance(found, Undefined)
        assert found.reason == "1 of 2 scores are missing or infinite"


class TestMidranks:
    @given(st.lists(st.sampled_from([-INF, -1.5, 0.0, 0.1, 0.1 + 2**-54, 3.0, INF]), min_size=1))
    def test_ranks_are_those_of_scipy(self, values: list[float]) -> None:
        assert midranks(np.array(values)).tolist() == rankdata(values).tolist()
