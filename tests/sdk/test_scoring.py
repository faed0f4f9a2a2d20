"""Models in a notebook: classified, predicted and ranked by what is asked."""

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics as sklearn
from sklearn.linear_model import LinearRegression, LogisticRegression, Perceptron
from sklearn.svm import LinearSVC

from gonogo.checks.finding import Asked, Finding
from gonogo.core.errors import Invalid
from gonogo.sdk.scoring import measured, scores

RNG = np.random.default_rng(6)
ROWS = pd.DataFrame(
    {
        "x": RNG.normal(size=200),
        "z": RNG.normal(size=200),
        "query": RNG.choice([*"abcdefgh"], 200),
    }
)
ROWS["y"] = 2 * ROWS.x + ROWS.z + RNG.normal(size=200)
ROWS["grade"] = np.clip(np.round(ROWS.y), 0, 3)
ROWS["yes"] = (ROWS.y > 0).astype(int)
FEATURES = ["x", "z"]
NUMBERS = LinearRegression().fit(ROWS[FEATURES], ROWS.y)
SMALLER = LinearRegression().fit(ROWS[["x"]], ROWS.y)
CLASSES = LogisticRegression().fit(ROWS[FEATURES], ROWS.yes)


def found(
    model: object,
    label: str,
    *checks: str | Asked,
    task: str | None = None,
    query: str | None = None,
    versus: object = None,
) -> list[Finding]:
    return measured(
        model,
        ROWS,
        label=label,
        groups=(),
        checks=checks or None,
        threshold=0.5,
        level=0.95,
        seed=7,
        versus=None if versus is None else {"model:x@1": versus},
        task=task,
        query=query,
    )


def value(one: Finding) -> float:
    return float(one.measured.value)  # type: ignore[union-attr]  # an estimate, or the test fails


class TestMeasured:
    def test_the_check_tells_the_task(self) -> None:
        one = found(NUMBERS, "y", "performance.mae")[0]
        wanted = sklearn.mean_absolute_error(ROWS.y, NUMBERS.predict(ROWS[FEATURES]))
        assert value(one) == pytest.approx(wanted)

    def test_all_there_is_for_numbers(self) -> None:
        names = [one.check for one in found(NUMBERS, "y", task="regression", versus=SMALLER)]
        alone = ["mae", "rmse", "r2", "mape", "smape", "pinball"]
        assert names == [f"performance.{name}" for name in (*alone, *alone)]

    def test_a_ranking_by_query(self) -> None:
        one = found(NUMBERS, "grade", "performance.ndcg", query="query")[0]
        predicted = NUMBERS.predict(ROWS[FEATURES])
        each = [
            sklearn.ndcg_score([ROWS.grade[at]], [predicted[at]], k=10)
            for at in (ROWS["query"] == name for name in "abcdefgh")
        ]
        assert value(one) == pytest.approx(np.mean(each))

    def test_decisions_are_measured_by_name(self) -> None:
        one = found(CLASSES, "yes", "performance.f1")[0]
        assert value(one) == pytest.approx(
            sklearn.f1_score(ROWS.yes, CLASSES.predict(ROWS[FEATURES]))
        )

    def test_without_checks_and_task_it_is_a_classification(self) -> None:
        names = [one.check for one in found(CLASSES, "yes")]
        assert "performance.roc_auc" in names
        assert "performance.mae" not in names

    @pytest.mark.parametrize(
        ("asked", "field"),
        [
            ({"task": "clustering"}, "task"),
            ({"task": "ranking"}, "query"),
            ({"task": "ranking", "query": "nobody"}, "query"),
            ({"task": "regression", "label": "nothing"}, "label"),
        ],
    )
    def test_what_cannot_be_measured_is_refused(self, asked: dict[str, str], field: str) -> None:
        with pytest.raises(Invalid) as refused:
            found(NUMBERS, **{"label": "grade", **asked})
        assert refused.value.field == field

    def test_checks_of_two_tasks_are_refused(self) -> None:
        with pytest.raises(Invalid, match="read from scores"):
            found(CLASSES, "yes", "performance.f1", "performance.mae")


class TestScores:
    def test_a_regressor_gives_its_numbers(self) -> None:
        assert scores(NUMBERS, ROWS[FEATURES]).shape == (200,)

    def test_a_classifier_without_probabilities_gives_its_margin(self) -> None:
        model = LinearSVC().fit(ROWS[FEATURES], ROWS.yes)
        assert np.unique(scores(model, ROWS[FEATURES])).size > 2

    def test_labels_are_no_scores(self) -> None:
        class Labels:
            classes_ = (0, 1)

            def predict(self, rows: object) -> object:
                return Perceptron().fit(ROWS[FEATURES], ROWS.yes).predict(rows)

        with pytest.raises(Invalid, match="predict_proba"):
            scores(Labels(), ROWS[FEATURES])
