"""What a model is for decides by what it is measured: forecasts, classes, numbers, rankings."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from gonogo.checks.findings.finding import Asked
from gonogo.checks.inputs.forecasted import Forecast, Forecasted
from gonogo.checks.inputs.probing import Rival
from gonogo.checks.measure_forecasts import measure_forecasts
from gonogo.checks.measure_version import OF_TASK, measure_version
from gonogo.checks.under_test import Model, UnderTest
from gonogo.core.errors import Invalid
from gonogo.core.tasks import Task, TaskKind
from gonogo.stats.estimate import Estimate, Undefined

RNG = np.random.default_rng(8)
MONTHS = [f"2024-{month:02d}-01" for month in range(1, 13)]
TRAIN = pd.DataFrame(
    {
        "shop": ["a"] * 12 + ["b"] * 12,
        "month": MONTHS * 2,
        "sold": RNG.normal(100, 9, 24).round(1),
    }
)
AFTER = [f"2025-{month:02d}-01" for month in range(1, 13)]
ROWS = pd.DataFrame(
    {
        "shop": ["a"] * 12 + ["b"] * 12,
        "month": AFTER * 2,
        "sold": RNG.normal(104, 9, 24).round(1),
        "guess": RNG.normal(103, 5, 24).round(1),
    }
)
FORECAST = Task(TaskKind.FORECAST, time="month", series="shop", quantiles=(0.05, 0.5, 0.95))
FLAT = "model:m@1"


def quantiles(rows: pd.DataFrame) -> Any:
    guess = rows["guess"].to_numpy()
    return np.column_stack([guess - 12, guess, guess + 12])


def flat(rows: pd.DataFrame) -> Any:
    return np.full((len(rows), 3), [80.0, 100.0, 120.0])


def forecaster(**more: Any) -> UnderTest:
    given: dict[str, Any] = {
        "load": lambda: Model(lambda rows: rows["guess"], ("guess",), outputs=quantiles),
        # Rows come in any order; their times say which.
        "rows": ROWS.sample(frac=1, random_state=2),
        "label": "sold",
        "task": FORECAST,
        "trained_on": lambda: TRAIN.sample(frac=1, random_state=3),
    }
    return UnderTest(**{**given, **more})


class TestForecast:
    def test_by_hand_and_by_the_task_it_is_the_same(self) -> None:
        """Order in time, history before, ends of the intervals: all found from the columns."""
        by_hand = measure_forecasts(
            Forecasted(
                ROWS["sold"],
                Forecast(ROWS["guess"], ROWS["guess"] - 12, ROWS["guess"] + 12),
                history={"a": TRAIN["sold"][:12], "b": TRAIN["sold"][12:]},
                series=ROWS["shop"],
                nominal=0.9,
            )
        )
        found = measure_version(forecaster())
        assert [one.check for one in found] == list(OF_TASK[TaskKind.FORECAST])
        for ours, theirs in zip(found, by_hand, strict=True):
            assert ours.parameters == theirs.parameters
            assert isinstance(ours.measured, Estimate), ours
            assert isinstance(theirs.measured, Estimate)
            assert ours.measured.value == pytest.approx(theirs.measured.value)
            assert ours.measured.low == pytest.approx(theirs.measured.low)

    def test_errors_are_scaled_by_the_months_before(self) -> None:
        (found,) = measure_version(forecaster(), [Asked("performance.mase")])
        scales = TRAIN.groupby("shop")["sold"].apply(lambda sold: sold.diff().abs().mean())
        scaled = (ROWS["guess"] - ROWS["sold"]).abs() / ROWS["shop"].map(scales)
        assert isinstance(found.measured, Estimate)
        assert found.measured.value == pytest.approx(scaled.groupby(ROWS["shop"]).mean().mean())

    def test_each_is_compared_with_the_champion_on_the_same_months(self) -> None:
        rival = Rival(FLAT, lambda rows: flat(rows)[:, 1], 0.5, flat)
        found = measure_version(forecaster(rivals=(rival,)))
        versus = [one for one in found if one.parameters.get("versus") == FLAT]
        assert [one.check for one in versus] == list(OF_TASK[TaskKind.FORECAST])
        mae = next(one for one in versus if one.check == "performance.mae")
        own = (ROWS["guess"] - ROWS["sold"]).abs()
        assert isinstance(mae.measured, Estimate)
        assert mae.measured.value == pytest.approx((own - (100 - ROWS["sold"]).abs()).mean())

    def test_without_training_rows_there_is_nothing_to_scale_by(self) -> None:
        (found,) = measure_version(forecaster(trained_on=None), [Asked("performance.mase")])
        assert isinstance(found.measured, Undefined)
        assert "no history" in found.measured.reason

    def test_what_stands_in_the_rows_to_be_forecast_is_no_history(self) -> None:
        """Months that both hold are left out: the naive forecast would have seen the answer."""
        both = pd.concat([TRAIN, ROWS[["shop", "month", "sold"]]])
        asked = [Asked("performance.mase")]
        (found,) = measure_version(forecaster(trained_on=lambda: both), asked)
        assert found.measured == measure_version(forecaster(), asked)[0].measured

    @pytest.mark.parametrize(
        ("more", "field", "says"),
        [
            ({"task": Task(TaskKind.FORECAST, time="week")}, "task.time", "shop, month, sold"),
            (
                {"task": Task(TaskKind.FORECAST, time="month", series="town")},
                "task.series",
                "a column of the data",
            ),
            ({"task": Task(TaskKind.FORECAST, time="month")}, "task.time", "each time once"),
            ({"task": Task(TaskKind.FORECAST, time="shop")}, "task.time", "ISO 8601"),
            (
                {"task": Task(TaskKind.FORECAST, time="month", series="shop")},
                "task.quantiles",
                "which quantile each of the model's 3 numbers",
            ),
            ({"task": Task()}, "task", "forecast, which this check reads"),
        ],
    )
    def test_what_is_missing_is_named(self, more: Any, field: str, says: str) -> None:
        # Columns in the order in which the rows have them, whatever the seed.
        with pytest.raises(Invalid, match=says) as refused:
            measure_version(forecaster(**more), [Asked("performance.mase")])
        assert refused.value.field == field

    def test_checks_of_another_task_are_refused_with_its_own(self) -> None:
        """Errors of forecasts follow one another: intervals for independent rows mislead."""
        with pytest.raises(Invalid, match=r"performance\.mase") as refused:
            measure_version(forecaster(), [Asked("performance.rmse")])
        assert refused.value.value == "performance.rmse"


X = RNG.normal(0, 1, (240, 2))
KIND = np.array(["car", "home", "none"])[np.clip(np.round(X[:, 0] + 1), 0, 2).astype(int)]
CLASS_ROWS = pd.DataFrame({"x": X[:, 0], "y": X[:, 1], "kind": KIND})
FITTED = LogisticRegression().fit(CLASS_ROWS[["x", "y"]], KIND)


def probabilities(rows: pd.DataFrame) -> Any:
    return FITTED.predict_proba(rows[["x", "y"]])


def classifier(task: Task, **more: Any) -> UnderTest:
    return UnderTest(
        load=lambda: Model(probabilities, ("x", "y"), FITTED, probabilities),
        rows=CLASS_ROWS,
        label="kind",
        task=task,
        **more,
    )


class TestClasses:
    def test_the_classes_are_those_of_the_model(self) -> None:
        asked = [Asked("performance.top_k_accuracy", {"k": 1})]
        (found,) = measure_version(classifier(Task(TaskKind.CLASSES)), asked)
        assert isinstance(found.measured, Estimate)
        assert found.measured.value == pytest.approx(FITTED.score(CLASS_ROWS[["x", "y"]], KIND))

    def test_a_champion_that_lists_its_classes_otherwise_is_read_in_its_own_order(self) -> None:
        """The same model under another order of its scores is no better and no worse."""

        def turned(rows: pd.DataFrame) -> Any:
            return probabilities(rows)[:, ::-1]

        task = Task(TaskKind.CLASSES, classes=("none", "home", "car"))
        rival = Rival(FLAT, turned, 0.5, turned, task)
        found = measure_version(
            classifier(Task(TaskKind.CLASSES), rivals=(rival,)),
            [Asked("performance.top_k_accuracy", {"k": 1, "versus": FLAT})],
        )
        assert isinstance(found[0].measured, Estimate)
        assert found[0].measured.value == 0

    def test_classes_that_are_not_as_many_as_the_scores_are_named(self) -> None:
        task = Task(TaskKind.CLASSES, classes=("car", "home"))
        with pytest.raises(Invalid, match="each of the 3 scores") as refused:
            measure_version(classifier(task))
        assert refused.value.field == "task.classes"


class TestRanking:
    def test_the_column_that_is_lacking_is_named(self) -> None:
        task = Task(TaskKind.RANKING, query="session")
        with pytest.raises(Invalid, match="x, y, kind") as refused:
            measure_version(classifier(task), [Asked("performance.ndcg")])
        assert (refused.value.field, refused.value.value) == ("task.query", "session")
