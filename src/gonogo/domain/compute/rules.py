"""What runs used, what that cost and emitted, by prices and grids that somebody answers for.

Hours are measured: from the start of a run to its end. A run has the whole machine while it lasts,
and one within another counts as part of that one. Energy is metered where the machine has a meter;
else it is the time at the stated watts, which is an estimate and says so by its range. Ranges are
multiplied and added end by end: wider than chance would have it, and right however they go
together.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType

from gonogo.core.periods import Period
from gonogo.domain.compute.prices import Machine, Prices, Range, Reservation, SavedPrices
from gonogo.domain.compute.serving import serving_machine
from gonogo.stats.estimate import Estimate, Measured, Undefined

LEVEL = 0.95
"""What a stated range is taken to hold with."""
LONGEST = timedelta(days=7)
"""A run that says nothing of its end for longer is given up: its client died."""
NOTHING_ANSWERED: Mapping[date, float] = MappingProxyType({})
RUNNING = "RUNNING"
NOBODY = ""
"""The use case of runs that say none, the model of runs that made none."""


@dataclass(frozen=True, slots=True)
class Ran:
    """A run, as far as it matters here."""

    run: str
    name: str
    case: str
    """`NOBODY` where it is for none that is known."""
    model: str
    """The model that it made a version of; `NOBODY` for none."""
    machine: str | None
    started: datetime
    ended: datetime | None
    status: str
    watt_hours: float | None
    """By a meter of the machine; None where none was read."""
    parent: str | None = None
    """The run that it is part of."""


@dataclass(frozen=True, slots=True)
class Used:
    """What one run used."""

    ran: Ran
    hours: float
    machine: str | None
    """By which it is priced; None where that is not known."""
    assumed: bool
    """Whether it did not say on which machine it ran."""
    cost: float | None
    energy: Range | None
    """Watt-hours."""
    metered: bool
    carbon: Range | None
    """Grams of CO2e."""


@dataclass(frozen=True, slots=True)
class Total:
    """What several runs used together."""

    runs: int
    hours: float
    cost: Measured
    """Exact by the prices, of all that have one."""
    unpriced: int
    """Runs without a price, which are not in the cost."""
    assumed: int
    """Runs that did not say on which machine they ran."""
    energy: Measured
    """Watt-hours."""
    metered: int
    """Runs whose energy was read from a meter; of the others it is estimated."""
    carbon: Measured
    """Grams of CO2e."""
    dark: int
    """Runs of which nothing is known to say what they emitted."""


@dataclass(frozen=True, slots=True)
class Idle:
    """What a reservation was used for."""

    reservation: Reservation
    reserved: float
    """Hours until now."""
    used: float
    """Hours of runs and answers on such machines meanwhile, at most those reserved."""
    cost: float
    """Of the hours in which nothing ran or answered."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What runs used."""

    saved: SavedPrices | None
    """The prices in force; None where nobody stated any."""
    found: list[Used]
    """The last started first; runs within others are part of them."""
    ran: list[Ran]

    @property
    def currency(self) -> str:
        """Of the prices; "" without any."""
        return "" if self.saved is None else self.saved.prices.currency


@dataclass(frozen=True, slots=True)
class Unused:
    """A version that is served and that nobody asked."""

    case: str
    version: str
    """`name@number`."""
    arm: str
    role: str
    """live or shadow."""
    days: int
    """For so many at least."""


@dataclass(frozen=True, slots=True)
class Next:
    """What the next runs of a use case will take."""

    case: str
    model: str | None
    runs: int
    past: int
    """Runs like them that it is estimated by."""
    hours: Measured
    cost: Measured
    carbon: Measured
    """Grams of CO2e."""


def used(ran: Ran, prices: Prices | None, now: datetime) -> Used:
    """What `ran` used by `prices`, until `now` where it goes on."""
    hours = hours_of(ran, now)
    named = ran.machine
    there = {} if prices is None else prices.machines
    name = named if named in there else None if prices is None else prices.otherwise
    machine = there.get(name) if name is not None else None
    energy, metered = _energy(ran, machine, hours, prices)
    grid = None
    if prices is not None and machine is not None and machine.place is not None:
        grid = prices.grids.get(machine.place)
    return Used(
        ran=ran,
        hours=hours,
        machine=None if machine is None else machine.name,
        assumed=machine is not None and machine.name != named,
        cost=None if machine is None else machine.hour * hours,
        energy=energy,
        metered=metered,
        carbon=None if energy is None or grid is None else energy.by(1e-3).times(grid),
    )


