"""Risks, joined with plans and evidence, on both databases."""

from typing import Any

import pytest

from gonogo.core.errors import Conflict, Forbidden, Invalid, NotFound
from gonogo.core.roles import Role
from gonogo.core.specs.money import RISK_LOSS
from gonogo.domain.budgets import actions as budgets
from gonogo.domain.plans.file import parse
from gonogo.domain.risks import actions, reads, tables
from gonogo.domain.risks.exposure import severity_of
from gonogo.domain.risks.rules import Severity, State, aged, parent_of
from gonogo.flows import plans, register, risks
from gonogo.stats.estimate import Estimate, Measured
from gonogo.stats.plans.durations import Fixed, Pert
from gonogo.store.work import OpenWork
from gonogo.views.risk_exposure import AskedExposure, exposure
from gonogo.views.risk_kept import kept_losses
from gonogo.views.risk_standings import burn_down, standings
from tests.fixtures.clocks import FakeClock
from tests.fixtures.work import WorkAs

SAID: dict[str, Any] = {
    "title": "Labels come late",
    "category": "data-availability",
    "cause": "By hand",
    "event": "They are missing",
    "effect": "Training waits",
    "probability": 0.4,
    "delay": {"optimistic": 5, "likely": 10, "pessimistic": 15},
    "loss": {"low": 10_000, "likely": 20_000, "high": 60_000},
    "currency": "USD",
    "owner_role": "risk-officer",
}
UNSURE = {"low": 0.2, "likely": 0.4, "high": 0.6}
PLAN = """plan: Churn
currency: USD
steps: {collect: {days: 5}, train: {days: 5, after: collect}}
risks: {cloud: {probability: 0.1, steps: [train], delay: 2}}
"""


class TestRegister:
    def test_is_kept_as_it_was_said(self, work_as: WorkAs, case: str, clock: FakeClock) -> None:
        """Edited, moved to a use case, reviewed, and told by kind and state."""
        with work_as(Role.RISK_OFFICER) as work:
            made = risks.register(work, "late-labels", SAID)
            assert made.text.said == SAID
            assert risks.edit(work, "late-labels", SAID).entry == made.entry
        clock.advance(days=1)
        with work_as(Role.RISK_OFFICER) as work:
            edited = risks.edit(work, "late-labels", {**SAID, "case": case, "probability": 0.2})
            actions.review(work, "late-labels", note="so")
        with work_as(Role.VIEWER, write=False) as work:
            found = tables.get(work, "late-labels")
            assert (found.entry, found.text.case) == (edited.entry, case)
            assert found.reviewed is not None
            assert found.reviewed.words == "so"
            assert work.subjects.lineage(found.subject) >= {found.subject}
            assert [one.key for one in reads.listed(work, case=case)] == ["late-labels"]
            assert reads.listed(work, state="closed") == []
            assert reads.listed(work, category="bias") == []
            assert [one.said is None for one in reads.changes(work)] == [False, False]
            assert work.ledger.verify().sound
            with pytest.raises(Invalid, match="state"):
                reads.listed(work, state="gone")
            with pytest.raises(NotFound):
                tables.get(work, "nowhere")

    def test_burns_down_when_it_is_over(self, work_as: WorkAs, case: str, clock: FakeClock) -> None:
        """From what was expected to nothing."""
        with work_as(Role.MANAGER) as work:
            risks.register(work, "late-labels", SAID)
        clock.advance(days=2)
        with work_as(Role.MANAGER) as work:
            ended = actions.close(work, "late-labels", reason="gone")
            assert ended.state is State.CLOSED
        clock.advance(days=2)
        with work_as(Role.VIEWER, write=False) as work:
            points = burn_down(work, "USD")
        assert [one.residual for one in points] == pytest.approx([10_000, 0, 0])
        assert [one.open for one in points] == [1, 0, 0]
        with work_as(Role.MANAGER) as work, pytest.raises(Conflict, match="was closed on"):
            risks.edit(work, "late-labels", {**SAID, "probability": 0.1})

    def test_is_aged_after_half_a_year(self, work_as: WorkAs, clock: FakeClock) -> None:
        """While it stands open and nothing is shown to help."""
        with work_as(Role.MANAGER) as work:
            risks.register(work, "late-labels", SAID)
        clock.advance(days=181)
        with work_as(Role.MANAGER) as work:
            (found,) = standings(work, reads.listed(work))
            assert found.aged
            accepted = actions.accept(work, "late-labels", reason="cheap")
            assert not aged(accepted, (), work.now)


