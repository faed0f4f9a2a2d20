"""What the best of many trials is worth, against rows it was not chosen by."""

import math

import pytest

from gonogo.checks.experiments.tuning import OPTIMISM, nested, optimism
from gonogo.checks.findings.finding import Finding
from gonogo.core.catalogue import CATALOGUE
from gonogo.core.evidence import Parameters
from gonogo.stats.estimate import Estimate, Undefined
from gonogo.stats.resampling import nadeau_bengio

GIVEN: Parameters = {"level": 0.95, "seed": 7, "trials": 40, "design": "held back"}


def auc(value: float, low: float, high: float) -> Finding:
    measured = Estimate(value, low, high, 0.95, 100, "auc", "DeLong")
    return Finding("performance.roc_auc", {"level": 0.95}, measured)


class TestOptimism:
    def test_is_the_reported_score_less_the_honest_interval(self) -> None:
        found = optimism(auc(0.70, 0.62, 0.76), 0.80, GIVEN)
        assert found.check == OPTIMISM
        assert isinstance(found.measured, Estimate)
        told = found.measured
        assert (told.value, told.low, told.high) == pytest.approx((0.10, 0.04, 0.18))
        assert told.unit == CATALOGUE[OPTIMISM].unit
        assert found.parameters["metric"] == "performance.roc_auc"
        assert all(CATALOGUE[OPTIMISM].parameter(name) for name in found.parameters)

    def test_of_a_loss_it_is_the_other_way_round(self) -> None:
        loss = Estimate(0.50, 0.40, 0.65, 0.95, 100, "nats", "t")
        found = optimism(Finding("performance.log_loss", {}, loss), 0.30, GIVEN).measured
        assert isinstance(found, Estimate)
        assert (found.value, found.low, found.high) == pytest.approx((0.20, 0.10, 0.35))

    def test_an_open_end_stays_open(self) -> None:
        found = optimism(auc(0.7, -math.inf, 0.8), 0.8, GIVEN).measured
        assert isinstance(found, Estimate)
        assert found.high == math.inf

    def test_without_an_honest_number_there_is_none(self) -> None:
        nothing = Finding("performance.roc_auc", {}, Undefined("only one class", n=9))
        found = optimism(nothing, 0.8, GIVEN).measured
        assert found == Undefined("the winner's ROC AUC is undefined", n=9)


class TestNested:
    def test_both_are_means_over_folds_with_corrected_intervals(self) -> None:
        scores = [(0.8, 0.7), (0.82, 0.69), (0.79, 0.75)]
        honest, found = nested(
            "performance.roc_auc", scores, GIVEN, rows=300, detail={"trials": 40}
        )
        assert honest.measured == nadeau_bengio([0.7, 0.69, 0.75], 600, 300, 0.95, "auc")
        assert found.measured == nadeau_bengio(
            [0.8 - 0.7, 0.82 - 0.69, 0.79 - 0.75], 600, 300, 0.95, "difference"
        )
        assert "trials" not in honest.parameters
        assert found.detail["trials"] == 40

    def test_a_loss_that_looked_too_small_is_optimism_above_0(self) -> None:
        found = nested("performance.log_loss", [(0.3, 0.5), (0.2, 0.5)], GIVEN, rows=9, detail={})
        assert isinstance(found[1].measured, Estimate)
        assert found[1].measured.value == pytest.approx(0.25)
