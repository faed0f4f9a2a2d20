"""Options of textbooks: what it is worth to choose later, once more is known."""

import math

import numpy as np
import pytest
from scipy.stats import norm

from gonogo.stats.estimate import Estimate, Measured
from gonogo.stats.money.amounts import Known, Lognormal, draws
from gonogo.stats.money.benefit import Benefit, Stage, worth
from gonogo.stats.money.information import Experiment, evpi, evsi, ranked
from gonogo.stats.money.returns import present_value


def _value(measured: Measured) -> float:
    assert isinstance(measured, Estimate)
    return measured.value


class TestDecisionTree:
    """Hillier & Lieberman, Introduction to Operations Research: the Goferbroke Company.

    Land that holds oil with one chance in four: drilled it brings 700 or loses 100, sold it brings
    90. A survey for 30 says yes to 60 % of the oil and to 20 % of the dry land. In 400 futures all
    of that comes out even.
    """

    oil = np.repeat([True, False], [100, 300])
    values = np.column_stack([np.where(oil, 700.0, -100.0), np.full(400, 90.0)])
    survey = np.repeat([1.0, 0.0, 1.0, 0.0], [60, 40, 60, 240])

    def test_to_know_for_sure_is_worth_the_published_142_and_a_half(self) -> None:
        assert self.values.mean(axis=0).max() == 100
        assert _value(evpi(self.values, 0.9)) == pytest.approx(142.5)
        assert _value(evsi(self.values, self.oil.astype(float), 0.9, seed=7)) == pytest.approx(
            142.5
        )

    def test_the_survey_is_worth_the_published_53(self) -> None:
        """And 23 of them are left of it, so it is made: the tree's 123."""
        found = _value(evsi(self.values, self.survey, 0.9, seed=7))

        assert found == pytest.approx(53)
        (first,) = ranked([Experiment("survey", found, 30)])
        assert 100 + first.gain == pytest.approx(123)


class TestStaged:
    def test_the_published_drug_that_is_given_up_where_it_would_not_pay(self) -> None:
        """Brealey, Myers & Allen, ch. 10: 18 now, 44 % go on, then 130 or stop: worth 19.

        At launch, three years on, 700, 300 or 100 with a quarter, a half and a quarter, of which
        80 % come about; at 9.6 % the two better ones are worth 295 and 52 and the last is stopped.
        """
        launch = np.repeat([700.0, 300.0, 100.0], [50, 100, 50])
        going_on = np.array([present_value([-130, 0, 0, 0.8 * one], 0.096) for one in launch])
        assert going_on[[0, 50]].round().tolist() == [295, 52]
        free = float(going_on.mean()) + _value(
            evpi(np.column_stack([going_on, np.zeros(launch.size)]), 0.9)
        )

        found = -18 + 0.44 * present_value([0, 0, free], 0.096)
        assert round(float(found)) == 19

    def test_a_stage_that_fails_saves_what_comes_after_it(self) -> None:
        """The same tree without the choice, as stages: what is not begun is not paid."""
        drug = Benefit(
            Known(1.0),
            Known(350.0),
            (1.0,),
            stages=(
                Stage("phase II", Known(18.0), 2, 0.44),
                Stage("phase III", Known(130.0), 3, 0.8),
            ),
            rate=0.096,
        )
        by_hand = -18 + 0.44 * (-130 / 1.096**2 + 0.8 * 350 / 1.096**5)
        assert worth(drug, 50, 0.8, seed=7).risk_adjusted.value == pytest.approx(by_hand)


class TestOption:
    def test_the_published_call_and_put(self) -> None:
        """Hull, Options, Futures and Other Derivatives: 4.76 and 0.81.

        A share at 42 that grows by 10 % a year with a volatility of 20 %; in half a year it may be
        bought, or sold, for 40. That is what a use case is that may be left once it is known what
        it brings: what it is worth as things stand, and what it is worth to know.
        """
        centre = math.log(42) + (0.1 - 0.2**2 / 2) / 2
        reach = norm.ppf(0.9) * 0.2 * math.sqrt(0.5)
        price = draws(
            Lognormal(math.exp(centre - reach), math.exp(centre + reach)),
            20_000,
            np.random.default_rng(7),
        )
        discount = math.exp(-0.1 / 2)
        for payoff, published in ((price - 40, 4.76), (40 - price, 0.81)):
            taken_or_left = np.column_stack([payoff, np.zeros(price.size)])
            option = max(payoff.mean(), 0.0) + _value(evpi(taken_or_left, 0.9))
            assert discount * option == pytest.approx(published, abs=0.01)
