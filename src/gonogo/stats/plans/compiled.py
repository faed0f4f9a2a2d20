"""A network made ready for arrays: steps, pools and risks by number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gonogo.stats.plans.absences import Profile, profile_of
from gonogo.stats.plans.network import Branch, Link, Network, Risk, Step, in_order
from gonogo.stats.plans.tables import Table, table_of


@dataclass(frozen=True, slots=True)
class Row:
    """One step, by number."""

    number: int
    step: Step
    days: Table | float
    """Of one attempt."""
    before: tuple[tuple[int, float], ...]
    """The steps it waits for, with their lags."""
    holds: tuple[tuple[int, int], ...]
    """The limited pools it needs, and how much of each."""
    rate: float
    """What it costs for each of its working days."""
    uncertain: bool
    """Whether there are futures in which it does not happen."""

    @property
    def branch(self) -> Branch | None:
        """Its hypothesis."""
        return self.step.branch


@dataclass(frozen=True, slots=True)
class Compiled:
    """A network by numbers."""

    network: Network
    rows: tuple[Row, ...]
    """In the order of the plan."""
    sorted: tuple[int, ...]
    """Rows, each after all it waits for."""
    number: Mapping[str, int]
    """Of each step."""
    pools: tuple[str, ...]
    """The limited ones that some step needs."""
    sizes: tuple[int, ...]
    """How many there are of each."""
    risks: tuple[Risk, ...]
    away: tuple[Profile, ...]
    """When how many of each are away."""


def compiled(network: Network) -> Compiled:
    """`network` by numbers."""
    waits = network.waits
    number = {step.key: i for i, step in enumerate(network.steps)}
    named = {pool for step in network.steps for pool, units in step.needs if units}
    pools = tuple(pool for pool in network.pools if pool in named)
    at = {pool: i for i, pool in enumerate(pools)}
    order = tuple(number[key] for key in in_order(waits))
    missed = _missed(network, order, waits, number)
    rows = tuple(
        Row(
            number=i,
            step=step,
            days=table_of(step.duration),
            before=tuple((number[link.step], link.lag) for link in waits[step.key]),
            holds=tuple((at[pool], units) for pool, units in step.needs if pool in at and units),
            rate=sum(network.rates.get(pool, 0.0) * units for pool, units in step.needs),
            uncertain=missed[i] or step.only_if is not None,
        )
        for i, step in enumerate(network.steps)
    )
    sizes = tuple(network.pools[pool] for pool in pools)
    away = tuple(profile_of(network.absences.get(pool, ())) for pool in pools)
    return Compiled(network, rows, order, number, pools, sizes, network.risks, away)


def _missed(
    network: Network,
    order: Sequence[int],
    waits: Mapping[str, Sequence[Link]],
    number: Mapping[str, int],
) -> list[bool]:
    """Whether each step may never begin, as something it waits for may never be finished."""
    missed = [False] * len(network.steps)
    for i in order:
        for link in waits[network.steps[i].key]:
            before = number[link.step]
            branch = network.steps[before].branch
            missed[i] = missed[i] or missed[before] or bool(branch and branch.stops)
    return missed
