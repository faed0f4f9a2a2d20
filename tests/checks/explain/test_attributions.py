"""Attributions of every kind: they add up, and agree with shap where it can say the same."""

import sys
from typing import Any

import lightgbm
import numpy as np
import pandas as pd
import pytest
import xgboost
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from gonogo.checks.explain.attribution import Attributions, Scale
from gonogo.checks.explain.by_shap import SHAP, library
from gonogo.checks.explain.explainers import explained
from gonogo.checks.explain.linear import LINEAR
from gonogo.checks.explain.parts import taken_apart
from gonogo.checks.explain.trees import LIGHTGBM, XGBOOST
from gonogo.checks.under_test import UnderTest
from tests.fixtures.explained import FEATURES, NUMBERS, estimator, rows, score, under

TRAIN, TEST = rows(400, 1), rows(60, 2)
SHAP_LIBRARY = library()
X, Y = TRAIN[list(NUMBERS)].astype(float), TRAIN["label"]


def attributed(of: UnderTest, frame: pd.DataFrame = TEST) -> tuple[str, Attributions]:
    how = explained(of, seed=7, count=64)
    assert how is not None
    return how.explainer.method, how.explainer.explain(frame[list(of.model.features)])


def scorecard() -> Any:
    return make_pipeline(SimpleImputer(strategy="median"), StandardScaler(), LogisticRegression())


class TestTrees:
    def test_lightgbm_is_asked_for_its_own(self) -> None:
        model = lightgbm.LGBMClassifier(n_estimators=20, verbose=-1, n_jobs=1).fit(X, Y)
        of = estimator(model, training=TRAIN)
        method, found = attributed(of)
        assert method == LIGHTGBM
        assert found.scale is Scale.LOG_ODDS
        asked = np.asarray(model.predict_proba(TEST[list(NUMBERS)]))
        assert found.score == pytest.approx(asked[:, 1])

    def test_lightgbm_agrees_with_shaps_trees(self) -> None:
        model = lightgbm.LGBMClassifier(n_estimators=20, verbose=-1, n_jobs=1).fit(X, Y)
        _, found = attributed(estimator(model, training=TRAIN))
        trees = SHAP_LIBRARY.TreeExplainer(model.booster_)
        theirs = np.asarray(trees(TEST[list(NUMBERS)].astype(float)).values)
        assert found.values == pytest.approx(theirs, abs=1e-6)

    @pytest.mark.parametrize("objective", ["binary:logistic", "multi:softprob"])
    def test_xgboost_is_asked_for_its_own(self, objective: str) -> None:
        model = xgboost.XGBClassifier(n_estimators=8, n_jobs=1, objective=objective, num_class=2)
        if objective == "binary:logistic":
            model = xgboost.XGBClassifier(n_estimators=8, n_jobs=1)
        model.fit(X, Y)
        method, found = attributed(estimator(model, training=TRAIN))
        assert method == XGBOOST
        asked = TEST[list(NUMBERS)].astype(float)
        margins = model.predict(asked, output_margin=True)
        margin = margins[:, 1] - margins[:, 0] if margins.ndim == 2 else margins
        assert found.margin == pytest.approx(margin, abs=1e-5)
        assert found.score == pytest.approx(model.predict_proba(asked)[:, 1], abs=1e-6)

    def test_xgboost_agrees_with_shaps_trees(self) -> None:
        model = xgboost.XGBClassifier(n_estimators=8, n_jobs=1).fit(X, Y)
        _, found = attributed(estimator(model, training=TRAIN))
        asked = TEST[list(NUMBERS)].astype(float)
        trees = SHAP_LIBRARY.TreeExplainer(model, feature_perturbation="tree_path_dependent")
        assert found.values == pytest.approx(np.asarray(trees(asked).values), abs=1e-5)

    def test_weights_that_xgboost_learned_are_not_told_as_trees(self) -> None:
        model = xgboost.XGBClassifier(n_estimators=8, n_jobs=1, booster="gblinear").fit(X, Y)
        method, found = attributed(estimator(model, training=TRAIN), TEST.iloc[:5])
        assert method != XGBOOST
        assert found.score == pytest.approx(
            model.predict_proba(TEST[list(NUMBERS)].astype(float))[:5, 1], abs=1e-6
        )

    def test_a_booster_after_a_scaler_is_told_by_the_columns_it_came_from(self) -> None:
        model = make_pipeline(
            StandardScaler(), lightgbm.LGBMClassifier(n_estimators=10, verbose=-1, n_jobs=1)
        ).fit(X.to_numpy(), Y)
        of = under(
            ask=lambda asked: np.asarray(model.predict_proba(asked[list(NUMBERS)].to_numpy(float)))[
                :, 1
            ],
            features=NUMBERS,
            native=model,
            training=TRAIN,
        )
        method, found = attributed(of)
        assert method == LIGHTGBM
        assert found.values.shape == (60, 3)

    @pytest.mark.parametrize("kind", [RandomForestClassifier, GradientBoostingClassifier])
    def test_other_trees_are_told_by_shap(self, kind: Any) -> None:
        model = kind(n_estimators=12, max_depth=3, random_state=1).fit(X, Y)
        method, found = attributed(estimator(model, training=TRAIN))
        assert method == SHAP
        assert found.score == pytest.approx(model.predict_proba(TEST[list(NUMBERS)])[:, 1])

    def test_without_shap_other_trees_are_sampled(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "shap", None)
        model = RandomForestClassifier(n_estimators=5, max_depth=3, random_state=1).fit(X, Y)
        method, found = attributed(estimator(model, training=TRAIN), TEST.iloc[:5])
        assert "sampled" in method
        assert found.score == pytest.approx(model.predict_proba(TEST[list(NUMBERS)])[:5, 1])


