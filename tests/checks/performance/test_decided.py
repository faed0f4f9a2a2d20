"""Decisions at a threshold, alone and against another model's."""

import numpy as np
import pytest
from sklearn import metrics as sklearn
from statsmodels.stats.contingency_tables import mcnemar

from gonogo.checks.findings.finding import Asked, Finding
from gonogo.checks.inputs.scored import Scored
from gonogo.checks.measure import measure_model
from gonogo.core.errors import Invalid
from gonogo.stats.estimate import Estimate, Undefined

RNG = np.random.default_rng(12)
SCORE = RNG.uniform(0.02, 0.98, 600)
YES = RNG.uniform(size=600) < SCORE
WORSE = np.clip(SCORE + RNG.normal(0, 0.25, 600), 0, 1)
ROWS = Scored(YES, SCORE, threshold=0.4)
BEFORE = "model:x@1"
SKLEARN = {
    "accuracy": sklearn.accuracy_score,
    "precision": sklearn.precision_score,
    "recall": sklearn.recall_score,
    "specificity": lambda y, c: sklearn.recall_score(y, c, pos_label=0),
    "balanced_accuracy": sklearn.balanced_accuracy_score,
    "f1": sklearn.f1_score,
}
NAMES = pytest.mark.parametrize("name", SKLEARN)


def found(name: str, rows: Scored = ROWS, other: object = None, **asked: str | float) -> Finding:
    if other is None:
        return measure_model(rows, checks=[Asked(f"performance.{name}", asked)])[0]
    wanted = Asked(f"performance.{name}", {"versus": BEFORE, **asked})
    return measure_model(rows, checks=[wanted], versus={BEFORE: np.asarray(other)}, seed=11)[0]


def estimate(finding: Finding) -> Estimate:
    assert isinstance(finding.measured, Estimate), finding.measured
    return finding.measured


@NAMES
class TestEach:
    def test_agrees_with_scikit_learn(self, name: str) -> None:
        one = found(name)
        assert estimate(one).value == pytest.approx(SKLEARN[name](YES, SCORE >= 0.4))
        assert one.parameters == {"threshold": 0.4, "level": 0.95}

    def test_at_another_threshold(self, name: str) -> None:
        one = found(name, threshold=0.7)
        assert estimate(one).value == pytest.approx(SKLEARN[name](YES, SCORE >= 0.7))

    def test_the_difference_is_that_of_the_values(self, name: str) -> None:
        one = estimate(found(name, other=WORSE))
        wanted = SKLEARN[name](YES, SCORE >= 0.4) - SKLEARN[name](YES, WORSE >= 0.4)
        assert one.value == pytest.approx(wanted)
        assert one.unit == "difference"

    def test_the_other_has_the_same_threshold_unless_said(self, name: str) -> None:
        same, own = found(name, other=WORSE), found(name, other=WORSE, versus_threshold=0.6)
        assert same.parameters["versus_threshold"] == 0.4
        wanted = SKLEARN[name](YES, SCORE >= 0.4) - SKLEARN[name](YES, WORSE >= 0.6)
        assert estimate(own).value == pytest.approx(wanted)
        moved = found(name, other=WORSE, threshold=0.3)
        assert moved.parameters["versus_threshold"] == 0.3

    def test_turned_round_the_difference_turns_its_sign(self, name: str) -> None:
        one = estimate(found(name, other=WORSE))
        other = estimate(found(name, Scored(YES, WORSE, threshold=0.4), other=SCORE))
        assert (other.low, other.value, other.high) == pytest.approx(
            (-one.high, -one.value, -one.low), abs=0.006
        )

    def test_pairing_narrows(self, name: str) -> None:
        """Two that decide nearly the same are compared better than each is known."""
        alone, against = estimate(found(name)), estimate(found(name, other=SCORE**1.05))
        assert against.high - against.low < alone.high - alone.low


class TestSeed:
    def test_only_a_comparison_is_drawn(self) -> None:
        assert "seed" not in found("f1").parameters
        assert found("f1", other=WORSE).parameters["seed"] == 11
        assert found("precision", other=WORSE, seed=4).parameters["seed"] == 4
        assert "seed" not in found("accuracy", other=WORSE).parameters


class TestDetail:
    def test_the_four_counts(self) -> None:
        told = found("f1").detail["confusion"]
        tn, fp, fn, tp = sklearn.confusion_matrix(YES, SCORE >= 0.4).ravel()
        assert told == {"true_yes": tp, "false_yes": fp, "false_no": fn, "true_no": tn}

    def test_where_only_one_of_the_two_is_right(self) -> None:
        detail = found("accuracy", other=WORSE).detail
        right = detail["right"]
        assert isinstance(right, dict)
        table = [[right["both"], right["only_this"]], [right["only_versus"], right["neither"]]]
        assert sum(map(sum, table)) == 600
        assert detail["mcnemar_p"] == pytest.approx(mcnemar(table, exact=True).pvalue)

    def test_no_p_value_of_two_that_decide_alike(self) -> None:
        one = found("accuracy", other=SCORE)
        assert one.detail["mcnemar_p"] is None
        assert estimate(one).value == 0


class TestUndefined:
    def test_one_class(self) -> None:
        rows = Scored([1] * 20, np.linspace(0, 1, 20))
        assert found("specificity", rows).measured == Undefined("no row is labelled no", n=0)
        against = found("specificity", rows, other=np.zeros(20)).measured
        assert against == Undefined("no row is labelled no", n=0)

    def test_the_other_selects_nobody(self) -> None:
        measured = found("precision", other=np.zeros(600)).measured
        assert isinstance(measured, Undefined)
        assert "selects no row" in measured.reason

    def test_two_that_decide_alike_give_no_drawn_interval(self) -> None:
        assert isinstance(found("f1", other=SCORE).measured, Undefined)

    def test_scores_of_another_length_are_refused(self) -> None:
        with pytest.raises(Invalid, match="600 labels"):
            found("accuracy", other=SCORE[:9])

    def test_a_threshold_for_nobody_is_refused(self) -> None:
        with pytest.raises(Invalid, match="versus_threshold"):
            found("accuracy", versus_threshold=0.5)
