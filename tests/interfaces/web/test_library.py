"""The library in the browser: searched, asked while a hypothesis is typed, papers linked."""

import pytest

from gonogo.core.roles import Role
from gonogo.domain.hypotheses import actions, linking, planning
from gonogo.domain.hypotheses.papers import paper
from gonogo.domain.hypotheses.rules import Hypothesis
from gonogo.interfaces.web.kit import plain
from gonogo.views import library as views
from tests.domain.hypotheses.test_planning import wanted
from tests.fixtures.work import WorkAs
from tests.interfaces.web.conftest import Reader
from tests.interfaces.web.test_hypotheses import FILLED, TREES, measured, record

NEW = "/cases/churn/hypotheses"


@pytest.fixture
def refuted(work_as: WorkAs, hypothesis: Hypothesis) -> Hypothesis:
    """churn/trees, found to be wrong, with a paper."""
    record(work_as, measured(0.5, 0.55, 0.6))
    with work_as(Role.DATA_SCIENTIST) as work:
        linking.link(work, "churn", "trees", paper(doi="10.1000/1", title="On <trees>"))
        learned = "Trees need <more> rows than we have"
        return actions.settle(work, hypothesis.subject, learned=learned)[0]


class TestSearched:
    def test_an_empty_one_says_what_belongs_here(
        self, console: Reader, hypothesis: Hypothesis
    ) -> None:
        page = console(Role.VIEWER).page("/library")
        assert "Nothing was refuted or left inconclusive yet" in page

    def test_what_was_learned_is_told_by_which_numbers_and_papers(
        self, console: Reader, refuted: Hypothesis
    ) -> None:
        page = console(Role.VIEWER).page("/library?text=need+rows")
        assert "Trees need &lt;more&gt; rows than we have" in page
        assert "95 % interval 0.5 to 0.6, n = 500; at least 0.7" in page
        assert "On &lt;trees&gt;" in page
        assert 'href="https://doi.org/10.1000/1"' in page

    def test_without_a_hit_it_says_where_else_to_look(
        self, console: Reader, refuted: Hypothesis
    ) -> None:
        page = console(Role.VIEWER).page("/library?text=zebras")
        assert "Look among open and supported ones too" in page

    def test_its_twin_is_the_view(
        self, console: Reader, refuted: Hypothesis, work_as: WorkAs
    ) -> None:
        told = console(Role.VIEWER).json("/library?text=trees&everything=yes")
        with work_as(Role.VIEWER, write=False) as work:
            assert told == plain(views.page(work, views.Sought("trees", everything=True)))


class TestTried:
    def test_a_page_of_its_own_asks_it(self, console: Reader, refuted: Hypothesis) -> None:
        page = console(Role.VIEWER).page("/library/tried?text=Bigger+trees+beat+scorecards")
        assert 'id="tried"' in page
        assert 'href="/hypotheses/churn/trees"' in page
        assert "1 of them was refuted or inconclusive" in page

    def test_without_javascript_the_form_asks_and_keeps_what_was_filled_in(
        self, console: Reader, refuted: Hypothesis
    ) -> None:
        said = {**FILLED, "statement": "Do trees beat the scorecard?", "tried": "yes"}
        answer = console(Role.DATA_SCIENTIST).post(NEW, said)
        assert answer.status_code == 200
        assert 'href="/hypotheses/churn/trees"' in answer.text
        assert "Trees need &lt;more&gt; rows" in answer.text
        assert 'value="cross-validation"' in answer.text or "cross-validation" in answer.text
        assert 'src="/static/tried.js"' in answer.text

    def test_a_viewer_may_not_open_the_form(self, console: Reader, refuted: Hypothesis) -> None:
        assert console(Role.VIEWER).post(NEW, {**FILLED, "tried": "yes"}).status_code == 403


class TestPapers:
    def test_linked_by_reference_and_by_bibtex_and_taken_away(
        self, console: Reader, hypothesis: Hypothesis
    ) -> None:
        reader = console(Role.DATA_SCIENTIST)
        assert reader.post(f"{TREES}/papers", {"reference": "1706.03762"}).status_code == 303
        bibtex = "@misc{a, title={A <title>}, doi={10.1000/2}}"
        assert reader.post(f"{TREES}/papers", {"bibtex": bibtex}).status_code == 303
        page = reader.page(TREES)
        assert "arXiv:1706.03762" in page
        assert "A &lt;title&gt;" in page
        entry = page.split('name="paper" value="')[1][:64]
        assert reader.post(f"{TREES}/papers/remove", {"paper": entry}).status_code == 303
        assert reader.page(TREES).count('name="paper"') == 1

    def test_what_is_wrong_comes_back_with_what_was_filled_in(
        self, console: Reader, hypothesis: Hypothesis
    ) -> None:
        reader = console(Role.DATA_SCIENTIST)
        answer = reader.post(f"{TREES}/papers", {"bibtex": "@article{a, title={<x>}"})
        assert answer.status_code == 422
        assert "line 1" in answer.text
        assert "@article{a, title={&lt;x&gt;}" in answer.text

    def test_a_viewer_sees_no_form(self, console: Reader, hypothesis: Hypothesis) -> None:
        reader = console(Role.VIEWER)
        assert f'action="{TREES}/papers"' not in reader.page(TREES)
        assert reader.post(f"{TREES}/papers", {"reference": "1706.03762"}).status_code == 403


class TestPlan:
    def test_power_looks_and_boundary_are_drawn_without_javascript(
        self, console: Reader, hypothesis: Hypothesis, work_as: WorkAs
    ) -> None:
        with work_as(Role.DATA_SCIENTIST) as work:
            planning.plan(work, "churn", "trees", wanted(analysis="pocock", effect=None, n=2500))
        record(work_as, measured(0.71, 0.75, 0.79))
        page = console(Role.VIEWER).page(TREES)
        assert "5,000 observations find an effect" in page
        assert "The looks against the boundary" in page
        assert "1 look taken of 5 planned" in page
        assert page.count("<figure") == 3

    def test_without_one_it_says_how_to_make_it(
        self, console: Reader, hypothesis: Hypothesis
    ) -> None:
        page = console(Role.DATA_SCIENTIST).page(TREES)
        assert "--for churn/trees" in page
