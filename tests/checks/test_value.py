"""Benefit per decision and lift: by hand, paired, and refused where it is not said what is what."""

from dataclasses import replace

import numpy as np
import pytest

from gonogo.checks.findings.finding import Asked, Finding
from gonogo.checks.inputs.scored import Scored
from gonogo.checks.measure import measure_model
from gonogo.core.errors import Invalid
from gonogo.stats.estimate import Estimate, Undefined

PAYOFFS: dict[str, str | int | float | bool] = {
    "true_positive": 900.0,
    "false_positive": -4200.0,
    "true_negative": 0.0,
    "false_negative": -900.0,
}
RNG = np.random.default_rng(3)
SCORE = RNG.uniform(0.02, 0.98, 500)
YES = RNG.uniform(size=500) < SCORE
TODAY = RNG.uniform(size=500) < 0.5
ROWS = Scored(YES, SCORE, {"today": TODAY.astype(int)}, threshold=0.7)
OTHER = "model:x@1"


def worth(selected: np.ndarray, yes: np.ndarray = YES) -> np.ndarray:
    return np.where(yes, np.where(selected, 900, -900), np.where(selected, -4200, 0))


def found(check: str, rows: Scored = ROWS, **asked: str | float | bool) -> Finding:
    wanted = Asked(f"value.{check}", {**PAYOFFS, **asked})
    versus = {OTHER: np.sqrt(rows.scores)} if "versus" in asked else None
    return measure_model(rows, checks=[wanted], versus=versus)[0]


def estimate(finding: Finding) -> Estimate:
    assert isinstance(finding.measured, Estimate), finding.measured
    return finding.measured


class TestBenefitPerDecision:
    def test_it_is_the_mean_of_the_rows_payoffs(self) -> None:
        one = found("benefit_per_decision")
        assert estimate(one).value == pytest.approx(worth(SCORE >= 0.7).mean())
        assert estimate(one).unit == "payoff"
        assert one.parameters == {**PAYOFFS, "threshold": 0.7, "level": 0.95}
        adds = one.detail["adds"]
        assert isinstance(adds, dict)
        assert sum(float(str(part)) for part in adds.values()) == pytest.approx(one.measured.value)  # type: ignore[union-attr]  # an estimate, as asserted above

    def test_at_another_threshold(self) -> None:
        one = found("benefit_per_decision", threshold=0.3)
        assert estimate(one).value == pytest.approx(worth(SCORE >= 0.3).mean())

    def test_against_another_model_rows_are_paired(self) -> None:
        one = found("benefit_per_decision", versus=OTHER, versus_threshold=0.9)
        wanted = worth(SCORE >= 0.7) - worth(np.sqrt(SCORE) >= 0.9)
        assert estimate(one).value == pytest.approx(wanted.mean())
        assert estimate(one).unit == "difference"
        apart = wanted.std() / np.sqrt(500) * 1.96
        assert estimate(one).high - estimate(one).low == pytest.approx(2 * apart, rel=0.2)

    def test_a_model_is_worth_as_much_as_itself_as_far_as_rows_can_tell(self) -> None:
        rows = Scored(YES, np.full(500, 0.8))
        one = estimate(found("benefit_per_decision", rows, versus=OTHER))
        assert one.value == 0
        assert one.low < 0 < one.high

    def test_payoffs_that_are_all_alike_say_nothing(self) -> None:
        asked = Asked("value.benefit_per_decision", dict.fromkeys(PAYOFFS, 5.0))
        one = measure_model(ROWS, checks=[asked])[0].measured
        assert one == Undefined("the payoffs are the same whatever is decided", n=500)

    def test_payoffs_must_be_said_and_finite(self) -> None:
        with pytest.raises(Invalid, match="true_positive"):
            measure_model(ROWS, checks=[Asked("value.benefit_per_decision")])
        for strange in (float("inf"), float("nan"), 1e308):
            with pytest.raises(Invalid, match="false_negative"):
                found("benefit_per_decision", false_negative=strange)


class TestLift:
    @pytest.mark.parametrize(
        ("present", "decided"),
        [("yes", np.ones(500, bool)), ("no", np.zeros(500, bool)), ("today", TODAY)],
    )
    def test_it_is_the_mean_difference_from_todays_payoffs(
        self, present: str, decided: np.ndarray
    ) -> None:
        one = estimate(found("lift", present=present))
        assert one.value == pytest.approx((worth(SCORE >= 0.7) - worth(decided)).mean())
        assert one.low < one.value < one.high

    def test_any_column_beside_the_scores_can_say_what_is_decided_today(self) -> None:
        """It need not be a group that fairness is measured by."""
        today = np.arange(ROWS.n) % 2
        beside = replace(ROWS, columns={"officer": today.astype(float)})
        as_group = replace(ROWS, groups={"officer": today})
        one = estimate(found("lift", beside, present="officer"))
        assert one == estimate(found("lift", as_group, present="officer"))

    def test_the_present_process_cancels_between_two_models(self) -> None:
        lift = estimate(found("lift", present="today", versus=OTHER))
        assert lift == estimate(found("benefit_per_decision", versus=OTHER))

    def test_a_process_nobody_handed_in_is_refused(self) -> None:
        with pytest.raises(Invalid, match="present"):
            found("lift", present="yesterday")

    def test_todays_decisions_are_yes_or_no(self) -> None:
        rows = Scored([1, 0], [0.2, 0.7], {"today": [1, None]})
        with pytest.raises(Invalid, match="1 of 2 decisions"):
            found("lift", rows, present="today")
