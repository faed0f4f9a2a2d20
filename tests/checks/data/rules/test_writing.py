"""Rules written to a file read back as the same rules."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.checks.data.rules.asks import (
    Ask,
    Between,
    Compared,
    FreshWithin,
    MissingAtMost,
    OfType,
    OneOf,
    Operator,
    Present,
    RowCount,
    Unique,
)
from gonogo.checks.data.rules.document import Document, Rule, Severity
from gonogo.checks.data.rules.reading import EXACT, parse
from gonogo.checks.data.rules.writing import written
from gonogo.checks.inputs.schema import ColumnType

WORDS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1)
NAMES = WORDS.filter(lambda word: word.strip() == word and bool(word))
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


def ends(low: float, high: float) -> Between:
    return Between(min(low, high), max(low, high))


ASKS: st.SearchStrategy[Ask] = st.one_of(
    st.builds(OfType, st.sampled_from(ColumnType)),
    st.just(Present()),
    st.builds(MissingAtMost, st.floats(0, 1)),
    st.builds(ends, NUMBERS, NUMBERS),
    st.builds(Between, NUMBERS, st.none()),
    st.builds(OneOf, st.lists(NAMES, min_size=1, max_size=5, unique=True).map(tuple)),
    st.just(Unique()),
    st.builds(FreshWithin, st.integers(1, 99_999).map(lambda many: timedelta(minutes=many))),
)


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    ask = draw(ASKS)
    tolerate = 0.0 if isinstance(ask, EXACT) else draw(st.floats(0, 0.99))
    severity = draw(st.sampled_from(Severity))
    return Rule((draw(NAMES),), ask, draw(NAMES), severity, tolerate)


class TestWritten:
    @given(st.lists(rules(), min_size=1, max_size=6, unique_by=lambda rule: rule.key))
    def test_reads_back_as_the_same_rules(self, found: list[Rule]) -> None:
        document = Document("loans", "", tuple(found))
        again = parse(written(document))
        assert again.digest == document.digest

    @pytest.mark.parametrize("value", ["1e5", "0x1f", "null", "yes", "1:30", "2026-01-01", "~"])
    def test_text_that_looks_like_something_else_stays_text(self, value: str) -> None:
        rule = Rule((value,), OneOf((value,)), value)
        assert parse(written(Document("a", value, (rule,)))).rules == (rule,)

    def test_rules_about_rows_and_several_columns(self) -> None:
        document = Document(
            "loans",
            "All of it",
            (
                Rule((), RowCount(1.0, None), "one at least", Severity.WARNING),
                Rule(("a", "b"), Unique(), "a key", tolerate=0.25),
                Rule(("b", "a"), Compared(Operator.DIFFERENT), "two things"),
            ),
        )
        assert parse(written(document)) == document
