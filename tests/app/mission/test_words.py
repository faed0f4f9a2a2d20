"""Every column that a lender looks at can be told to an applicant."""

from gonogo.app.mission.data import FEATURES
from gonogo.app.mission.words import CHANGES, REASONS
from gonogo.checks.explain.declared import check_card
from gonogo.checks.explain.words import words_of


class TestWords:
    def test_every_column_has_words_for_low_and_high(self) -> None:
        check_card({"reasons": REASONS, "changes": CHANGES}, FEATURES)
        words = words_of({"reasons": REASONS})
        for name in FEATURES:
            for high in (True, False):
                assert words[name].of(1.0, high=high, missing=False), name

    def test_no_two_columns_are_told_in_the_same_words(self) -> None:
        told = [
            phrase
            for one in words_of({"reasons": REASONS}).values()
            for phrase in (one.low, one.high, one.missing, one.any)
            if phrase is not None
        ]
        assert len(set(told)) == len(told)
