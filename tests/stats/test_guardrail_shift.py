"""The distance of two arms' score distributions, watched."""

import numpy as np
import pytest
from scipy.stats import ks_2samp

from gonogo.stats.estimate import Estimate, Undefined
from gonogo.stats.guardrail_shift import ShiftGuardrail, arms_of, numbers
from gonogo.stats.guardrails import Verdict

pytestmark = pytest.mark.filterwarnings("error")

RULE = ShiftGuardrail(margin=0.05, alpha=0.01, expected=(0.1,) * 10)


def counts(rng: np.random.Generator, n: int, power: float) -> list[int]:
    found, _ = np.histogram(rng.random(n) ** power, bins=10, range=(0, 1))
    return [int(one) for one in found]


class TestLook:
    def test_the_value_is_the_statistic_of_kolmogorov_and_smirnov(self) -> None:
        """SciPy's, of scores rounded up to the edges."""
        rng = np.random.default_rng(1)
        live, new = counts(rng, 400, 1.0), counts(rng, 300, 1.4)
        found = RULE.look(RULE.update(RULE.start(), live, new)).measured
        theirs = ks_2samp(np.repeat(range(10), live), np.repeat(range(10), new)).statistic
        assert isinstance(found, Estimate)
        assert found.value == pytest.approx(theirs)
        assert found.n == 700

    @pytest.mark.parametrize(
        ("power", "n", "verdict"),
        [(1.0, 40_000, Verdict.SAFE), (1.6, 5000, Verdict.HARMFUL), (1.1, 500, Verdict.HOLD)],
    )
    def test_the_interval_against_the_margin_decides(
        self, power: float, n: int, verdict: Verdict
    ) -> None:
        rng, arms = np.random.default_rng(2), RULE.start()
        for _ in range(5):
            arms = RULE.update(arms, counts(rng, n // 5, 1.0), counts(rng, n // 5, power))
        found = RULE.look(arms)
        assert found.verdict is verdict
        assert isinstance(found.measured, Estimate)
        assert found.measured.low <= found.measured.value <= found.measured.high
        if verdict is Verdict.SAFE:
            assert found.measured.low == 0.0
        if verdict is Verdict.HARMFUL:
            assert found.measured.low > 0.05

    def test_before_both_arms_were_seen_nothing_is_known(self) -> None:
        found = RULE.look(RULE.update(RULE.start(), [1] * 10, [0] * 10))
        assert isinstance(found.measured, Undefined)
        assert found.verdict is Verdict.HOLD

    def test_what_is_kept_is_plain_numbers(self) -> None:
        arms = RULE.update(RULE.start(), [3] * 10, [2] * 10)
        assert arms_of(numbers(arms)) == arms

    @pytest.mark.parametrize(
        "wrong", [([1] * 9, [1] * 10), ([1] * 10, [-1, *[1] * 9]), ([1] * 10, [[1] * 10])]
    )
    def test_counts_of_other_bins_are_refused(self, wrong: tuple[list[int], list[int]]) -> None:
        with pytest.raises(ValueError, match="expected one of 0 or more for each"):
            RULE.update(RULE.start(), *wrong)

    @pytest.mark.parametrize("expected", [(1.0,), (0.5, 0.6), (-0.5, 1.5)])
    def test_shares_that_are_none_are_refused(self, expected: tuple[float, ...]) -> None:
        with pytest.raises(ValueError, match="expected two shares or more"):
            ShiftGuardrail(0.05, 0.01, expected)
