"""Adopting runs, and which of them count for a hypothesis."""

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from gonogo.core.caller import SYSTEM
from gonogo.core.errors import Conflict, Forbidden, Invalid, NotFound
from gonogo.core.roles import Role
from gonogo.core.subjects import ORGANISATION, Subject
from gonogo.core.tracking import TrackedRun
from gonogo.domain.experiments import actions, reads, tables
from gonogo.domain.experiments.rules import TAG, Run, run_subject
from gonogo.domain.hypotheses import actions as hypotheses
from gonogo.domain.hypotheses.rules import Hypothesis
from gonogo.store.work import OpenWork
from tests.fixtures.clocks import START, FakeClock
from tests.fixtures.rooms import Written, statement
from tests.fixtures.work import WorkAs

TAGGED = {TAG: "churn/trees"}
RUN = TrackedRun(
    run_id="a1b2",
    experiment="churn",
    name="first",
    user="ds",
    status="RUNNING",
    started=START + timedelta(seconds=1),
    ended=None,
    tags=TAGGED,
    params={"depth": "4"},
    metrics={"auc": 0.8, "loss": float("nan")},
)
FINISHED = replace(RUN, status="FINISHED", ended=START + timedelta(minutes=1))


def adopt(work_as: WorkAs, run: TrackedRun) -> Run:
    with work_as(Role.DATA_SCIENTIST) as work:
        return actions.adopt(work, run)


class TestAdopt:
    def test_a_tagged_run_counts_and_stands_below_its_hypothesis(
        self, work_as: WorkAs, hypothesis: Hypothesis
    ) -> None:
        run = adopt(work_as, RUN)
        with work_as(Role.VIEWER, write=False) as work:
            assert tables.get(work, "a1b2") == run
            assert hypothesis.subject in work.subjects.lineage(run.subject)
            body = msgspec.json.decode(work.ledger.entry(run.entry).body)
        assert run.standing.counts
        assert run.metrics == {"auc": 0.8, "loss": None}
        assert body["hypothesis"] == "hypothesis:churn/trees"

    def test_one_that_started_before_registration_is_kept_and_does_not_count(
        self, work_as: WorkAs, hypothesis: Hypothesis
    ) -> None:
        early = replace(RUN, started=START - timedelta(milliseconds=1))
        run = adopt(work_as, early)
        assert not run.standing.counts
        assert "before the hypothesis was registered" in str(run.standing.why_not)
        with work_as(Role.VIEWER, write=False) as work:
            assert reads.listed(work, hypothesis=hypothesis.subject, counts=True).items == ()
            assert reads.listed(work, hypothesis=hypothesis.subject).items == (run,)

    def test_one_that_started_after_it_was_settled_does_not_count(
        self, work_as: WorkAs, hypothesis: Hypothesis, clock: FakeClock
    ) -> None:
        clock.advance(minutes=1)
        with work_as(Role.DATA_SCIENTIST) as work:
            hypotheses.abandon(work, hypothesis.subject, reason="no budget")
        run = adopt(work_as, replace(RUN, started=clock.advance(minutes=1)))
        assert "after the hypothesis was settled" in str(run.standing.why_not)

    @pytest.mark.parametrize("tag", ["churn/forests", "churn", "a/b/c", "//", "é/ü", ""])
    def test_a_tag_that_names_nothing_loses_no_run(
        self, work_as: WorkAs, hypothesis: Hypothesis, tag: str
    ) -> None:
        run = adopt(work_as, replace(RUN, tags={TAG: tag}))
        assert run.standing.hypothesis is None
        assert run.standing.why_not == f"there is no hypothesis {tag}"

    def test_a_run_without_a_tag_is_kept(self, work_as: WorkAs, hypothesis: Hypothesis) -> None:
        run = adopt(work_as, replace(RUN, tags={}))
        assert (run.standing.hypothesis, run.standing.why_not) == (None, None)

    def test_the_same_again_writes_nothing(
        self, work_as: WorkAs, hypothesis: Hypothesis, written: Written
    ) -> None:
        adopt(work_as, RUN)
        before = written()
        adopt(work_as, RUN)
        assert written() == before

    def test_the_ledger_hears_of_its_beginning_and_its_end(
        self, work_as: WorkAs, hypothesis: Hypothesis
    ) -> None:
        adopt(work_as, RUN)
        adopt(work_as, replace(RUN, metrics={"auc": 0.81}))
        run = adopt(work_as, replace(FINISHED, metrics={"auc": 0.82}))
        adopt(work_as, replace(FINISHED, metrics={"auc": 0.82}))
        with work_as(Role.VIEWER, write=False) as work:
            told = work.ledger.search(kind="run", subject="run:a1b2").items
            assert tables.get(work, "a1b2") == run
        assert [msgspec.json.decode(one.body)["status"] for one in told] == ["FINISHED", "RUNNING"]
        assert msgspec.json.decode(told[0].body)["metrics"] == {"auc": 0.82}

    def test_a_tag_that_comes_later_moves_it_below_its_hypothesis(
        self, work_as: WorkAs, hypothesis: Hypothesis
    ) -> None:
        adopt(work_as, replace(RUN, tags={}))
        run = adopt(work_as, RUN)
        with work_as(Role.VIEWER, write=False) as work:
            assert hypothesis.subject in work.subjects.lineage(run_subject("a1b2"))
        assert run.standing.counts

    def test_a_tag_that_is_changed_moves_no_run_that_counts(
        self, work_as: WorkAs, hypothesis: Hypothesis
    ) -> None:
        adopt(work_as, RUN)
        with work_as(Role.DATA_SCIENTIST) as work:
            hypotheses.register(work, "churn", "forests", statement())
        run = adopt(work_as, replace(FINISHED, tags={TAG: "churn/forests"}))
        assert run.standing.hypothesis == hypothesis.subject

    def test_who_ran_it_is_kept_where_it_is_known(
        self, work_as: WorkAs, hypothesis: Hypothesis
    ) -> None:
        with work_as(Role.DATA_SCIENTIST) as work:
            actions.adopt(work, RUN, Subject.parse("user:7"))
        assert adopt(work_as, FINISHED).actor == "user:7"

    def test_whoever_touches_it_later_does_not_take_it_over(
        self, work_as: WorkAs, hypothesis: Hypothesis
    ) -> None:
        """Else its author has somebody else set a tag, and signs off the own model."""
        author, another = Subject.parse("user:7"), Subject.parse("user:8")
        with work_as(Role.DATA_SCIENTIST) as work:
            actions.adopt(work, RUN, author)
            found = actions.adopt(work, replace(RUN, tags={**TAGGED, "seen": "yes"}), another)
        assert found.actor == str(author)

    def test_gonogo_itself_adopts_and_a_viewer_does_not(
        self, open_work: OpenWork, work_as: WorkAs, hypothesis: Hypothesis, written: Written
    ) -> None:
        before = written()
        with pytest.raises(Forbidden), work_as(Role.VIEWER) as work:
            actions.adopt(work, RUN)
        assert written() == before
        with open_work(SYSTEM) as work:
            assert actions.adopt(work, RUN).standing.counts


