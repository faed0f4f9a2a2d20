"""What answers come with: learned from some rows, measured on others, or a reason for nothing."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.isotonic import IsotonicRegression

from gonogo.checks.findings.finding import Asked, Finding
from gonogo.checks.inputs.schema import ColumnSpec, ColumnType, Role
from gonogo.checks.measure_version import measure_version
from gonogo.checks.performance.as_served import (
    STATED,
    Learned,
    Rows,
    coverage_of,
    coverage_settings,
    learned,
    thirds,
)
from gonogo.checks.under_test import Model, UnderTest
from gonogo.core.specs.served import CALIBRATION, COVERAGE
from gonogo.core.tasks import Task, TaskKind
from gonogo.stats.conformal import Threshold
from gonogo.stats.estimate import Estimate, Undefined

GROUPED = [
    ColumnSpec("score", ColumnType.NUMBER, role=Role.OTHER),
    ColumnSpec("truth", ColumnType.NUMBER, role=Role.LABEL),
    ColumnSpec("sex", ColumnType.CATEGORY, role=Role.PROTECTED),
    ColumnSpec("region", ColumnType.CATEGORY),
]
YES_NO, NUMBER = TaskKind.CLASSIFICATION, TaskKind.REGRESSION


def overconfident(n: int, seed: int) -> Rows:
    """Scores whose logarithm of the odds is three times the true one."""
    drawn = np.random.default_rng(seed)
    odds = drawn.normal(0, 1, n)
    yes = drawn.uniform(size=n) < 1 / (1 + np.exp(-odds))
    return Rows(yes.astype(float), 1 / (1 + np.exp(-3 * odds)))


def numbers(n: int, seed: int) -> Rows:
    """Numbers with errors that have no variance."""
    drawn = np.random.default_rng(seed)
    said = drawn.normal(0, 5, n)
    return Rows(said + drawn.standard_t(2, n), said)


def found(kind: TaskKind, rows: Rows) -> tuple[Learned, Rows]:
    return thirds(kind, rows, STATED, 7)


def under(rows: pd.DataFrame, **more: Any) -> UnderTest:
    def load() -> Model:
        return Model(lambda frame: frame["score"].to_numpy(), ("score",))

    return UnderTest(load, rows, "truth", **more)


def frame(rows: Rows) -> pd.DataFrame:
    return pd.DataFrame({"score": rows.score, "truth": rows.truth})


def measured(rows: pd.DataFrame, **more: Any) -> dict[str, Finding]:
    asked = [Asked(CALIBRATION), Asked(COVERAGE)]
    return {one.check: one for one in measure_version(under(rows, **more), asked)}


class TestCalibration:
    def test_the_curve_is_isotonic_regression(self) -> None:
        rows = overconfident(400, 1)
        made, _ = found(YES_NO, rows)
        assert not isinstance(made.knots, Undefined)
        parts = np.array_split(np.random.default_rng([7, 3]).permutation(400), 3)
        oracle = IsotonicRegression(out_of_bounds="clip").fit(
            rows.score[parts[0]], rows.truth[parts[0]]
        )
        asked = np.linspace(0, 1, 200)
        np.testing.assert_allclose(made.probability(asked), oracle.predict(asked), atol=1e-12)

    def test_what_is_served_is_better_calibrated_than_the_score(self) -> None:
        rows = frame(overconfident(6000, 2))
        asked = [Asked("performance.calibration_error"), Asked(CALIBRATION)]
        before, after = (one.measured for one in measure_version(under(rows), asked))
        assert isinstance(before, Estimate)
        assert isinstance(after, Estimate)
        assert after.high < before.low
        assert after.n == 2000

    @pytest.mark.parametrize("yes", [0, 5])
    def test_too_few_of_a_class_are_no_curve(self, yes: int) -> None:
        rows = Rows((np.arange(600) < yes).astype(float), np.linspace(0.1, 0.9, 600))
        made, _ = found(YES_NO, rows)
        assert isinstance(made.knots, Undefined)
        assert "rarer class" in made.knots.reason
        assert made.pairs == ()


class TestCoverage:
    @pytest.mark.parametrize(("kind", "draw"), [(YES_NO, overconfident), (NUMBER, numbers)])
    def test_over_many_data_sets_it_is_what_is_stated(
        self, kind: TaskKind, draw: Callable[[int, int], Rows]
    ) -> None:
        """At least as often as stated, over calibration and new rows together."""
        shares = []
        for seed in range(200):
            made, rest = found(kind, draw(600, seed))
            assert isinstance(made.threshold, Threshold)
            shares.append(made.held(rest, made.threshold).mean())
        error = np.std(shares) / np.sqrt(len(shares))
        assert np.mean(shares) > STATED - 3 * error
        assert np.mean(shares) < STATED + (0.012 if kind is NUMBER else 0.06)

    def test_an_interval_reaches_the_quantile_to_both_sides(self) -> None:
        rows = numbers(900, 3)
        made = learned(NUMBER, rows, 0.8, 7)
        assert isinstance(made.threshold, Threshold)
        off = np.sort(np.abs(rows.truth - rows.score))
        assert made.threshold.quantile == off[int(np.ceil(901 * 0.8)) - 1]
        told = coverage_of(made, rows, coverage_settings({"coverage": 0.8}), {})
        assert told.detail["width"] == 2 * made.threshold.quantile
        assert isinstance(told.measured, Estimate)
        assert told.measured.value == pytest.approx(0.8, abs=0.002)

    def test_rows_of_one_half_teach_nothing_of_the_other(self) -> None:
        """The curve and how far it may be off come from different rows, else sets are too small."""
        rows = overconfident(300, 4)
        made = learned(YES_NO, rows, STATED, 7)
        assert not isinstance(made.knots, Undefined)
        assert isinstance(made.threshold, Threshold)
        assert (made.knots.n, made.threshold.n) == (150, 150)

    def test_too_few_rows_are_a_reason(self) -> None:
        made, _ = found(NUMBER, numbers(24, 1))
        assert isinstance(made.threshold, Undefined)
        assert "9 or more" in made.threshold.reason


class TestByGroup:
    def test_what_holds_on_average_is_told_of_each_group(self) -> None:
        """A group whose numbers are harder to tell is held less often; the mean hides it."""
        drawn = np.random.default_rng(5)
        said, hard = drawn.normal(size=3000), drawn.uniform(size=3000) < 0.2
        off = np.where(hard, 4.0, 1.0) * drawn.normal(size=3000)
        rows = frame(Rows(said + off, said)).assign(sex=np.where(hard, "f", "m"), region="n")
        told = measured(rows, task=Task(NUMBER), schema=GROUPED)[COVERAGE]
        detail: dict[str, Any] = dict(told.detail)
        parts = {(one["column"], one["group"]): one for one in detail["by_group"]}
        assert set(parts) == {("sex", "m"), ("sex", "f")}
        assert parts["sex", "f"]["high"] < 0.9 < parts["sex", "m"]["low"]
        assert sum(one["rows"] for one in parts.values()) == 1000
        assert isinstance(told.measured, Estimate)
        mean = sum(one["rows"] * one["covered"] for one in parts.values()) / 1000
        assert mean == pytest.approx(told.measured.value)

    def test_without_protected_columns_nothing_is_told(self) -> None:
        told = measured(frame(numbers(300, 1)), task=Task(NUMBER))[COVERAGE]
        assert "by_group" not in told.detail


class TestOfAVersion:
    def test_the_order_of_the_rows_changes_nothing(self) -> None:
        rows = frame(overconfident(900, 5))
        assert measured(rows) == measured(rows.sample(frac=1, random_state=1))

    def test_of_a_number_there_are_intervals_and_no_probability(self) -> None:
        told = measured(frame(numbers(900, 1)), task=Task(NUMBER))
        assert isinstance(told[CALIBRATION].measured, Undefined)
        assert isinstance(told[COVERAGE].measured, Estimate)
        assert told[COVERAGE].detail["about"] == "intervals"

    def test_rows_that_follow_one_another_are_refused_with_a_reason(self) -> None:
        rows = frame(numbers(900, 1)).assign(day=np.arange(900))
        told = measured(rows, task=Task(TaskKind.FORECAST, time="day"))
        assert all(isinstance(one.measured, Undefined) for one in told.values())

    def test_rows_without_a_label_or_an_answer_are_left_out(self) -> None:
        rows = frame(overconfident(900, 6))
        rows.loc[:99, "score"] = np.nan
        rows.loc[100:149, "truth"] = np.nan
        assert measured(rows)[COVERAGE].detail["rows"] == 750

    def test_scores_that_are_no_probabilities_get_some(self) -> None:
        """Any score that ranks will do for the curve, and so for sets."""
        rows = overconfident(3000, 7)
        told = measured(frame(Rows(rows.truth, 40 * rows.score - 7)))
        assert all(isinstance(one.measured, Estimate) for one in told.values())
