"""What answering took of a CPU, and what that cost and emitted."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from gonogo.domain.compute.prices import Machine, Prices, Range
from gonogo.stats.estimate import Estimate, Measured, Undefined


@dataclass(frozen=True, slots=True)
class Served:
    """What answering took: compute of the kind serving."""

    case: str
    version: str
    """`name@number`; "" where rules answered."""
    n: int
    """Decisions, and what shadows would have decided."""
    hours: float
    """For so long a worker of the gateway was busy with them."""
    machine: str | None
    """By which it is priced; None where the price list names none for the gateway."""
    cost: float | None
    energy: Range | None
    """Watt-hours."""
    carbon: Range | None
    """Grams of CO2e."""

    @property
    def per_thousand(self) -> float | None:
        """What a thousand answers cost."""
        return None if self.cost is None else 1000 * self.cost / self.n


SERVING = "time that answers took by the decision log, one CPU each, at the stated price of one"
"""How it is known what serving costs; a machine that waits to be asked is not in it."""


def served(case: str, version: str, n: int, seconds: float, prices: Prices | None) -> Served:
    """What `n` answers took that kept a worker busy for so many `seconds`.

    A worker has one CPU: of a machine with several it costs its share.
    """
    hours = seconds / 3600
    machine = serving_machine(prices)
    if prices is None or machine is None:
        return Served(case, version, n, hours, None, None, None, None)
    whole = hours / max(machine.cpus, 1.0)
    energy = None if machine.watts is None else machine.watts.by(whole)
    grid = None if machine.place is None else prices.grids.get(machine.place)
    carbon = None if energy is None or grid is None else energy.by(1e-3).times(grid)
    cost = machine.hour * whole
    return Served(case, version, n, hours, machine.name, cost, energy, carbon)


def serving_machine(prices: Prices | None) -> Machine | None:
    """The machine that the gateway is priced by."""
    name = None if prices is None else prices.serving or prices.otherwise
    return None if prices is None or name is None else prices.machines[name]


def cost_together(found: Sequence[Served], currency: str) -> Measured:
    """What answers cost together; exact by the prices."""
    costs = [one.cost for one in found if one.cost is not None]
    if not costs:
        why = "nothing was answered" if not found else "the price list names no machine for it"
        return Undefined(why, n=sum(one.n for one in found))
    n, cost = sum(one.n for one in found), math.fsum(costs)
    return Estimate(cost, cost, cost, 1.0, n, currency, f"exact: {SERVING}")
