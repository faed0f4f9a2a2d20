"""Tests of how private releases add up, against OpenDP's own and a worked example."""

import math
from typing import Any

import opendp.prelude as dp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.stats.privacy_loss import concentrated, epsilon_of, exact_sum, rho_of

EPSILONS = st.floats(1e-4, 20)
DELTAS = st.floats(1e-15, 0.01)


class TestExactSum:
    @given(st.integers(1, 2000))
    def test_steps_as_written_add_up_to_what_is_written(self, n: int) -> None:
        """0.1 is no binary number; ten of them are 1 all the same."""
        assert exact_sum([0.1] * n) == exact_sum([0.1]) * n
        assert exact_sum([0.1] * 10) == 1
        assert exact_sum([]) == 0


class TestConcentrated:
    def test_a_hundred_releases_of_a_tenth(self) -> None:
        """Bun & Steinke (2016), after proposition 1.4: k of ε are k ε²/2-concentrated."""
        assert concentrated([0.1] * 100) == exact_sum([0.5])

    @given(st.lists(EPSILONS, max_size=20))
    def test_as_opendp_composes(self, epsilons: list[float]) -> None:
        dp.enable_features("contrib")
        opendp = sum(_rho_by_opendp(one) for one in epsilons)
        assert float(concentrated(epsilons)) == pytest.approx(opendp, rel=1e-9)


def _rho_by_opendp(epsilon: float) -> float:
    """What OpenDP says of a pure mechanism as a concentrated one."""
    space = dp.atom_domain(T="i64"), dp.absolute_distance(T="i64")
    mechanism: Any = dp.c.make_pureDP_to_zCDP(space >> dp.m.then_laplace(1 / epsilon))
    return float(mechanism.map(1))


class TestEpsilonOf:
    @given(st.floats(1e-6, 10), DELTAS)
    def test_never_below_what_opendp_proves(self, rho: float, delta: float) -> None:
        """OpenDP looks for the tightest curve; the closed form may only promise less."""
        dp.enable_features("contrib")
        space = dp.atom_domain(T=float, nan=False), dp.absolute_distance(T=float)
        gaussian: Any = dp.c.make_zCDP_to_approxDP(
            space >> dp.m.then_gaussian(math.sqrt(0.5 / rho))
        )
        tight = gaussian.map(1.0).epsilon(delta)
        assert epsilon_of(rho, delta) >= tight * (1 - 1e-6)

    @pytest.mark.parametrize(("rho", "delta"), [(-1, 0.1), (math.inf, 0.1), (1, 0), (1, 1)])
    def test_nonsense_is_refused(self, rho: float, delta: float) -> None:
        with pytest.raises(ValueError, match="expected"):
            epsilon_of(rho, delta)


class TestRhoOf:
    @given(EPSILONS, DELTAS)
    def test_is_the_largest_that_keeps_the_promise(self, epsilon: float, delta: float) -> None:
        rho = rho_of(epsilon, delta)
        assert epsilon_of(rho, delta) <= epsilon
        assert epsilon_of(rho * (1 + 1e-9), delta) > epsilon

    @pytest.mark.parametrize("epsilon", [0, -1, math.inf, math.nan])
    def test_nonsense_is_refused(self, epsilon: float) -> None:
        with pytest.raises(ValueError, match="epsilon"):
            rho_of(epsilon, 1e-6)
