"""Group-sequential boundaries against the tables of Jennison & Turnbull, and by simulation."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal, norm

from gonogo.stats.design import critical
from gonogo.stats.group_sequential import (
    Boundary,
    Look,
    boundaries,
    constant,
    crossing,
    drift_for,
    expected_share,
    inflation,
    spent,
)

pytestmark = pytest.mark.filterwarnings("error")

FIFTHS = [0.2, 0.4, 0.6, 0.8, 1.0]
kinds = st.sampled_from(list(Boundary))
plans = st.lists(st.integers(1, 5), min_size=1, max_size=6).map(
    lambda steps: [sum(steps[: k + 1]) / sum(steps) for k in range(len(steps))]
)


def classical(shape: float, looks: int) -> list[Look]:
    """The looks of Pocock (shape 1/2) or O'Brien and Fleming (0), as they were first published."""
    c = constant(shape, looks, 0.05)
    at = [(k + 1) / looks for k in range(looks)]
    return [Look(one, c * one ** (shape - 0.5), 0.0, 0.0) for one in at]


class TestConstant:
    @pytest.mark.parametrize(
        ("looks", "pocock", "obrien_fleming"),
        [
            (2, 2.178, 1.977),
            (3, 2.289, 2.004),
            (4, 2.361, 2.024),
            (5, 2.413, 2.040),
            (10, 2.555, 2.087),
        ],
    )
    def test_jennison_turnbull(self, looks: int, pocock: float, obrien_fleming: float) -> None:
        """Jennison & Turnbull (2000), tables 2.1 and 2.3, alpha 0.05, two-sided."""
        assert constant(0.5, looks, 0.05) == pytest.approx(pocock, abs=6e-4)
        assert constant(0.0, looks, 0.05) == pytest.approx(obrien_fleming, abs=6e-4)


class TestBoundaries:
    @pytest.mark.parametrize(
        ("kind", "expected"),
        [
            (Boundary.OBRIEN_FLEMING, [4.877, 3.357, 2.680, 2.290, 2.031]),
            (Boundary.POCOCK, [2.438, 2.427, 2.410, 2.397, 2.386]),
        ],
    )
    def test_five_looks(self, kind: Boundary, expected: list[float]) -> None:
        """Reboussin, DeMets, Kim & Lan (2000), Controlled Clinical Trials 21, 190-207."""
        found = boundaries(kind, FIFTHS, 0.05)
        assert [one.boundary for one in found] == pytest.approx(expected, abs=6e-4)
        assert found[-1].spent == pytest.approx(0.05)

    def test_three_one_sided_looks(self) -> None:
        """The vignette of R's package GroupSeq: 3.2 at a third, where 0.069 % of 5 % are spent."""
        first, *_ = boundaries(Boundary.OBRIEN_FLEMING, [1 / 3, 2 / 3, 1.0], 0.05, two_sided=False)
        assert first.boundary == pytest.approx(3.2, abs=5e-4)
        assert first.spent == pytest.approx(0.00069, abs=5e-6)

    @pytest.mark.parametrize("kind", Boundary)
    def test_two_looks_agree_with_the_bivariate_normal(self, kind: Boundary) -> None:
        """SciPy's own integral over the plane in which both looks stay inside."""
        first, second = boundaries(kind, [0.5, 1.0], 0.05)
        inside = multivariate_normal([0, 0], [[1, math.sqrt(0.5)], [math.sqrt(0.5), 1]])
        ends = (first.boundary, second.boundary)
        share = inside.cdf(ends, lower_limit=(-ends[0], -ends[1]))
        assert 1 - share == pytest.approx(0.05, abs=1e-5)

    @given(kinds, st.sampled_from([0.01, 0.05, 0.1]), st.booleans())
    def test_one_look_is_the_fixed_test(self, kind: Boundary, alpha: float, both: bool) -> None:
        (look,) = boundaries(kind, [1.0], alpha, two_sided=both)
        assert look.boundary == pytest.approx(critical(alpha, two_sided=both), abs=1e-6)
        assert look.p_value == pytest.approx(alpha, abs=1e-6)

    @given(kinds, plans, st.sampled_from([0.01, 0.05]), st.booleans())
    @settings(max_examples=40, deadline=None)
    def test_all_of_alpha_is_spent_and_no_more(
        self, kind: Boundary, at: list[float], alpha: float, both: bool
    ) -> None:
        found = boundaries(kind, at, alpha, two_sided=both)
        up = crossing(at, [one.boundary for one in found], 0.0, two_sided=both)
        assert sum(up) * (2 if both else 1) == pytest.approx(alpha, abs=1e-6)
        assert all(later.spent >= earlier.spent for earlier, later in pairwise(found))
        assert found[-1].boundary >= critical(alpha, two_sided=both) - 1e-6

    def test_a_look_that_spends_nothing_cannot_stop(self) -> None:
        first, *_ = boundaries(Boundary.OBRIEN_FLEMING, [0.01, 0.5, 1.0], 0.05)
        assert (first.boundary, first.p_value) == (math.inf, 0.0)

    @pytest.mark.parametrize("wrong", [[], [0.5], [0.5, 0.4, 1.0], [0.0, 1.0], [0.5, 1.5]])
    def test_looks_that_do_not_rise_to_the_end_are_refused(self, wrong: list[float]) -> None:
        with pytest.raises(ValueError, match="that rise to 1"):
            boundaries(Boundary.POCOCK, wrong, 0.05)

    @pytest.mark.parametrize("kind", Boundary)
    def test_looking_five_times_keeps_alpha(self, kind: Boundary) -> None:
        """100,000 seeded walks without effect; looking at 1.96 each time would find 14 %."""
        found = boundaries(kind, FIFTHS, 0.05)
        steps = np.random.default_rng(8).normal(size=(100_000, 5))
        z = np.cumsum(steps, axis=1) / np.sqrt(np.arange(1, 6))
        reaches = np.array([one.boundary for one in found])
        share = (np.abs(z) >= reaches).any(axis=1).mean()
        assert share == pytest.approx(0.05, abs=0.0035)
        assert (np.abs(z) >= 1.96).any(axis=1).mean() == pytest.approx(0.142, abs=0.005)


