"""What runs used, as pages show it: carbon in the unit that suits how much it is."""

from datetime import UTC, datetime, timedelta

import pytest

from gonogo.domain.compute.reading import parse
from gonogo.domain.compute.rules import Ran, Usage, used
from gonogo.stats.estimate import Estimate
from gonogo.views.compute import computed

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
PRICES = parse("""currency: USD
machines: {box: {hour: 2, watts: {low: 50, likely: 100, high: 200}, place: office}}
grams_per_kwh: {office: {low: 300, likely: 400, high: 500}}
""")


@pytest.mark.parametrize(("hours", "unit", "value"), [(1, "g CO2e", 40), (100, "kg CO2e", 4)])
def test_less_than_a_kilogram_is_told_in_grams(hours: int, unit: str, value: float) -> None:
    begun = NOW - timedelta(hours=hours)
    run = Ran("a", "a", "churn", "", "box", begun, NOW, "FINISHED", None)
    found = computed(Usage(None, [used(run, PRICES, NOW)], [run]), [])
    assert found.carbon_unit == unit
    for one in (found.whole, *found.cases, *found.models):
        assert isinstance(one.carbon, Estimate)
        assert one.carbon.unit == unit
        assert one.carbon.value == pytest.approx(value)
