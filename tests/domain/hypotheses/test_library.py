"""The library: kept with every verb, searched by words, and worked out anew from the ledger."""

from dataclasses import replace

import pytest
from sqlalchemy import text as sql

from gonogo.core.roles import Role
from gonogo.domain.hypotheses import actions, library, linking
from gonogo.domain.hypotheses.papers import paper
from gonogo.domain.hypotheses.rules import Hypothesis, State
from gonogo.store import search
from gonogo.store.work import Work
from tests.domain.hypotheses.test_actions import record
from tests.fixtures.rooms import statement
from tests.fixtures.work import WorkAs


@pytest.fixture
def shelf(work_as: WorkAs, hypothesis: Hypothesis) -> WorkAs:
    """churn/trees refuted, churn/nets open and churn/calls abandoned."""
    record(work_as, 0.5, 0.55, 0.6)
    with work_as(Role.DATA_SCIENTIST) as work:
        actions.settle(work, hypothesis.subject, learned="Six hundred rows are too few")
        nets = replace(statement(), statement="A neural net beats boosting", baseline="boosting")
        actions.register(work, "churn", "nets", nets)
        calls = replace(statement(), statement="Calls keep customers")
        gone = actions.register(work, "churn", "calls", calls)
        actions.abandon(work, gone.subject, reason="No budget for calls")
        linking.link(work, "churn", "trees", paper(title="Random forests", year=2001))
    return work_as


def slugs(found: list[Hypothesis]) -> list[str]:
    return [one.slug for one in found]


def indexed(work: Work) -> list[tuple[object, ...]]:
    rows = work.connection.execute(
        sql("SELECT subject, title, lesson, more FROM search_index ORDER BY subject")
    )
    return [tuple(row) for row in rows]


class TestSearched:
    def test_negative_results_are_found_by_what_was_learned(self, shelf: WorkAs) -> None:
        with shelf(Role.VIEWER, write=False) as work:
            assert slugs(library.searched(work, "hundred row")) == ["trees"]
            assert slugs(library.searched(work, "random forest 2001")) == ["trees"]
            assert slugs(library.searched(work, "neural")) == []
            everything = tuple(State)
            assert slugs(library.searched(work, "neural", states=everything)) == ["nets"]
            assert slugs(library.searched(work, "budget", states=everything)) == ["calls"]
            assert slugs(library.searched(work, "rows", case="fraud")) == []


class TestTried:
    def test_whatever_shares_words_in_any_state(self, shelf: WorkAs) -> None:
        with shelf(Role.VIEWER, write=False) as work:
            assert slugs(library.tried(work, "Do boosted trees beat our scorecards?"))[0] == "trees"
            assert slugs(library.tried(work, "More calls keep more customers"))[0] == "calls"
            assert slugs(library.tried(work, "A deep neural net is better"))[0] == "nets"

    def test_one_common_word_is_not_enough(self, shelf: WorkAs) -> None:
        with shelf(Role.VIEWER, write=False) as work:
            assert library.tried(work, "customers like green buttons") == []
            assert slugs(library.tried(work, "customers")) == ["calls"]
            assert library.tried(work, "") == []


class TestRebuild:
    def test_from_the_ledger_alone_it_is_the_same(self, shelf: WorkAs) -> None:
        with shelf(Role.ADMIN) as work:
            before = indexed(work)
            search.clear(work.connection)
            assert indexed(work) == []
            assert library.rebuild(work) == 3
            assert indexed(work) == before

    def test_a_paper_that_was_taken_away_stays_away(self, shelf: WorkAs) -> None:
        with shelf(Role.ADMIN) as work:
            made = linking.link(work, "churn", "nets", paper(title="Backpropagation"))
            linking.unlink(work, "churn", "nets", made.entry)
            before = indexed(work)
            library.rebuild(work)
            assert indexed(work) == before
            assert library.tried(work, "backpropagation") == []

    def test_a_verb_that_fails_leaves_no_words(self, shelf: WorkAs) -> None:
        def fails() -> None:
            with shelf(Role.DATA_SCIENTIST) as work:
                text = replace(statement(), statement="Zebras")
                actions.register(work, "churn", "zebras", text)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fails()
        with shelf(Role.VIEWER, write=False) as work:
            assert library.tried(work, "zebras") == []
