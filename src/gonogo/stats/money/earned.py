"""Earned value, adapted to evidence: earned is what was settled, not what was worked on.

A step earns its budget when it is settled: a hypothesis by being supported or refuted (to know that
something does not work is what was bought), a gate by being passed. Half-finished work earns
nothing, so that "90 % done" cannot be said for months.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.levels import check_level

JACKKNIFE = "cost per settled budget, log ratio with jackknife error (Quenouille 1956), Student's t"


@dataclass(frozen=True, slots=True)
class Step:
    """A step with its budget. Raises `ValueError` for money below 0."""

    name: str
    budget: float
    """What it was to cost."""
    spent: float
    """What it has cost so far."""
    due: bool
    """Whether it was to be settled by now."""
    settled: bool
    """Whether evidence settled it."""

    def __post_init__(self) -> None:
        if not (self.budget >= 0 and self.spent >= 0 and math.isfinite(self.budget + self.spent)):
            raise ValueError(
                f"{self.name} has the budget {self.budget} and spent {self.spent}, "
                "expected 0 or more of both"
            )


@dataclass(frozen=True, slots=True)
class Earned:
    """Where the money stands."""

    at_completion: float
    """Budget of all steps (BAC)."""
    planned: float
    """Budget of the steps that were due (PV)."""
    earned: float
    """Budget of the steps that are settled (EV)."""
    spent: float
    """What was spent on all steps (AC)."""
    cost_index: float | Undefined
    """Earned per spent (CPI): below 1 settling costs more than planned."""
    schedule_index: float | Undefined
    """Earned per planned (SPI): below 1 less is settled than was due."""
    forecast: Measured
    """Cost of it all when done (EAC), unit money."""
    unsettled: float
    """Spent on steps that have earned nothing yet."""


def earned_value(steps: Sequence[Step], level: float) -> Earned:
    """Where `steps` stand, and what they will have cost in the end.

    The forecast takes what was spent on settled steps per unit of their budget as what the others
    will cost per unit of theirs, but never less than was spent on each already; its interval comes
    from how that ratio differs among the settled steps, at least two. `level` in (0, 1).

    Source: PMI (2019), The Standard for Earned Value Management, EAC = BAC / CPI; the interval of
    the ratio: Quenouille (1956), Biometrika 43, 353-360.

    >>> steps = [Step("a", 100, 125, True, True), Step("b", 100, 0, True, False)]
    >>> found = earned_value(steps, 0.8)
    >>> found.cost_index, found.schedule_index, found.forecast.reason
    (0.8, 0.5, 'one settled step: 2 are the least to forecast by')
    """
    check_level(level)
    planned = sum(step.budget for step in steps if step.due)
    earned = sum(step.budget for step in steps if step.settled)
    spent = sum(step.spent for step in steps)
    settled = len([step for step in steps if step.settled])
    return Earned(
        at_completion=sum(step.budget for step in steps),
        planned=planned,
        earned=earned,
        spent=spent,
        cost_index=earned / spent if spent else Undefined("nothing was spent", n=settled),
        schedule_index=earned / planned if planned else Undefined("nothing was due", n=settled),
        forecast=_forecast(steps, level),
        unsettled=sum(step.spent for step in steps if not step.settled),
    )


def _forecast(steps: Sequence[Step], level: float) -> Measured:
    settled = [step for step in steps if step.settled and step.budget > 0]
    open_ = [step for step in steps if not step.settled]
    spent = sum(step.spent for step in steps if step.settled)
    if not open_:
        return Estimate(spent, spent, spent, 1.0, len(settled), "money", "exact: all is settled")
    if len(settled) < 2:
        few = "one settled step" if settled else "no settled step"
        return Undefined(f"{few}: 2 are the least to forecast by", n=len(settled))
    budgets = np.array([step.budget for step in settled])
    costs = np.array([step.spent for step in settled])
    left = costs.sum() - costs
    if not left.all():
        return Undefined("at most one settled step has cost anything", n=len(settled))
    logs = np.log(left / (budgets.sum() - budgets))
    n = len(settled)
    error = math.sqrt((n - 1) / n * float(np.square(logs - logs.mean()).sum()))
    reach = float(stdtrit(n - 1, (1 + level) / 2)) * error
    ratio = float(costs.sum() / budgets.sum())

    def total(factor: float) -> float:
        return spent + sum(max(step.budget * ratio * factor, step.spent) for step in open_)

    return Estimate(
        value=total(1.0),
        low=total(math.exp(-reach)),
        high=total(math.exp(reach)),
        level=level,
        n=n,
        unit="money",
        method=JACKKNIFE,
    )
