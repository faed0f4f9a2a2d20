"""Tests of what noisy numbers say of the true ones; the noise against SciPy's, and simulated."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import dlaplace

from gonogo.stats.estimate import Estimate, Undefined
from gonogo.stats.privacy_noise import noisy_count, noisy_mean, noisy_quantile, noisy_sum, reach


class TestReach:
    @given(st.floats(0.01, 1e6), st.floats(0.5, 0.999))
    def test_is_the_smallest_that_scipy_allows(self, scale: float, level: float) -> None:
        k = reach(scale, level)
        assert 2 * dlaplace.sf(k, 1 / scale) <= (1 - level) * (1 + 1e-6)
        if k:
            assert 2 * dlaplace.sf(k - 1, 1 / scale) > (1 - level) * (1 - 1e-6)

    def test_a_worked_example(self) -> None:
        """At ε = ln 2 the noise is k with probability 2^-|k| / 3: Ghosh et al. (2012), section 2.

        P(|noise| > 4) = 2 (1/32 + 1/64 + ...) / 3 = 1/24, and P(|noise| > 3) = 1/12.
        """
        assert reach(1 / np.log(2), 0.95) == 4
        assert reach(1 / np.log(2), 0.92) == 4
        assert reach(1 / np.log(2), 0.91) == 3

    @pytest.mark.parametrize("scale", [0, -1, float("inf"), float("nan")])
    def test_nonsense_is_refused(self, scale: float) -> None:
        with pytest.raises(ValueError, match="scale"):
            reach(scale, 0.95)


class TestNoisyCount:
    @given(st.integers(-100, 100), st.floats(0.1, 50))
    def test_is_no_negative_number_of_rows(self, noisy: int, scale: float) -> None:
        found = noisy_count(noisy, scale, 0.95)
        assert 0 <= found.low <= found.value <= found.high
        assert found.n == found.value
        assert found.high - found.value == reach(scale, 0.95)


class TestNoisySum:
    @given(st.integers(-(10**12), 10**12), st.floats(0.1, 50), st.floats(1e-6, 1e6))
    def test_is_as_wide_as_its_noise(self, noisy: int, scale: float, step: float) -> None:
        found = noisy_sum(noisy, scale, 0.95, step=step)
        assert found.high - found.low == pytest.approx(2 * step * reach(scale, 0.95), rel=1e-3)


class TestNoisyMean:
    @given(st.integers(-5000, 5000), st.integers(-5, 300), st.floats(0.5, 30))
    def test_stays_within_its_bounds(self, total: int, count: int, scale: float) -> None:
        found = noisy_mean(total, count, (scale, scale), 0.95, step=0.1, within=(-2.0, 7.0))
        if count < 1:
            assert isinstance(found, Undefined)
            return
        assert isinstance(found, Estimate)
        assert -2 <= found.low <= found.value <= found.high <= 7

    def test_without_noise_to_speak_of_is_the_mean(self) -> None:
        found = noisy_mean(30, 20, (0.01, 0.01), 0.95, step=1.0, within=(0.0, 10.0))
        assert isinstance(found, Estimate)
        assert found.value == 5 + 30 / 20


class TestNoisyQuantile:
    @given(
        st.lists(st.integers(-20, 200), min_size=1, max_size=64),
        st.floats(0.01, 0.99),
        st.sampled_from([0.5, 5.0, 50.0]),
    )
    def test_interval_holds_the_value_within_bounds(
        self, counts: list[int], q: float, scale: float
    ) -> None:
        found = noisy_quantile(counts, q, scale, 0.9, within=(10.0, 20.0))
        if sum(counts) < 1:
            assert isinstance(found, Undefined)
            return
        assert isinstance(found, Estimate)
        assert 10 <= found.low < found.value < found.high <= 20

    def test_with_little_noise_is_the_bin_of_the_quantile(self) -> None:
        found = noisy_quantile([10, 20, 30, 40], 0.5, 0.05, 0.95, within=(0.0, 4.0))
        assert isinstance(found, Estimate)
        assert (found.low, found.value, found.high) == (2.0, 2.5, 3.0)

    @pytest.mark.parametrize("q", [0.0, 1.0, -1.0])
    def test_nonsense_is_refused(self, q: float) -> None:
        with pytest.raises(ValueError, match="q is"):
            noisy_quantile([1, 2], q, 1.0, 0.95, within=(0.0, 1.0))


@pytest.mark.slow
class TestCoverage:
    """How often the intervals hold what was counted, over fresh noise: at least their level."""

    TIMES = 4000

    def noise(self, scale: float, size: int, seed: int) -> npt.NDArray[np.int64]:
        drawn = dlaplace.rvs(1 / scale, size=(self.TIMES, size), random_state=seed)
        return np.asarray(drawn, dtype=np.int64)

    @pytest.mark.parametrize("scale", [0.5, 2.0, 20.0])
    def test_of_counts(self, scale: float) -> None:
        drawn = 1000 + self.noise(scale, 1, 1)[:, 0]
        held = [
            found.low <= 1000 <= found.high
            for found in (noisy_count(int(one), scale, 0.95) for one in drawn)
        ]
        assert np.mean(held) >= 0.94

    @pytest.mark.parametrize("n", [30, 1000])
    def test_of_means(self, n: int) -> None:
        noise = self.noise(4.0, 1, 2)[:, 0] * 10, self.noise(4.0, 1, 3)[:, 0]
        held = []
        for of_total, of_count in zip(*noise, strict=True):
            total, count = int(3 * n + of_total), int(n + of_count)
            found = noisy_mean(total, count, (40.0, 4.0), 0.95, step=1.0, within=(-10.0, 10.0))
            held.append(isinstance(found, Undefined) or found.low <= 3 <= found.high)
        assert np.mean(held) >= 0.94

    @pytest.mark.parametrize("q", [0.1, 0.5, 0.9])
    def test_of_quantiles(self, q: float) -> None:
        true = np.random.default_rng(4).integers(0, 30, 64)
        at = int(np.argmax(np.cumsum(true) >= q * true.sum()))
        edges = np.linspace(0, 64, 65)
        held = []
        for noise in self.noise(2.0, 64, 5)[:600]:
            found = noisy_quantile((true + noise).tolist(), q, 2.0, 0.95, within=(0.0, 64.0))
            assert isinstance(found, Estimate)
            held.append(found.low <= edges[at] and edges[at + 1] <= found.high)
        assert np.mean(held) >= 0.93
