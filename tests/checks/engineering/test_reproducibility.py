"""Whether training again gives the same model: the paired interval, the margin, refusals."""

import json
import math
from typing import Any

import numpy as np
import pytest

from gonogo.checks.engineering.reproducibility import (
    METRICS,
    reproducibility,
    reproducibility_of_measurements,
)
from gonogo.checks.findings.compared import Other
from gonogo.checks.findings.finding import Finding
from gonogo.checks.inputs.predicted import Predicted
from gonogo.checks.inputs.scored import Scored
from gonogo.checks.measure_numbers import NUMBERS
from gonogo.checks.performance.scores import roc_auc
from gonogo.core.canonical import canonical
from gonogo.core.catalogue import CATALOGUE
from gonogo.core.errors import Invalid
from gonogo.core.evidence import measured_to_json
from gonogo.stats.arrays import Floats
from gonogo.stats.estimate import Estimate, Measured, Undefined

pytestmark = pytest.mark.filterwarnings("error")
AGAIN = "run:a1b2"


def rows(n: int = 300) -> Scored:
    rng = np.random.default_rng(4)
    score = rng.uniform(0.02, 0.98, n)
    return Scored(rng.uniform(size=n) < score, score)


def nearly(found: Scored, noise: float) -> Floats:
    moved = found.scores + np.random.default_rng(5).normal(0, noise, found.n)
    return np.clip(moved, 0.001, 0.999)


def measured(found: Scored | Predicted, again: Any, **asked: Any) -> Finding:
    return reproducibility(found, again, {"margin": 0.02, **asked}, against=AGAIN)


def sound(found: Finding) -> None:
    spec = CATALOGUE[found.check]
    assert all(spec.parameter(name) is not None for name in found.parameters)
    if isinstance(found.measured, Estimate):
        assert found.measured.unit == spec.unit
        assert found.measured.level in {found.parameters["level"], 1.0}
    else:
        assert found.measured.reason
    canonical(measured_to_json(found.measured))
    json.dumps(dict(found.detail), allow_nan=False)


class TestRows:
    def test_is_the_paired_difference_over_the_margin(self) -> None:
        found, again = rows(), nearly(rows(), 0.05)
        shown = measured(found, again)
        difference = roc_auc(found, {}, Other(AGAIN, again)).measured
        assert isinstance(shown.measured, Estimate)
        assert isinstance(difference, Estimate)
        assert shown.measured.value == pytest.approx(abs(difference.value) / 0.02)
        ends = max(abs(difference.low), abs(difference.high)) / 0.02
        assert shown.measured.high == pytest.approx(ends)
        assert shown.parameters["against"] == AGAIN

    def test_the_same_scores_leave_nothing_to_estimate(self) -> None:
        """Also where sums were made in another order, which moves a last digit."""
        found = rows()
        shown = measured(found, found.scores * (1 + 1e-13))
        assert isinstance(shown.measured, Estimate)
        assert (shown.measured.value, shown.measured.exact) == (0, True)
        assert shown.detail["same_scores"] == found.n

    def test_a_model_that_is_another_is_told(self) -> None:
        found = rows()
        shown = measured(found, np.random.default_rng(1).uniform(size=found.n))
        assert isinstance(shown.measured, Estimate)
        assert shown.measured.low > 1

    def test_few_rows_do_not_prove_it(self) -> None:
        """The same small change is within the margin on many rows and not known to be on few."""
        highs = []
        for n in (40, 4000):
            found = rows(n)
            shown = measured(found, nearly(found, 0.05)).measured
            assert isinstance(shown, Estimate)
            highs.append(shown.high)
        assert highs[1] < 1 < highs[0]

    @pytest.mark.parametrize("metric", METRICS)
    def test_every_metric_of_scores(self, metric: str) -> None:
        found = rows()
        shown = measured(found, nearly(found, 0.05), metric=metric)
        sound(shown)
        assert isinstance(shown.measured, Estimate)

    @pytest.mark.parametrize("metric", NUMBERS)
    def test_every_metric_of_numbers(self, metric: str) -> None:
        rng = np.random.default_rng(2)
        truth = rng.uniform(1, 9, 80)
        found = Predicted(truth, truth + rng.normal(size=80))
        shown = measured(found, found.predictions + rng.normal(0, 0.01, 80), metric=metric)
        sound(shown)
        assert isinstance(shown.measured, Estimate)

    @pytest.mark.parametrize(
        ("label", "score", "again"),
        [
            ([], [], []),
            ([1], [0.5], [0.4]),
            ([1] * 30, list(np.linspace(0, 1, 30)), list(np.linspace(1, 0, 30))),
            ([0, 1] * 15, [0.5] * 30, [0.4] * 30),
            ([0, 1] * 15, [0.0, 1.0] * 15, [1.0, 0.0] * 15),
        ],
    )
    @pytest.mark.parametrize("metric", METRICS)
    def test_hard_rows_give_a_number_or_a_reason(
        self, label: Any, score: Any, again: Any, metric: str
    ) -> None:
        sound(measured(Scored(label, score), again, metric=metric))

    @pytest.mark.parametrize("again", [[math.nan] * 300, [math.inf] * 300, [0.5], ["a"] * 300])
    def test_scores_that_are_none_are_refused(self, again: Any) -> None:
        with pytest.raises(Invalid, match="again"):
            measured(rows(), again)

    @pytest.mark.parametrize(
        "asked",
        [
            {"margin": 0.0},
            {"margin": -1.0},
            {"margin": math.nan},
            {"metric": "performance.mae"},
            {"metric": "engineering.test_count"},
            {"level": 1.0},
            {"cutoff": 1},
        ],
    )
    def test_strange_parameters_are_refused(self, asked: dict[str, Any]) -> None:
        with pytest.raises(Invalid, match=next(iter(asked))):
            measured(rows(), nearly(rows(), 0.05), **asked)

    def test_a_margin_must_be_said(self) -> None:
        with pytest.raises(Invalid, match="margin"):
            reproducibility(rows(), rows().scores, {}, against=AGAIN)


class TestMeasurements:
    def of(self, one: Measured, two: Measured, **asked: Any) -> Finding:
        return reproducibility_of_measurements(one, two, {"margin": 0.1, **asked}, against=AGAIN)

    def test_is_wider_than_of_the_same_rows(self) -> None:
        found, again = rows(), nearly(rows(), 0.05)
        one = roc_auc(found, {}, None).measured
        two = roc_auc(Scored(found.yes, again), {}, None).measured
        apart = self.of(one, two, margin=0.02)
        sound(apart)
        together = measured(found, again).measured
        assert isinstance(apart.measured, Estimate)
        assert isinstance(together, Estimate)
        assert apart.measured.value == pytest.approx(together.value)
        assert apart.measured.high > together.high

    def test_what_was_not_measured_is_told(self) -> None:
        known = roc_auc(rows(), {}, None).measured
        other = roc_auc(rows(), {"level": 0.9}, None).measured
        for one, two in ((Undefined("one class", 3), known), (known, other)):
            shown = self.of(one, two)
            sound(shown)
            assert isinstance(shown.measured, Undefined)
