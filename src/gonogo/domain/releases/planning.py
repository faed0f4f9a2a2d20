"""How large a release gets and how long it takes, before it starts; pure."""

import math
from dataclasses import dataclass
from datetime import timedelta

from scipy.special import ndtri

from gonogo.core.errors import Invalid
from gonogo.core.releasing import ReleasePlan, Step, Strategy
from gonogo.core.specs.live import WATCHED
from gonogo.stats.design import check_alpha

DAY = timedelta(days=1)
POWER = 0.8
SURE = 1e12
"""More decisions than anybody will see."""


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """How long a step takes at a rate of requests."""

    step: Step
    days: float
    by: str
    """What takes longest: dwell, decisions or outcomes."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A release before it starts."""

    steps: tuple[PlannedStep, ...]
    days: float
    needed: int | None
    """Decisions of each arm to find the difference with a power of 0.8; None: too many to name."""
    needed_days: float | None
    """How long the last step would take to see so many."""


def planned(
    plan: ReleasePlan, strategy: Strategy, *, per_day: float, rate: float, to_detect: float
) -> Planned:
    """What `strategy` takes at `per_day` requests a day.

    `rate` is the live version's rate of what is compared (errors, yes), `to_detect` the difference
    in it that is to be found. The size is that of a fixed horizon at the smallest alpha of the
    guardrails; looking at any time takes about as much again. Raises `Invalid`.

    Source: for the size, two independent proportions by the normal approximation (Fleiss, Levin &
    Paik, Statistical Methods for Rates and Proportions, 3rd ed., section 4.2).
    """
    if not (math.isfinite(per_day) and per_day > 0):
        raise Invalid(field="per_day", value=per_day, expected="requests a day, above 0")
    if not 0 < rate < 1:
        raise Invalid(field="rate", value=rate, expected="a rate above 0 and below 1")
    if not 0 < abs(to_detect) < 1 or not 0 < rate + to_detect < 1:
        raise Invalid(
            field="to_detect", value=to_detect, expected="a difference that leaves a rate in (0, 1)"
        )
    steps = plan.steps_of(strategy)
    labels = any(WATCHED[one.check].labels for one in plan.guardrails)
    found = tuple(_step(one, plan, strategy, per_day, labels=labels) for one in steps)
    alpha = min((one.alpha for one in plan.guardrails), default=0.05)
    check_alpha(alpha)
    needed = _size(rate, rate + to_detect, alpha)
    share = steps[-1].share or 1.0
    smaller = min(share, 1 - share) or share
    days = None if needed is None else needed / (per_day * smaller)
    return Planned(found, sum(one.days for one in found), needed, days)


def _step(
    step: Step, plan: ReleasePlan, strategy: Strategy, per_day: float, *, labels: bool
) -> PlannedStep:
    share = 1.0 if strategy is Strategy.SHADOW else step.share
    takes = {
        "dwell": step.dwell / DAY,
        "decisions": step.smallest / (per_day * share) if share else 0.0,
        "outcomes": plan.label_delay / DAY if labels else 0.0,
    }
    longest = max(takes, key=lambda name: takes[name])
    return PlannedStep(step, takes[longest], longest)


def _size(one: float, other: float, alpha: float) -> int | None:
    """Observations of each arm for a one-sided test of two proportions at a power of 0.8."""
    spread = one * (1 - one) + other * (1 - other)
    reach = float(ndtri(1 - alpha) + ndtri(POWER))
    size = spread * (reach / (other - one)) ** 2
    return math.ceil(size) if size < SURE else None
