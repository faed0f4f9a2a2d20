"""Addresses: what they look like, and what none can hold."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.core.chain import HEAD
from gonogo.core.errors import Invalid
from gonogo.core.subjects import NAME, VERSION, Subject, SubjectKind, slug

SUBJECTS = st.builds(
    Subject,
    st.sampled_from(SubjectKind),
    st.from_regex(NAME, fullmatch=True),
    st.none() | st.from_regex(VERSION, fullmatch=True),
)


class TestParse:
    @given(SUBJECTS)
    def test_reads_what_it_wrote(self, subject: Subject) -> None:
        assert Subject.parse(str(subject)) == subject

    @given(SUBJECTS)
    def test_an_address_fits_an_entry_and_needs_no_escape(self, subject: Subject) -> None:
        """It stands in the head of an entry, which is hashed without parsing."""
        assert HEAD.fullmatch(str(subject))
        assert json.dumps(str(subject)) == f'"{subject}"'

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "churn",
            "model:",
            "model:churn@",
            "model:@3",
            "planet:earth",
            "Model:churn",
            "model:churn@3@4",
            "model:a b",
            "model:a/b/c",
            "model:/a",
            "model:.a",
            'model:a"b',
            "model:é",
            "model:a\x00b",
            "model:" + "a" * 101,
            "model:a@" + "3" * 65,
        ],
    )
    def test_refuses_what_is_no_address(self, text: str) -> None:
        with pytest.raises(Invalid) as refused:
            Subject.parse(text)
        assert refused.value.field == "subject"

    @given(st.text())
    def test_answers_any_text_with_an_address_or_a_refusal(self, text: str) -> None:
        try:
            found = Subject.parse(text)
        except Invalid:
            return
        assert str(found) == text


class TestSlug:
    @pytest.mark.parametrize("text", ["a", "fraud-detection", "a1", "a" * 64])
    def test_takes_what_fits_an_address_and_a_url(self, text: str) -> None:
        assert slug("case", text) == text

    @pytest.mark.parametrize("text", ["", "-a", "a-", "A", "a b", "a/b", "a_b", "é", "a" * 65])
    def test_names_the_field_that_does_not(self, text: str) -> None:
        with pytest.raises(Invalid) as refused:
            slug("case", text)
        assert refused.value.field == "case"
