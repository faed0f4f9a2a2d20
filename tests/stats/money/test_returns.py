"""Present values and rates of return against textbooks; no rate, one and several."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gonogo.stats.estimate import Undefined
from gonogo.stats.money.returns import Rates, internal_rates, payback, present_value

payments = st.lists(st.integers(-1000, 1000).map(float), min_size=2, max_size=9)


def rates(found: Sequence[float]) -> Rates:
    answer = internal_rates(found)
    assert isinstance(answer, Rates)
    return answer


class TestPresentValue:
    def test_the_published_office_building(self) -> None:
        """Brealey, Myers & Allen, ch. 2: 800,000 in a year at 7 % for 700,000 now is 47,664."""
        assert present_value([-700_000, 800_000], 0.07) == pytest.approx(47_663.55, abs=0.01)

    def test_futures_are_rows(self) -> None:
        assert present_value([[-1, 2], [-1, 1]], 0.0).tolist() == [1, 0]

    @given(payments, st.floats(-0.5, 2))
    def test_agrees_with_adding_up(self, paid: list[float], rate: float) -> None:
        by_hand = sum(one / (1 + rate) ** period for period, one in enumerate(paid))
        assert present_value(paid, rate) == pytest.approx(by_hand, rel=1e-9, abs=1e-6)

    def test_a_rate_that_takes_everything_is_refused(self) -> None:
        with pytest.raises(ValueError, match="above -1"):
            present_value([1, 2], -1.0)


class TestInternalRates:
    def test_the_published_oil_pump_has_two(self) -> None:
        """Lorie & Savage (1955): -1,600, 10,000 and -10,000 have 25 % and 400 %."""
        found = rates([-1600, 10_000, -10_000])
        assert found.all == pytest.approx((0.25, 4.0))
        assert isinstance(found.only, Undefined)
        assert "25 %, 400 %" in found.only.reason

    def test_a_published_project_has_none(self) -> None:
        """Brealey, Myers & Allen, ch. 5: +1,000, -3,000, +2,500 has no rate at all."""
        found = rates([1000, -3000, 2500])
        assert found.all == ()
        assert found.changes == 2
        assert isinstance(found.only, Undefined)
        assert "no rate" in found.only.reason

    def test_the_published_investment_has_one(self) -> None:
        """Brealey, Myers & Allen, ch. 5: -4,000, +2,000, +4,000 returns 28.08 %."""
        assert rates([-4000, 2000, 4000]).only == pytest.approx(0.2808, abs=1e-4)

    def test_three_rates_are_all_found(self) -> None:
        """The product of x - 1/1.1, x - 1/1.5 and x - 1/3 as a row of payments."""
        paid = np.poly([1 / 1.1, 1 / 1.5, 1 / 3])[::-1].tolist()
        assert rates(paid).all == pytest.approx((0.1, 0.5, 2.0))

    def test_a_double_root_is_one_rate(self) -> None:
        assert rates([1.0, -2.2, 1.21]).all == pytest.approx((0.1,), abs=1e-5)

    def test_what_never_changes_its_sign_has_none(self) -> None:
        assert rates([-10, -5]).all == ()

    @given(payments)
    def test_at_each_rate_the_present_value_is_nothing(self, paid: list[float]) -> None:
        assume(any(paid))
        found = rates(paid)
        assert len(found.all) <= found.changes
        for rate in found.all:
            size = float(present_value(np.abs(paid), rate))
            assert abs(float(present_value(paid, rate))) <= 1e-6 * size

    @given(
        st.lists(st.integers(1, 500), min_size=1, max_size=4),
        st.lists(st.integers(1, 500), min_size=1, max_size=6),
    )
    def test_money_out_first_then_in_has_just_one(self, out: list[int], back: list[int]) -> None:
        found = rates([-one for one in out] + list(back))
        assert len(found.all) == 1

    def test_nothing_at_all_is_no_answer(self) -> None:
        assert isinstance(internal_rates([0.0, 0.0]), Undefined)
        assert isinstance(internal_rates([]), Undefined)


class TestPayback:
    def test_a_published_payback(self) -> None:
        """Brealey, Myers & Allen, ch. 5: -2,000, +500, +500, +5,000: in the third year."""
        assert payback([-2000, 500, 500, 5000]) == pytest.approx(2.2)

    def test_discounted_takes_longer(self) -> None:
        plain, discounted = payback([-100, 60, 60, 60]), payback([-100, 60, 60, 60], 0.1)
        assert isinstance(plain, float)
        assert isinstance(discounted, float)
        assert plain < discounted

    def test_later_costs_that_undo_it_count(self) -> None:
        assert payback([-100, 150, -100, 100]) == pytest.approx(2.5)

    def test_what_is_never_paid_back_says_what_is_missing(self) -> None:
        found = payback([-100, 30, 30])
        assert isinstance(found, Undefined)
        assert "40 are still missing" in found.reason

    def test_nothing_owed_is_nothing_paid_back(self) -> None:
        assert isinstance(payback([10, 10]), Undefined)
