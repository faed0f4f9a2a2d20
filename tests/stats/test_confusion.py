"""Decisions: accuracy, precision, recall and F1 with their intervals."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sklearn
from statsmodels.stats.proportion import proportion_confint

from gonogo.stats import confusion as module
from gonogo.stats.confusion import Confusion, confusion
from gonogo.stats.estimate import Estimate, Measured, Undefined

counts = st.integers(0, 80)
tables = st.builds(Confusion, counts, counts, counts, counts)
NAMES = ["accuracy", "precision", "recall", "specificity", "f1", "balanced_accuracy"]


def rows(found: Confusion) -> tuple[list[int], list[int]]:
    label = [1] * found.true_yes + [0] * found.false_yes + [1] * found.false_no
    chosen = [1] * (found.true_yes + found.false_yes) + [0] * found.false_no
    return label + [0] * found.true_no, chosen + [0] * found.true_no


def measured(name: str, found: Confusion, level: float = 0.95) -> Measured:
    answer: Measured = getattr(module, name)(found, level)
    return answer


def estimate(name: str, found: Confusion, level: float = 0.95) -> Estimate:
    answer = measured(name, found, level)
    assert isinstance(answer, Estimate)
    return answer


class TestConfusion:
    @given(tables)
    def test_counts_what_it_was_made_of(self, found: Confusion) -> None:
        assert confusion(*rows(found)) == found

    def test_missing_and_strange_input(self) -> None:
        assert isinstance(confusion([1, math.nan], [1, 0]), Undefined)
        with pytest.raises(ValueError, match="as many of each"):
            confusion([1, 0], [1])
        with pytest.raises(ValueError, match="negative"):
            Confusion(0, 0, -1, 0)

    @given(tables, tables)
    def test_adding_is_pooling(self, a: Confusion, b: Confusion) -> None:
        assert confusion(*(x + y for x, y in zip(rows(a), rows(b), strict=True))) == a + b


class TestRates:
    @given(tables.filter(lambda one: one.true_yes > 0 and one.true_no > 0))
    def test_values_agree_with_scikit_learn(self, found: Confusion) -> None:
        label, chosen = rows(found)
        oracles = {
            "accuracy": sklearn.accuracy_score(label, chosen),
            "precision": sklearn.precision_score(label, chosen),
            "recall": sklearn.recall_score(label, chosen),
            "specificity": sklearn.recall_score(label, chosen, pos_label=0),
            "f1": sklearn.f1_score(label, chosen),
            "balanced_accuracy": sklearn.balanced_accuracy_score(label, chosen),
        }
        for name, wanted in oracles.items():
            assert estimate(name, found).value == pytest.approx(wanted)

    @given(tables, st.sampled_from(NAMES), st.floats(0.5, 0.999))
    def test_a_number_within_its_interval_or_a_reason(
        self, found: Confusion, name: str, level: float
    ) -> None:
        answer = measured(name, found, level)
        if isinstance(answer, Estimate):
            assert -1e-12 <= answer.low <= answer.value <= answer.high <= 1 + 1e-12
            assert answer.low < answer.high
        else:
            assert answer.reason

    @pytest.mark.parametrize("name", NAMES)
    def test_no_rows(self, name: str) -> None:
        assert measured(name, Confusion(0, 0, 0, 0)) == Undefined("no observations", n=0)

    def test_precision_counts_the_selected_rows(self) -> None:
        found = estimate("precision", Confusion(30, 10, 5, 100))
        assert found.n == 40
        assert (found.low, found.high) == pytest.approx(proportion_confint(30, 40, method="wilson"))

    def test_balanced_accuracy_adds_the_squares(self) -> None:
        found = estimate("balanced_accuracy", Confusion(30, 10, 5, 100))
        yes = proportion_confint(30, 35, method="wilson")
        no = proportion_confint(100, 110, method="wilson")
        reach = math.hypot(30 / 35 - yes[0], 100 / 110 - no[0]) / 2
        assert found.low == pytest.approx(found.value - reach)


class TestF1:
    def test_carries_the_interval_of_the_jaccard_index_over(self) -> None:
        found = estimate("f1", Confusion(40, 12, 8, 300))
        low, high = proportion_confint(40, 60, method="wilson")
        assert found.value == pytest.approx(80 / 100)
        assert (found.low, found.high) == pytest.approx(
            (2 * low / (1 + low), 2 * high / (1 + high))
        )
        assert found.n == 60

    def test_many_rows_come_to_takahashi_s_delta_method(self) -> None:
        """Takahashi et al. (2022), Applied Intelligence 52, 4961-4972, from its multinomial."""
        found = Confusion(400_000, 120_000, 80_000, 400_000)
        p = np.array([0.4, 0.12, 0.08])
        whole = 2 * p[0] + p[1] + p[2]
        value = 2 * p[0] / whole
        gradient = np.array([2 * (1 - value), -value, -value]) / whole
        variance = (p @ gradient**2 - (p @ gradient) ** 2) / found.n
        one = estimate("f1", found)
        assert one.high - one.low == pytest.approx(2 * 1.959964 * math.sqrt(variance), rel=1e-3)

    @pytest.mark.parametrize("found", [Confusion(0, 3, 4, 10), Confusion(9, 0, 0, 3)])
    def test_the_ends_of_the_range_have_a_width(self, found: Confusion) -> None:
        one = estimate("f1", found)
        assert one.value in (0, 1)
        assert 0.1 < one.high - one.low < 0.8

    @pytest.mark.slow
    @pytest.mark.parametrize("n", [50, 400])
    @pytest.mark.parametrize("shares", [(0.4, 0.1, 0.1), (0.05, 0.03, 0.05), (0.85, 0.03, 0.02)])
    def test_covers_as_promised(self, n: int, shares: tuple[float, float, float]) -> None:
        tp, fp, fn = shares
        truth = 2 * tp / (2 * tp + fp + fn)
        rng = np.random.default_rng(2)
        held = 0
        for cells in rng.multinomial(n, [tp, fp, fn, 1 - tp - fp - fn], size=4000):
            one = module.f1(Confusion(*(int(cell) for cell in cells)), 0.95)
            held += isinstance(one, Undefined) or one.low <= truth <= one.high
        assert held / 4000 >= 0.94


class TestOfCells:
    @given(tables)
    def test_many_at_once_agree_with_one(self, found: Confusion) -> None:
        cells = np.array([[found.true_yes, found.false_yes, found.false_no, found.true_no]], float)
        for name, of in (("precision", module.precision_of), ("f1", module.f1_of)):
            answer = measured(name, found)
            if isinstance(answer, Undefined):
                assert math.isnan(of(cells)[0])
            else:
                assert of(cells)[0] == pytest.approx(answer.value)
