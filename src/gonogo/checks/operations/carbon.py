"""Energy and carbon: of a training, metered or estimated from a stated power; of a million answers.

What a meter or a grid adds of doubt is stated as a range, and the ranges are multiplied end by end:
wider than chance would have it, and right however they go together.
"""

import math
import time
from dataclasses import dataclass
from typing import Any

from gonogo.checks.findings import parameters as defaults
from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import Settings, settle_parameters
from gonogo.checks.operations.timing import Stopwatch, energy_per_million_wh
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters
from gonogo.stats.estimate import Estimate, Undefined

PER_MILLION = "operations.carbon_per_million_g"
TRAINING = "operations.training_energy_wh"
TRAINING_CARBON = "operations.training_carbon_g"
STOPWATCH: Stopwatch = time.perf_counter
"""What work is timed by where nobody hands in another."""
MOST = 1e12
"""Watts, grams and hours beyond this are a slip of the pen."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one piece of work took."""

    seconds: float
    watt_hours: float | None
    """By a meter of the machine; None where there is none."""
    meter: str
    """Which meter, or why there is none."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A number somebody states, and between what it surely lies."""

    low: float
    value: float
    high: float


def carbon_per_million_g(
    predict: Any, frame: Any, asked: Parameters, *, stopwatch: Stopwatch | None = None
) -> Finding:
    """Carbon of a million predictions in batches, unit g CO2e, from stated power and grid.

    `energy_per_million_wh` times what the grid emits for a kilowatt-hour, which is stated with its
    range: `grams_per_kwh`, `grams_low`, `grams_high`. Of the energy of serving alone: what making
    the machine emitted is not in it. Detail: the energy.
    """
    settings = settle_parameters(PER_MILLION, asked, level=defaults.LEVEL)
    grid = _stated(settings, "grams_low", "grams_per_kwh", "grams_high")
    ours = {"grams_per_kwh", "grams_low", "grams_high"}
    rest = {name: said for name, said in asked.items() if name not in ours}
    more = {} if stopwatch is None else {"stopwatch": stopwatch}
    energy = energy_per_million_wh(predict, frame, rest, **more)
    values = {**energy.parameters, **settings.values}
    if isinstance(energy.measured, Undefined):
        return Finding(PER_MILLION, values, energy.measured, energy.detail)
    return Finding(
        PER_MILLION,
        values,
        _emitted(energy.measured, grid),
        {**energy.detail, "energy_wh": energy.measured.value},
    )


def training_energy_wh(reading: Reading, asked: Parameters) -> Finding:
    """Energy of a training, unit Wh: metered within a stated share, else estimated from a power.

    Where a meter was read, `meter_within` says by what share it may be off, either way. Else
    `watts`, `watts_low` and `watts_high` are the stated power of the machine while it trains.
    `Undefined` where neither is there. One training is one observation: another may take more.
    Detail: seconds and the meter.
    """
    return _training(TRAINING, reading, asked)


def training_carbon_g(reading: Reading, asked: Parameters) -> Finding:
    """Carbon of a training, unit g CO2e: `training_energy_wh` times what the grid emits."""
    return _training(TRAINING_CARBON, reading, asked)


def _training(check: str, reading: Reading, asked: Parameters) -> Finding:
    settings = settle_parameters(check, asked, level=defaults.LEVEL)
    if not math.isfinite(reading.seconds) or reading.seconds < 0:
        raise Invalid(field="seconds", value=reading.seconds, expected="a time, 0 or more")
    detail: dict[str, Json] = {"seconds": reading.seconds, "meter": reading.meter}
    found = _energy(reading, settings)
    if isinstance(found, Undefined):
        return Finding(check, settings.values, found, detail)
    if check == TRAINING_CARBON:
        detail["energy_wh"] = found.value
        found = _emitted(found, _stated(settings, "grams_low", "grams_per_kwh", "grams_high"))
    return Finding(check, settings.values, found, detail)


def _energy(reading: Reading, settings: Settings) -> Estimate | Undefined:
    hours = reading.seconds / 3600
    if reading.watt_hours is not None and settings.find("meter_within") is not None:
        off = settings.number("meter_within")
        if not 0 < off < 1:
            raise Invalid(field="with.meter_within", value=off, expected="a share in (0, 1)")
        taken = reading.watt_hours
        found = Stated(taken * (1 - off), taken, taken * (1 + off))
        method = f"metered by {reading.meter}, within the stated share"
    elif settings.find("watts") is not None:
        power = _stated(settings, "watts_low", "watts", "watts_high")
        found = Stated(power.low * hours, power.value * hours, power.high * hours)
        method = "measured time, at the stated power with its stated range"
    else:
        reason = f"no power stated, and {reading.meter}"
        if reading.watt_hours is not None:
            reason = f"{reading.meter} was read, and nothing says within what share it is right"
        return Undefined(reason, n=1)
    if found.low == found.high:
        return Undefined("it took no time that can be told", n=1)
    return Estimate(found.value, found.low, found.high, settings.level, 1, "Wh", method)


def _stated(settings: Settings, low: str, value: str, high: str) -> Stated:
    """A number with its range, both stated; raises `Invalid` where not, or not in order."""
    for name in (low, value, high):
        said = settings.find(name)
        if said is None or not 0 < float(said) < MOST:
            raise Invalid(field=f"with.{name}", value=said, expected="a number above 0")
    found = Stated(settings.number(low), settings.number(value), settings.number(high))
    if not found.low <= found.value <= found.high or found.low == found.high:
        raise Invalid(
            field=f"with.{value}",
            value=f"{found.low:g}, {found.value:g}, {found.high:g}",
            expected=f"{low} < {high}, and the number between them",
        )
    return found


def _emitted(energy: Estimate, grid: Stated) -> Estimate:
    return Estimate(
        value=energy.value * grid.value / 1000,
        low=energy.low * grid.low / 1000,
        high=energy.high * grid.high / 1000,
        level=energy.level,
        n=energy.n,
        unit="g CO2e",
        method=f"{energy.method}; times the stated range of the grid, end by end",
    )
