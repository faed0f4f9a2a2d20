"""The one entry: what is measured when nothing is asked, and exactly what is asked."""

import numpy as np
import pandas as pd
import pytest

from gonogo.checks.data.declared import Reference
from gonogo.checks.findings.finding import Asked
from gonogo.checks.inputs.schema import Role, infer_schema
from gonogo.checks.inputs.scored import Scored
from gonogo.checks.measure import every_check, measure_data, measure_model
from gonogo.checks.table import FAIRNESS, ON_REQUEST, PERFORMANCE, SEEDED
from gonogo.core.errors import Invalid

RNG = np.random.default_rng(8)
SCORE = RNG.uniform(0.05, 0.95, 200)
ROWS = Scored(
    RNG.uniform(size=200) < SCORE,
    SCORE,
    {"race": RNG.choice(["a", "b"], 200), "sex": RNG.choice(["f", "m"], 200)},
)


class TestMeasureModel:
    def test_everything_there_is(self) -> None:
        found = measure_model(ROWS, versus={"model:x@1": SCORE**2})
        names = [
            (one.check, one.parameters.get("group"), one.parameters.get("versus")) for one in found
        ]
        performance = [check for check in PERFORMANCE if check not in ON_REQUEST]
        fairness = [check for check in FAIRNESS if check not in ON_REQUEST]
        assert names == [
            *((check, None, None) for check in performance),
            *((check, None, "model:x@1") for check in performance),
            *((check, group, None) for group in ("race", "sex", "race&sex") for check in fairness),
        ]

    def test_what_is_measured_on_request_is_measured_by_name(self) -> None:
        for check in ON_REQUEST:
            found = measure_model(ROWS, checks=every_check(ROWS, named=[check]))
            assert {one.check for one in found} == {check}

    def test_names_of_other_checks_are_left_out(self) -> None:
        assert every_check(ROWS, named=["operations.latency_p99_ms"]) == []

    def test_exactly_what_is_asked_in_its_order(self) -> None:
        asked = [
            Asked("fairness.selection_rate_ratio", {"group": "sex", "threshold": 0.3}),
            Asked("performance.roc_auc", {"level": 0.9}),
        ]
        found = measure_model(ROWS, checks=asked, level=0.99)
        assert [one.check for one in found] == [one.check for one in asked]
        assert found[0].parameters["threshold"] == 0.3
        assert found[0].parameters["level"] == 0.99
        assert found[1].parameters["level"] == 0.9

    def test_what_was_asked_is_among_the_parameters(self) -> None:
        """Or a condition of a policy would not find its evidence."""
        for one in measure_model(ROWS, seed=11):
            again = measure_model(ROWS, checks=[Asked(one.check, one.parameters)])[0]
            assert again == one
            assert one.parameters.get("seed") == (11 if one.check in SEEDED else None)

    def test_a_fairness_check_against_another_model(self) -> None:
        asked = Asked("fairness.selection_rate_ratio", {"group": "sex", "versus": "model:x@1"})
        found = measure_model(ROWS, checks=[asked], versus={"model:x@1": SCORE})
        assert found[0].measured.value == 0  # type: ignore[union-attr]  # an estimate

    @pytest.mark.parametrize(
        ("asked", "field"),
        [
            (Asked("performance.beauty"), "check"),
            (Asked("data.missing_share"), "check"),
            (Asked("performance.roc_auc", {"versus": "model:y@1"}), "with.versus"),
            (Asked("fairness.selection_rate_ratio", {"group": "age"}), "with.group"),
            (Asked("fairness.selection_rate_ratio"), "with.group"),
            (Asked("performance.roc_auc", {"level": "high"}), "with.level"),
            (Asked("performance.pr_auc", {"resamples": 3}), "with.resamples"),
            (Asked("performance.calibration_error", {"bins": 0}), "with.bins"),
            (Asked("performance.pr_auc", {"seed": -1}), "with.seed"),
        ],
    )
    def test_what_cannot_be_measured_is_refused(self, asked: Asked, field: str) -> None:
        with pytest.raises(Invalid) as refused:
            measure_model(ROWS, checks=[asked])
        assert refused.value.field == field

    def test_scores_of_other_rows_are_refused(self) -> None:
        with pytest.raises(Invalid, match="200 labels"):
            measure_model(ROWS, versus={"model:x@1": SCORE[:100]})


class TestMeasureData:
    FRAME = pd.DataFrame({"x": np.arange(20), "y": [0, 1] * 10})
    SCHEMA = infer_schema(FRAME, roles={"y": Role.LABEL})

    def test_everything_there_is(self) -> None:
        found = measure_data(
            self.FRAME,
            self.SCHEMA,
            label="y",
            reference=Reference("dataset:train@1", self.FRAME.iloc[:5]),
        )
        assert [one.check.removeprefix("data.") for one in found] == [
            "schema_violations",
            "missing_share",
            "range_violations",
            "duplicate_share",
            "class_balance",
            "train_test_overlap",
        ]
        assert found[-1].measured.value == 0.25  # type: ignore[union-attr]  # an estimate

    def test_without_label_and_reference_four_are_left(self) -> None:
        assert len(measure_data(self.FRAME, self.SCHEMA)) == 4

    def test_exactly_what_is_asked(self) -> None:
        asked = [Asked("data.missing_share", {"column": "x"}), Asked("data.class_balance")]
        found = measure_data(self.FRAME, self.SCHEMA, label="y", checks=asked)
        assert [dict(one.parameters) for one in found] == [{"column": "x"}, {"label": "y"}]

    @pytest.mark.parametrize(
        "asked", [Asked("performance.roc_auc"), Asked("data.train_test_overlap")]
    )
    def test_what_cannot_be_measured_is_refused(self, asked: Asked) -> None:
        with pytest.raises(Invalid):
            measure_data(self.FRAME, self.SCHEMA, checks=[asked])
