"""Base rates by kind: the published example of tumours in rats, and shrinkage while few."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonogo.stats.counts import Counts
from gonogo.stats.plans.base_rates import base_rates, hyperparameters

TUMOURS = (
    "0/20 0/20 0/20 0/20 0/20 0/20 0/20 0/19 0/19 0/19 0/19 0/18 0/18 0/17 1/20 1/20 1/20 1/20 "
    "1/19 1/19 1/18 1/18 2/25 2/24 2/23 2/20 2/20 2/20 2/20 2/20 2/20 1/10 5/49 2/19 5/46 3/27 "
    "2/17 7/49 7/47 3/20 3/20 2/13 9/48 10/50 4/20 4/20 4/20 4/20 4/20 4/20 4/20 10/48 4/19 4/19 "
    "4/19 5/22 11/46 12/49 5/20 5/20 6/23 5/19 6/22 6/20 6/20 6/20 16/52 15/47 15/46 9/24 4/14"
)
"""Tarone (1982), Biometrics 38, 215-220: of 71 groups of rats, how many had a tumour."""
RATS = {
    f"{number:02d}": Counts(*(int(part) for part in group.split("/")))
    for number, group in enumerate(TUMOURS.split())
}

counts = st.integers(0, 30).flatmap(
    lambda n: st.integers(0, n).map(lambda yes: Counts(yes=yes, n=n))
)


class TestPublished:
    def test_the_posterior_means_of_the_rats(self) -> None:
        """Gelman et al. (2013), 5.3: E(alpha | y) = 2.4, E(beta | y) = 14.3."""
        alpha, beta = hyperparameters(list(RATS.values()))
        assert alpha == pytest.approx(2.4, abs=0.1)
        assert beta == pytest.approx(14.3, abs=0.5)

    def test_small_groups_are_drawn_to_the_mean_of_all(self) -> None:
        found = base_rates(RATS, 0.95)
        none, last = found.kinds["00"].measured, found.kinds["70"].measured
        assert 0.04 < none.value < 0.09
        assert 4 / 14 > last.value > 0.18
        assert found.other.measured.value == pytest.approx(0.14, abs=0.01)


class TestBaseRates:
    def test_without_any_result_it_is_anything(self) -> None:
        found = base_rates({}, 0.9)
        assert found.other.measured.value == pytest.approx(0.5, abs=1e-6)
        assert found.other.measured.high - found.other.measured.low > 0.8
        assert found.other.worth < 2

    def test_one_kind_of_two_results_keeps_a_wide_interval(self) -> None:
        found = base_rates({"new data": Counts(2, 2)}, 0.9)
        one, other = found.kinds["new data"].measured, found.other.measured
        assert 0.6 < one.value < 0.95
        assert other.value < one.value
        assert other.high - other.low > 0.5

    def test_a_kind_with_a_long_record_speaks_for_itself(self) -> None:
        kinds = {"one": Counts(400, 500), **{f"k{n}": Counts(2, 20) for n in range(6)}}
        assert base_rates(kinds, 0.9).kinds["one"].measured.value == pytest.approx(0.8, abs=0.01)

    @settings(max_examples=15)
    @given(st.dictionaries(st.sampled_from("abcdef"), counts, max_size=6))
    def test_each_rate_lies_in_its_interval_and_the_names_do_not_matter(
        self, kinds: dict[str, Counts]
    ) -> None:
        found = base_rates(kinds, 0.8)
        turned = base_rates({f"{name}2": kinds[name] for name in reversed(kinds)}, 0.8)
        for name, rate in found.kinds.items():
            assert rate.measured.low <= rate.measured.value <= rate.measured.high
            assert rate.worth > 0
            again = turned.kinds[f"{name}2"].measured
            assert again.value == pytest.approx(rate.measured.value)

    @pytest.mark.slow
    def test_intervals_hold_what_they_say_over_teams_drawn_at_random(self) -> None:
        """Teams of eight kinds with 0 to 10 results: the 80 % interval holds 0.8, one in 25 off."""
        rng, held, asked = np.random.default_rng(7), 0, 0
        for _ in range(150):
            size = float((1 - rng.random()) ** -2 - 1) + 1e-3
            mean = float(rng.random())
            rates = rng.beta(max(mean * size, 1e-3), max((1 - mean) * size, 1e-3), size=8)
            kinds = {}
            for number, rate in enumerate(rates):
                n = int(rng.integers(0, 11))
                kinds[str(number)] = Counts(int(rng.binomial(n, rate)), n)
            found = base_rates(kinds, 0.8)
            for number, rate in enumerate(rates):
                one = found.kinds[str(number)].measured
                # The numerical grid ends near 0.001 and 0.999; rates beyond are as good as there.
                held += one.low - 1e-3 <= rate <= one.high + 1e-3
                asked += 1
        assert 0.76 < held / asked < 0.90
