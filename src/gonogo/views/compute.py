"""What runs used, as pages show it: totals, the dearest runs, quotas, and what is idle."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from gonogo.core.times import stamp
from gonogo.domain.compute.quotas import Standing, State
from gonogo.domain.compute.rules import Idle, Next, Total, Unused, Usage, Used, grouped, total
from gonogo.domain.compute.serving import SERVING, Served, cost_together
from gonogo.stats.estimate import Estimate, Measured
from gonogo.views.charts.values import Chart, Tone
from gonogo.views.money_plots import dearest

RUNS = 12
"""Runs that are told one by one, those that cost most."""
GROUPS = 30
GRAMS = 1000.0
"""In a kilogram."""
LIGHT, HEAVY = "g CO2e", "kg CO2e"
TONES = {State.WITHIN: Tone.GO, State.WARNS: Tone.HOLD, State.EXCEEDED: Tone.NOGO}


@dataclass(frozen=True, slots=True)
class Summed:
    """What several runs used."""

    name: str
    """Of a use case or a model; "" for none."""
    runs: int
    hours: float
    cost: Measured
    energy: Measured
    carbon: Measured
    estimated: int
    """Runs whose energy was not metered."""
    assumed: int
    """Runs that did not say on which machine they ran."""
    unpriced: int


@dataclass(frozen=True, slots=True)
class RunLine:
    """What one run used."""

    run: str
    name: str
    case: str
    model: str
    machine: str
    """"" where that is not known."""
    assumed: bool
    started_at: str
    running: bool
    hours: float
    cost: float | None
    carbon: tuple[float, float, float] | None
    metered: bool


@dataclass(frozen=True, slots=True)
class QuotaLine:
    """A quota in the period under way."""

    case: str
    what: str
    per: str
    period: str
    used: Measured
    limit: float
    state: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class IdleLine:
    """A reservation."""

    machine: str
    case: str
    first: str
    last: str
    reserved: float
    used: float
    cost: float


@dataclass(frozen=True, slots=True)
class Ahead:
    """What the next runs will take."""

    runs: int
    past: int
    hours: Measured
    cost: Measured
    carbon: Measured


@dataclass(frozen=True, slots=True)
class Computed:
    """What runs of the last year used."""

    currency: str
    prices: int | None
    """The price list in force; None without any."""
    prices_entry: str
    carbon_unit: str
    """Grams where all that was emitted is less than a kilogram."""
    whole: Summed
    cases: tuple[Summed, ...]
    models: tuple[Summed, ...]
    runs: tuple[RunLine, ...]
    quotas: tuple[QuotaLine, ...]
    serving: tuple[Served, ...]
    """What answering took in the last days, the dearest first."""
    serving_cost: Measured
    serving_by: str
    """How that is known."""
    idle: tuple[IdleLine, ...]
    unused: tuple[Unused, ...]
    plots: tuple[Chart, ...]
    ahead: tuple[Ahead, ...]
    """Of one more run, and of ten; for a use case alone."""


def computed(
    found: Usage,
    quotas: Sequence[Standing],
    *,
    serving: Sequence[Served] = (),
    idle: Sequence[Idle] = (),
    unused: Sequence[Unused] = (),
    ahead: Sequence[Next] = (),
) -> Computed:
    """What is to be said of what runs used."""
    cases = grouped(found.found, lambda one: one.ran.case, found.currency)
    models = grouped(found.found, lambda one: one.ran.model, found.currency)
    dear = sorted(found.found, key=lambda one: (-(one.cost or 0.0), -one.hours))[:RUNS]
    whole = total(found.found, found.currency)
    light = isinstance(whole.carbon, Estimate) and whole.carbon.value < GRAMS
    weighed = partial(_summed, weigh=1.0 if light else GRAMS)
    drawn = (
        dearest("By use case", cases, found.currency),
        dearest("By model", models, found.currency),
    )
    return Computed(
        currency=found.currency,
        prices=None if found.saved is None else found.saved.number,
        prices_entry="" if found.saved is None else found.saved.entry,
        carbon_unit=LIGHT if light else HEAVY,
        whole=weighed("", whole),
        cases=tuple(weighed(*one) for one in cases[:GROUPS]),
        models=tuple(weighed(*one) for one in models[:GROUPS]),
        runs=tuple(_line(one) for one in dear),
        quotas=tuple(_quota(one) for one in quotas),
        serving=tuple(serving)[:GROUPS],
        serving_cost=cost_together(serving, found.currency),
        serving_by=SERVING,
        idle=tuple(
            IdleLine(
                machine=one.reservation.machine,
                case=one.reservation.case or "",
                first=one.reservation.first.isoformat(),
                last=one.reservation.last.isoformat(),
                reserved=one.reserved,
                used=one.used,
                cost=one.cost,
            )
            for one in idle
        ),
        unused=tuple(unused),
        plots=tuple(one for one in drawn if one is not None),
        ahead=tuple(Ahead(one.runs, one.past, one.hours, one.cost, one.carbon) for one in ahead),
    )


def _weighed(grams: Measured, weigh: float) -> Measured:
    if not isinstance(grams, Estimate) or weigh == 1:
        return grams
    low, value, high = (end / weigh for end in (grams.low, grams.value, grams.high))
    return Estimate(value, low, high, grams.level, grams.n, HEAVY, grams.method)


def _summed(name: str, found: Total, *, weigh: float) -> Summed:
    """`weigh`: by how many grams carbon is told."""
    return Summed(
        name=name,
        runs=found.runs,
        hours=found.hours,
        cost=found.cost,
        energy=found.energy,
        carbon=_weighed(found.carbon, weigh),
        estimated=found.runs - found.metered,
        assumed=found.assumed,
        unpriced=found.unpriced,
    )


def _line(found: Used) -> RunLine:
    ran, carbon = found.ran, found.carbon
    return RunLine(
        run=ran.run,
        name=ran.name,
        case=ran.case,
        model=ran.model,
        machine=found.machine or "",
        assumed=found.assumed,
        started_at=stamp(ran.started),
        running=ran.ended is None,
        hours=found.hours,
        cost=found.cost,
        carbon=None if carbon is None else (carbon.low, carbon.likely, carbon.high),
        metered=found.metered,
    )


def _quota(found: Standing) -> QuotaLine:
    quota = found.quota
    return QuotaLine(
        case=quota.case,
        what=str(quota.what),
        per=quota.per,
        period=found.period.name,
        used=found.used,
        limit=quota.limit,
        state=str(found.state),
        tone=TONES[found.state],
    )