class TestWithRegister:
    def test_adds_what_threatens_steps_that_are_there(self, work_as: WorkAs, case: str) -> None:
        """With money and without a step that the plan does not have any more."""
        plan = parse(PLAN)
        said = {**SAID, "case": case, "steps": ["collect"]}
        with work_as(Role.RISK_OFFICER, Role.MANAGER) as work:
            plans.save(work, case, PLAN)
            risks.register(work, "late-labels", said)
            risks.register(work, "money-only", {**SAID, "case": case, "delay": 0})
            found = risks.with_register(work, case, plan)
            assert [one.key for one in found.risks] == ["cloud", "risk:late-labels"]
            added = found.risks[1]
            assert (added.probability, added.steps) == (0.4, ("collect",))
            assert (added.delay, added.cost) == (Pert(5, 10, 15), Pert(10_000, 20_000, 60_000))
            assert found.titles["risk:late-labels"] == "Labels come late"
            other = parse(PLAN.replace("USD", "EUR"))
            assert risks.with_register(work, case, other).risks[1].cost == Fixed(0.0)
            gone = parse(PLAN.replace("collect", "gather"))
            assert risks.with_register(work, case, gone).risks == gone.risks


class TestSeverity:
    def test_rises_with_both(self) -> None:
        """Corners of the matrix, and its middle."""
        assert severity_of(1, 3) is Severity.LOW
        assert severity_of(2, 2) is Severity.MODERATE
        assert severity_of(2, 4) is Severity.HIGH
        assert severity_of(5, 3) is Severity.CRITICAL


class TestScale:
    def test_a_loss_is_held_against_what_the_use_case_may_cost(
        self, work_as: WorkAs, case: str
    ) -> None:
        """The same loss is graver the less money there is; in another currency nothing is known."""
        budget = "currency: USD\nlines: [{line: all, category: people, amounts: {2026-Q4: 40000}}]"
        with work_as(Role.RISK_OFFICER, Role.MANAGER) as work:
            risks.register(work, "late-labels", {**SAID, "case": case})
            risks.register(work, "of-all", SAID)
            before = {one.risk.key: one for one in standings(work, reads.listed(work))}
            budgets.state(work, case, budget)
            after = {one.risk.key: one for one in standings(work, reads.listed(work))}
        assert {one.scale.grave for one in before.values()} == {1_000_000}
        assert "no budget says" in before["of-all"].scale.says("USD")
        assert before["late-labels"].inherent.severity is Severity.HIGH
        assert after["late-labels"].scale.grave == after["of-all"].scale.grave == 40_000
        assert after["late-labels"].inherent.impact > before["late-labels"].inherent.impact
        told = after["late-labels"].scale.says("USD")
        assert told == (
            "Losses are told apart at 1, 5, 25 and 100 % of the budget of the use case, 40,000 USD."
        )


class TestLoss:
    def test_is_kept_where_it_changed(
        self, work_as: WorkAs, case: str, clock: FakeClock, open_work: OpenWork
    ) -> None:
        """Of the use case and of all; once; and that nothing is at stake any more, too."""
        officer = Role.RISK_OFFICER
        with work_as(officer) as work:
            risks.register(work, "late-labels", {**SAID, "case": case})
            risks.register(work, "abroad", {**SAID, "currency": "EUR", "loss": 1000})
            (first,) = register.keep(work, case)
            assert register.keep(work, case) == []
            assert len(register.keep(work)) == 2
        assert register.follow(open_work) == 0
        clock.advance(days=1)
        with work_as(officer) as work:
            actions.close(work, "late-labels", reason="gone")
        assert register.follow(open_work) == 2
        with work_as(officer, write=False) as work:
            kept = kept_losses(work, case, "USD")
            assert kept[0].entry == first
            cited = work.ledger.latest_of([parent_of(case)], [RISK_LOSS])[parent_of(case)]
            assert kept_losses(work, None, "EUR")[0].open == 1
            assert [one.digest for one in cited] == [kept[1].entry]
        assert [(one.open, value_of(one.residual)) for one in kept] == [(1, 10_000), (0, 0)]

    def test_tells_inherent_beside_residual_and_what_each_risk_has(
        self, work_as: WorkAs, case: str
    ) -> None:
        """As the exposure that is told; contributions add up to what is expected."""
        with work_as(Role.RISK_OFFICER) as work:
            risks.register(work, "late-labels", {**SAID, "probability": UNSURE})
            risks.register(work, "rare", {**SAID, "probability": 0.1, "loss": 5000})
            (digest,) = register.keep(work)
            told = exposure(work, standings(work, reads.listed(work)), AskedExposure())
            (kept,) = [
                one
                for one in work.ledger.latest(parent_of(None), [RISK_LOSS])
                if one.digest == digest
            ]
        found = kept.evidence
        assert found.reproduced
        assert found.measured == told.loss.unsure
        detail: Any = found.detail
        assert detail["inherent"]["value"] == pytest.approx(told.inherent)
        assert [one["risk"] for one in detail["contributions"]] == ["late-labels", "rare"]
        whole = sum(one["expected"] for one in detail["contributions"])
        assert whole == pytest.approx(told.loss.expected)
        with pytest.raises(Forbidden), work_as(Role.VIEWER) as work:
            register.keep(work)


def value_of(measured: Measured) -> float:
    assert isinstance(measured, Estimate)
    return measured.value
