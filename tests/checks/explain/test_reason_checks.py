"""Reasons of decisions: covered by words, the model's own, and none of them made up."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from gonogo.checks.explain.additivity import attribution_additivity
from gonogo.checks.explain.adverse import Adverse, adverse, reason_settings
from gonogo.checks.explain.coverage import reason_coverage
from gonogo.checks.explain.deletion import CHECK, DRAWS, moves_of, reason_agreement
from gonogo.checks.explain.reasons import reasons_of
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Estimate, Undefined
from gonogo.stats.proportions import wilson
from tests.fixtures.explained import CARD, NUMBERS, estimator, rows, score, told, under

TRAIN = rows(400, 1)
MODEL: Any = make_pipeline(StandardScaler(), LogisticRegression()).fit(
    TRAIN[list(NUMBERS)].astype(float), TRAIN["label"]
)


def linear(card: Mapping[str, Any] | None = CARD, **more: Any) -> Any:
    return estimator(MODEL, training=TRAIN, card=card, **more)


class TestReasonCoverage:
    def test_words_for_every_column_cover_every_decision(self) -> None:
        found = reason_coverage(linear(), {})
        assert isinstance(found.measured, Estimate)
        assert found.measured.value == 1
        declined = int((MODEL.predict_proba(rows()[list(NUMBERS)])[:, 1] < 0.5).sum())
        assert found.measured == wilson(Counts(declined, declined), 0.95)

    def test_a_column_without_words_is_named_with_its_rows(self) -> None:
        card = {"reasons": {"age": "age of the record", "owner": "the home is rented"}}
        found = reason_coverage(linear(card), {})
        assert isinstance(found.measured, Estimate)
        assert found.measured.value < 0.2
        (lacking,) = told(found)["without_words"]
        assert lacking["column"] == "income"

    def test_a_reason_is_told_for_the_value_the_row_has(self) -> None:
        found = reason_coverage(linear(), {})
        words = {(one["column"], one["words"]) for one in told(found)["reasons"]}
        assert ("income", "low income") in words

    @pytest.mark.parametrize("card", [None, {}, {"reasons": {}}])
    def test_without_words_there_is_no_share(self, card: Mapping[str, Any] | None) -> None:
        found = reason_coverage(linear(card), {})
        assert isinstance(found.measured, Undefined)
        assert "reasons" in found.measured.reason

    def test_where_a_yes_is_adverse_the_yes_get_reasons(self) -> None:
        yes = int((MODEL.predict_proba(rows()[list(NUMBERS)])[:, 1] >= 0.5).sum())
        found = reason_coverage(linear(), {"adverse": "yes"})
        assert told(found)["adverse"] == yes
        words = {(one["column"], one["words"]) for one in told(found)["reasons"]}
        assert ("income", "high income") in words

    def test_nobody_declined_means_nothing_to_explain(self) -> None:
        found = reason_coverage(linear(threshold=0.0001), {})
        assert isinstance(found.measured, Undefined)
        assert "explain" in found.measured.reason


class TestReasonsOfOneRow:
    def test_a_single_row_has_the_reasons_it_has_among_others(self) -> None:
        """What a gateway asks of one decision is what the check saw of it."""
        of = linear()
        found = adverse(of, reason_settings("explainability.reason_coverage", of, {}))
        assert isinstance(found, Adverse)
        one = found.rows.iloc[[3]]
        values = found.how.explainer.explain(one).values[0]
        assert (
            reasons_of(dict(zip(NUMBERS, one.iloc[0], strict=True)), values, found.book)
            == found.reasons[3]
        )


class TestReasonAgreement:
    def test_reasons_of_the_model_are_ahead_of_chance(self) -> None:
        found = reason_agreement(linear(), {"reasons": 1})
        assert isinstance(found.measured, Estimate)
        assert found.measured.low > 0.8
        moves = told(found)["mean_move_by_reasons"], told(found)["mean_move_by_others"]
        assert moves[0] > moves[1]

    def test_columns_the_model_does_not_read_move_nothing(self) -> None:
        """What is replaced is what was chosen: of a column without weight the score stays."""
        of = under(training=TRAIN)
        settings = reason_settings(CHECK, of, {"walks": 8, "draws": DRAWS})
        found = adverse(of, settings)
        assert isinstance(found, Adverse)
        for column, moves in (("owner", False), ("income", True)):
            choice = np.tile([name == column for name in found.book.columns], (len(found.rows), 1))
            moved = moves_of(of, found, found.rows, choice, settings)
            assert bool(moved.any()) is moves

    def test_all_columns_as_reasons_leave_none_to_compare_with(self) -> None:
        found = reason_agreement(linear(), {"reasons": 4, "adverse": "no"})
        usable = int(told(found)["compared"]) if "compared" in told(found) else 0
        assert usable + int(told(found)["too_few_others"]) == told(found)["adverse"]


class TestAdditivity:
    def test_attributions_of_the_model_add_up(self) -> None:
        found = attribution_additivity(linear(), {})
        assert isinstance(found.measured, Estimate)
        assert found.measured.value == 1
        assert told(found)["scale"] == "log-odds"

    def test_sampled_ones_do_too_and_tell_their_error(self) -> None:
        found = attribution_additivity(under(training=TRAIN), {"rows": 40, "walks": 8})
        assert isinstance(found.measured, Estimate)
        assert found.measured.value == 1
        assert told(found)["largest_standard_error"] is not None

    def test_points_cannot_be_put_together_to_rows(self) -> None:
        """Each column's points are in the order of their values."""
        found = attribution_additivity(linear(), {})
        for one in told(found)["points"]:
            values = one["values"]
            assert values == sorted(values)

    def test_the_whole_is_shared_among_the_columns(self) -> None:
        found = attribution_additivity(linear(), {})
        shares = [one["share"] for one in told(found)["columns"]]
        assert sum(shares) == pytest.approx(1)
        assert told(found)["columns"][0]["column"] == "income"

    def test_rows_the_model_refuses_are_told(self) -> None:
        frame = rows(60)
        frame.loc[3, "city"] = "Atlantis"
        found = attribution_additivity(under(frame, score, training=TRAIN), {"walks": 8})
        assert told(found)["unanswered_before"] == 1
