"""Full-text search: the same words find the same things on SQLite and on PostgreSQL."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from gonogo.core.roles import Role
from gonogo.core.subjects import Subject
from gonogo.store import search
from gonogo.store.search import Document, like, typed
from gonogo.store.subjects import subjects
from gonogo.store.work import Work
from tests.fixtures.work import WorkAs

DOCUMENTS = (
    Document(1, "hypothesis:churn/trees", "Boosted trees beat the scorecard", "Not with 600 rows"),
    Document(2, "hypothesis:churn/nets", "A neural net beats boosting", "Naïve scaling failed"),
    Document(3, "hypothesis:churn/calls", "Calling earlier keeps customers", "", "tree of calls"),
)
ALL = select(subjects.c.subject)


@pytest.fixture
def filled(work_as: WorkAs) -> WorkAs:
    """Three documents in the index."""
    with work_as(Role.ADMIN) as work:
        for document in DOCUMENTS:
            work.subjects.add(Subject.parse(document.subject), title=document.title)
            search.put(work.connection, document)
    return work_as


def names(work: Work, asked: search.Question) -> list[str]:
    found = search.found(work.connection, asked, ALL, 10)
    return [one.subject.rpartition("/")[2] for one in found]


class TestFound:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("boosted", ["nets", "trees"]),
            ("BOOSTING trees", ["trees"]),
            ("tree", ["calls", "trees"]),
            ("naive", ["nets"]),
            ('"neural net"', ["nets"]),
            ('"net neural"', []),
            ("beat -neural", ["trees"]),
            ("the scorecards", ["trees"]),
            ("the", []),
            ("", []),
            ("-beat", []),
            ("nowhere", []),
            ("600", ["trees"]),
            ("keeps", ["calls"]),
        ],
    )
    def test_words_find_whatever_their_case_ending_or_accents(
        self, filled: WorkAs, text: str, expected: list[str]
    ) -> None:
        with filled(Role.VIEWER, write=False) as work:
            assert sorted(names(work, typed(text))) == expected

    def test_a_word_of_the_title_counts_more_than_one_elsewhere(self, filled: WorkAs) -> None:
        with filled(Role.VIEWER, write=False) as work:
            assert names(work, like("a tree")) == ["trees", "calls"]
            assert names(work, like("neural nets and trees that beat"))[:2] == ["nets", "trees"]

    def test_only_what_is_asked_within_is_found(self, filled: WorkAs) -> None:
        within = ALL.where(subjects.c.subject != "hypothesis:churn/trees")
        with filled(Role.VIEWER, write=False) as work:
            (found,) = search.found(work.connection, typed("boosted"), within, 10)
            assert found.subject == "hypothesis:churn/nets"
            assert found.lesson == "naive scaling failed"
            assert len(search.found(work.connection, like("beat trees"), ALL, 1)) == 1

    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        text=st.text(max_size=60) | st.text(alphabet="\"-()*:^ anorAND'\\\0~&|!<>%", max_size=30)
    )
    def test_no_text_is_syntax(self, filled: WorkAs, text: str) -> None:
        with filled(Role.VIEWER, write=False) as work:
            for asked in (typed(text), like(text)):
                assert len(names(work, asked)) <= len(DOCUMENTS)


class TestPut:
    def test_what_is_said_anew_takes_the_place_of_what_was(self, filled: WorkAs) -> None:
        with filled(Role.ADMIN) as work:
            search.put(work.connection, Document(1, DOCUMENTS[0].subject, "Forests"))
            assert names(work, typed("forest")) == ["trees"]
            assert names(work, typed("scorecard")) == []

    def test_what_is_not_committed_is_not_found(self, filled: WorkAs) -> None:
        """The index stands in the transaction of whoever writes."""

        def fails() -> None:
            with filled(Role.ADMIN) as work:
                search.put(work.connection, Document(1, DOCUMENTS[0].subject, "Forests"))
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fails()
        with filled(Role.VIEWER, write=False) as work:
            assert names(work, typed("forest")) == []
            assert names(work, typed("scorecard")) == ["trees"]

    def test_cleared_holds_nothing(self, filled: WorkAs) -> None:
        with filled(Role.ADMIN) as work:
            search.clear(work.connection)
            assert names(work, like("boosted trees calls")) == []


class TestTyped:
    def test_what_is_too_long_is_searched_by_its_beginning(self) -> None:
        assert len(typed("word " * 5000).wanted) <= search.MOST_WORDS
        assert max(map(len, like("x" * 10_000).wanted)) <= search.LONGEST
