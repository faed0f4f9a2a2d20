"""Checks of a model in a notebook that ask it about changed rows, beside those that do not."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
import xgboost

from gonogo.checks.findings.finding import Asked, Finding
from gonogo.core.errors import Invalid
from gonogo.sdk.scoring import measured_of_all, scores
from gonogo.stats.estimate import Estimate

RNG = np.random.default_rng(1)
ROWS = pd.DataFrame({"income": RNG.normal(0, 1, 200), "sex": RNG.choice(["f", "m"], 200)})
ROWS["label"] = (ROWS["income"] > 0).astype(int)


def model(frame: pd.DataFrame) -> Any:
    return 1 / (1 + np.exp(-frame["income"].to_numpy()))


def found(checks: list[str | Asked], **more: Any) -> list[Finding]:
    how: dict[str, Any] = {"label": "label", "groups": ["sex"], "threshold": 0.5, "level": 0.9}
    return measured_of_all(model, ROWS, checks=checks, **{**how, "seed": 3, "versus": None, **more})


class TestMeasuredOfAll:
    def test_both_kinds_in_the_order_asked(self) -> None:
        asked: list[str | Asked] = [
            Asked("robustness.noise", {"amount": 0.2}),
            "performance.roc_auc",
            "robustness.missing_inputs",
        ]
        one, two, three = found(asked)
        assert [one.check, two.check, three.check] == [
            "robustness.noise",
            "performance.roc_auc",
            "robustness.missing_inputs",
        ]
        assert (one.parameters["level"], one.parameters["seed"]) == (0.9, 3)
        assert isinstance(one.measured, Estimate)
        assert 0 < one.measured.value < 0.5

    def test_churn_against_another_model(self) -> None:
        other = {"model:m@1": lambda frame: 1 - model(frame)}
        (one,) = found(["robustness.prediction_churn"], versus=other)
        assert isinstance(one.measured, Estimate)
        assert one.measured.value == 1

    def test_scores_alone_cannot_be_asked(self) -> None:
        with pytest.raises(Invalid, match="none was handed in"):
            found(["robustness.prediction_churn"], versus={"model:m@1": np.zeros(200)})


class TestScores:
    def test_a_bare_booster_of_xgboost_is_asked_as_its_estimator(self) -> None:
        estimator = xgboost.XGBClassifier(n_estimators=3, n_jobs=1)
        estimator.fit(ROWS[["income"]], ROWS["label"])
        ours = scores(estimator.get_booster(), ROWS[["income"]])
        assert ours == pytest.approx(estimator.predict_proba(ROWS[["income"]])[:, 1])