class TestLinear:
    def test_a_scorecard_is_told_in_closed_form_as_shap_does(self) -> None:
        model = scorecard().fit(X, Y)
        of = estimator(model, training=TRAIN)
        method, found = attributed(of)
        assert method == LINEAR
        prepared = model[:-1].transform(X)
        masker = SHAP_LIBRARY.maskers.Independent(prepared, max_samples=len(prepared))
        theirs = SHAP_LIBRARY.LinearExplainer(model[-1], masker)(
            model[:-1].transform(TEST[list(NUMBERS)].astype(float))
        )
        assert found.values == pytest.approx(theirs.values)
        assert found.base == pytest.approx(theirs.base_values)
        assert found.score == pytest.approx(model.predict_proba(TEST[list(NUMBERS)])[:, 1])

    def test_a_category_adds_what_its_columns_do_together(self) -> None:
        frame = TRAIN[list(FEATURES)]
        prepare = ColumnTransformer(
            [
                ("words", OneHotEncoder(drop="first"), ["city"]),
                ("numbers", make_pipeline(SimpleImputer(), StandardScaler()), ["income", "age"]),
            ],
            remainder="passthrough",
        )
        model = make_pipeline(prepare, LogisticRegression()).fit(frame, Y)
        method, found = attributed(estimator(model, FEATURES, training=TRAIN))
        assert method == LINEAR
        weights = model[-1].coef_[0]
        osaka = (TEST["city"] == "大阪").to_numpy(float)
        mean = float((TRAIN["city"] == "大阪").mean())
        assert found.values[:, 2] == pytest.approx(weights[0] * (osaka - mean))
        assert found.score == pytest.approx(model.predict_proba(TEST[list(FEATURES)])[:, 1])

    def test_columns_that_are_mixed_are_not_taken_apart(self) -> None:
        model = make_pipeline(StandardScaler(), PCA(2), LogisticRegression()).fit(X, Y)
        assert taken_apart(model, NUMBERS) is None
        method, _ = attributed(estimator(model, training=TRAIN), TEST.iloc[:3])
        assert "sampled" in method

    def test_an_explanation_of_another_model_is_not_believed(self) -> None:
        """What does not give the model's scores is about something else."""
        model = scorecard().fit(X, Y)
        of = under(
            ask=lambda asked: 0.9 * model.predict_proba(asked[list(NUMBERS)])[:, 1],
            features=NUMBERS,
            native=model,
            training=TRAIN,
        )
        method, found = attributed(of, TEST.iloc[:4])
        assert "sampled" in method
        assert found.score == pytest.approx(
            0.9 * model.predict_proba(TEST[list(NUMBERS)].iloc[:4])[:, 1]
        )


class TestSampled:
    def test_a_function_is_asked_and_adds_up(self) -> None:
        method, found = attributed(under(training=TRAIN))
        assert "sampled by 64 walks" in method
        assert found.scale is Scale.SCORE
        assert found.score == pytest.approx(score(TEST))
        assert found.error is not None

    def test_it_agrees_with_shaps_exact_values_within_its_error(self) -> None:
        model = KNeighborsClassifier(15).fit(X, Y)
        of = estimator(model, training=TRAIN)
        how = explained(of, seed=7, count=200)
        assert how is not None
        found = how.explainer.explain(TEST[list(NUMBERS)].iloc[:20])
        background = how.background[list(NUMBERS)].iloc[:100].astype(float).to_numpy()
        theirs = SHAP_LIBRARY.explainers.ExactExplainer(
            lambda asked: model.predict_proba(pd.DataFrame(asked, columns=list(NUMBERS)))[:, 1],
            SHAP_LIBRARY.maskers.Independent(background, max_samples=100),
        )(TEST[list(NUMBERS)].iloc[:20].astype(float).to_numpy())
        assert found.error is not None
        assert found.base == pytest.approx(theirs.base_values)
        apart = np.abs(found.values - theirs.values)
        # A row of the background at a time differs from all of them at once by chance alone.
        assert (apart <= 4 * found.error + 1e-9).mean() > 0.95

    def test_rows_that_are_not_answered_have_none(self) -> None:
        frame = TEST.iloc[:3].assign(city=["Köln", "Atlantis", "大阪"])
        _, found = attributed(under(training=TRAIN), frame)
        assert found.given.tolist() == [True, False, True]

    def test_without_rows_to_compare_with_there_is_no_way(self) -> None:
        assert explained(under(TEST.iloc[:0]), seed=7, count=8) is None

    @settings(max_examples=15, deadline=None)
    @given(st.lists(st.floats(-3, 3), min_size=3, max_size=3), st.integers(0, 100))
    def test_local_accuracy(self, weights: list[float], seed: int) -> None:
        """Base and attributions give the score, whatever the model and the seed."""

        def ask(asked: pd.DataFrame) -> Any:
            return expit(asked[list(NUMBERS)].astype(float).to_numpy() / 60 @ np.array(weights))

        how = explained(under(ask=ask, features=NUMBERS, training=TRAIN), seed=seed, count=8)
        assert how is not None
        found = how.explainer.explain(TEST[list(NUMBERS)].iloc[:3])
        assert logit(found.score) == pytest.approx(logit(ask(TEST.iloc[:3])), abs=1e-9)
