"""The chance of a milestone by a day, from what a forecast that was kept says of it; pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from gonogo.core.evidence import measured_from_json
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.plans.quarters import reached_by
from gonogo.stats.plans.working_days import Calendar, days_through
from gonogo.stats.proportions import wilson

KEPT = "simulated futures, by the percentiles that are kept of them; Wilson score interval (1927)"


def chance_by(told: Mapping[str, Any], step: str | None, day: date, calendar: Calendar) -> Measured:
    """The share of a forecast's futures in which `step`, None for its goal, is reached by `day`.

    The chance of its own deadline is as it was forecast. Of another day whole
    percentiles are kept, and the interval counts what lies between them.
    """
    goal = step in {None, told["goal"]}
    found = told if goal else next((one for one in told["steps"] if one["step"] == step), {})
    if found.get("on_time") is not None and found["deadline"] == day.isoformat():
        return measured_from_json(found["on_time"])
    if "curve" not in found:
        return Undefined("of steps that are no milestone the forecast keeps no distribution", n=0)
    until = days_through(calendar, date.fromisoformat(told["origin"]), day)
    share = reached_by(found["curve"], float(max(until, 0)))
    n, level = int(told["futures"]), float(told["level"])
    low = wilson(Counts(yes=round(n * share.low), n=n), level)
    high = wilson(Counts(yes=round(n * share.high), n=n), level)
    if isinstance(low, Undefined) or isinstance(high, Undefined):
        return Undefined("the forecast simulated no futures", n=n)
    return Estimate(share.value, low.low, high.high, level, n, "share", KEPT)
