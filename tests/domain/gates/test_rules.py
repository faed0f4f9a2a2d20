"""The poll of a gate: as good as its worst condition, whatever is waived or added."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.core.areas import Area
from gonogo.core.conditions import Cited, Condition
from gonogo.core.evidence import Evidence
from gonogo.core.gates import Gate, GateName
from gonogo.core.roles import Role
from gonogo.core.subjects import Subject
from gonogo.core.times import stamp
from gonogo.core.verdicts import Verdict
from gonogo.domain.gates.rules import (
    Poll,
    RulesInForce,
    SignOff,
    Standing,
    Waiver,
    poll,
    polled_from_json,
)
from gonogo.stats.estimate import Estimate, Measured, Undefined

NOW = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)
VERSION = Subject.parse("model:approver@1")
CHAMPION = Subject.parse("model:approver@0")
TRAIN = Subject.parse("dataset:loans@0123456789ab")
TEST = Subject.parse("dataset:loans@ba9876543210")
STANDING = Standing(
    author=Subject.parse("user:900"),
    stage="sandbox",
    policy="house",
    data=(TRAIN, TEST),
    evaluated_on=frozenset({str(TEST)}),
    threshold=0.5,
)
NEWER = RulesInForce("loans@bbb", "2026-11-20T09:30:00.000Z")
AUC = Condition("performance.roc_auc", at_least=0.7)
BRIER = Condition("performance.brier", at_most=0.2)
MISSING = Condition("data.missing_share", at_most=0.1)


def cited(
    check: str,
    measured: Measured,
    *,
    about: Subject = VERSION,
    position: int = 1,
    data: str | None = str(TEST),
    **parameters: str | float,
) -> Cited:
    evidence = Evidence(about, check, measured, "user:1", NOW, parameters=parameters, data=data)
    return Cited(f"{position:064d}", position, evidence)


def estimate(value: float, low: float | None = None, high: float | None = None) -> Estimate:
    return Estimate(
        value=value,
        low=value if low is None else low,
        high=value if high is None else high,
        level=0.95,
        n=400,
        unit="x",
        method="test",
    )


def waiver(condition: Condition, *, days: float = 1, withdrawn: str | None = None) -> Waiver:
    return Waiver(
        condition=condition.key,
        role=Role.RISK_OFFICER,
        reason="seen",
        user="user:5",
        at=stamp(NOW),
        expires=stamp(NOW + timedelta(days=days)),
        entry="w" * 64,
        withdrawn=withdrawn,
    )


def polled(
    conditions: Sequence[Condition],
    found: Sequence[Cited],
    *,
    standing: Standing = STANDING,
    waivers: Sequence[Waiver] = (),
    sign_offs: Sequence[SignOff] = (),
    sign_off: tuple[Role, ...] = (),
) -> Poll:
    gate = Gate(GateName.VALIDATION, tuple(conditions), sign_off, (Role.RISK_OFFICER,))
    return poll(gate, found, standing, NOW, waivers=waivers, sign_offs=sign_offs)


class TestPoll:
    def test_all_go_is_go(self) -> None:
        found = [cited("performance.roc_auc", estimate(0.8, 0.75, 0.85))]
        assert polled([AUC], found).verdict is Verdict.GO

    def test_straddling_interval_holds(self) -> None:
        """A bound inside the interval is a hold, not a pass."""
        found = polled([AUC], [cited("performance.roc_auc", estimate(0.75, 0.65, 0.85))])
        assert found.verdict is Verdict.HOLD
        assert found.rows[0].more_needed

    def test_nothing_measured_is_no_data(self) -> None:
        assert polled([AUC], []).rows[0].reason == "not measured yet"

    def test_an_undefined_measurement_is_no_data_and_cited(self) -> None:
        row = polled([AUC], [cited("performance.roc_auc", Undefined("one class", n=4))]).rows[0]
        assert (row.verdict, row.evidence) == (Verdict.NO_DATA, f"{1:064d}")

    def test_each_position_is_as_good_as_its_worst(self) -> None:
        found = polled(
            [AUC, BRIER, MISSING],
            [
                cited("performance.roc_auc", estimate(0.8)),
                cited("performance.brier", estimate(0.3)),
                cited("data.missing_share", estimate(0.01), about=TRAIN),
            ],
        )
        assert found.by_area == {Area.PERFORMANCE: Verdict.NO_GO, Area.DATA: Verdict.GO}

    def test_evidence_on_other_data_does_not_count(self) -> None:
        found = polled([AUC], [cited("performance.roc_auc", estimate(0.8), data=str(TRAIN))])
        assert found.verdict is Verdict.NO_DATA
        assert "other data" in found.rows[0].reason

    def test_the_model_card_has_no_data_version(self) -> None:
        card = Condition("engineering.model_card_completeness", at_least=1.0)
        found = cited("engineering.model_card_completeness", estimate(1.0), data=None)
        assert polled([card], [found]).verdict is Verdict.GO

    def test_the_data_are_as_good_as_the_worst_dataset_version(self) -> None:
        """Clean training data do not make up for an evaluation set full of holes."""
        found = polled(
            [MISSING],
            [
                cited("data.missing_share", estimate(0.3), about=TRAIN, position=1),
                cited("data.missing_share", estimate(0.0), about=TEST, position=2),
            ],
        )
        assert found.verdict is Verdict.NO_GO
        assert found.rows[0].subject == str(TRAIN)

    def test_one_column_does_not_speak_for_all(self) -> None:
        found = polled(
            [MISSING], [cited("data.missing_share", estimate(0.0), about=TRAIN, column="age")]
        )
        assert found.verdict is Verdict.NO_DATA
        assert found.rows[0].reason == "not usable: measured for column age alone"

    def test_another_threshold_is_another_model(self) -> None:
        """Selection rates at a threshold the version does not use say nothing of it."""
        ratio = Condition("fairness.selection_rate_ratio", {"group": "race"}, at_least=0.8)
        found = cited(ratio.check, estimate(0.9), group="race", threshold=0.9)
        assert "threshold 0.9" in polled([ratio], [found]).rows[0].reason
        asked = Condition(ratio.check, {"group": "race", "threshold": 0.9}, at_least=0.8)
        assert polled([asked], [found]).verdict is Verdict.GO

    def test_an_overlap_with_other_data_does_not_count(self) -> None:
        overlap = Condition("data.train_test_overlap", at_most=0.01)
        other = cited(overlap.check, estimate(0.0), about=TEST, reference="dataset:other@1")
        assert polled([overlap], [other]).verdict is Verdict.NO_DATA
        own = cited(overlap.check, estimate(0.0), about=TEST, reference=str(TRAIN))
        assert polled([overlap], [own]).verdict is Verdict.GO

    def test_evidence_under_older_rules_is_stale(self) -> None:
        """Rules that were accepted since ask something else than what was counted."""
        standing = replace(STANDING, rules={"loans": NEWER})
        rules = Condition("data.rule_violations", at_most=0)
        older = cited(rules.check, estimate(0), about=TEST, rules="loans@aaa", severity="error")
        assert polled([rules], [older]).verdict is Verdict.GO
        found = polled([rules], [older], standing=standing)
        assert found.verdict is Verdict.NO_DATA
        assert found.rows[0].reason == (
            "measured under older rules, loans@aaa; loans@bbb hold since 2026-11-20: measure again"
        )
        newer = cited(rules.check, estimate(0), about=TEST, position=2, rules="loans@bbb")
        assert polled([rules], [older, newer], standing=standing).verdict is Verdict.GO

    def test_no_dataset_version_is_passed_over_for_its_older_rules(self) -> None:
        """One that was measured again does not speak for another that was not."""
        standing = replace(STANDING, rules={"loans": NEWER})
        rules = Condition("data.rule_violations", at_most=0)
        found = polled(
            [rules],
            [
                cited(rules.check, estimate(0), about=TRAIN, rules="loans@aaa"),
                cited(rules.check, estimate(0), about=TEST, position=2, rules="loans@bbb"),
            ],
            standing=standing,
        )
        assert found.verdict is Verdict.NO_DATA
        assert found.rows[0].subject == str(TRAIN)
        assert found.rows[0].evidence is None

    def test_rules_that_are_asked_for_by_name_count_whatever_is_in_force(self) -> None:
        standing = replace(STANDING, rules={"loans": NEWER})
        rules = Condition("data.rule_violations", {"rules": "loans@aaa"}, at_most=0)
        older = cited(rules.check, estimate(0), about=TEST, rules="loans@aaa")
        assert polled([rules], [older], standing=standing).verdict is Verdict.GO

    def test_without_a_champion_a_margin_is_go(self) -> None:
        margin = Condition("performance.roc_auc", over_champion=0.0)
        assert polled([margin], []).verdict is Verdict.GO

    def test_with_a_champion_only_the_comparison_with_it_counts(self) -> None:
        margin = Condition("performance.roc_auc", over_champion=0.0)
        standing = Standing(STANDING.author, "validation", "house", champion=CHAMPION)
        alone = cited("performance.roc_auc", estimate(0.9))
        paired = cited("performance.roc_auc", estimate(0.02, 0.01, 0.03), versus=str(CHAMPION))
        assert polled([margin], [alone], standing=standing).verdict is Verdict.NO_DATA
        assert polled([margin], [alone, paired], standing=standing).verdict is Verdict.GO


class TestWaivers:
    no_go = (cited("performance.roc_auc", estimate(0.5)),)

    def test_a_waived_condition_counts_as_go_and_shows_its_verdict(self) -> None:
        found = polled([AUC], self.no_go, waivers=[waiver(AUC)])
        assert found.verdict is Verdict.GO
        assert (found.rows[0].verdict, found.rows[0].waiver) == (Verdict.NO_GO, "w" * 64)

    @pytest.mark.parametrize(
        "ended", [waiver(AUC, days=-1), waiver(AUC, days=0), waiver(AUC, withdrawn="x" * 64)]
    )
    def test_an_expired_or_withdrawn_waiver_does_not_count(self, ended: Waiver) -> None:
        assert polled([AUC], self.no_go, waivers=[ended]).verdict is Verdict.NO_GO

    def test_a_waiver_of_another_threshold_does_not_count(self) -> None:
        """The condition was rewritten since: nobody waived this one."""
        other = Condition("performance.roc_auc", at_least=0.6)
        assert polled([AUC], self.no_go, waivers=[waiver(other)]).verdict is Verdict.NO_GO

    def test_a_condition_that_is_go_is_not_waived(self) -> None:
        good = [cited("performance.roc_auc", estimate(0.9))]
        assert polled([AUC], good, waivers=[waiver(AUC)]).rows[0].waiver is None


verdict_values = st.floats(0, 1)


@st.composite
def measurements(draw: st.DrawFn) -> Estimate:
    low, value, high = sorted(draw(st.tuples(verdict_values, verdict_values, verdict_values)))
    return estimate(value, low, high)


CONDITIONS = (AUC, BRIER, Condition("performance.pr_auc", at_least=0.3, at_most=0.8))
WHICH = st.sampled_from(range(len(CONDITIONS)))
evidence_sets = st.lists(
    st.tuples(st.sampled_from([c.check for c in CONDITIONS]), measurements()), max_size=8
).map(lambda many: [cited(check, one, position=i + 1) for i, (check, one) in enumerate(many)])


class TestProperties:
    @given(evidence_sets, st.sets(WHICH))
    def test_the_poll_is_the_worst_of_its_rows(self, found: list[Cited], waived: set[int]) -> None:
        asked = polled(CONDITIONS, found, waivers=[waiver(CONDITIONS[i]) for i in waived])
        assert asked.verdict is max(row.counts_as for row in asked.rows)
        assert asked.verdict is max(asked.by_area.values())

    @given(evidence_sets, st.sets(WHICH), WHICH)
    def test_adding_a_waiver_never_makes_a_verdict_worse(
        self, found: list[Cited], waived: set[int], one: int
    ) -> None:
        before = polled(CONDITIONS, found, waivers=[waiver(CONDITIONS[i]) for i in waived])
        after = polled(CONDITIONS, found, waivers=[waiver(CONDITIONS[i]) for i in waived | {one}])
        assert after.verdict <= before.verdict
        for row, other in zip(after.rows, before.rows, strict=True):
            assert row.counts_as <= other.counts_as

    @given(measurements(), st.floats(0, 1), st.floats(0, 0.5), st.floats(0, 0.5))
    def test_a_more_favourable_interval_never_makes_the_verdict_worse(
        self, before: Estimate, bound: float, up: float, further: float
    ) -> None:
        """Every end of it moved the good way, by whatever amounts keep it an interval."""
        better = estimate(
            before.value + up, before.low + up, max(before.high + further, before.value + up)
        )
        at_least = Condition("performance.roc_auc", at_least=bound)
        one = polled([at_least], [cited(at_least.check, before)])
        other = polled([at_least], [cited(at_least.check, better)])
        assert other.verdict <= one.verdict
        lower = estimate(
            before.value - up, min(before.low - further, before.value - up), before.high - up
        )
        at_most = Condition("performance.brier", at_most=bound)
        one = polled([at_most], [cited(at_most.check, before)])
        other = polled([at_most], [cited(at_most.check, lower)])
        assert other.verdict <= one.verdict

    @given(evidence_sets)
    def test_a_row_comes_back_from_a_decision_as_it_was(self, found: list[Cited]) -> None:
        for row in polled(CONDITIONS, found).rows:
            assert polled_from_json(row.to_json()) == row
