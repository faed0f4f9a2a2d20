"""Tests of the checks of worth and volume: what they keep of how they were asked."""

import pytest

from gonogo.checks.worth import decisions_per_month, risk_adjusted_npv
from gonogo.core.errors import Invalid
from gonogo.stats.estimate import Estimate, Undefined

WORTH = Estimate(100.0, -50.0, 300.0, 0.8, 4000, "money", "simulated")


class TestRiskAdjustedNpv:
    def test_keeps_the_number_its_currency_and_its_level(self) -> None:
        finding = risk_adjusted_npv(WORTH, {"currency": "USD"})
        assert finding.measured == WORTH
        assert finding.parameters == {"currency": "USD", "level": 0.8}

    def test_a_currency_is_needed(self) -> None:
        with pytest.raises(Invalid) as refused:
            risk_adjusted_npv(WORTH, {})
        assert refused.value.field == "with.currency"


class TestDecisionsPerMonth:
    def test_keeps_the_days(self) -> None:
        finding = decisions_per_month([3] * 7, {})
        assert finding.detail == {"days": [3] * 7}
        assert isinstance(finding.measured, Estimate)
        assert finding.measured.unit == "decisions a month"

    def test_too_few_days_are_no_number(self) -> None:
        assert isinstance(decisions_per_month([3], {}).measured, Undefined)
