"""What the simulated futures of a plan say of its goal: when, and whether by the deadline."""

import numpy as np

from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import LEVEL, settle_parameters
from gonogo.core.evidence import Parameters
from gonogo.core.specs.plans import (
    DAYS,
    ON_TIME,
    SCENARIO_DAYS,
    SCENARIO_ON_TIME,
    SHARED_DAYS,
    SHARED_ON_TIME,
    UNIT,
)
from gonogo.stats.arrays import Floats
from gonogo.stats.plans.comparing import later
from gonogo.stats.plans.results import chance, percentile
from gonogo.stats.plans.simulation import Simulated

SHARE = 0.8
"""Of the futures, by which a date is said where nothing else is asked."""
SEED = 1
"""Of the interval of a difference, where nothing else is asked."""


def plan_on_time(found: Simulated, until: float, asked: Parameters) -> Finding:
    """The share of futures that reach the goal within `until` working days."""
    settings = settle_parameters(ON_TIME, asked, level=LEVEL)
    return Finding(ON_TIME, settings.values, chance(found.end, until, level=settings.level))


def plan_days(found: Simulated, asked: Parameters) -> Finding:
    """The working days within which a `share` of the futures reaches the goal.

    `Undefined` where fewer ever do.
    """
    settings = settle_parameters(DAYS, asked, level=LEVEL, share=SHARE)
    share = settings.number("share")
    measured = percentile(np.sort(found.end), share, level=settings.level, unit=UNIT)
    return Finding(DAYS, settings.values, measured)


def shared_days(finish: Floats, asked: Parameters) -> Finding:
    """As `plan_days`, of the goal of one plan among all that share people; shape (futures,)."""
    settings = settle_parameters(SHARED_DAYS, asked, level=LEVEL, share=SHARE)
    share = settings.number("share")
    measured = percentile(np.sort(finish), share, level=settings.level, unit=UNIT)
    return Finding(SHARED_DAYS, settings.values, measured)


def shared_on_time(finish: Floats, until: float, asked: Parameters) -> Finding:
    """As `plan_on_time`, of the goal of one plan among all that share people."""
    settings = settle_parameters(SHARED_ON_TIME, asked, level=LEVEL)
    return Finding(SHARED_ON_TIME, settings.values, chance(finish, until, level=settings.level))


def scenario_days(now: Floats, then: Floats, asked: Parameters) -> Finding:
    """By how many working days a `share` of the futures is later in a scenario, `then`, than `now`.

    Both of shape (futures,), in the same futures. `Undefined` where one of them is not reached.
    """
    settings = settle_parameters(SCENARIO_DAYS, asked, level=LEVEL, share=SHARE, seed=SEED)
    share, seed = settings.number("share"), int(settings.number("seed"))
    measured = later(now, then, share, seed=seed, level=settings.level)
    return Finding(SCENARIO_DAYS, settings.values, measured)


def scenario_on_time(finish: Floats, until: float, asked: Parameters) -> Finding:
    """As `plan_on_time`, of a scenario."""
    settings = settle_parameters(SCENARIO_ON_TIME, asked, level=LEVEL)
    return Finding(SCENARIO_ON_TIME, settings.values, chance(finish, until, level=settings.level))
