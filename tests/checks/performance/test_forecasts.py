"""Forecasts and several classes: published figures, scikit-learn, and what all must stand."""

import json
import math
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import top_k_accuracy_score

from gonogo.checks.findings.finding import Asked, Finding
from gonogo.checks.inputs.forecasted import Classed, Forecast, Forecasted
from gonogo.checks.measure_forecasts import (
    CLASSES,
    FORECASTS,
    measure_classes,
    measure_forecasts,
)
from gonogo.core.canonical import canonical
from gonogo.core.catalogue import CATALOGUE
from gonogo.core.errors import Invalid
from gonogo.core.evidence import measured_to_json
from gonogo.stats.estimate import Estimate, Undefined

pytestmark = pytest.mark.filterwarnings("error")

EVERY = pytest.mark.parametrize("check", FORECASTS)
HISTORY = [5, 0.5, 4, 6, 3, 5, 2]


def good(n: int = 60, seed: int = 3, *, series: int = 1, offset: float = 0.0) -> Forecasted:
    rng = np.random.default_rng(seed)
    truth = np.sin(np.arange(n) / 5) * 10 + rng.normal(size=n)
    prediction = truth + rng.normal(offset, 2, n)
    names = None if series == 1 else [f"shop {at % series}" for at in range(n)]
    history: Any = rng.normal(0, 5, 40)
    if series > 1:
        history = {f"shop {at}": rng.normal(0, 5, 40) for at in range(series)}
    forecast = Forecast(prediction, prediction - 3, prediction + 3)
    return Forecasted(truth, forecast, history, names, nominal=0.8)


def rows(truth: Any, forecast: Any, history: Any = tuple(HISTORY)) -> Forecasted:
    said = np.asarray(forecast, dtype=float)
    return Forecasted(truth, Forecast(said, said - 1, said + 1), history)


HARD: dict[str, Forecasted] = {
    "empty": rows([], []),
    "one row": rows([3.0], [2.0]),
    "two rows": rows([3.0, 4.0], [2.0, 4.0]),
    "right everywhere": rows(range(20), range(20)),
    "the same miss everywhere": rows([5.0] * 20, [7.0] * 20),
    "no history": rows(range(9), range(1, 10), ()),
    "flat history": rows(range(9), range(1, 10), [4.0] * 9),
    "history with gaps": rows(range(9), range(1, 10), [1.0, math.nan, 3.0]),
    "no intervals": Forecasted([1.0, 2.0, 4.0], Forecast([1.0, 3.0, 3.0]), HISTORY),
    "huge": rows([1e200, 2e200] * 9, [2e200, 1e200] * 9),
    "a series of one row": Forecasted(
        [1.0, 2.0, 3.0],
        Forecast([2.0, 2.0, 5.0]),
        {"a": HISTORY, "Köln": HISTORY},
        ["a", "a", "Köln"],
    ),
    "a series nobody knows": Forecasted(
        [1.0, 2.0], Forecast([2.0, 2.0]), {"a": HISTORY}, ["a", "b"]
    ),
    "numbers as series": Forecasted([1.0, 2.0], Forecast([2.0, 2.0]), {"1": HISTORY}, [1.0, 1.0]),
}


def measured(check: str, found: Forecasted, other: Forecast | None = None, **asked: Any) -> Finding:
    given = {**asked, **({} if other is None else {"versus": "model:x@1"})}
    versus = None if other is None else {"model:x@1": other}
    return measure_forecasts(found, checks=[Asked(check, given)], versus=versus)[0]


def sound(found: Finding) -> None:
    spec = CATALOGUE[found.check]
    assert all(spec.parameter(name) is not None for name in found.parameters)
    if isinstance(found.measured, Undefined):
        assert found.measured.reason
    else:
        assert found.measured.level == found.parameters["level"]
        assert found.measured.unit == ("difference" if "versus" in found.parameters else spec.unit)
        assert found.measured.low < found.measured.high
    canonical(measured_to_json(found.measured))
    json.dumps(dict(found.detail), allow_nan=False)