class TestPower:
    @pytest.mark.parametrize(
        ("shape", "looks", "at_80", "at_90"),
        [
            (0.5, 2, 1.110, 1.100),
            (0.5, 5, 1.229, 1.207),
            (0.0, 2, 1.008, 1.007),
            (0.0, 5, 1.028, 1.026),
            (0.0, 10, 1.040, 1.037),
        ],
    )
    def test_jennison_turnbull(self, shape: float, looks: int, at_80: float, at_90: float) -> None:
        """Jennison & Turnbull (2000), tables 2.2 and 2.4: how much larger the trial may become."""
        plan = classical(shape, looks)
        assert inflation(plan, 0.05, 0.8) == pytest.approx(at_80, abs=6e-4)
        assert inflation(plan, 0.05, 0.9) == pytest.approx(at_90, abs=6e-4)

    def test_pococks_four_looks(self) -> None:
        """Output 101.3.1 of the SAS/STAT 14.1 guide to PROC SEQDESIGN, power 0.9, two-sided.

        Information in percent of a fixed sample: at most 118.3143; on average 115.6074 where
        nothing is there, 69.74805 where the effect is.
        """
        plan = classical(0.5, 4)
        larger = inflation(plan, 0.05, 0.9)
        assert larger == pytest.approx(1.183143, abs=2e-6)
        used = expected_share(plan, drift_for(plan, 0.9))
        assert larger * used == pytest.approx(0.6974805, abs=2e-6)
        assert larger * expected_share(plan, 0.0) == pytest.approx(1.156074, abs=2e-6)

    @pytest.mark.parametrize("kind", Boundary)
    def test_the_drift_has_the_power_in_simulated_trials(self, kind: Boundary) -> None:
        found = boundaries(kind, FIFTHS, 0.05)
        drift = drift_for(found, 0.8)
        steps = np.random.default_rng(9).normal(size=(50_000, 5)) + drift / math.sqrt(5)
        z = np.cumsum(steps, axis=1) / np.sqrt(np.arange(1, 6))
        crossed = z >= np.array([one.boundary for one in found])
        assert crossed.any(axis=1).mean() == pytest.approx(0.8, abs=0.009)
        used = np.where(crossed.any(axis=1), crossed.argmax(axis=1) + 1, 5) / 5
        assert used.mean() == pytest.approx(expected_share(found, drift), abs=0.006)

    def test_with_effect_fewer_rows_are_used_than_in_a_fixed_trial(self) -> None:
        found = boundaries(Boundary.OBRIEN_FLEMING, FIFTHS, 0.05)
        used = expected_share(found, drift_for(found, 0.9)) * inflation(found, 0.05, 0.9)
        assert used < 0.8
        assert expected_share(found, 0.0) > 0.97


class TestSpent:
    @given(kinds, st.floats(0.01, 1), st.floats(0.01, 1))
    def test_spending_rises_to_alpha(self, kind: Boundary, one: float, other: float) -> None:
        less, more = sorted((one, other))
        assert spent(kind, less, 0.05) <= spent(kind, more, 0.05) + 1e-15
        assert spent(kind, 1.0, 0.05) == pytest.approx(0.05)

    def test_obrien_fleming_by_scipy(self) -> None:
        assert spent(Boundary.OBRIEN_FLEMING, 0.25, 0.025) == pytest.approx(
            2 * norm.sf(norm.isf(0.0125) / 0.5)
        )
