"""What the simulated futures of a plan say of its goal: when, and whether by the deadline."""

import numpy as np

from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import LEVEL, settle_parameters
from gonogo.core.evidence import Parameters
from gonogo.core.specs.plans import DAYS, ON_TIME, UNIT
from gonogo.stats.plans.results import chance, percentile
from gonogo.stats.plans.simulation import Simulated

SHARE = 0.8
"""Of the futures, by which a date is said where nothing else is asked."""


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
