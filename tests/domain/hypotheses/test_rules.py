"""What makes of a hypothesis what: the rule, and that better evidence never makes it worse."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.core.conditions import Cited, Condition
from gonogo.core.decisions import Outcome
from gonogo.core.errors import Conflict, GonogoError, Invalid
from gonogo.core.evidence import Evidence
from gonogo.core.subjects import Subject
from gonogo.core.verdicts import Verdict
from gonogo.domain.hypotheses.rules import (
    Design,
    Hypothesis,
    State,
    check_statement,
    criterion,
    judge,
    standing,
)
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.resampling import NADEAU_BENGIO
from tests.fixtures.rooms import statement

NOW = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)
AUC = Condition("performance.roc_auc", at_least=0.7)
BRIER = Condition("performance.brier", at_most=0.2)
RANK = {Outcome.SUPPORTED: 0, Outcome.INCONCLUSIVE: 1, Outcome.REFUTED: 2}
SUBJECT = Subject.parse("hypothesis:churn/trees")


def registered(*criteria: Condition, time_box: date = date(2026, 12, 24)) -> Hypothesis:
    return Hypothesis(
        case="churn",
        slug="trees",
        text=statement(*criteria, time_box=time_box),
        state=State.OPEN,
        learned="",
        registered_at="2026-11-21T10:30:00.000Z",
        registered_by="user:1",
        sealed="0" * 64,
        entry="0" * 64,
    )


def measured(low: float, value: float, high: float) -> Estimate:
    return Estimate(
        value=value, low=low, high=high, level=0.95, n=100, unit="auc", method="DeLong (1988)"
    )


def cited(found: Measured, check: str = AUC.check, position: int = 10) -> Cited:
    evidence = Evidence(SUBJECT, check, found, actor="user:1", at=NOW)
    return Cited(f"{position:064d}", position, evidence)


def outcome(hypothesis: Hypothesis, *evidence: Cited) -> Outcome:
    return judge(hypothesis, evidence, registered=1, now=NOW).outcome


class TestStanding:
    def test_it_is_told_without_closing_anything(self) -> None:
        """Also where settling would be refused: nothing is measured yet."""
        (auc, brier) = standing(registered(AUC, BRIER), [], registered=1, now=NOW)
        assert {auc.verdict, brier.verdict} == {Verdict.NO_DATA}

    def test_what_was_measured_before_the_registration_does_not_count(self) -> None:
        early = cited(measured(0.8, 0.85, 0.9), position=3)
        (auc,) = standing(registered(AUC), [early], registered=5, now=NOW)
        assert auc.verdict is Verdict.NO_DATA
        (auc,) = standing(registered(AUC), [early], registered=2, now=NOW)
        assert auc.verdict is Verdict.GO

    def test_a_hold_over_resamplings_names_no_number_of_observations(self) -> None:
        """More folds of the same rows do not shrink the interval as more rows would."""
        observed = measured(0.65, 0.72, 0.79)
        resampled = replace(observed, method=NADEAU_BENGIO)
        (one,) = standing(registered(AUC), [cited(observed)], registered=1, now=NOW)
        (other,) = standing(registered(AUC), [cited(resampled)], registered=1, now=NOW)
        assert (one.verdict, other.verdict) == (Verdict.HOLD, Verdict.HOLD)
        assert one.more_needed
        assert other.more_needed is None
        assert "more rows would narrow it" in other.reason


class TestJudge:
    def test_all_go_supports(self) -> None:
        found = [cited(measured(0.71, 0.75, 0.8)), cited(measured(0.1, 0.12, 0.2), BRIER.check)]
        assert outcome(registered(AUC, BRIER), *found) is Outcome.SUPPORTED

    def test_any_no_go_refutes(self) -> None:
        found = [cited(measured(0.71, 0.75, 0.8)), cited(measured(0.3, 0.31, 0.4), BRIER.check)]
        assert outcome(registered(AUC, BRIER), *found) is Outcome.REFUTED

    def test_straddling_decides_nothing(self) -> None:
        assert outcome(registered(AUC), cited(measured(0.6, 0.75, 0.8))) is Outcome.INCONCLUSIVE

    def test_half_of_the_evidence_decides_nothing(self) -> None:
        found = cited(measured(0.71, 0.75, 0.8))
        assert outcome(registered(AUC, BRIER), found) is Outcome.INCONCLUSIVE

    def test_what_was_measured_before_registration_does_not_count(self) -> None:
        found = cited(measured(0.71, 0.75, 0.8), position=5)
        with pytest.raises(Conflict, match="nothing yet to settle it by"):
            judge(registered(AUC), [found], registered=5, now=NOW)

    @pytest.mark.parametrize("evidence", [[], [cited(Undefined("only one class", n=3))]])
    def test_nothing_at_all_is_not_settled_within_the_time_box(self, evidence: list[Cited]) -> None:
        with pytest.raises(Conflict, match="nothing yet to settle it by"):
            judge(registered(AUC, time_box=NOW.date()), evidence, registered=1, now=NOW)

    def test_nothing_at_all_is_inconclusive_when_the_time_box_has_ended(self) -> None:
        past = registered(AUC, time_box=date(2026, 11, 20))
        assert outcome(past) is Outcome.INCONCLUSIVE

    @given(
        st.floats(0.4, 0.9),
        st.floats(0, 0.1),
        st.floats(0, 0.1),
        st.floats(0, 0.2),
        st.floats(0, 0.1),
        st.floats(0, 0.1),
    )
    def test_better_evidence_is_never_worse(
        self, low: float, left: float, right: float, gain: float, up: float, further: float
    ) -> None:
        """Raising every part of the interval moves the outcome towards supported, if at all."""
        worse = measured(low, low + left, low + left + right)
        better = measured(
            worse.low + gain, worse.value + gain + up, worse.high + gain + up + further
        )
        before = outcome(registered(AUC), cited(worse))
        after = outcome(registered(AUC), cited(better))
        assert RANK[after] <= RANK[before]

    @given(st.lists(st.sampled_from(["go", "hold", "no-go"]), min_size=2, max_size=2))
    def test_the_order_of_criteria_does_not_matter(self, kinds: list[str]) -> None:
        intervals = {"go": (0.8, 0.85, 0.9), "hold": (0.6, 0.75, 0.8), "no-go": (0.4, 0.5, 0.6)}
        other = Condition("performance.pr_auc", at_least=0.7)
        found = [
            cited(measured(*intervals[kind]), one.check)
            for kind, one in zip(kinds, (AUC, other), strict=True)
        ]
        one_way = outcome(registered(AUC, other), *found)
        assert one_way is outcome(registered(other, AUC), *reversed(found))


class TestCriterion:
    def test_without_a_level_it_is_that_of_the_significance(self) -> None:
        found = criterion({"check": AUC.check, "at_least": 0.7}, "criteria.0", 0.05)
        assert found == Condition(AUC.check, at_least=0.7, level=0.95)

    @pytest.mark.parametrize(
        ("asked", "field"),
        [
            ({"check": "performance.sharpness", "at_least": 1}, "criteria.0.check"),
            ({"check": AUC.check}, "criteria.0.at_least"),
            ({"check": AUC.check, "at_least": 0.8, "at_most": 0.7}, "criteria.0.at_least"),
            ({"check": AUC.check, "at_least": 0.7, "level": 2}, "criteria.0.level"),
            (
                {"check": AUC.check, "at_least": 0.7, "with": {"group": "race"}},
                "criteria.0.with.group",
            ),
            ({"check": "fairness.selection_rate_ratio", "at_least": 0.9}, "criteria.0.with.group"),
        ],
    )
    def test_what_settles_nothing_is_refused(self, asked: dict[str, Any], field: str) -> None:
        with pytest.raises(Invalid) as refused:
            criterion(asked, "criteria.0", 0.05)
        assert refused.value.field == field


class TestCheckStatement:
    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"statement": "  "}, "statement"),
            ({"criteria": ()}, "criteria"),
            ({"criteria": (AUC, AUC)}, "criteria"),
            ({"prior": 0.0}, "prior"),
            ({"prior": 1.0}, "prior"),
            ({"prior": float("nan")}, "prior"),
            ({"significance": 1.0}, "significance"),
            ({"power": 0.0}, "power"),
            ({"time_box": date(2026, 11, 20)}, "time_box"),
            ({"design": Design("cv", folds=1)}, "design.folds"),
            ({"design": Design("cv", repeats=0)}, "design.repeats"),
            ({"design": Design("cv", seed=-1)}, "design.seed"),
        ],
    )
    def test_what_could_never_be_settled_is_refused(
        self, change: dict[str, Any], field: str
    ) -> None:
        with pytest.raises(GonogoError) as refused:
            check_statement(replace(statement(), **change), NOW)
        assert refused.value.field == field