def hours_of(ran: Ran, now: datetime) -> float:
    """How long it ran; of one that goes on, until now, and nothing of one that was given up."""
    if ran.ended is not None:
        return max((ran.ended - ran.started).total_seconds(), 0.0) / 3600
    gone = now - ran.started
    if ran.status != RUNNING or gone > LONGEST:
        return 0.0
    return max(gone.total_seconds(), 0.0) / 3600


def counted(found: Iterable[Ran]) -> list[Ran]:
    """Those that are not part of another that is among them."""
    runs = list(found)
    known = {one.run for one in runs}
    return [one for one in runs if one.parent is None or one.parent not in known]


def total(found: Sequence[Used], currency: str) -> Total:
    """What `found` comes to; `currency`: of the prices."""
    costs = [one.cost for one in found if one.cost is not None]
    return Total(
        runs=len(found),
        hours=math.fsum(one.hours for one in found),
        cost=exactly(math.fsum(costs), len(costs), currency)
        if costs
        else Undefined("no run has a price", n=0),
        unpriced=len(found) - len(costs),
        assumed=sum(one.assumed for one in found),
        energy=added([one.energy for one in found if one.energy is not None], "Wh"),
        metered=sum(one.metered for one in found),
        carbon=added([one.carbon for one in found if one.carbon is not None], "g CO2e"),
        dark=sum(one.carbon is None for one in found),
    )


def grouped(
    found: Iterable[Used], key: Callable[[Used], str], currency: str
) -> list[tuple[str, Total]]:
    """Totals by what `key` says of each, those that cost most first."""
    groups: dict[str, list[Used]] = {}
    for one in found:
        groups.setdefault(key(one), []).append(one)
    totals = [(name, total(group, currency)) for name, group in groups.items()]
    return sorted(totals, key=lambda one: (-_value(one[1].cost), -one[1].hours, one[0]))


def exactly(value: float, n: int, unit: str) -> Estimate:
    """A sum over everything there is."""
    return Estimate(value, value, value, 1.0, n, unit, "exact: measured hours by stated prices")


def added(found: Sequence[Range], unit: str) -> Measured:
    """Ranges added end by end."""
    if not found:
        return Undefined("of no run it is known", n=0)
    low, likely, high = (
        math.fsum(values)
        for values in zip(*((one.low, one.likely, one.high) for one in found), strict=True)
    )
    if low == high:
        return Undefined("they took no time that can be told", n=len(found))
    how = "stated ranges of meters, watts and grids, end by end"
    return Estimate(likely, low, high, LEVEL, len(found), unit, how)


def within(found: Iterable[Used], period: Period) -> list[Used]:
    """Those that started in `period`."""
    return [one for one in found if period.holds(one.ran.started.date())]


def idle(
    prices: Prices,
    found: Sequence[Ran],
    now: datetime,
    answering: Mapping[date, float] = NOTHING_ANSWERED,
) -> list[Idle]:
    """How much of each reservation that has begun was used until `now`, the dearest first.

    `answering`: hours of the gateway's whole machine, by day.
    """
    serving = serving_machine(prices)
    told = []
    for one in prices.reservations:
        begin = datetime.combine(one.first, time(), UTC)
        end = min(datetime.combine(one.last, time(), UTC) + timedelta(days=1), now)
        if end <= begin:
            continue
        days = (end - begin).total_seconds() / 86_400
        reserved = days * one.hours_a_day * one.number
        on = [run for run in found if (run.machine or prices.otherwise) == one.machine]
        busy = math.fsum(_overlap(run, begin, end, now) for run in on)
        if serving is not None and serving.name == one.machine:
            busy += math.fsum(
                hours for day, hours in answering.items() if one.first <= day <= one.last
            )
        worked = min(busy, reserved)
        price = prices.machines[one.machine].hour
        told.append(Idle(one, reserved, worked, (reserved - worked) * price))
    return sorted(told, key=lambda one: -one.cost)


def _overlap(run: Ran, begin: datetime, end: datetime, now: datetime) -> float:
    """Hours of `run` between `begin` and `end`."""
    ended = run.started + timedelta(hours=hours_of(run, now))
    seconds = (min(ended, end) - max(run.started, begin)).total_seconds()
    return max(seconds, 0.0) / 3600


def _energy(
    ran: Ran, machine: Machine | None, hours: float, prices: Prices | None
) -> tuple[Range | None, bool]:
    if ran.watt_hours is not None and prices is not None:
        off = prices.meter_within
        return Range(1 - off, 1.0, 1 + off).by(ran.watt_hours), True
    if machine is None or machine.watts is None:
        return None, False
    return machine.watts.by(hours), False


def _value(measured: Measured) -> float:
    return measured.value if isinstance(measured, Estimate) else 0.0
