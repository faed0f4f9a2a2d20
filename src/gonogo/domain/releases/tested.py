"""What an A/B test says by what was kept of it: effect, segments, what may be concluded; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gonogo.core.ab_tests import AbPlan, Reading
from gonogo.core.canonical import Json
from gonogo.core.times import stamp
from gonogo.domain.releases.concluding import Says, concluded, fixed_told
from gonogo.domain.releases.testing import UNITS
from gonogo.records.ab_tests import Summed
from gonogo.stats.ab import Effect
from gonogo.stats.ab_entities import adjusted, any_time_p, effect, explained, mean_of, read
from gonogo.stats.entity_sums import EntitySums
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.multiplicity import holm

SIDES = ("live", "new")


@dataclass(frozen=True, slots=True)
class ArmRead:
    """An arm of the test."""

    side: str
    """live or new."""
    entities: int
    planned: int
    values: int
    mean: Measured


@dataclass(frozen=True, slots=True)
class Look:
    """The effect as it was known at a time."""

    at: str
    entities: int
    value: float
    low: float
    """Of the confidence sequence."""
    high: float
    fixed_low: float
    """Of one look, as if it were the planned one."""
    fixed_high: float


@dataclass(frozen=True, slots=True)
class SegmentRead:
    """The effect among the entities with a value of a feature."""

    column: str
    group: str
    entities: int
    effect: Effect
    p_any_time: float | None
    """Holm's, over all segments of all features, of what is right at any time."""
    p_fixed: float | None
    """Holm's of one look at the planned end."""
    found: bool
    """Whether the one that the plan decides by is at most alpha."""


@dataclass(frozen=True, slots=True)
class Result:
    """A test as it stands."""

    as_of: str | None
    """Until when values were read; None: nothing is known yet."""
    arms: tuple[ArmRead, ...]
    plain: Effect
    less: Effect
    """Less what was known of the same entities before."""
    by: str
    """plain or cuped: what is concluded from, by a rule that no outcome has a say in."""
    explained: float | None
    """Share of the variance that was known before."""
    looks: tuple[Look, ...]
    segments: tuple[SegmentRead, ...]
    progress: float
    """Share of the planned entities that there are, of the arm that lacks most; 1 at most."""
    ended_at: str | None
    """When both arms had theirs."""
    says: Says
    told: str
    """What may be concluded now, in a sentence."""
    fixed_told: str
    """What the fixed interval may be used for now."""

    @property
    def chosen(self) -> Effect:
        """The effect that is concluded from."""
        return self.less if self.by == "cuped" else self.plain


def kept(summed: Summed, plan: AbPlan, before: Mapping[str, Any]) -> dict[str, Any]:
    """A test as it is stored; the sums at its planned end stay as they were when it was reached.

    `before` is what was stored last.
    """
    live, new = (arm[-1] for arm in summed.arms)
    common: dict[str, Any] = {
        "centres": [live.centre, live.centre_before],
        "segments": [
            [one.column, one.group, *(list(arm.numbers) for arm in one.arms)]
            for one in summed.segments
        ],
    }
    ended = before.get("ended")
    if ended is None and live.n >= plan.control and new.n >= plan.treatment:
        arms = [list(live.numbers), list(new.numbers)]
        ended = {**common, "at": stamp(summed.looks[-1]), "arms": arms}
    return {
        **common,
        "looks": [stamp(look) for look in summed.looks],
        "arms": [[list(one.numbers) for one in arm] for arm in summed.arms],
        "ended": ended,
    }


def result(plan: AbPlan, stored: Mapping[str, Any], *, mismatch: str | None = None) -> Result:
    """The test by what was stored of it; `mismatch` says why its arms cannot be compared."""
    if not stored:
        return _nothing(plan, mismatch)
    live, new = (_sums(stored["centres"], arm[-1]) for arm in stored["arms"])
    ended = stored["ended"]
    plain, less = _effects(plan, live, new)
    by = "cuped" if plan.wanted.covariate_days and isinstance(less.fixed, Estimate) else "plain"
    if ended is not None:
        # One look at the planned end is what the fixed interval is for: what came later is not it.
        then, then_less = _effects(plan, *(_sums(ended["centres"], arm) for arm in ended["arms"]))
        plain = Effect(then.fixed, plain.sequential, then.p_value)
        less = Effect(then_less.fixed, less.sequential, then_less.p_value)
    chosen = less if by == "cuped" else plain
    says, told = concluded(plan, chosen, ended=ended is not None, mismatch=mismatch)
    return Result(
        as_of=stored["looks"][-1],
        arms=_arms(plan, (live, new)),
        plain=plain,
        less=less,
        by=by,
        explained=explained(live, new),
        looks=_looks(plan, stored, by),
        segments=_segments(plan, stored),
        progress=min(1.0, live.n / plan.control, new.n / plan.treatment),
        ended_at=None if ended is None else ended["at"],
        says=says,
        told=told,
        fixed_told=fixed_told(plan, live.n + new.n, None if ended is None else ended["at"]),
    )


def lacks(plan: AbPlan, stored: Mapping[str, Any]) -> tuple[str, ...]:
    """What a test still waits for, in words; nothing once it may be concluded."""
    if stored and (stored["ended"] is not None or _is_told(plan, stored)):
        return ()
    found = [arm[-1][0] for arm in stored["arms"]] if stored else [0, 0]
    sides = zip(SIDES, found, (plan.control, plan.treatment), strict=True)
    return tuple(
        f"{needed - int(n):,} more entities of {needed:,} with the {side} version"
        for side, n, needed in sides
        if n < needed
    )