@EVERY
class TestEach:
    @pytest.mark.parametrize("series", [1, 6])
    def test_good_rows_give_an_estimate(self, check: str, series: int) -> None:
        found = measured(check, good(series=series))
        sound(found)
        assert isinstance(found.measured, Estimate)

    @pytest.mark.parametrize("case", HARD)
    @pytest.mark.parametrize("compared", [False, True])
    def test_hard_rows_give_a_number_or_a_reason(
        self, check: str, case: str, compared: bool
    ) -> None:
        found = HARD[case]
        said = np.sort(found.truths) + 0.5
        other = Forecast(said, said - 1, said + np.arange(said.size)) if compared else None
        sound(measured(check, found, other))

    @pytest.mark.parametrize("series", [1, 6])
    def test_a_worse_forecast_is_told_from_a_better_one(self, check: str, series: int) -> None:
        better, worse = good(series=series), good(series=series, offset=9.0)
        found = measured(check, better, worse.forecast).measured
        assert isinstance(found, Estimate)
        if check == "performance.interval_coverage":
            assert found.low > 0
        else:
            assert found.high < 0

    def test_a_higher_level_gives_no_narrower_interval(self, check: str) -> None:
        low, high = (measured(check, good(), level=level).measured for level in (0.8, 0.99))
        assert isinstance(low, Estimate)
        assert isinstance(high, Estimate)
        assert high.low <= low.low
        assert low.high <= high.high

    def test_what_was_asked_is_among_the_parameters(self, check: str) -> None:
        found = measured(check, good())
        assert measured(check, good(), **dict[str, Any](found.parameters)) == found

    @pytest.mark.parametrize(
        "asked",
        [{"cutoff": 1}, {"level": 1.0}, {"design": "5-fold"}, {"horizon": 0}, {"versus": "x"}],
    )
    def test_strange_parameters_are_refused(self, check: str, asked: dict[str, Any]) -> None:
        with pytest.raises(Invalid, match=next(iter(asked))):
            measured(check, good(), **asked)


class TestMase:
    def test_the_example_of_sktime(self) -> None:
        """Documentation of `mean_absolute_scaled_error`."""
        found = rows([3, -0.5, 2, 7, 2], [2.5, 0.0, 2, 8, 1.25])
        shown = measured("performance.mase", found).measured
        assert isinstance(shown, Estimate)
        assert shown.value == pytest.approx(0.18333333333333335)

    def test_several_series_weigh_the_same(self) -> None:
        """Each by its own scale, whatever its size and length."""
        found = Forecasted(
            [1.0, 3.0, 100.0],
            Forecast([2.0, 4.0, 140.0]),
            {"small": [1, 2, 1], "large": [10, 30]},
            ["small", "small", "large"],
        )
        shown = measured("performance.mase", found).measured
        assert isinstance(shown, Estimate)
        assert (shown.value, shown.n) == (1.5, 2)

    def test_a_season_of_none_is_refused(self) -> None:
        with pytest.raises(Invalid, match="season"):
            measured("performance.mase", good(), season=0)


class TestIntervals:
    def test_ends_count_as_inside_and_misses_are_told_by_side(self) -> None:
        found = Forecasted([1, 2, 3, 9], Forecast([2] * 4, [2] * 4, [3] * 4))
        shown = measured("performance.interval_coverage", found)
        assert isinstance(shown.measured, Estimate)
        assert shown.measured.value == 0.5
        assert (shown.detail["below"], shown.detail["above"]) == (0.25, 0.25)

    def test_the_level_they_are_meant_to_have_is_the_rows(self) -> None:
        assert measured("performance.interval_score", good()).parameters["nominal"] == 0.8
        with pytest.raises(Invalid, match="nominal"):
            measured("performance.interval_score", good(), nominal=0.9)

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"forecast": Forecast([1, 2], [3, 0], [2, 2])}, "forecast.low"),
            ({"forecast": Forecast([1, 2], low=[0, 0])}, "forecast.low"),
            ({"forecast": Forecast([1])}, "forecast.prediction"),
            ({"nominal": 1.0}, "nominal"),
            ({"series": ["a"]}, "series"),
            ({"series": ["a", None]}, "series"),
            ({"truth": [1, math.inf]}, "label"),
        ],
    )
    def test_what_are_no_rows_is_refused(self, change: dict[str, Any], field: str) -> None:
        given: dict[str, Any] = {"truth": [1, 2], "forecast": Forecast([1, 2]), **change}
        with pytest.raises(Invalid) as refused:
            Forecasted(**given)
        assert refused.value.field == field


