"""How probable an open hypothesis is: its prior, moved by records, runs and the running test."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from scipy.special import ndtri

from gonogo.checks.experiments.plan import Plan
from gonogo.core.areas import area_of
from gonogo.core.conditions import Cited, Condition, Situation
from gonogo.core.decisions import Outcome
from gonogo.core.verdicts import Verdict
from gonogo.domain.hypotheses.looks import ALWAYS, FIXED, Look, judged, reaches
from gonogo.domain.hypotheses.plans import Planned
from gonogo.domain.hypotheses.rules import Hypothesis, State, outcome, standing
from gonogo.stats.counts import Counts
from gonogo.stats.design import critical
from gonogo.stats.estimate import Estimate, exact
from gonogo.stats.group_sequential import Look as Planning
from gonogo.stats.plans.base_rates import BaseRate, base_rates
from gonogo.stats.plans.learning import Belief, Moved, Step, learnt
from gonogo.stats.plans.running_tests import conditional_power, likelihood_ratio

LEVEL = 0.8
"""Of the interval of a probability: P10 to P90, as dates are told."""
SETTLED = (State.SUPPORTED, State.REFUTED, State.INCONCLUSIVE)
"""What the record counts; what was abandoned was never tried to its end."""
SUREST = (0.01, 0.9999)
"""Powers between which a plan is believed."""
ENDED = "end of the test"


@dataclass(frozen=True, slots=True)
class Record:
    """How often hypotheses were supported, by the check of their first criterion and its area."""

    checks: dict[str, Counts]
    areas: dict[str, Counts]

    @classmethod
    def of(cls, settled: Iterable[tuple[str, State]]) -> Self:
        """The record of settled hypotheses, each told by its first check and its state."""
        counted = [(check, state) for check, state in settled if state in SETTLED]
        checks = [(check, state is State.SUPPORTED) for check, state in counted]
        areas = [(str(area_of(check)), yes) for check, yes in checks]
        return cls(_counted(checks), _counted(areas))

    def of_kind(self, check: str) -> tuple[str, BaseRate] | None:
        """The rate of hypotheses of this kind, and what kind that is; None without any record.

        The kind is the check; where none was settled by that check, its area. Each is drawn to the
        rate of all the others as far as it has few.
        """
        if not self.checks:
            return None
        if check in self.checks:
            return check, base_rates(self.checks, LEVEL).kinds[check]
        area = str(area_of(check))
        by_area = base_rates(self.areas, LEVEL)
        return area, by_area.kinds.get(area, by_area.other)

    @property
    def all(self) -> Counts:
        """Of all kinds together."""
        return sum(self.checks.values(), Counts(yes=0, n=0))


def believed(
    found: Hypothesis,
    evidence: Sequence[Cited],
    record: Record,
    *,
    registered: int,
    now: datetime,
    planned: Planned | None = None,
) -> tuple[Moved, ...]:
    """How the probability that an open hypothesis will be supported comes from its prior.

    `evidence` is all there ever was about it; what was measured before the entry at the position
    `registered` is left out. Under a plan measurements are looks of one test; without one, those on
    different data are runs that each speak for or against it. The last place is what counts.
    """
    counting = [cited for cited in evidence if cited.position > registered]
    kind = record.of_kind(found.text.criteria[0].check)
    base = None if kind is None else kind[1]
    says = {
        "prior": f"{found.text.prior:g} was said beforehand; it counts as 4 observations",
        "base rate": "" if kind is None else _record(record, *kind),
    }
    if planned is None:
        runs = settled_runs(found, counting, now)
        says["runs"] = f"{runs.yes} of {runs.n} settled runs on different data speak for it"
        return _told(learnt(found.text.prior, base=base, runs=runs), says)
    steps = learnt(found.text.prior, base=base)
    return (*_told(steps, says), *_tested(found, steps[-1].belief, counting, now, planned))


def settled_runs(found: Hypothesis, counting: Sequence[Cited], now: datetime) -> Counts:
    """The runs that settle it by themselves, each on data of its own, and how many support it.

    Measuring again on the same data is no further run; nor is what does not say its data.
    """
    data = dict.fromkeys(cited.evidence.data for cited in counting)
    verdicts = []
    for one in data:
        run = [cited for cited in counting if cited.evidence.data == one]
        settled = standing(found, run, registered=0, now=now)
        verdicts.append(outcome([each.verdict for each in settled]))
    decided = [one for one in verdicts if one is not Outcome.INCONCLUSIVE]
    return Counts(yes=decided.count(Outcome.SUPPORTED), n=len(decided))


def _tested(
    found: Hypothesis,
    belief: Belief,
    counting: Sequence[Cited],
    now: datetime,
    planned: Planned,
) -> tuple[Moved, ...]:
    """What the test of its plan says so far, and how likely it is to end in its favour."""
    condition, plan = found.text.criteria[planned.criterion], planned.plan
    seen = judged(condition, counting, Situation(now=now), planned)
    look = seen.looks[-1] if seen.looks else None
    z = None if look is None else favour(look, condition)
    drift = expected_drift(plan)
    moved: list[Moved] = []
    if look is not None and z is not None:
        ratio = likelihood_ratio(min(look.fraction, 1.0), z, drift)
        belief = replace(belief, ratio=ratio)
        says = (
            f"{look.n:,} of {plan.total or 0:,} planned observations, z = {z:.2f}: "
            f"{ratio:.3g} times as likely with the planned effect as with none"
        )
        moved.append(Moved("running test", belief.estimate(LEVEL), says))
    verdict = seen.settled.verdict
    fraction = 0.0 if look is None or z is None else look.fraction
    if seen.looks and verdict in (Verdict.GO, Verdict.NO_GO):
        moved.append(_ended(verdict is Verdict.GO, seen.settled.reason))
    elif fraction >= 1 and plan.analysis != ALWAYS:
        moved.append(_ended(False, f"all that was planned is in: {seen.settled.reason}"))
    elif fraction < 1:
        moved.append(_to_come(belief, plan, fraction, z or 0.0, drift))
    return tuple(moved)


def _ended(yes: bool, why: str) -> Moved:
    measured = exact(float(yes), n=1, unit="probability", of="the plan of the test")
    return Moved(ENDED, measured, f"it waits to be settled; {why}")


def _to_come(belief: Belief, plan: Plan, fraction: float, z: float, drift: float) -> Moved:
    """The chance that the test ends in favour: its power from here on, by what is believed."""
    looks = to_come(plan)
    if_true, if_null = (
        conditional_power(looks, fraction, z, each, two_sided=plan.two_sided)
        for each in (drift, 0.0)
    )
    held = belief.estimate(LEVEL)
    value, low, high = (
        held_at * if_true + (1 - held_at) * if_null for held_at in (held.value, held.low, held.high)
    )
    measured = replace(held, value=value, low=min(low, high), high=max(low, high))
    says = (
        f"from here the test ends in its favour in {100 * if_true:.3g} % of cases with the planned "
        f"effect, in {100 * if_null:.3g} % with none"
    )
    return Moved(ENDED, measured, says)


def expected_drift(plan: Plan) -> float:
    """The mean that z has at the end with the planned effect: what gives the plan its power."""
    power = min(max(plan.power or plan.asked_power, SUREST[0]), SUREST[1])
    alone = critical(plan.alpha_each, two_sided=plan.two_sided) + float(ndtri(power))
    return alone * math.sqrt(plan.inflation)


def to_come(plan: Plan) -> list[Planning]:
    """The planned looks with their boundaries; of a plan that names none, its end."""
    total = plan.total or 1
    found = [
        Planning(
            min(one.total / total, 1.0),
            math.inf if one.boundary is None else one.boundary,
            one.p_value,
            one.spent,
        )
        for one in plan.looks
    ]
    if found:
        return found
    analysis = plan.analysis if plan.analysis == ALWAYS else FIXED
    (reach,) = reaches(analysis, (1.0,), plan.alpha_each, plan.two_sided)
    return [Planning(1.0, reach or math.inf, plan.alpha_each, plan.alpha_each)]


def favour(look: Look, condition: Condition) -> float | None:
    """How many standard errors a look lies within the bound; None where it does not say them."""
    found = look.cited.evidence.measured
    if not isinstance(found, Estimate) or found.level >= 1:
        return None
    at_least, at_most = condition.bounds
    halves = [
        (found.value - at_least, found.value - found.low),
        (at_most - found.value, found.high - found.value),
    ]
    reach = float(ndtri((1 + found.level) / 2))
    away = [
        distance / half * reach
        for distance, half in halves
        if math.isfinite(distance) and math.isfinite(half) and half > 0
    ]
    return min(away) if away else None


def _told(steps: Sequence[Step], says: dict[str, str]) -> tuple[Moved, ...]:
    return tuple(Moved(one.what, one.belief.estimate(LEVEL), says[one.what]) for one in steps)


def _record(record: Record, kind: str, base: BaseRate) -> str:
    counts, every = base.counts, record.all
    return (
        f"{counts.yes} of {counts.n} hypotheses settled by {kind} were supported, "
        f"{every.yes} of {every.n} of all; counts as {base.worth:.2g} observations"
    )


def _counted(found: Iterable[tuple[str, bool]]) -> dict[str, Counts]:
    listed = list(found)
    yes, n = Counter(key for key, held in listed if held), Counter(key for key, _ in listed)
    return {key: Counts(yes=yes[key], n=n[key]) for key in n}