class TestCountFor:
    def test_a_run_without_a_tag_can_be_counted(
        self, work_as: WorkAs, hypothesis: Hypothesis
    ) -> None:
        with work_as(Role.DATA_SCIENTIST) as work:
            run = actions.count_for(work, replace(RUN, tags={}), hypothesis.subject)
        assert run.standing.counts

    def test_one_that_started_before_registration_is_refused(
        self, work_as: WorkAs, hypothesis: Hypothesis, written: Written
    ) -> None:
        early = replace(RUN, started=START - timedelta(hours=1), tags={})
        before = written()
        with (
            pytest.raises(Invalid, match="before the hypothesis was registered"),
            work_as(Role.DATA_SCIENTIST) as work,
        ):
            actions.count_for(work, early, hypothesis.subject)
        assert written() == before

    def test_an_unknown_hypothesis_is_refused(self, work_as: WorkAs, written: Written) -> None:
        before = written()
        with pytest.raises(NotFound), work_as(Role.DATA_SCIENTIST) as work:
            actions.count_for(work, RUN, Subject.parse("hypothesis:churn/none"))
        assert written() == before

    def test_one_that_counts_for_another_is_refused(
        self, work_as: WorkAs, hypothesis: Hypothesis, written: Written
    ) -> None:
        adopt(work_as, RUN)
        with work_as(Role.DATA_SCIENTIST) as work:
            other = hypotheses.register(work, "churn", "forests", statement())
        before = written()
        with (
            pytest.raises(Conflict, match="does not count for"),
            work_as(Role.DATA_SCIENTIST) as work,
        ):
            actions.count_for(work, RUN, other.subject)
        assert written() == before


class TestListed:
    def test_newest_first_page_by_page(self, work_as: WorkAs, hypothesis: Hypothesis) -> None:
        for number in range(3):
            later = RUN.started + timedelta(minutes=number // 2)
            adopt(work_as, replace(RUN, run_id=f"run{number}", started=later))
        with work_as(Role.VIEWER, write=False) as work:
            first = reads.listed(work, case="churn", limit=2)
            second = reads.listed(work, case="churn", limit=2, cursor=first.next)
            assert reads.listed(work, case="fraud").items == ()
        found = [run.run_id for run in (*first.items, *second.items)]
        assert found == ["run2", "run1", "run0"]

    def test_runs_stand_below_the_organisation_where_they_test_nothing(
        self, work_as: WorkAs, hypothesis: Hypothesis
    ) -> None:
        run = adopt(work_as, replace(RUN, tags={}))
        with work_as(Role.VIEWER, write=False) as work:
            assert work.subjects.lineage(run.subject) == {run.subject, ORGANISATION}
