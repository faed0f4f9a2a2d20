"""Importance and dependence: what is known of a model is found, and only what is."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.inspection import partial_dependence as of_scikit_learn
from sklearn.linear_model import LogisticRegression

from gonogo.checks.explain.dependence import partial_dependence
from gonogo.checks.explain.importance import permutation_importance
from gonogo.stats.estimate import Estimate, Undefined
from tests.fixtures.explained import NUMBERS, estimator, rows, told, under


def estimate(measured: object) -> Estimate:
    assert isinstance(measured, Estimate)
    return measured


def fitted() -> Any:
    train = rows(400, 1)
    return LogisticRegression(max_iter=1000).fit(train[list(NUMBERS)].astype(float), train["label"])


class TestPermutationImportance:
    def test_what_decides_most_is_named_first_and_what_is_not_read_has_none(self) -> None:
        found = permutation_importance(under(rows(600)), {})
        table = {one["column"]: one for one in told(found)["columns"]}
        assert next(iter(table)) == "income"
        assert table["owner"]["importance"] == 0
        assert estimate(found.measured).value == table["income"]["importance"]
        assert estimate(found.measured).low > 0

    def test_one_column_is_the_same_alone(self) -> None:
        """A stream of its own: which other columns there are changes nothing of it."""
        whole = permutation_importance(under(), {})
        alone = permutation_importance(under(), {"column": "age"})
        table = {one["column"]: one for one in told(whole)["columns"]}
        assert estimate(alone.measured).value == table["age"]["importance"]
        assert estimate(alone.measured).low == table["age"]["low"]

    def test_shares_add_up_to_one(self) -> None:
        found = permutation_importance(under(), {})
        shares = [one["share"] for one in told(found)["columns"]]
        assert sum(shares) == pytest.approx(1)

    def test_without_labels_there_is_a_reason(self) -> None:
        found = permutation_importance(under(label=None), {})
        assert isinstance(found.measured, Undefined)
        assert "labels" in found.measured.reason


class TestPartialDependence:
    def test_curves_are_those_of_scikit_learn(self) -> None:
        model, frame = fitted(), rows(200)
        found = partial_dependence(estimator(model, frame=frame), {"column": "age"})
        curve = told(found)["columns"][0]["curve"]
        at = [point["value"] for point in curve]
        asked = frame[list(NUMBERS)].astype(float)
        theirs = of_scikit_learn(model, asked, ["age"], custom_values={"age": np.array(at, float)})
        assert [point["mean"] for point in curve] == pytest.approx(theirs["average"][0])
        assert estimate(found.measured).value == pytest.approx(np.ptp(theirs["average"][0]))

    def test_the_column_that_moves_the_score_most_is_told_first(self) -> None:
        found = partial_dependence(under(), {})
        names = [one["column"] for one in told(found)["columns"]]
        assert names[0] == "income"
        assert names[-1] == "owner"

    def test_rows_that_go_against_each_other_show_in_their_spread(self) -> None:
        """An interaction that the mean hides: half of the rows rise, half fall."""

        def ask(asked: pd.DataFrame) -> Any:
            way = np.where(asked["owner"].to_numpy(bool), 1, -1)
            return 0.5 + way * (asked["age"].to_numpy(float) - 50) / 200

        found = partial_dependence(under(ask=ask), {"column": "age"})
        last = told(found)["columns"][0]["curve"][-1]
        assert last["rows_high"] - last["rows_low"] > 0.2
        assert estimate(found.measured).value < 0.06

    def test_a_model_that_reads_nothing_else_has_a_reason(self) -> None:
        found = partial_dependence(under(ask=lambda asked: np.full(len(asked), 0.3)), {})
        assert isinstance(found.measured, Undefined)
        assert "alike" in found.measured.reason
