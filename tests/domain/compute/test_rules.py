"""What runs used: by hours, prices and ranges; what is idle; and what must always hold."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.core.periods import Period
from gonogo.domain.compute.prices import Prices
from gonogo.domain.compute.quotas import Quota, State, What, standing
from gonogo.domain.compute.reading import parse
from gonogo.domain.compute.rules import Ran, counted, grouped, hours_of, idle, total, used
from gonogo.domain.compute.serving import cost_together, served
from gonogo.stats.estimate import Estimate, Undefined

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
PRICES = parse("""currency: USD
machines:
  box: {hour: 2, watts: {low: 50, likely: 100, high: 200}, place: office}
grams_per_kwh: {office: {low: 300, likely: 400, high: 500}}
meter_within: 0.2
reservations: [{machine: box, from: 2026-11-20, until: 2026-11-22, number: 2}]
""")


def ran(
    run: str = "a",
    hours: float = 1.0,
    *,
    machine: str | None = "box",
    ago: float = 2.0,
    watt_hours: float | None = None,
    parent: str | None = None,
    case: str = "churn",
) -> Ran:
    started = NOW - timedelta(hours=ago)
    ended = started + timedelta(hours=hours)
    return Ran(run, run, case, "", machine, started, ended, "FINISHED", watt_hours, parent)


def measured(prices: Prices | None, *runs: Ran) -> list[float | None]:
    return [used(one, prices, NOW).cost for one in runs]


class TestUsed:
    def test_a_metered_run_has_the_range_of_its_meter(self) -> None:
        found = used(ran(watt_hours=1000.0), PRICES, NOW)

        assert found.metered
        assert found.energy is not None
        assert (found.energy.low, found.energy.high) == (800.0, 1200.0)
        assert found.carbon is not None
        assert found.carbon.low == pytest.approx(240)
        assert found.carbon.likely == pytest.approx(400)
        assert found.carbon.high == pytest.approx(600)

    def test_without_a_machine_or_prices_there_is_no_cost(self) -> None:
        assert measured(PRICES, ran(machine=None), ran(machine="other")) == [None, None]
        assert measured(None, ran()) == [None]

    def test_one_that_goes_on_counts_until_now_and_one_given_up_does_not(self) -> None:
        going = Ran("a", "", "", "", None, NOW - timedelta(hours=3), None, "RUNNING", None)
        lost = Ran("b", "", "", "", None, NOW - timedelta(days=9), None, "RUNNING", None)
        assert (hours_of(going, NOW), hours_of(lost, NOW)) == (3.0, 0.0)

    def test_one_within_another_is_part_of_it(self) -> None:
        whole, inner, other = ran("a"), ran("b", parent="a"), ran("c", parent="gone")
        assert counted([whole, inner, other]) == [whole, other]


class TestTotal:
    @given(st.lists(st.floats(0.01, 100.0), min_size=1, max_size=12), st.integers(1, 11))
    def test_parts_add_up_to_the_whole(self, hours: list[float], cut: int) -> None:
        found = [
            used(ran(str(at), one, case=str(at % cut)), PRICES, NOW) for at, one in enumerate(hours)
        ]
        whole, parts = total(found, "USD"), grouped(found, lambda one: one.ran.case, "USD")

        for name in ("cost", "carbon", "energy"):
            for end in ("low", "value", "high"):
                summed = sum(getattr(getattr(part, name), end) for _, part in parts)
                assert summed == pytest.approx(getattr(getattr(whole, name), end))
        costs = [part.cost.value for _, part in parts if isinstance(part.cost, Estimate)]
        assert costs == sorted(costs, reverse=True)

    def test_of_none_nothing_is_known(self) -> None:
        assert isinstance(total([], "USD").cost, Undefined)
        assert isinstance(total([], "USD").carbon, Undefined)


class TestIdle:
    def test_is_what_was_reserved_and_not_used(self) -> None:
        [found] = idle(PRICES, [ran(hours=4.0, ago=10), ran("b", 1.0, ago=100)], NOW)

        assert found.reserved == pytest.approx(2 * 36)
        assert found.used == pytest.approx(4.0)
        assert found.cost == pytest.approx(2 * (72 - 4))

    def test_is_never_less_than_nothing(self) -> None:
        busy = [ran(str(at), 100.0, ago=30) for at in range(9)]
        assert idle(PRICES, busy, NOW)[0].cost == 0


class TestStanding:
    @pytest.mark.parametrize(
        ("hours", "state"),
        [(3.9, State.WITHIN), (4.0, State.WARNS), (5.0, State.WARNS), (5.1, State.EXCEEDED)],
    )
    def test_warns_before_it_is_exceeded(self, hours: float, state: State) -> None:
        quota = Quota("churn", What.COST, "month", 10.0, 0.8, "", "", "")
        found = [used(ran(hours=hours), PRICES, NOW), used(ran("x", 50.0, case="b"), PRICES, NOW)]

        told = standing(quota, found, NOW, "USD")

        assert told.state is state
        assert told.period == Period(date(2026, 11, 1), 1)

    def test_what_started_before_the_period_is_not_in_it(self) -> None:
        quota = Quota("churn", What.CARBON, "quarter", 1e-6, 0.8, "", "", "")
        before = [used(ran(ago=24 * 60), PRICES, NOW)]
        assert standing(quota, before, NOW, "USD").state is State.WITHIN


class TestServed:
    def test_costs_a_cpu_of_the_machine_for_as_long_as_answers_took(self) -> None:
        """A quarter of a machine with four; in money, energy and carbon alike."""
        text = PRICES.text.replace("{hour: 2,", "{hour: 2, cpus: 4,") + "serving: box\n"
        found = served("churn", "m@1", 2000, 7200.0, parse(text))
        assert (found.hours, found.machine, found.cost) == (2.0, "box", 1.0)
        assert found.per_thousand == 0.5
        assert found.energy is not None
        assert found.energy.likely == pytest.approx(50)
        assert found.carbon is not None
        assert found.carbon.likely == pytest.approx(20)
        told = cost_together([found, found], "USD")
        assert isinstance(told, Estimate)
        assert (told.value, told.n, told.unit) == (2.0, 4000, "USD")

    def test_without_a_machine_for_it_there_is_no_cost(self) -> None:
        found = served("churn", "m@1", 2, 1.0, PRICES)
        assert (found.machine, found.cost, found.per_thousand) == (None, None, None)
        assert isinstance(cost_together([found], "USD"), Undefined)
        assert isinstance(cost_together([], "USD"), Undefined)

    def test_a_machine_that_answers_is_not_idle(self) -> None:
        """On the days that it is reserved, and no more than it is reserved."""
        prices = parse(PRICES.text + "serving: box\n")
        (before,) = idle(prices, [], NOW)
        hours = {date(2026, 11, 20): 5.0, date(2026, 11, 1): 7.0}
        (after,) = idle(prices, [], NOW, hours)
        assert (before.used, after.used) == (0.0, 5.0)
        assert before.cost - after.cost == pytest.approx(10.0)
        (full,) = idle(prices, [], NOW, {date(2026, 11, 20): 1e6})
        assert (full.used, full.cost) == (full.reserved, 0.0)
