"""Average precision, against scikit-learn."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import binomtest, logistic, norm
from sklearn.metrics import average_precision_score

from gonogo.stats.average_precision import average_precision, average_precision_logit
from gonogo.stats.estimate import Estimate, Undefined

pytestmark = pytest.mark.filterwarnings("error")


class TestAveragePrecision:
    def test_worked_by_hand(self) -> None:
        """Yes at ranks 1 and 3 of 4: (1/1 + 2/3) / 2, the example of scikit-learn's reference."""
        assert average_precision([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]) == pytest.approx(5 / 6)

    @given(st.lists(st.tuples(st.booleans(), st.integers(-3, 3)), min_size=2, max_size=60))
    def test_agrees_with_sklearn_ties_and_all(self, rows: list[tuple[bool, int]]) -> None:
        label, score = np.array(rows).T
        found = average_precision(label, score)
        assume(not isinstance(found, Undefined))
        assert found == pytest.approx(average_precision_score(label, score), abs=1e-12)
        assert found == pytest.approx(average_precision(label[::-1], score[::-1]), abs=1e-12)

    @pytest.mark.parametrize(
        ("label", "score", "reason"),
        [
            ([], [], "no observations"),
            ([0, 0], [0.1, 0.2], "only one class: all 2 labels are no"),
            ([0, 1], [0.3, 0.3], "the score is constant, 0.3, so it ranks nothing"),
        ],
    )
    def test_what_cannot_be_ranked_says_why(
        self, label: list[int], score: list[float], reason: str
    ) -> None:
        assert average_precision(label, score) == Undefined(reason, n=len(label))


class TestLogit:
    @given(st.lists(st.tuples(st.booleans(), st.integers(-3, 3)), min_size=2, max_size=60))
    def test_as_boyd_eng_and_page_lay_it(self, rows: list[tuple[bool, int]]) -> None:
        """Their section 3.2, with SciPy's logistic distribution for the change of scale."""
        label, score = np.array(rows).T
        found = average_precision_logit(label, score, 0.9)
        assume(isinstance(found, Estimate) and found.value < 1)
        assert isinstance(found, Estimate)
        value, yes = found.value, int(label.sum())
        middle, error = logistic.ppf(value), 1 / math.sqrt(yes * value * (1 - value))
        low, high = (float(logistic.cdf(end)) for end in norm.interval(0.9, middle, error))
        assert (found.low, found.high) == pytest.approx((low, high))

    def test_a_perfect_ranking_is_not_proven(self) -> None:
        found = average_precision_logit([0, 0, 1, 1, 1], [1, 2, 3, 4, 5], 0.95)
        assert isinstance(found, Estimate)
        assert (found.value, found.high) == (1, 1)
        assert found.low == pytest.approx(binomtest(3, 3).proportion_ci(0.95).low)

    def test_what_cannot_be_ranked_has_no_interval(self) -> None:
        assert isinstance(average_precision_logit([1, 1], [0.2, 0.3], 0.95), Undefined)
