"""Conditions: how evidence settles them, which evidence counts, and what a hold still needs."""

import math
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gonogo.core.areas import Area
from gonogo.core.canonical import Json
from gonogo.core.conditions import (
    Cited,
    Condition,
    Settled,
    Situation,
    by_area,
    more_needed,
    settle,
)
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Evidence
from gonogo.core.subjects import Subject
from gonogo.core.verdicts import Verdict
from gonogo.stats.estimate import Estimate, Measured, Undefined
from tests.fixtures.clocks import START

MODEL = Subject.parse("model:churn@3")
AUC = "performance.roc_auc"
HERE = Situation(now=START)


def estimate(low: float, high: float, *, level: float = 0.95, n: int = 400) -> Estimate:
    value = (low + high) / 2 if math.isfinite(high) else low
    return Estimate(value=value, low=low, high=high, level=level, n=n, unit="", method="made up")


def cited(measured: Measured, position: int = 1, **more: Any) -> Cited:
    evidence = Evidence(
        subject=MODEL, check=AUC, measured=measured, actor="user:7", at=START - timedelta(days=1)
    )
    return Cited(f"{position:064x}", position, replace(evidence, **more))


def verdict(condition: Condition, *found: Cited, at: Situation = HERE) -> Verdict:
    return settle(condition, found, at).verdict


class TestSettle:
    @pytest.mark.parametrize(
        ("low", "high", "expected"),
        [
            (0.70, 0.80, Verdict.GO),
            (0.71, 0.80, Verdict.GO),
            (0.69, 0.80, Verdict.HOLD),
            (0.60, 0.70, Verdict.HOLD),
            (0.60, 0.69, Verdict.NO_GO),
        ],
    )
    def test_the_whole_interval_decides(self, low: float, high: float, expected: Verdict) -> None:
        """Bounds are inclusive; one that touches the bound from below is a hold, not a pass."""
        condition = Condition(AUC, at_least=0.70)
        assert verdict(condition, cited(estimate(low, high))) is expected

    @pytest.mark.parametrize(
        ("low", "high", "expected"),
        [
            (0.80, 1.25, Verdict.GO),
            (0.79, 1.00, Verdict.HOLD),
            (0.90, 1.30, Verdict.HOLD),
            (0.70, 1.40, Verdict.HOLD),
            (1.26, 1.40, Verdict.NO_GO),
        ],
    )
    def test_both_bounds_hold(self, low: float, high: float, expected: Verdict) -> None:
        condition = Condition(AUC, at_least=0.80, at_most=1.25)
        assert verdict(condition, cited(estimate(low, high))) is expected

    def test_nothing_measured_is_no_data(self) -> None:
        found = settle(Condition(AUC, at_least=0.7), [], HERE)
        assert (found.verdict, found.reason, found.cited) == (
            Verdict.NO_DATA,
            "not measured yet",
            None,
        )

    def test_what_could_not_be_measured_is_no_data_and_cited(self) -> None:
        """Not measured, and measured in vain, are two things."""
        found = settle(Condition(AUC, at_least=0.7), [cited(Undefined("one class", n=5))], HERE)
        assert found.verdict is Verdict.NO_DATA
        assert found.reason == "could not be measured: one class"
        assert found.cited is not None

    def test_an_open_interval_never_passes_its_open_end(self) -> None:
        condition = Condition(AUC, at_least=0.7, at_most=1.0)
        assert verdict(condition, cited(estimate(0.8, math.inf))) is Verdict.HOLD

    def test_the_newest_that_fits_decides(self) -> None:
        """A later good one outweighs an earlier bad one, and the other way round."""
        good, bad = estimate(0.8, 0.9), estimate(0.1, 0.2)
        condition = Condition(AUC, at_least=0.7)
        assert verdict(condition, cited(bad, 1), cited(good, 2)) is Verdict.GO
        assert verdict(condition, cited(bad, 2), cited(good, 1)) is Verdict.NO_GO

    @pytest.mark.parametrize(
        ("condition", "more", "reason"),
        [
            (Condition(AUC, {"group": "race"}), {"parameters": {"group": "sex"}}, "group = sex"),
            (Condition(AUC, {"group": "race"}), {}, "group = None"),
            (Condition(AUC, level=0.99), {}, "level 0.95"),
            (Condition(AUC, reproduced=True), {}, "not reproduced"),
            (Condition(AUC, max_age=timedelta(hours=23)), {}, "stale"),
            (Condition(AUC), {"parameters": {"versus": "model:churn@1"}}, "model:churn@1"),
            (Condition(AUC), {"check": "performance.pr_auc"}, "not measured yet"),
        ],
    )
    def test_evidence_that_does_not_fit_is_no_data_with_the_reason(
        self, condition: Condition, more: dict[str, Any], reason: str
    ) -> None:
        found = settle(condition, [cited(estimate(0.8, 0.9), **more)], HERE)
        assert found.verdict is Verdict.NO_DATA
        assert reason in found.reason

    def test_exactly_as_old_as_allowed_is_not_stale(self) -> None:
        condition = Condition(AUC, max_age=timedelta(days=1))
        assert verdict(condition, cited(estimate(0.8, 0.9))) is Verdict.GO

    def test_a_model_is_judged_on_its_own_data_only(self) -> None:
        here = replace(HERE, data=frozenset({"dataset:loans@aaaaaaaaaaaa"}))
        other = cited(estimate(0.8, 0.9), data="dataset:loans@bbbbbbbbbbbb")
        own = cited(estimate(0.8, 0.9), data="dataset:loans@aaaaaaaaaaaa")
        assert verdict(Condition(AUC), other, at=here) is Verdict.NO_DATA
        assert verdict(Condition(AUC), own, at=here) is Verdict.GO


