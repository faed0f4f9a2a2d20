"""False rollbacks and late ones, by simulation; docs/statistics.md has the table."""

import math

import numpy as np
import pytest
from scipy.stats import binom

from gonogo.stats.arms import step
from gonogo.stats.design import sample_size
from gonogo.stats.design_means import TwoProportions
from gonogo.stats.guardrails import Guardrail, Harm
from tests.simulation.rollouts import Watched, evidence, first, rate, shares, stopped, usual

pytestmark = pytest.mark.filterwarnings("error")

ALPHA = 0.05


def most(times: int) -> float:
    """More than this come by chance once in a million where the error is alpha."""
    return float(binom.ppf(1 - 1e-6, times, ALPHA))


class TestFalseRollbacks:
    """Both arms alike and margins of nothing: the rollouts that are hardest to leave alone."""

    def test_a_thousand_rollouts(self) -> None:
        watched = usual(ALPHA)
        found = evidence(watched, shares(30), 1000, seed=1)
        assert stopped(found, [one.rule.alpha for one in watched.values()]).sum() <= most(1000)

    def test_what_both_arms_suffer_alike_is_no_harm(self) -> None:
        """Rates go up and down tenfold while shares change: pooled over time, the arms differ."""
        rng, rule = np.random.default_rng(5), Guardrail(Harm.MORE, 0.0, ALPHA, expected=0.02)
        sums, wrong, pooled = np.zeros((15, 1000)), np.zeros(1000, dtype=bool), np.zeros((4, 1000))
        for look in range(60):
            base, n = (0.02, 100) if look < 30 else (0.2, 1000)
            live, new = rate(base)(rng, 2000 - n, 1000), rate(base)(rng, n, 1000)
            sums = step(sums, live, new, 0.02)
            wrong |= rule.evidence(sums) >= -math.log(ALPHA)
            pooled += np.concatenate([live[:2], new[:2]])
        assert wrong.sum() <= most(1000)
        assert (pooled[3] / pooled[2] > 1.3 * pooled[1] / pooled[0]).all()

    @pytest.mark.slow
    def test_ten_thousand_rollouts_looked_at_after_every_batch(self) -> None:
        watched = usual(ALPHA)
        found = evidence(watched, shares(300), 10_000, seed=2)
        wrong = stopped(found, [one.rule.alpha for one in watched.values()])
        assert wrong.sum() <= most(10_000)
        assert wrong.sum() > 0.1 * ALPHA * 10_000  # it is no idle bound either
        each = {
            name: float((found[place] >= -math.log(ALPHA / 5)).any(axis=0).mean())
            for place, name in enumerate(watched)
        }
        assert max(each.values()) <= 0.01 + 5 * math.sqrt(0.01 / 10_000)
        print(f"false rollbacks {wrong.mean():.4f}", each)  # noqa: T201  # the table's numbers

    @pytest.mark.slow
    def test_a_fixed_test_at_every_look_does_not_stand_it(self) -> None:
        """What all this is for: five tests at 1 % after every batch."""
        rng, wrong = np.random.default_rng(3), np.zeros(2000, dtype=bool)
        for share in (0.01, 0.005, 0.4, 0.2, 0.05):
            yes = rng.binomial(1000, share, size=(2, 300, 2000)).cumsum(axis=1)
            n = 1000.0 * np.arange(1, 301)[:, None]
            pooled = np.clip(yes.sum(axis=0) / (2 * n), 1e-9, 1)
            z = (yes[1] - yes[0]) / n / np.sqrt(2 * pooled * (1 - pooled) / n)
            wrong |= (z > 2.326).any(axis=0)
        print(f"fixed tests {wrong.mean():.4f}")  # noqa: T201  # the table's number
        assert wrong.mean() > 0.2


class TestDelay:
    """How long harm goes on, beside a test of one look with as many observations as it needs."""

    @pytest.mark.slow
    @pytest.mark.parametrize("alpha", [0.05, 0.01])
    @pytest.mark.parametrize("harm", [0.1, 0.3, 1.0])
    @pytest.mark.parametrize("base", [0.1, 0.02])
    def test_half_of_the_rollouts_are_stopped_in_time(
        self, base: float, harm: float, alpha: float
    ) -> None:
        fixed = sample_size(
            TwoProportions(base, alpha=alpha, two_sided=False), base * harm, power=0.8
        )
        assert isinstance(fixed, int)
        size = max(20, fixed // 50)
        rule = Guardrail(Harm.MORE, 0.0, alpha, expected=base)
        watched = {"rate": Watched(rule, rate(base), rate(base * (1 + harm)))}
        found = evidence(watched, np.full(200, 0.5), 2000, seed=4, size=2 * size)[0]
        at = np.median(first(found, alpha)) * size
        late = np.quantile(first(found, alpha), 0.8) * size
        print(  # noqa: T201  # the table's numbers
            f"{base:g} +{harm:.0%} alpha {alpha}: fixed {fixed}, half by {at:.0f} "
            f"({at / fixed:.2f}), 80 % by {late:.0f} ({late / fixed:.2f})"
        )
        assert at < (1.6 if harm < 1 else 2.0) * fixed
