"""Scores of forecasts as findings."""

import pytest

from gonogo.checks.track_record import forecast_chance_loss, forecast_date_loss
from gonogo.core.errors import Invalid
from gonogo.stats.estimate import Estimate, Undefined


class TestDateLoss:
    def test_it_names_the_forecast_and_the_milestone(self) -> None:
        found = forecast_date_loss(Undefined("not yet", n=1), {"forecast": 3, "milestone": "live"})
        assert (found.check, found.measured) == (
            "value.forecast_date_loss",
            Undefined("not yet", n=1),
        )
        assert found.parameters == {"forecast": 3, "milestone": "live"}


class TestChanceLoss:
    @pytest.mark.parametrize(("happened", "loss"), [(True, 0.09), (False, 0.49)])
    def test_it_is_the_squared_distance(self, happened: bool, loss: float) -> None:
        found = forecast_chance_loss(0.7, happened, {"forecast": 0, "about": "prior"})
        assert isinstance(found.measured, Estimate)
        assert found.measured.value == pytest.approx(loss)
        assert found.measured.exact

    def test_what_nobody_asks_for_is_refused(self) -> None:
        with pytest.raises(Invalid, match="milestone"):
            forecast_chance_loss(0.7, True, {"milestone": "live"})
