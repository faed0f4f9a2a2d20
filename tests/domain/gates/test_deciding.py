"""Deciding a gate: go needs all of it, gates come in order, a waiver is for a time."""

from datetime import UTC, datetime, timedelta

import pytest

from gonogo.core.conditions import Cited, Condition
from gonogo.core.decisions import Outcome
from gonogo.core.errors import Conflict, Invalid
from gonogo.core.evidence import Evidence
from gonogo.core.gates import Gate, GateName
from gonogo.core.roles import Role
from gonogo.core.subjects import Subject
from gonogo.core.times import stamp
from gonogo.domain.gates.deciding import check_expiry, check_order, outcome_of
from gonogo.domain.gates.rules import Poll, SignOff, Standing, poll
from gonogo.stats.estimate import Estimate

NOW = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)
VERSION = Subject.parse("model:approver@1")
AUC = Condition("performance.roc_auc", at_least=0.7)


class TestOutcome:
    def signed(self, *given: tuple[Role, Outcome]) -> list[SignOff]:
        return [
            SignOff(role, outcome, f"user:{number}", stamp(NOW), "", "s" * 64)
            for number, (role, outcome) in enumerate(given)
        ]

    def ask(self, value: float, *given: tuple[Role, Outcome], half: float = 0.0) -> Poll:
        measured = Estimate(value, value - half, value + half, 0.95, 400, "x", "test")
        evidence = Evidence(VERSION, AUC.check, measured, "user:1", NOW)
        roles = (Role.ML_ENGINEER, Role.RISK_OFFICER)
        return poll(
            Gate(GateName.VALIDATION, (AUC,), roles, (Role.RISK_OFFICER,)),
            [Cited("1" * 64, 1, evidence)],
            Standing(author=Subject.parse("user:900"), stage="sandbox", policy="house"),
            NOW,
            sign_offs=self.signed(*given),
        )

    BOTH = ((Role.ML_ENGINEER, Outcome.GO), (Role.RISK_OFFICER, Outcome.GO))

    def test_go_needs_every_condition_and_every_signature(self) -> None:
        assert outcome_of(self.ask(0.8, *self.BOTH), None) is Outcome.GO
        assert outcome_of(self.ask(0.8, *self.BOTH), Outcome.GO) is Outcome.GO

    def test_a_missing_signature_is_named(self) -> None:
        with pytest.raises(Conflict, match="risk-officer has not signed"):
            outcome_of(self.ask(0.8, self.BOTH[0]), Outcome.GO)

    def test_a_condition_that_is_not_go_is_named(self) -> None:
        with pytest.raises(Conflict, match=r"ROC AUC at least 0\.7: hold"):
            outcome_of(self.ask(0.72, *self.BOTH, half=0.05), Outcome.GO)

    def test_a_role_against_it_is_named(self) -> None:
        against = (self.BOTH[0], (Role.RISK_OFFICER, Outcome.NO_GO))
        with pytest.raises(Conflict, match="risk-officer signed no-go"):
            outcome_of(self.ask(0.8, *against), Outcome.GO)

    @pytest.mark.parametrize("value", [0.5, 0.72, 0.8])
    def test_no_go_is_always_possible(self, value: float) -> None:
        assert outcome_of(self.ask(value), Outcome.NO_GO) is Outcome.NO_GO

    def test_unsaid_it_is_no_go_where_the_evidence_says_so(self) -> None:
        assert outcome_of(self.ask(0.5, *self.BOTH), None) is Outcome.NO_GO

    def test_unsaid_a_gate_that_waits_is_not_decided_by_accident(self) -> None:
        with pytest.raises(Conflict):
            outcome_of(self.ask(0.8), None)
        with pytest.raises(Conflict):
            outcome_of(self.ask(0.72, *self.BOTH, half=0.05), None)

    def test_other_outcomes_are_not_for_gates(self) -> None:
        with pytest.raises(Invalid):
            outcome_of(self.ask(0.8, *self.BOTH), Outcome.SUPPORTED)


class TestOrder:
    def test_gates_are_passed_in_order(self) -> None:
        check_order(GateName.VALIDATION, "sandbox")
        check_order(GateName.PRODUCTION, "validation")
        with pytest.raises(Conflict, match="stage validation"):
            check_order(GateName.PRODUCTION, "sandbox")
        with pytest.raises(Conflict):
            check_order(GateName.VALIDATION, "retired")


class TestExpiry:
    @pytest.mark.parametrize("days", [0, -1, 366.01])
    def test_a_waiver_is_for_a_time_ahead_and_a_year_at_most(self, days: float) -> None:
        with pytest.raises(Invalid):
            check_expiry(NOW + timedelta(days=days), NOW)

    def test_a_year_is_possible(self) -> None:
        check_expiry(NOW + timedelta(days=366), NOW)