class TestOverChampion:
    def test_without_a_champion_it_is_go(self) -> None:
        assert verdict(Condition(AUC, over_champion=0.0)) is Verdict.GO

    def test_only_the_paired_difference_counts(self) -> None:
        """A value of its own must never be read as a margin."""
        champion = Subject.parse("model:churn@1")
        here = replace(HERE, champion=champion)
        condition = Condition(AUC, over_champion=0.0)
        assert verdict(condition, cited(estimate(0.8, 0.9)), at=here) is Verdict.NO_DATA
        paired = cited(estimate(0.01, 0.05), parameters={"versus": str(champion)})
        assert verdict(condition, paired, at=here) is Verdict.GO
        former = cited(estimate(0.01, 0.05), parameters={"versus": "model:churn@2"})
        assert verdict(condition, former, at=here) is Verdict.NO_DATA

    def test_a_value_of_its_own_is_said_to_be_no_comparison(self) -> None:
        champion = Subject.parse("model:m@1")
        at = replace(HERE, champion=champion)
        settled = settle(Condition(AUC, over_champion=0.0), [cited(estimate(0.1, 0.2))], at)
        assert settled.reason == "not compared with version 1, which is champion now: measure again"

    def test_a_version_that_was_superseded_says_by_whom_and_since_when(self) -> None:
        """Every number there is was measured before: one plain sentence, not one for each."""
        at = replace(
            HERE, champion=Subject.parse("model:m@3"), champion_since="2026-11-20T09:30:00.000Z"
        )
        found = [
            cited(estimate(0.1, 0.2)),
            cited(estimate(0.1, 0.2), position=2, parameters={"versus": "model:m@1"}),
        ]
        settled = settle(Condition(AUC, over_champion=0.0), found, at)
        assert settled.verdict is Verdict.NO_DATA
        assert settled.reason == (
            "not compared with version 3, champion since 2026-11-20: measure again"
        )


