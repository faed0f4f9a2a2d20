"""Payoffs that a policy leaves open are those the use case stated before it was measured."""

from dataclasses import replace
from datetime import UTC, datetime

from gonogo.core.areas import Area
from gonogo.core.conditions import Cited, Condition
from gonogo.core.evidence import Evidence, Parameters
from gonogo.core.gates import Gate, GateName
from gonogo.core.subjects import Subject
from gonogo.core.verdicts import Verdict
from gonogo.domain.gates.rules import Polled, Standing, poll
from gonogo.domain.gates.turns import turns_to_go
from gonogo.domain.gates.worth import Worth
from gonogo.stats.estimate import Estimate

NOW = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)
VERSION = Subject.parse("model:approver@1")
BENEFIT = Condition("value.benefit_per_decision", at_least=0.0)
LIFT = Condition("value.lift", at_least=0.0)
STATED: Parameters = {
    "true_positive": 900.0,
    "false_positive": -4200.0,
    "true_negative": 0.0,
    "false_negative": -900.0,
    "currency": "USD",
}
STANDING = Standing(
    Subject.parse("user:900"), "validation", "house", worth=Worth(STATED, position=10)
)


def cited(check: str, payoffs: Parameters, position: int = 20) -> Cited:
    """Evidence far above 0, by these payoffs."""
    found = Estimate(500.0, 400.0, 600.0, 0.95, 597, "payoff", "test")
    evidence = Evidence(VERSION, check, found, "user:1", NOW, parameters=payoffs)
    return Cited(f"{position:064d}", position, evidence)


def polled(condition: Condition, *found: Cited, standing: Standing = STANDING) -> Polled:
    gate = Gate(GateName.PRODUCTION, (condition,), (), ())
    return poll(gate, found, standing, NOW).rows[0]


class TestPoll:
    def test_evidence_by_the_stated_payoffs_counts(self) -> None:
        row = polled(BENEFIT, cited(BENEFIT.check, {**STATED, "threshold": 0.5}))
        assert (row.verdict, row.condition.area) == (Verdict.GO, Area.VALUE)

    def test_whole_numbers_are_the_same_payoffs(self) -> None:
        """JSON knows 900 and 900.0; they are one payoff."""
        given = {**STATED, "true_positive": 900, "false_positive": -4200}
        assert polled(BENEFIT, cited(BENEFIT.check, given)).verdict is Verdict.GO

    def test_payoffs_that_somebody_chose_do_not_count(self) -> None:
        """Whoever measures cannot make a costly mistake cheap."""
        chosen = {**STATED, "false_positive": -1.0}
        row = polled(BENEFIT, cited(BENEFIT.check, chosen))
        assert (row.verdict, row.evidence) == (Verdict.NO_DATA, None)
        assert row.reason == (
            "not usable: measured with false_positive = -1.0, the use case states -4200.0"
        )

    def test_payoffs_in_another_currency_do_not_count(self) -> None:
        row = polled(BENEFIT, cited(BENEFIT.check, {**STATED, "currency": "EUR"}))
        assert "measured with currency = EUR, the use case states USD" in row.reason

    def test_what_was_measured_before_they_were_stated_does_not_count(self) -> None:
        """Payoffs stated after somebody saw what each gives would always please."""
        row = polled(BENEFIT, cited(BENEFIT.check, STATED, position=9))
        assert row.verdict is Verdict.NO_DATA
        assert row.reason == (
            "not usable: measured before the use case stated its payoffs anew, in entry 10"
        )

    def test_older_evidence_does_not_hide_newer(self) -> None:
        found = [cited(BENEFIT.check, STATED, position=9), cited(BENEFIT.check, STATED)]
        assert polled(BENEFIT, *found).evidence == f"{20:064d}"

    def test_a_use_case_that_states_none_has_no_data(self) -> None:
        """Whatever was measured: nobody answers for payoffs that nobody stated."""
        silent = replace(STANDING, worth=None)
        for found in ((), (cited(BENEFIT.check, STATED),)):
            row = polled(BENEFIT, *found, standing=silent)
            assert row.verdict is Verdict.NO_DATA
            assert row.reason == "the use case does not state what its decisions are worth"

    def test_the_present_process_is_stated_too(self) -> None:
        chosen = cited(LIFT.check, {**STATED, "present": "no"})
        assert polled(LIFT, chosen).reason == "the use case does not state how it is decided today"
        today = replace(STANDING, worth=Worth({**STATED, "present": "yes"}, 10))
        assert "the use case states yes" in polled(LIFT, chosen, standing=today).reason
        right = cited(LIFT.check, {**STATED, "present": "yes"})
        assert polled(LIFT, right, standing=today).verdict is Verdict.GO

    def test_a_policy_that_names_payoffs_asks_for_those(self) -> None:
        """A house may decide under payoffs of its own, whatever a use case says."""
        named = Condition(BENEFIT.check, {**STATED, "true_positive": 1.0}, at_least=0.0)
        given = {**STATED, "true_positive": 1.0}
        assert polled(named, cited(BENEFIT.check, given, position=1)).verdict is Verdict.GO
        silent = replace(STANDING, worth=None)
        assert polled(named, cited(BENEFIT.check, given), standing=silent).verdict is Verdict.GO

    def test_other_areas_are_not_asked_for_payoffs(self) -> None:
        """A price has a currency as well, and nobody states it beforehand."""
        cost = Condition("operations.cost_per_thousand", {"price_per_hour": 0.1}, at_most=1000.0)
        found = cited(cost.check, {"price_per_hour": 0.1, "currency": "EUR"}, position=1)
        assert polled(cost, found).verdict is Verdict.GO


class TestTurns:
    def test_what_is_not_stated_is_to_be_stated(self) -> None:
        standing = replace(STANDING, worth=None)
        (turn,) = turns_to_go((polled(BENEFIT, standing=standing),), str(VERSION), standing)
        assert turn.command == "gonogo case edit NAME --value value.yaml"

    def test_what_is_stated_is_to_be_measured(self) -> None:
        (turn,) = turns_to_go((polled(BENEFIT),), str(VERSION), STANDING)
        assert turn.command == (
            "gonogo evidence measure model:approver@1 --check value.benefit_per_decision"
        )
