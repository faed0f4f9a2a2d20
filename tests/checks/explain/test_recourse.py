"""Recourse: changes that are found are allowed, turn the decision, and are as few as need be."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonogo.checks.explain.changeable import Changeable
from gonogo.checks.explain.recourse import counterfactual_coverage
from gonogo.checks.explain.recourse_search import Search, search, ways_of
from gonogo.stats.estimate import Estimate, Undefined
from tests.fixtures.explained import FEATURES, SCHEMA, rows, score, told, under


def searched(rules: tuple[Changeable, ...], most: int = 2, seed: int = 4) -> Search:
    frame = rows(200, seed)[list(FEATURES)]
    declined = frame[score(frame) < 0.5].reset_index(drop=True)
    ways = ways_of(SCHEMA, rules, rows(300, 1)[list(FEATURES)])
    return search(score, 0.5, declined, ways, most, want_yes=True)


class TestSearch:
    @settings(max_examples=10, deadline=None)
    @given(st.integers(0, 500), st.integers(1, 3))
    def test_what_is_found_is_allowed_and_turns_the_decision(self, seed: int, most: int) -> None:
        rules = (
            Changeable("income", "up", maximum=90.0),
            Changeable("age", "up"),
            Changeable("city", values=("大阪",)),
        )
        done = searched(rules, most, seed)
        assert ((score(done.now) >= 0.5) == done.turned)[done.turned].all()
        assert (done.changed.sum(axis=1) <= most).all()
        moved = done.now["income"] - done.before["income"]
        assert (moved >= 0).all()
        assert (done.now["income"][moved > 0] <= 90).all()
        assert (done.now["age"] >= done.before["age"]).all()
        assert (done.now["owner"] == done.before["owner"]).all()
        assert (done.now["city"][done.now["city"] != done.before["city"]] == "大阪").all()
        assert done.now.dtypes.equals(done.before.dtypes)

    def test_one_column_is_found_wherever_it_is_enough(self) -> None:
        """Against the truth: of this model it is known how far income must rise."""
        done = searched((Changeable("income", "up", maximum=120.0),), most=1)
        best = done.before.assign(income=[max(120.0, one) for one in done.before["income"]])
        reachable = score(best) >= 0.5
        assert (done.turned | ~reachable).mean() > 0.97

    def test_changes_are_close_to_the_smallest_there_are(self) -> None:
        done = searched((Changeable("income", "up"),), most=1)
        line = (done.before["age"] - 50) / 40 + np.where(done.before["city"] == "大阪", 0.4, 0)
        needed = 60 - 10 * line
        over = (done.now["income"] - needed)[done.turned]
        assert (over >= 0).all()
        assert over.max() < 2.0

    def test_whole_numbers_stay_whole(self) -> None:
        done = searched((Changeable("age", "up"),), most=1)
        assert done.turned.any()
        assert done.now["age"].dtype == done.before["age"].dtype

    def test_a_change_that_is_not_needed_is_taken_back(self) -> None:
        """One column alone turns the decision where it can: two are never told for it."""
        both = searched((Changeable("income", "up"), Changeable("city")), most=2)
        for at in np.flatnonzero(both.turned & (both.changed.sum(axis=1) == 2)).tolist():
            for way in both.ways:
                alone = both.now.iloc[[at]].copy()
                alone[way.column.name] = both.before[way.column.name].iloc[[at]]
                assert score(alone)[0] < 0.5

    def test_a_no_can_be_what_is_hoped_for(self) -> None:
        frame = rows(80)[list(FEATURES)]
        chosen = frame[score(frame) >= 0.5].reset_index(drop=True)
        ways = ways_of(SCHEMA, (Changeable("income", "down"),), frame)
        done = search(score, 0.5, chosen, ways, 1, want_yes=False)
        assert done.turned.any()
        assert (score(done.now)[done.turned] < 0.5).all()


class TestCounterfactualCoverage:
    def test_columns_of_the_card_are_searched(self) -> None:
        found = counterfactual_coverage(under(), {})
        assert isinstance(found.measured, Estimate)
        assert found.measured.n == int((score(rows()) < 0.5).sum())
        assert {one["column"] for one in told(found)["allowed"]} == {"income", "owner"}
        assert told(found)["columns"]["owner"] == 0
        assert "lower bound" in found.measured.method

    def test_named_columns_come_before_those_of_the_card(self) -> None:
        found = counterfactual_coverage(under(), {"columns": "age+ & city"})
        assert [one["column"] for one in told(found)["allowed"]] == ["age", "city"]

    def test_examples_go_from_value_to_value(self) -> None:
        frame = rows()
        found = counterfactual_coverage(under(frame), {})
        for one in told(found)["turned"]:
            (change,) = one["changes"]
            assert change["from"] == frame["income"].iloc[one["row"]]
            assert change["to"] > change["from"]

    @pytest.mark.parametrize("card", [None, {}])
    def test_nothing_declared_is_no_share(self, card: Any) -> None:
        """An age must not be changed because nobody said that it cannot be."""
        found = counterfactual_coverage(under(card=card), {})
        assert isinstance(found.measured, Undefined)
        assert "changeable" in found.measured.reason

    def test_more_columns_at_once_turn_no_fewer_decisions(self) -> None:
        shares = []
        for most in (1, 2, 3):
            asked = {"columns": "income+ & age+ & city", "most": most}
            found = counterfactual_coverage(under(), asked).measured
            assert isinstance(found, Estimate)
            shares.append(found.value)
        assert shares == sorted(shares)

    def test_missing_values_are_not_invented(self) -> None:
        def ask(asked: pd.DataFrame) -> Any:
            return np.where(asked["income"].fillna(0) > 60, 0.9, 0.1)

        found = counterfactual_coverage(under(rows().assign(income=np.nan), ask), {})
        assert isinstance(found.measured, Estimate)
        assert found.measured.value == 0
