"""Registering, settling and abandoning hypotheses."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from gonogo.core.conditions import Condition
from gonogo.core.errors import Conflict, Forbidden, Invalid, NotFound
from gonogo.core.roles import Role
from gonogo.domain.evidence import actions as evidence
from gonogo.domain.evidence.rules import EvidenceDraft
from gonogo.domain.hypotheses import actions, reads, tables
from gonogo.domain.hypotheses.rules import Hypothesis, State
from tests.fixtures.clocks import FakeClock
from tests.fixtures.rooms import Written, statement
from tests.fixtures.work import WorkAs

LEARNED = "Trees find what the scorecard cannot"


def record(work_as: WorkAs, low: float, value: float, high: float) -> str:
    """ROC AUC of churn/trees; the digest of the evidence."""
    measured: dict[str, Any] = {
        "value": value,
        "low": low,
        "high": high,
        "level": 0.95,
        "n": 500,
        "unit": "auc",
        "method": "DeLong (1988)",
    }
    with work_as(Role.DATA_SCIENTIST) as work:
        draft = EvidenceDraft("hypothesis:churn/trees", "performance.roc_auc", measured)
        return evidence.record(work, [draft])[0].digest


class TestRegister:
    def test_it_stands_below_its_case_and_is_explained_by_its_entry(
        self, work_as: WorkAs, hypothesis: Hypothesis
    ) -> None:
        with work_as(Role.VIEWER, write=False) as work:
            found = tables.get(work, "churn", "trees")
            entry = work.ledger.entry(found.entry)
            lineage = {str(one) for one in work.subjects.lineage(found.subject)}
        assert found == hypothesis
        assert entry.kind == "hypothesis"
        assert msgspec.json.decode(entry.body) == hypothesis.text.body()
        assert "case:churn" in lineage

    def test_an_unknown_use_case_is_refused(self, work_as: WorkAs, written: Written) -> None:
        before = written()
        with (
            pytest.raises(NotFound, match="case is 'case:fraud'"),
            work_as(Role.DATA_SCIENTIST) as work,
        ):
            actions.register(work, "fraud", "trees", statement())
        assert written() == before

    def test_a_name_is_given_once(
        self, work_as: WorkAs, hypothesis: Hypothesis, written: Written
    ) -> None:
        before = written()
        with pytest.raises(Conflict, match="slug"), work_as(Role.DATA_SCIENTIST) as work:
            actions.register(work, "churn", "trees", statement())
        assert written() == before

    def test_an_unknown_dataset_version_is_refused(
        self, work_as: WorkAs, case: str, written: Written
    ) -> None:
        before = written()
        text = replace(statement(), dataset="dataset:loans@3f2a9c")
        with pytest.raises(NotFound, match="dataset"), work_as(Role.DATA_SCIENTIST) as work:
            actions.register(work, case, "trees", text)
        assert written() == before

    def test_something_else_than_a_dataset_version_is_refused(
        self, work_as: WorkAs, case: str
    ) -> None:
        text = replace(statement(), dataset="case:churn")
        with pytest.raises(Invalid, match="dataset"), work_as(Role.DATA_SCIENTIST) as work:
            actions.register(work, case, "trees", text)

    def test_a_viewer_may_not(self, work_as: WorkAs, case: str, written: Written) -> None:
        before = written()
        with pytest.raises(Forbidden), work_as(Role.VIEWER) as work:
            actions.register(work, case, "trees", statement())
        assert written() == before


class TestSettle:
    def test_evidence_within_the_bounds_supports_it(
        self, work_as: WorkAs, hypothesis: Hypothesis
    ) -> None:
        digest = record(work_as, 0.71, 0.75, 0.8)
        with work_as(Role.DATA_SCIENTIST) as work:
            closed, _ = actions.settle(work, hypothesis.subject, learned=LEARNED)
            body = msgspec.json.decode(work.ledger.entry(closed.entry).body)
            assert tables.get(work, "churn", "trees") == closed
        assert closed.state is State.SUPPORTED
        assert body["outcome"] == "supported"
        assert body["cites"] == [hypothesis.sealed, digest]
        assert body["learned"] == LEARNED

    def test_a_refuted_one_is_among_the_negative_results(
        self, work_as: WorkAs, hypothesis: Hypothesis
    ) -> None:
        record(work_as, 0.5, 0.55, 0.6)
        with work_as(Role.DATA_SCIENTIST) as work:
            closed, _ = actions.settle(work, hypothesis.subject, learned=LEARNED)
            actions.register(work, "churn", "forests", statement())
            (negative,) = reads.listed(work, negative=True).items
            (settled,) = reads.settlements(work, [negative])[closed.entry]
        assert negative.state is State.REFUTED
        assert negative.learned == LEARNED
        assert settled["verdict"] == "no-go"

    def test_only_the_newest_evidence_counts(self, work_as: WorkAs, hypothesis: Hypothesis) -> None:
        record(work_as, 0.71, 0.75, 0.8)
        record(work_as, 0.5, 0.55, 0.6)
        with work_as(Role.DATA_SCIENTIST) as work:
            closed, _ = actions.settle(work, hypothesis.subject, learned=LEARNED)
        assert closed.state is State.REFUTED

    def test_nothing_settles_it_within_its_time(
        self, work_as: WorkAs, hypothesis: Hypothesis, written: Written
    ) -> None:
        before = written()
        with (
            pytest.raises(Conflict, match="nothing yet"),
            work_as(Role.DATA_SCIENTIST) as work,
        ):
            actions.settle(work, hypothesis.subject, learned=LEARNED)
        assert written() == before

    def test_after_its_time_nothing_is_inconclusive(
        self, work_as: WorkAs, hypothesis: Hypothesis, clock: FakeClock
    ) -> None:
        clock.advance(days=60)
        with work_as(Role.DATA_SCIENTIST) as work:
            closed, _ = actions.settle(work, hypothesis.subject, learned=LEARNED)
        assert closed.state is State.INCONCLUSIVE

    def test_what_is_settled_stays_so(
        self, work_as: WorkAs, hypothesis: Hypothesis, written: Written
    ) -> None:
        record(work_as, 0.71, 0.75, 0.8)
        with work_as(Role.DATA_SCIENTIST) as work:
            actions.settle(work, hypothesis.subject, learned=LEARNED)
        before = written()
        for again in ("settle", "abandon"):
            said = {"learned": LEARNED} if again == "settle" else {"reason": LEARNED}
            with (
                pytest.raises(Conflict, match="register a new one"),
                work_as(Role.DATA_SCIENTIST) as work,
            ):
                getattr(actions, again)(work, hypothesis.subject, **said)
        assert written() == before

    def test_what_was_learned_must_be_said(self, work_as: WorkAs, hypothesis: Hypothesis) -> None:
        with pytest.raises(Invalid, match="learned"), work_as(Role.DATA_SCIENTIST) as work:
            actions.settle(work, hypothesis.subject, learned="  ")

    def test_a_refusal_is_kept_in_the_ledger(self, work_as: WorkAs, hypothesis: Hypothesis) -> None:
        with pytest.raises(Forbidden), work_as(Role.VIEWER) as work:
            actions.settle(work, hypothesis.subject, learned=LEARNED)
        with work_as(Role.VIEWER, write=False) as work:
            (refusal,) = work.ledger.search(kind="refusal").items
            assert tables.get(work, "churn", "trees") == hypothesis
        assert refusal.subject == str(hypothesis.subject)


class TestAbandon:
    def test_it_says_why(self, work_as: WorkAs, hypothesis: Hypothesis) -> None:
        with work_as(Role.PRODUCT_MANAGER) as work:
            closed = actions.abandon(work, hypothesis.subject, reason="Nobody wants calls")
            body = msgspec.json.decode(work.ledger.entry(closed.entry).body)
        assert closed.state is State.ABANDONED
        assert body["rationale"] == "Nobody wants calls"
        assert body["cites"] == [hypothesis.sealed]


class TestEdited:
    def test_an_edit_is_a_conflict(self, work_as: WorkAs, hypothesis: Hypothesis) -> None:
        with work_as(Role.ADMIN) as work:
            refused = actions.edited(work, "churn", "trees")
        assert "register a new one" in str(refused)


class TestListed:
    def test_pages_by_case_and_state(self, work_as: WorkAs, hypothesis: Hypothesis) -> None:
        condition = Condition("performance.brier", at_most=0.2)
        with work_as(Role.DATA_SCIENTIST) as work:
            for slug in ("a", "b"):
                actions.register(work, "churn", slug, statement(condition))
            first = reads.listed(work, case="churn", limit=2)
            second = reads.listed(work, case="churn", limit=2, cursor=first.next)
            assert not reads.listed(work, case="fraud").items
            assert not reads.listed(work, state=State.REFUTED).items
        assert [one.slug for one in (*first.items, *second.items)] == ["a", "b", "trees"]
