"""The ratio of two groups' rates, watched."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonogo.stats.arms import NOTHING, Arms, Batch, step
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Estimate, Undefined
from gonogo.stats.guardrail_ratio import RatioGuardrail
from gonogo.stats.guardrails import Look, Verdict

pytestmark = pytest.mark.filterwarnings("error")

RULE = RatioGuardrail(least=0.8, alpha=0.01, expected=0.5)


def look(rule: RatioGuardrail, reference: Counts, group: Counts) -> Look:
    batches = Batch.of_counts(reference), Batch.of_counts(group)
    return rule.look(rule.update(Arms(), *batches))


class TestLook:
    @pytest.mark.parametrize(
        ("yes", "verdict"),
        [(1200, Verdict.HARMFUL), (2000, Verdict.SAFE), (1620, Verdict.HOLD)],
    )
    def test_the_interval_against_the_least_decides(self, yes: int, verdict: Verdict) -> None:
        found = look(RULE, Counts(2000, 4000), Counts(yes, 4000))
        assert found.verdict is verdict
        assert isinstance(found.measured, Estimate)
        assert found.measured.value == pytest.approx(yes / 2000)
        assert (found.measured.high < 0.8) is (verdict is Verdict.HARMFUL)
        assert (found.measured.low >= 0.8) is (verdict is Verdict.SAFE)
        assert (found.further == 0) is (verdict is not Verdict.HOLD)

    @settings(max_examples=30)
    @given(st.integers(1, 200), st.integers(0, 200), st.floats(0.1, 3))
    def test_ends_are_where_evidence_crosses(self, a: int, b: int, least: float) -> None:
        """The one at `least` agrees with the interval: ratios are shut out from the ends on."""
        rule = RatioGuardrail(least=least, alpha=0.05)
        found = look(rule, Counts(a, 200), Counts(b, 200))
        assert isinstance(found.measured, Estimate)
        assert found.measured.low <= found.measured.value <= found.measured.high
        if abs(found.measured.high - least) > 1e-6:
            assert (found.verdict is Verdict.HARMFUL) is (found.measured.high < least)

    def test_without_a_yes_there_is_no_ratio(self) -> None:
        found = look(RULE, Counts(0, 50), Counts(3, 50))
        assert found.measured == Undefined("no yes to divide by", n=100)
        empty = RULE.look(RULE.update(Arms(), NOTHING, Batch(3, 1.0, 1.0)))
        assert empty.measured == Undefined("no observations of both groups yet", n=0)

    def test_few_of_them_leave_the_ratio_open(self) -> None:
        found = look(RULE, Counts(1, 4), Counts(1, 4))
        assert isinstance(found.measured, Estimate)
        assert found.measured.high == math.inf

    def test_looking_after_every_batch_keeps_alpha(self) -> None:
        """1,000 rollouts at exactly the least ratio, 60 looks each."""
        rng, rule = np.random.default_rng(3), RatioGuardrail(0.8, alpha=0.05, expected=0.5)
        sums, alarmed = np.zeros((15, 1000)), np.zeros(1000, dtype=bool)
        for _ in range(60):
            yes = rng.binomial(100, 0.5, 1000), rng.binomial(30, 0.4, 1000)
            pairs = zip((100, 30), yes, strict=True)
            batches = [np.array([np.full(1000, n), y, y]) for n, y in pairs]
            sums = step(sums, batches[0].astype(float), batches[1].astype(float), 0.5)
            alarmed |= rule.evidence(sums) >= -math.log(0.05)
        assert alarmed.sum() <= 50 + 5 * math.sqrt(50)

    @pytest.mark.parametrize("wrong", [{"least": 0.0}, {"expected": 2.0}, {"alpha": 1.0}])
    def test_what_cannot_be_is_refused(self, wrong: dict[str, Any]) -> None:
        with pytest.raises(ValueError, match="expected"):
            replace(RULE, **wrong)
