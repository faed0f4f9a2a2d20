"""How much a use case may use in a month or a quarter, and how far it has come; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gonogo.core.errors import Invalid
from gonogo.core.periods import PER, Period
from gonogo.domain.compute.rules import Total, Used, total, within
from gonogo.stats.estimate import Estimate, Measured, Undefined

WARN = 0.8
"""The share from which a quota warns where nothing else is said."""
LARGEST = 1e12


class What(StrEnum):
    """What can be limited."""

    HOURS = "hours"
    COST = "cost"
    CARBON = "carbon"
    """Kilograms of CO2e."""


class State(StrEnum):
    """How far a quota is used."""

    WITHIN = "within"
    WARNS = "warns"
    EXCEEDED = "exceeded"


@dataclass(frozen=True, slots=True)
class Quota:
    """A limit of a use case."""

    case: str
    what: What
    per: str
    """month or quarter."""
    limit: float
    """Above 0: hours, money in the currency of the prices, or kilograms of CO2e."""
    warn: float
    """The share of the limit from which it warns, in (0, 1]."""
    at: str
    by: str
    entry: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A quota in the period that is under way."""

    quota: Quota
    period: Period
    used: Measured
    """In the unit of its limit."""
    state: State


def check(what: str, per: str, limit: float, warn: float) -> What:
    """What is limited, if such a quota can be; raises `Invalid`."""
    try:
        found = What(what)
    except ValueError as error:
        raise Invalid(field="what", value=what, expected=f"one of {', '.join(What)}") from error
    if per not in PER:
        raise Invalid(field="per", value=per, expected=f"one of {', '.join(PER)}")
    if not 0 < limit <= LARGEST:
        raise Invalid(field="limit", value=limit, expected=f"a number above 0, up to {LARGEST:g}")
    if not 0 < warn <= 1:
        raise Invalid(field="warn", value=warn, expected="a share above 0, up to 1")
    return found


def standing(quota: Quota, found: Sequence[Used], now: datetime, currency: str) -> Standing:
    """How far `quota` is used by the runs of its use case that started in the present period."""
    period = Period.around(now.date(), quota.per)
    mine = [one for one in within(found, period) if one.ran.case == quota.case]
    measured = _measured(quota.what, total(mine, currency))
    if isinstance(measured, Undefined):
        return Standing(quota, period, measured, State.WITHIN)
    # Of a range, the number itself decides: its upper end would exceed by doubt alone.
    if measured.value > quota.limit:
        return Standing(quota, period, measured, State.EXCEEDED)
    state = State.WARNS if measured.value >= quota.warn * quota.limit else State.WITHIN
    return Standing(quota, period, measured, state)


def _measured(what: What, found: Total) -> Measured:
    match what:
        case What.HOURS:
            value = found.hours
            how = "exact: from the start of each run to its end"
            return Estimate(value, value, value, 1.0, found.runs, "hours", how)
        case What.COST:
            return found.cost
        case What.CARBON:
            grams = found.carbon
            if isinstance(grams, Undefined):
                return grams
            low, value, high = (end / 1000 for end in (grams.low, grams.value, grams.high))
            return Estimate(value, low, high, grams.level, grams.n, "kg CO2e", grams.method)