def _is_told(plan: AbPlan, stored: Mapping[str, Any]) -> bool:
    if plan.wanted.decided_by is Reading.FIXED:
        return False
    return result(plan, stored).says in {Says.BETTER, Says.WORSE}


def told_segments(found: Result) -> list[Json]:
    """Segments as evidence keeps them."""
    return [
        {
            "column": one.column,
            "group": one.group,
            "entities": one.entities,
            "effect": _told(one.effect.sequential),
            "p_any_time": one.p_any_time,
            "p_planned_end": one.p_fixed,
            "found": one.found,
        }
        for one in found.segments
    ]


def _told(one: Measured) -> Json:
    if isinstance(one, Undefined):
        return {"undefined": one.reason}
    return {"value": one.value, "low": one.low, "high": one.high}


def _nothing(plan: AbPlan, mismatch: str | None) -> Result:
    none = Undefined("nothing of the metric is known yet", n=0)
    empty = Effect(none, none, None)
    says, told = concluded(plan, empty, ended=False, mismatch=mismatch)
    return Result(
        as_of=None,
        arms=_arms(plan, None),
        plain=empty,
        less=empty,
        by="plain",
        explained=None,
        looks=(),
        segments=(),
        progress=0.0,
        ended_at=None,
        says=says,
        told=told,
        fixed_told=fixed_told(plan, 0, None),
    )


def _sums(centres: Sequence[float], numbers: Sequence[float]) -> EntitySums:
    return EntitySums(centres[0], centres[1], tuple(numbers))


def _effects(plan: AbPlan, live: EntitySums, new: EntitySums) -> tuple[Effect, Effect]:
    level, unit = 1 - plan.wanted.alpha, UNITS[plan.wanted.metric]
    plain = effect(live, new, level, unit)
    less: Measured = Undefined("the plan takes nothing from before the test", n=live.n + new.n)
    if plan.wanted.covariate_days:
        less = adjusted(live, new, level, unit)
    return read(plain, plan.tight_error), read(less, plan.tight_error)


def _arms(plan: AbPlan, found: tuple[EntitySums, EntitySums] | None) -> tuple[ArmRead, ...]:
    planned = (plan.control, plan.treatment)
    if found is None:
        none = Undefined("nothing of the metric is known yet", n=0)
        return tuple(ArmRead(s, 0, n, 0, none) for s, n in zip(SIDES, planned, strict=True))
    level, unit = 1 - plan.wanted.alpha, UNITS[plan.wanted.metric]
    return tuple(
        ArmRead(side, one.n, n, one.count, mean_of(one, level, unit))
        for side, one, n in zip(SIDES, found, planned, strict=True)
    )


def _looks(plan: AbPlan, stored: Mapping[str, Any], by: str) -> tuple[Look, ...]:
    found = []
    for at, live, new in zip(stored["looks"], *stored["arms"], strict=True):
        sums = (_sums(stored["centres"], live), _sums(stored["centres"], new))
        one = _effects(plan, *sums)[by == "cuped"]
        fixed, any_time = one.fixed, one.sequential
        if isinstance(fixed, Estimate) and isinstance(any_time, Estimate):
            ends = (any_time.low, any_time.high, fixed.low, fixed.high)
            found.append(Look(at, fixed.n, fixed.value, *ends))
    return tuple(found)


def _segments(plan: AbPlan, stored: Mapping[str, Any]) -> tuple[SegmentRead, ...]:
    """Each one's effect with Holm's p-values; the fixed ones as of the planned end, once there."""
    ended = stored["ended"]
    now, then = _parts(plan, stored), _parts(plan, stored if ended is None else ended)
    told = [key for key, (_, one) in now.items() if isinstance(one.fixed, Estimate)]
    ever = holm([_any_time(now[key][1], plan) for key in told]).tolist()
    once = [key for key, (_, one) in then.items() if one.p_value is not None]
    any_time = dict(zip(told, ever, strict=True))
    fixed = dict(zip(once, holm([then[key][1].p_value or 0.0 for key in once]), strict=True))
    by_fixed = plan.wanted.decided_by is Reading.FIXED
    found, may = (fixed, ended is not None) if by_fixed else (any_time, True)
    none = Undefined("nobody of it was there at the planned end", n=0)
    return tuple(
        SegmentRead(
            *key,
            n,
            Effect(then[key][1].fixed if key in then else none, one.sequential, one.p_value),
            p_any_time=any_time.get(key),
            p_fixed=float(fixed[key]) if key in fixed else None,
            found=may and bool(found.get(key, 1.0) <= plan.wanted.alpha),
        )
        for key, (n, one) in now.items()
    )


def _parts(plan: AbPlan, stored: Mapping[str, Any]) -> dict[tuple[str, str], tuple[int, Effect]]:
    """Entities and effect by feature and value."""
    centres = [stored["centres"][0], 0.0]
    found = {}
    for column, group, *both in stored["segments"]:
        live, new = (_sums(centres, numbers) for numbers in both)
        found[(column, group)] = (live.n + new.n, _effects(plan, live, new)[0])
    return found


def _any_time(one: Effect, plan: AbPlan) -> float:
    return any_time_p(one.fixed, plan.tight_error) if isinstance(one.fixed, Estimate) else 1.0
