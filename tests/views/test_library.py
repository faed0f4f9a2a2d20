"""The library's pages: what was learned, found by its words, by a fixed number of questions."""

import pytest
from sqlalchemy import Engine

from gonogo.core.roles import Role
from gonogo.store.work import Work
from gonogo.views import library
from gonogo.views.library import Sought
from tests.fixtures.rest import done
from tests.fixtures.work import WorkAs
from tests.fixtures.world import World, measured
from tests.views.test_hypotheses import record, settle
from tests.views.test_queries import counted

CUPED = "10.1145/2433396.2433413"


@pytest.fixture
def shelf(world: World, work_as: WorkAs) -> WorkAs:
    """A Work of a reader, where churn/trees is refuted and has a paper."""
    record(world, 0.6)
    settle(world, learned="Six hundred rows are too few")
    asked = {"reference": CUPED, "title": "Pre-experiment data", "authors": "Deng", "year": 2013}
    done(world.api.by(Role.DATA_SCIENTIST).post("/hypotheses/churn/trees/papers", json=asked), 201)
    world.hypothesis(slug="open", statement="Rows by the hundred")
    return work_as


class TestPage:
    def test_what_was_learned_comes_with_its_numbers_and_papers(self, shelf: WorkAs) -> None:
        with shelf(Role.VIEWER, write=False) as work:
            page = library.page(work, Sought())
        (lesson,) = page.lessons
        assert (lesson.line.slug, lesson.line.learned) == ("trees", "Six hundred rows are too few")
        assert [one.verdict.value for one in lesson.criteria] == ["no-go"]
        (paper,) = lesson.papers
        assert (paper.reference, paper.year) == (f"doi:{CUPED}", 2013)
        assert page.headline.startswith("1 of 2 was refuted or left inconclusive")

    def test_a_search_finds_by_all_words(self, shelf: WorkAs) -> None:
        with shelf(Role.VIEWER, write=False) as work:
            found = library.page(work, Sought("hundred rows"))
            assert [one.line.slug for one in found.lessons] == ["trees"]
            assert found.headline == "1 negative result, the best first."
            every = library.page(work, Sought("hundred rows", everything=True))
            assert {one.line.slug for one in every.lessons} == {"trees", "open"}
            none = library.page(work, Sought("zebra"))
            assert (none.lessons, none.headline) == (
                (),
                "No negative result holds all of these words.",
            )


class TestTried:
    def test_it_says_how_many_and_what_became_of_them(self, shelf: WorkAs) -> None:
        with shelf(Role.VIEWER, write=False) as work:
            found = library.tried(work, "Hundreds of rows make trees better")
            assert found.found[0].slug == "trees"
            assert "1 of them was refuted or inconclusive" in found.says
            assert "Nothing that shares words" in library.tried(work, "zebra stripes").says
            assert library.tried(work, "  ").found == ()


class TestFixedNumber:
    def test_of_questions(self, shelf: WorkAs, world: World, engine: Engine) -> None:
        def questions(work: Work) -> list[int]:
            found = []
            for sought in (Sought(), Sought("rows")):
                with counted(engine) as asked:
                    library.page(work, sought)
                found.append(len(asked))
            with counted(engine) as asked:
                library.tried(work, "rows by the hundred")
            return [*found, len(asked)]

        with shelf(Role.VIEWER, write=False) as work:
            before = questions(work)
        for number in range(3):
            slug = f"more-{number}"
            world.hypothesis(slug=slug)
            subject = f"hypothesis:churn/{slug}"
            found = {"check": "performance.roc_auc", "measured": measured(0.5)}
            world.record({"subject": subject, **found})
            settle(world, slug, "Rows are too few")
        with shelf(Role.VIEWER, write=False) as work:
            assert questions(work) == before
        assert max(before) <= 8
