"""A hypothesis's probability moves as Bayes' theorem says, in whatever order evidence comes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta

from gonogo.stats.counts import Counts
from gonogo.stats.plans.base_rates import base_rates
from gonogo.stats.plans.learning import after_runs, from_prior, learnt, weighed, with_base_rate

priors = st.floats(0.02, 0.98)
runs = st.integers(0, 20).flatmap(lambda n: st.integers(0, n).map(lambda yes: Counts(yes, n)))


class TestBelief:
    @given(priors, st.floats(0.5, 50), runs)
    def test_it_is_the_beta_distribution_of_scipy(
        self, prior: float, weight: float, seen: Counts
    ) -> None:
        found = after_runs(from_prior(prior, weight), seen)
        same = beta(prior * weight + seen.yes, (1 - prior) * weight + seen.no)
        estimate = found.estimate(0.9)
        assert found.probability == pytest.approx(same.mean())
        assert estimate.low == pytest.approx(min(same.ppf(0.05), same.mean()), abs=1e-9)
        assert estimate.high == pytest.approx(max(same.ppf(0.95), same.mean()), abs=1e-9)

    @given(priors, runs, runs, st.floats(0.01, 100))
    def test_the_order_of_evidence_does_not_matter(
        self, prior: float, one: Counts, other: Counts, ratio: float
    ) -> None:
        there = weighed(after_runs(after_runs(from_prior(prior), one), other), ratio)
        back = after_runs(weighed(from_prior(prior), ratio), other + one)
        assert there.probability == pytest.approx(back.probability)

    @given(priors, st.floats(0.01, 1), runs)
    def test_a_higher_prior_never_ends_lower(self, prior: float, up: float, seen: Counts) -> None:
        more = prior + (0.99 - prior) * up
        assert (
            learnt(more, runs=seen)[-1].belief.probability
            >= learnt(prior, runs=seen)[-1].belief.probability
        )

    def test_the_prior_is_forgotten_as_runs_come(self) -> None:
        ends = [after_runs(from_prior(prior), Counts(300, 400)).probability for prior in (0.1, 0.9)]
        assert ends == pytest.approx([0.75, 0.75], abs=0.01)

    @pytest.mark.parametrize("prior", [0.0, 1.0, -0.1, float("nan")])
    def test_a_prior_that_nothing_can_move_is_refused(self, prior: float) -> None:
        with pytest.raises(ValueError, match="strictly between 0 and 1"):
            from_prior(prior)


class TestLearnt:
    def test_each_step_says_what_moved_it(self) -> None:
        kinds = {"new data": Counts(1, 10), "new loss": Counts(2, 12)}
        base = base_rates(kinds, 0.9).kinds["new data"]
        steps = learnt(0.7, base=base, runs=Counts(1, 1), ratio=4.0)
        assert [step.what for step in steps] == ["prior", "base rate", "runs", "running test"]
        found = [step.belief.probability for step in steps]
        assert found[0] == pytest.approx(0.7)
        assert found[1] < 0.4
        assert found[3] > found[2] > found[1]
        assert steps[-1].belief.n == 1

    def test_a_kind_without_a_record_says_little(self) -> None:
        nothing = base_rates({}, 0.9).other
        assert with_base_rate(from_prior(0.7), nothing).probability == pytest.approx(0.63, abs=0.05)
