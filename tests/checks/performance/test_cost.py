"""Cost of decisions, and the threshold where it is least, of a model and against another."""

import math

import numpy as np
import pytest
from sklearn import metrics as sklearn

from gonogo.checks.findings.finding import Asked, Finding
from gonogo.checks.inputs.scored import Scored
from gonogo.checks.measure import measure_model
from gonogo.core.errors import Invalid
from gonogo.stats.estimate import Estimate, Undefined

RNG = np.random.default_rng(12)
SCORE = RNG.uniform(0.02, 0.98, 500)
YES = RNG.uniform(size=500) < SCORE
WORSE = np.clip(SCORE + RNG.normal(0, 0.3, 500), 0, 1)
ROWS = Scored(YES, SCORE)
BEFORE = "model:x@1"
MATRIX: dict[str, float] = {"cost_false_no": 5.0, "cost_true_yes": -1.0}


def found(name: str, other: object = None, **asked: str | float) -> Finding:
    against = {} if other is None else {"versus": BEFORE}
    wanted = Asked(f"performance.{name}", {**MATRIX, **against, **asked})
    versus = None if other is None else {BEFORE: np.asarray(other)}
    return measure_model(ROWS, checks=[wanted], versus=versus)[0]


def estimate(finding: Finding) -> Estimate:
    assert isinstance(finding.measured, Estimate), finding.measured
    return finding.measured


def cost_of(score: object, threshold: float) -> float:
    """By scikit-learn's confusion matrix."""
    tn, fp, fn, tp = sklearn.confusion_matrix(YES, np.asarray(score) >= threshold).ravel()
    return float(fp + 5 * fn - tp + 0 * tn) / YES.size


class TestExpectedCost:
    def test_agrees_with_the_confusion_matrix(self) -> None:
        one = found("expected_cost", threshold=0.3)
        assert estimate(one).value == pytest.approx(cost_of(SCORE, 0.3))
        assert one.parameters["cost_false_no"] == 5.0
        assert one.parameters["cost_false_yes"] == 1.0

    def test_without_costs_it_is_the_share_of_mistakes(self) -> None:
        one = measure_model(ROWS, checks=[Asked("performance.expected_cost")])[0]
        assert estimate(one).value == pytest.approx(1 - sklearn.accuracy_score(YES, SCORE >= 0.5))

    def test_the_difference_is_paired(self) -> None:
        alone = estimate(found("expected_cost"))
        against = estimate(found("expected_cost", other=SCORE**1.1))
        assert against.value == pytest.approx(cost_of(SCORE, 0.5) - cost_of(SCORE**1.1, 0.5))
        assert against.unit == "difference"
        assert against.high - against.low < alone.high - alone.low

    def test_what_all_and_none_would_cost(self) -> None:
        detail = found("expected_cost").detail
        assert detail["cost_of_none"] == pytest.approx(5 * YES.mean())
        assert detail["cost_of_all"] == pytest.approx((~YES).mean() - YES.mean())

    @pytest.mark.parametrize("cost", [math.inf, math.nan, "much", True])
    def test_a_cost_that_is_no_number_is_refused(self, cost: float) -> None:
        with pytest.raises(Invalid, match="cost_false_yes"):
            found("expected_cost", cost_false_yes=cost)


class TestCostOptimalThreshold:
    def test_costs_least_of_all_thresholds_tried(self) -> None:
        one = found("cost_optimal_threshold")
        curve = one.detail["curve"]
        assert isinstance(curve, list)
        assert one.detail["least_cost"] == pytest.approx(cost_of(SCORE, estimate(one).value))
        assert one.detail["least_cost"] == pytest.approx(min(cost for _, cost in curve), abs=1e-6)
        assert one.detail["cost"] == pytest.approx(cost_of(SCORE, 0.5))
        assert one.detail["calibrated"] == pytest.approx(1 / 7)

    def test_holds_the_threshold_of_calibrated_scores(self) -> None:
        one = estimate(found("cost_optimal_threshold"))
        assert one.low <= 1 / 7 <= one.high

    def test_two_thresholds_are_compared(self) -> None:
        one = estimate(found("cost_optimal_threshold", other=WORSE))
        assert one.unit == "difference"
        assert one.low <= 0 <= one.high

    def test_a_mistake_that_costs_nothing_is_refused(self) -> None:
        with pytest.raises(Invalid, match="more than cost_true_no") as refused:
            found("cost_optimal_threshold", cost_false_yes=0.0)
        assert refused.value.field == "with.cost_false_yes"

    def test_one_class_has_none(self) -> None:
        rows = Scored([1] * 9, np.linspace(0, 1, 9))
        one = measure_model(rows, checks=[Asked("performance.cost_optimal_threshold")])[0]
        assert isinstance(one.measured, Undefined)
