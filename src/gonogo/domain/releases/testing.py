"""How large an A/B test gets and how long it takes, by the traffic of its use case; pure."""

import math
from datetime import timedelta

import numpy as np

from gonogo.core.ab_tests import AbPlan, Guess, Metric, Reading, Wanted
from gonogo.core.errors import Invalid
from gonogo.records.ab_tests import Traffic
from gonogo.stats.ab_entities import Sizes, errors_apart, sizes
from gonogo.stats.design import Unreachable
from gonogo.stats.entity_sums import spread_of
from gonogo.stats.estimate import Estimate, Undefined
from gonogo.stats.levels import normal_quantile
from gonogo.stats.means import mean_t

LEVEL = 0.95
"""Of the intervals that a plan is told with."""
BACK = timedelta(days=28)
"""How far back traffic is read."""
WHOLE_DAYS = 3
"""Days of traffic from which their differences tell how sure the mean day is."""
UNITS = {Metric.OUTCOME_RATE: "share", Metric.PAYOFF: "payoff", Metric.NUMBER: "outcome"}


def planned(
    wanted: Wanted, share: float, seen: Traffic, *, label_delay: timedelta = timedelta()
) -> AbPlan:
    """What a test takes that gives the new version `share` of the entities.

    Raises `Invalid` where the log tells too little and nothing was said in its place, and where the
    effect cannot be found.
    """
    if not 0 < share < 1:
        raise Invalid(
            field="strategy", value=share, expected="a policy whose last step of ab has two arms"
        )
    spread, per_day = _spread(wanted, seen), _per_day(wanted, seen)
    base = seen.mean
    if wanted.metric is Metric.OUTCOME_RATE and wanted.effect >= 1:
        raise Invalid(
            field="test.effect", value=wanted.effect, expected="a difference of rates, below 1"
        )
    found = sizes(spread.value, wanted.effect, alpha=wanted.alpha, power=wanted.power, share=share)
    if isinstance(found, Unreachable):
        raise Invalid(field="test.effect", value=wanted.effect, expected=found.reason)
    control, treatment = _of(found, wanted.decided_by)
    delay = label_delay / timedelta(days=1) if wanted.waits else 0.0
    least, most = (_squared(end, spread.value) for end in (spread.low, spread.high))

    def days(entities: float, rate: float) -> float:
        return delay + (entities / ((1 - share) * rate) if rate > 0 else math.inf)

    fixed, _ = _of(found, Reading.FIXED)
    return AbPlan(
        wanted=wanted,
        share=share,
        control=control,
        treatment=treatment,
        spread=spread,
        per_day=per_day,
        days=Guess(
            days(control, per_day.value),
            days(control * least, per_day.high),
            min(days(control * most, per_day.low), 1e9),
        ),
        fixed_days=days(fixed, per_day.value),
        base=base,
        assumed=tuple(_assumed(wanted, seen, label_delay)),
    )


def _of(found: Sizes, reading: Reading) -> tuple[int, int]:
    if reading is Reading.FIXED:
        return found.control, found.treatment
    return found.control_any_time, found.treatment_any_time


def _spread(wanted: Wanted, seen: Traffic) -> Guess:
    if wanted.spread is not None:
        return Guess(wanted.spread, wanted.spread, wanted.spread)
    unit = UNITS[wanted.metric]
    found = spread_of(seen.entities, seen.values, seen.squares, seen.fourths, LEVEL, unit)
    if isinstance(found, Undefined):
        raise Invalid(
            field="test.spread",
            value=None,
            expected=f"the standard deviation of an entity, as the log does not tell it: "
            f"{found.reason} in the last {BACK.days} days",
        )
    return Guess(found.value, found.low, found.high)


def _per_day(wanted: Wanted, seen: Traffic) -> Guess:
    if wanted.per_day is not None:
        return Guess(wanted.per_day, wanted.per_day, wanted.per_day)
    if seen.days < 1 or not seen.entities:
        raise Invalid(
            field="test.per_day",
            value=None,
            expected="entities a day, as the log does not tell them: it holds less than one day of "
            f"traffic in the last {BACK.days}",
        )
    # Those of which the metric never becomes known do not count.
    known = seen.entities / seen.came
    if len(seen.daily) >= WHOLE_DAYS:
        day = mean_t(np.array(seen.daily, float), LEVEL, "entities")
        if isinstance(day, Estimate):
            return Guess(known * day.value, known * max(0.0, day.low), known * day.high)
    rate, reach = seen.came / seen.days, math.sqrt(seen.came) / seen.days
    reach *= normal_quantile(LEVEL)
    return Guess(known * rate, known * max(0.0, rate - reach), known * (rate + reach))


def _squared(end: float, value: float) -> float:
    return (end / value) ** 2


def _assumed(wanted: Wanted, seen: Traffic, label_delay: timedelta) -> list[str]:
    found = []
    if wanted.per_day is None:
        found.append(
            f"as many entities come for the first time a day as in the last {seen.days:.1f} days "
            "of the log; where the same ones come back, it takes longer"
        )
    else:
        found.append("as many entities come a day as was said")
    if wanted.spread is None:
        found.append(
            f"entities differ as the {seen.entities:,} of the log do, with both versions, and come "
            "back as often"
        )
    else:
        found.append("entities differ as was said")
    apart = errors_apart(wanted.alpha, wanted.power)
    longer = (errors_apart(wanted.alpha, wanted.power, any_time=True) / apart) ** 2
    if wanted.decided_by is Reading.SEQUENTIAL:
        found.append(
            f"looking at any time takes {longer:.2g} times the entities of one look at the end, at "
            "most: a test with a larger effect ends earlier"
        )
    if wanted.waits:
        found.append(
            f"outcomes come after {label_delay / timedelta(days=1):g} days, as the policy says"
        )
    return found
