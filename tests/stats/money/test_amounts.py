"""Amounts against SciPy's distributions, and draws that keep their moments."""

import math

import numpy as np
import pytest
from scipy.stats import beta, lognorm, norm

from gonogo.stats.money.amounts import (
    Amount,
    Between,
    Known,
    Lognormal,
    Normal,
    draws,
    least,
    mean,
    quantile,
)

SHARES = np.array([0.01, 0.1, 0.37, 0.5, 0.9, 0.99])
SPREAD = math.log(8) / (2 * norm.ppf(0.9))
SAME = {
    Between(-2, 1, 4): beta(3, 3, loc=-2, scale=6),
    Between(0, 0, 10): beta(1, 5, scale=10),
    Normal(-5, 15): norm(5, 10 / norm.ppf(0.9)),
    Lognormal(2, 16): lognorm(SPREAD, scale=math.sqrt(32)),
}


class TestQuantile:
    @pytest.mark.parametrize("amount", SAME)
    def test_agrees_with_scipy(self, amount: Amount) -> None:
        assert quantile(amount, SHARES) == pytest.approx(SAME[amount].ppf(SHARES))
        assert mean(amount) == pytest.approx(SAME[amount].mean())

    @pytest.mark.parametrize("amount", [Known(3), Between(3, 3, 3), Normal(3, 3), Lognormal(3, 3)])
    def test_what_is_sure_is_sure(self, amount: Amount) -> None:
        assert quantile(amount, SHARES) == pytest.approx(np.full(6, 3.0))
        assert mean(amount) == pytest.approx(3)

    def test_the_least_is_known(self) -> None:
        assert [least(one) for one in (Known(3), Between(-2, 1, 4), Lognormal(2, 16))] == [3, -2, 0]
        assert least(Normal(1, 2)) == -math.inf


class TestDraws:
    @pytest.mark.parametrize("amount", SAME)
    def test_strata_keep_the_mean_close(self, amount: Amount) -> None:
        found = draws(amount, 2000, np.random.default_rng(7))
        assert found.mean() == pytest.approx(mean(amount), abs=0.003 * SAME[amount].std())
        assert np.median(found) == pytest.approx(SAME[amount].median(), rel=0.01)

    def test_amounts_drawn_in_turn_are_independent(self) -> None:
        rng = np.random.default_rng(7)
        one, other = (draws(Normal(0, 1), 4000, rng) for _ in range(2))
        assert abs(np.corrcoef(one, other)[0, 1]) < 0.05


class TestRefused:
    @pytest.mark.parametrize(
        "make",
        [
            lambda: Between(2, 1, 3),
            lambda: Between(0, 5, 3),
            lambda: Normal(2, 1),
            lambda: Lognormal(0, 1),
            lambda: Known(math.inf),
            lambda: Known(math.nan),
        ],
    )
    def test_what_is_no_amount_is_refused(self, make: object) -> None:
        assert callable(make)
        with pytest.raises(ValueError, match="expected"):
            make()
