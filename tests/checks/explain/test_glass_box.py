"""The cost of a glass box: trained beside the model, compared on the same rows."""

import sys
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score

from gonogo.checks.explain.glass_box import glass_box_cost
from gonogo.core.errors import Invalid
from gonogo.stats.auc import auc_difference_delong
from gonogo.stats.estimate import Estimate, Undefined
from tests.fixtures.explained import NUMBERS, rows, score, told, under

TRAIN, TEST = rows(600, 1), rows(400, 2)


class TestScorecard:
    def test_the_difference_is_that_of_the_two_models(self) -> None:
        found = glass_box_cost(under(TEST, training=TRAIN), {"kind": "scorecard"})
        assert isinstance(found.measured, Estimate)
        own = roc_auc_score(TEST["label"], score(TEST))
        glass = told(found)["glass_box"]["value"]
        assert found.measured.value == pytest.approx(own - glass)
        # The truth is a scorecard: a fitted one can hardly lose anything.
        assert abs(found.measured.value) < 0.02

    def test_log_loss_is_above_zero_where_the_model_is_better(self) -> None:
        asked = {"kind": "scorecard", "metric": "log_loss"}
        found = glass_box_cost(under(TEST, training=TRAIN.iloc[:80]), asked)
        assert isinstance(found.measured, Estimate)
        own = log_loss(TEST["label"], score(TEST))
        glass = told(found)["glass_box"]["value"]
        assert found.measured.value == pytest.approx(glass - own)
        assert found.measured.value > 0

    def test_categories_and_missing_values_are_taken(self) -> None:
        train = TRAIN.assign(income=TRAIN["income"].where(TRAIN["age"] > 30))
        train.loc[:5, "city"] = None
        found = glass_box_cost(under(TEST, training=train), {"kind": "scorecard"})
        assert isinstance(found.measured, Estimate)

    def test_the_interval_is_delongs_paired_one(self) -> None:
        train, test = (frame[list(NUMBERS)].astype(float) for frame in (TRAIN, TEST))
        model = LogisticRegression(max_iter=1000).fit(train, TRAIN["label"])

        def ask(asked: pd.DataFrame) -> object:
            return model.predict_proba(asked[list(NUMBERS)].astype(float))[:, 1]

        of = under(TEST, ask, features=NUMBERS, training=TRAIN)
        found = glass_box_cost(of, {"kind": "scorecard"}).measured
        assert isinstance(found, Estimate)
        assert found.method.startswith("paired DeLong")
        noise = np.random.default_rng(1).random(len(test))
        worse = auc_difference_delong(TEST["label"], noise, ask(TEST), 0.95)  # type: ignore[arg-type]  # scores
        assert isinstance(worse, Estimate)
        assert worse.high < found.low


class TestEbm:
    def test_it_is_what_is_trained_where_the_extra_is_there(self) -> None:
        found = glass_box_cost(under(TEST, training=TRAIN), {})
        assert found.parameters["kind"] == "ebm"
        assert isinstance(found.measured, Estimate)
        assert abs(found.measured.value) < 0.05

    def test_without_the_extra_it_is_a_scorecard(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "interpret.glassbox", None)
        found = glass_box_cost(under(TEST, training=TRAIN), {})
        assert found.parameters["kind"] == "scorecard"
        assert isinstance(found.measured, Estimate)

    def test_asked_for_without_the_extra_it_names_the_extra(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "interpret.glassbox", None)
        found = glass_box_cost(under(TEST, training=TRAIN), {"kind": "ebm"})
        assert isinstance(found.measured, Undefined)
        assert "gonogo[explain]" in found.measured.reason


class TestWithout:
    def test_training_rows_there_is_nothing_to_train_on(self) -> None:
        found = glass_box_cost(under(TEST), {})
        assert isinstance(found.measured, Undefined)
        assert "trained on" in found.measured.reason

    def test_enough_of_a_class_nothing_is_trained(self) -> None:
        few = TRAIN[TRAIN["label"] == 1].head(50)
        found = glass_box_cost(under(TEST, training=few), {})
        assert isinstance(found.measured, Undefined)
        assert "too few" in found.measured.reason

    @pytest.mark.parametrize("kind", ["ebm", "scorecard"])
    @pytest.mark.parametrize(
        "odd", [{"income": np.inf}, {"income": np.nan}, {"income": 1e308}, {"income": "much"}]
    )
    def test_numbers_that_say_nothing_there_is_a_number_or_a_reason(
        self, kind: str, odd: dict[str, Any]
    ) -> None:
        found = glass_box_cost(under(TEST, training=TRAIN.assign(**odd)), {"kind": kind})
        assert isinstance(found.measured, Estimate | Undefined)
        if odd == {"income": 1e308} and kind == "scorecard":
            assert isinstance(found.measured, Undefined)
            assert "cannot be trained" in found.measured.reason
        else:
            # Without its strongest column a glass box is worse.
            assert isinstance(found.measured, Estimate)
            assert found.measured.value > 0

    def test_labels_of_two_classes_it_is_refused(self) -> None:
        with pytest.raises(Invalid, match="label"):
            glass_box_cost(under(TEST.assign(label=range(400)), training=TRAIN), {})
