"""Reasons in words: what a card declares is looked over, and told for the value a row has."""

from typing import Any

import numpy as np
import pytest

from gonogo.checks.explain.changeable import Changeable, changes_of, chosen_changes
from gonogo.checks.explain.declared import check_card
from gonogo.checks.explain.reasons import Codebook, Usual, reasons_of, usual_of
from gonogo.checks.explain.words import Phrases, words_of
from gonogo.checks.inputs.schema import ColumnSpec, ColumnType
from gonogo.core.errors import Invalid

USUAL = Usual(np.arange(10.0), frozenset({999.0}))


class TestWordsOf:
    def test_one_text_is_for_any_value(self) -> None:
        assert words_of({"reasons": {"debt": " high debts "}}) == {
            "debt": Phrases(any="high debts")
        }

    def test_a_card_without_the_field_declares_none(self) -> None:
        assert words_of({"licence": "own"}) == {}

    @pytest.mark.parametrize(
        ("reasons", "field"),
        [
            ("high debts", "card.reasons"),
            ({"debt": ""}, "card.reasons.debt"),
            ({"debt": 7}, "card.reasons.debt"),
            ({"debt": "DEBT"}, "card.reasons.debt"),
            ({"debt": "x" * 201}, "card.reasons.debt"),
            ({"debt": {}}, "card.reasons.debt"),
            ({"debt": {"larger": "high debts"}}, "card.reasons.debt"),
            ({"debt": {"high": None}}, "card.reasons.debt.high"),
            ({"city": {"values": ["a"]}}, "card.reasons.city.values"),
            ({"city": {"values": {"a": ""}}}, "card.reasons.city.values.a"),
        ],
    )
    def test_what_is_no_word_is_refused(self, reasons: Any, field: str) -> None:
        with pytest.raises(Invalid) as refused:
            check_card({"reasons": reasons})
        assert refused.value.field == field


class TestPhrases:
    @pytest.mark.parametrize(
        ("value", "high", "missing", "words"),
        [
            (9.0, True, False, "many"),
            (1.0, False, False, "few"),
            (None, None, True, "not told"),
            (3, False, False, "just three"),
            (3.0, False, False, "just three"),
            ("odd", None, False, "otherwise"),
        ],
    )
    def test_the_words_fit_the_value(
        self, value: object, high: bool | None, missing: bool, words: str
    ) -> None:
        phrases = Phrases("few", "many", "not told", "otherwise", {"3": "just three"})
        assert phrases.of(value, high=high, missing=missing) == words

    def test_without_words_for_a_value_there_are_none(self) -> None:
        assert Phrases(high="many").of(1, high=False, missing=False) is None


class TestReasonsOf:
    BOOK = Codebook(
        ("a", "b", "c", "d"),
        {
            "a": Phrases(low="low a", high="high a"),
            "b": Phrases(any="the same"),
            "c": Phrases(any="the same"),
        },
        {"a": USUAL},
        most=3,
    )

    def test_the_strongest_comes_first_and_what_speaks_for_a_row_is_no_reason(self) -> None:
        found = reasons_of({"a": 9, "b": 1, "d": 1}, [-0.5, -2.0, 1.0, -1.0], self.BOOK)
        assert [one.column for one in found] == ["b", "d", "a"]
        assert [one.words for one in found] == ["the same", None, "high a"]
        assert [one.against for one in found] == [2.0, 1.0, 0.5]

    def test_the_same_words_are_told_once(self) -> None:
        found = reasons_of({"a": 0}, [-0.1, -2.0, -1.0, 0.0], self.BOOK)
        assert [one.words for one in found] == ["the same", "low a"]

    def test_no_more_than_were_wanted(self) -> None:
        book = Codebook(("a", "b", "c"), {}, most=2)
        assert len(reasons_of({}, [-1, -2, -3], book)) == 2

    def test_where_a_yes_is_adverse_the_other_side_is_told(self) -> None:
        book = Codebook(("a", "b"), {}, yes_is_adverse=True)
        assert [one.column for one in reasons_of({}, [0.4, -9.0], book)] == ["a"]

    def test_a_code_for_missing_is_no_high_value(self) -> None:
        book = Codebook(("a",), {"a": Phrases(high="high", missing="not told")}, {"a": USUAL})
        assert reasons_of({"a": 999}, [-1], book)[0].words == "not told"


class TestUsual:
    def test_ones_are_high_and_zeros_low_however_few_there_are(self) -> None:
        usual = Usual(np.sort(np.array([0.0] * 9 + [1.0])))
        assert usual.high(1) is True
        assert usual.high(0) is False

    @pytest.mark.parametrize("value", ["text", None, float("nan"), float("inf")])
    def test_what_is_no_number_is_neither(self, value: object) -> None:
        assert USUAL.high(value) is None

    def test_categories_that_look_like_numbers_have_no_high(self) -> None:
        column = ColumnSpec("code", ColumnType.CATEGORY)
        assert usual_of(column, np.arange(5.0)).high(4) is None

    def test_codes_for_missing_are_left_out(self) -> None:
        column = ColumnSpec("n", ColumnType.NUMBER, missing_codes=(999,))
        assert usual_of(column, np.array([1.0, 2, 999, np.nan])).numbers.tolist() == [1.0, 2.0]


class TestChanges:
    COLUMNS = (ColumnSpec("debt", ColumnType.NUMBER), ColumnSpec("city", ColumnType.CATEGORY))

    def test_a_direction_alone_is_enough(self) -> None:
        assert changes_of({"changes": {"debt": "down"}}) == (Changeable("debt", "down"),)

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            (["debt"], "card.changes"),
            ({"debt": 7}, "card.changes.debt"),
            ({"debt": {"way": "up"}}, "card.changes.debt"),
            ({"debt": "sideways"}, "card.changes.debt.direction"),
            ({"debt": {"minimum": "0"}}, "card.changes.debt.minimum"),
            ({"debt": {"minimum": 2, "maximum": 1}}, "card.changes.debt.minimum"),
            ({"city": {"values": "Bonn"}}, "card.changes.city.values"),
        ],
    )
    def test_what_is_no_rule_is_refused(self, changes: Any, field: str) -> None:
        with pytest.raises(Invalid) as refused:
            check_card({"changes": changes})
        assert refused.value.field == field

    def test_a_sign_says_the_direction_and_keeps_the_bounds(self) -> None:
        declared = changes_of({"changes": {"debt": {"minimum": 3}}})
        found = chosen_changes("debt- & city", declared, self.COLUMNS)
        assert found == (Changeable("debt", "down", 3.0), Changeable("city"))

    @pytest.mark.parametrize("named", ["age", "city+"])
    def test_columns_that_cannot_change_so_are_refused(self, named: str) -> None:
        with pytest.raises(Invalid, match=r"with\.columns"):
            chosen_changes(named, (), self.COLUMNS)

    def test_a_card_that_names_an_unknown_column_is_refused(self) -> None:
        with pytest.raises(Invalid, match=r"card\.changes"):
            chosen_changes(None, (Changeable("age"),), self.COLUMNS)