class TestTopK:
    def classed(self, n: int = 120) -> Classed:
        rng = np.random.default_rng(4)
        score = rng.uniform(size=(n, 4))
        label = rng.integers(0, 4, n)
        score[np.arange(n), label] += 0.3
        return Classed(np.array([*"abcd"])[label], score, [*"abcd"])

    @pytest.mark.parametrize("k", [1, 2, 3])
    def test_is_scikit_learns(self, k: int) -> None:
        found = self.classed()
        shown = measure_classes(found, checks=[Asked("performance.top_k_accuracy", {"k": k})])[0]
        assert isinstance(shown.measured, Estimate)
        assert shown.measured.value == pytest.approx(
            top_k_accuracy_score(found.codes, found.score, k=k)
        )

    def test_a_tie_is_no_hit_by_luck(self) -> None:
        found = Classed(["a", "b"], [[0.5, 0.5], [0.5, 0.5]], ["a", "b"])
        shown = measure_classes(found, checks=[Asked("performance.top_k_accuracy", {"k": 1})])[0]
        assert isinstance(shown.measured, Estimate)
        assert shown.measured.value == 0

    def test_is_compared_on_the_same_rows(self) -> None:
        found = self.classed()
        better = np.asarray(found.score) + 5 * np.eye(4)[found.codes]
        shown = measure_classes(found, versus={"model:x@1": better})
        assert [one.check for one in shown] == [*CLASSES, *CLASSES]
        assert isinstance(shown[1].measured, Estimate)
        assert shown[1].measured.high < 0
        for one in shown:
            sound(one)

    def test_no_rows_give_a_reason(self) -> None:
        found = measure_classes(Classed([], [], ["a", "b"]))[0]
        assert isinstance(found.measured, Undefined)

    @pytest.mark.parametrize("k", [0, 5])
    def test_more_places_than_classes_are_refused(self, k: int) -> None:
        with pytest.raises(Invalid, match="k"):
            measure_classes(self.classed(), checks=[Asked("performance.top_k_accuracy", {"k": k})])

    @pytest.mark.parametrize(
        ("label", "score", "classes", "field"),
        [
            (["c"], [[1, 2]], ["a", "b"], "label"),
            (["a"], [[1, 2]], ["a", "a"], "classes"),
            (["a"], [[1, 2]], ["a"], "classes"),
            (["a"], [1, 2], ["a", "b"], "score"),
            (["a"], [[1, math.nan]], ["a", "b"], "score"),
            (["a"], [["high", "low"]], ["a", "b"], "score"),
        ],
    )
    def test_what_are_no_rows_is_refused(
        self, label: Any, score: Any, classes: Any, field: str
    ) -> None:
        with pytest.raises(Invalid) as refused:
            Classed(label, score, classes)
        assert refused.value.field == field


class TestEntries:
    def test_without_checks_all_are_measured(self) -> None:
        found = good()
        shown = measure_forecasts(found, versus={"model:x@1": found.forecast})
        assert [one.check for one in shown] == [*FORECASTS, *FORECASTS]

    def test_a_check_of_something_else_is_refused(self) -> None:
        with pytest.raises(Invalid, match="read from forecasts"):
            measure_forecasts(good(), checks=[Asked("performance.roc_auc")])
