"""Plans: size, power and effect that belong together, however the data will be looked at."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonogo.core.errors import Invalid
from gonogo.schemas.designs import Analysis, AskedDesign
from gonogo.sdk import designing
from gonogo.stats.confidence_sequences import mixture_boundary, tightest

analyses: list[Analysis] = ["fixed", "obrien-fleming", "pocock", "always-valid"]


class TestPlan:
    @pytest.mark.parametrize("analysis", analyses)
    def test_the_size_has_the_power_and_finds_the_effect_again(self, analysis: Analysis) -> None:
        asked = AskedDesign(effect=0.04, analysis=analysis)
        forward = designing.proportions(asked, base=0.2)
        assert forward.enough
        assert forward.power == pytest.approx(0.8, abs=2e-3)
        back = designing.proportions(AskedDesign(n=forward.n, analysis=analysis), base=0.2)
        assert back.effect == pytest.approx(0.04, rel=2e-3)
        assert back.power == pytest.approx(0.8, abs=2e-3)

    def test_looking_costs_observations_in_this_order(self) -> None:
        sizes = [
            designing.means(AskedDesign(effect=0.3, analysis=analysis), sd=1.0).n
            for analysis in ("fixed", "obrien-fleming", "pocock", "always-valid")
        ]
        found = [n for n in sizes if n is not None]
        assert len(found) == 4
        assert found == sorted(found)
        assert found[3] < 2 * found[0]

    def test_planned_looks_stop_early_on_average(self) -> None:
        plan = designing.means(AskedDesign(effect=0.3, analysis="pocock", looks=4), sd=1.0)
        assert plan.n is not None
        assert plan.expected_n is not None
        assert plan.expected_n < plan.n
        assert [look.n for look in plan.looks][-1] == plan.n
        assert plan.looks[-1].spent == pytest.approx(0.05)
        assert len(plan.looks) == 4

    def test_too_few_observations_are_not_enough_and_say_so(self) -> None:
        plan = designing.paired(AskedDesign(n=50, effect=0.05), discordant=0.2)
        assert not plan.enough
        assert plan.reason is not None
        assert "less than the 0.8 that is asked" in plan.reason

    def test_what_cannot_be_reached_has_no_size(self) -> None:
        plan = designing.proportions(AskedDesign(effect=0.3), base=0.9)
        assert (plan.enough, plan.n, plan.power, plan.curve) == (False, None, None, [])
        worse = designing.proportions(AskedDesign(effect=0.02), base=0.9, difference=-0.05)
        assert not worse.enough

    def test_nothing_asked_is_refused(self) -> None:
        with pytest.raises(Invalid, match="an effect, a number of observations, or both"):
            designing.one_auc(AskedDesign(), base=0.7)

    def test_a_value_the_design_refuses_is_wrong_input_by_name(self) -> None:
        with pytest.raises(Invalid) as told:
            designing.proportions(AskedDesign(effect=0.1), base=1.4)
        assert told.value.field == "base"
        with pytest.raises(Invalid, match="correlation"):
            designing.means(AskedDesign(effect=0.1), sd=1.0, correlation=1.0)
        with pytest.raises(Invalid, match="effect"):
            designing.proportions(AskedDesign(effect=0.9, n=100), base=0.5)

    def test_the_curve_rises(self) -> None:
        plan = designing.paired_auc(
            AskedDesign(effect=0.02, analysis="obrien-fleming"), base=0.8, correlation=0.6
        )
        powers = [point.power for point in plan.curve]
        assert powers == sorted(powers)
        assert any(point.n == plan.n for point in plan.curve)

    @given(st.integers(1, 20))
    @settings(max_examples=15, deadline=None)
    def test_a_family_shares_alpha(self, family: int) -> None:
        plan = designing.means(AskedDesign(effect=0.5, family=family), sd=1.0)
        alone = designing.means(AskedDesign(effect=0.5, alpha=0.05 / family), sd=1.0)
        assert plan.alpha_each == pytest.approx(0.05 / family)
        assert plan.n == alone.n

    def test_cuped_and_clusters_multiply_the_size(self) -> None:
        plain = designing.means(AskedDesign(effect=0.1), sd=1.0).n or 0
        less = designing.means(AskedDesign(effect=0.1), sd=1.0, correlation=0.6).n or 0
        more = designing.means(AskedDesign(effect=0.1, cluster_size=10, icc=0.1), sd=1.0).n or 0
        assert less / plain == pytest.approx(0.64, abs=0.005)
        assert more / plain == pytest.approx(1.9, abs=0.005)

    def test_a_margin_is_one_sided(self) -> None:
        plan = designing.means(AskedDesign(effect=0.1), sd=1.0, difference=0.0)
        assert not plan.two_sided
        assert "non-inferiority" in plan.method


class TestAlwaysValid:
    def test_the_power_is_a_lower_bound_in_simulated_trials(self) -> None:
        """Looked at after every pair: more than the plan says are found, and on fewer pairs."""
        plan = designing.means(AskedDesign(effect=0.4, analysis="always-valid"), sd=1.0)
        assert plan.n is not None
        n, alpha = plan.n, 0.05
        variance = 2.0 * np.arange(1, n + 1)
        reach = mixture_boundary(variance, tightest(2.0 * n, alpha), alpha)
        rng = np.random.default_rng(12)
        walks = np.cumsum(rng.normal(0.4, math.sqrt(2), size=(4000, n)), axis=1)
        passed = walks >= reach
        assert 0.78 <= passed[:, -1].mean() <= passed.any(axis=1).mean() <= 0.92
        stops = np.where(passed.any(axis=1), passed.argmax(axis=1) + 1, n)
        assert stops.mean() < 0.8 * n