class TestProperties:
    @given(st.floats(-1, 1), st.floats(0, 1), st.floats(-1, 1), st.floats(0, 1), st.floats(0.01, 1))
    def test_a_narrower_interval_never_turns_go_into_no_go(
        self, middle: float, half: float, at_least: float, span: float, share: float
    ) -> None:
        """More data around the same value settles a hold; it does not turn a verdict over."""
        condition = Condition(AUC, at_least=at_least, at_most=at_least + span)
        wide = verdict(condition, cited(estimate(middle - half, middle + half)))
        narrow = verdict(condition, cited(estimate(middle - half * share, middle + half * share)))
        assert {wide, narrow} != {Verdict.GO, Verdict.NO_GO}
        if wide is not Verdict.HOLD:
            assert narrow is wide

    @given(st.floats(-1, 1), st.floats(0.001, 1), st.floats(-1, 1))
    def test_so_many_more_observations_do_settle_it(
        self, value: float, half: float, bound: float
    ) -> None:
        assume(value - half < bound < value + half)
        measured = estimate(value - half, value + half)
        need = more_needed(measured, bound, math.inf)
        if need is None:
            return
        shrunk = half * math.sqrt(measured.n / (measured.n + need)) * (1 - 1e-9)
        later = cited(estimate(value - shrunk, value + shrunk))
        assert verdict(Condition(AUC, at_least=bound), later) is not Verdict.HOLD


class TestMoreNeeded:
    def test_a_value_on_the_bound_never_settles(self) -> None:
        assert more_needed(estimate(0.6, 0.8), 0.7, math.inf) is None

    def test_four_times_the_data_halves_the_interval(self) -> None:
        """Value 0.75, bound 0.70, half an interval 0.10: it must become half as long."""
        assert more_needed(estimate(0.65, 0.85, n=400), 0.70, math.inf) == pytest.approx(
            1200, abs=1
        )

    def test_the_larger_of_two_needs_counts(self) -> None:
        measured = estimate(0.5, 0.9, n=100)
        one = more_needed(measured, 0.6, math.inf) or 0
        two = more_needed(measured, -math.inf, 0.75) or 0
        assert more_needed(measured, 0.6, 0.75) == max(one, two)


class TestJson:
    CONDITIONS = (
        Condition(AUC),
        Condition(AUC, {"group": "race", "threshold": 0.5}, at_least=0.8, at_most=1.25),
        Condition(AUC, over_champion=-0.01, level=0.99, reproduced=True),
        Condition(AUC, at_most=0.0, max_age=timedelta(days=30)),
    )

    @pytest.mark.parametrize("condition", CONDITIONS)
    def test_comes_back_as_it_was(self, condition: Condition) -> None:
        assert Condition.from_json(condition.to_json()) == condition

    @pytest.mark.parametrize(
        ("name", "value"),
        [("at_least", "0.7"), ("at_most", True), ("over_champion", []), ("level", None)],
    )
    def test_a_bound_that_is_no_number_is_named(self, name: str, value: Json) -> None:
        with pytest.raises(Invalid, match=name):
            Condition.from_json({"check": AUC, name: value})

    def test_a_parameter_that_is_no_plain_value_is_named(self) -> None:
        with pytest.raises(Invalid, match=r"with\.group"):
            Condition.from_json({"check": AUC, "with": {"group": ["race", "sex"]}})

    def test_keys_are_as_different_as_conditions(self) -> None:
        assert len({condition.key for condition in self.CONDITIONS}) == len(self.CONDITIONS)


class TestByArea:
    def test_each_area_is_as_good_as_its_worst(self) -> None:
        def one(check: str, verdict: Verdict) -> Settled:
            return Settled(Condition(check), verdict, "")

        poll = by_area(
            [
                one(AUC, Verdict.GO),
                one("performance.pr_auc", Verdict.HOLD),
                one("fairness.selection_rate_ratio", Verdict.NO_DATA),
                one("fairness.selection_rate_ratio", Verdict.NO_GO),
                one("data.missing", Verdict.GO),
            ]
        )
        assert poll == {
            Area.PERFORMANCE: Verdict.HOLD,
            Area.FAIRNESS: Verdict.NO_GO,
            Area.DATA: Verdict.GO,
        }


class TestVerdict:
    def test_go_is_best_and_no_go_is_worst(self) -> None:
        """no-go > no data > hold > go."""
        order = [Verdict.GO, Verdict.HOLD, Verdict.NO_DATA, Verdict.NO_GO]
        assert [min(order), max(order)] == [Verdict.GO, Verdict.NO_GO]
        assert sorted({*order}) == order
