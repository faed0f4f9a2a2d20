"""Conditions fixed beforehand, and the one function that settles them by evidence."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self, assert_never

from gonogo.core.areas import Area, area_of
from gonogo.core.canonical import Json, digest
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Evidence, Parameters, parameters_from_json
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.core.times import stamp
from gonogo.core.verdicts import Verdict
from gonogo.stats.estimate import Estimate, Undefined


@dataclass(frozen=True, slots=True)
class Condition:
    """What a policy or a hypothesis asks of evidence. Bounds are inclusive."""

    check: str
    """The check whose measurement is judged."""
    parameters: Parameters = field(default_factory=dict)
    """Parameters the evidence must have been measured with; others are free."""
    at_least: float = -math.inf
    """The whole interval must lie at or above this."""
    at_most: float = math.inf
    """The whole interval must lie at or below this."""
    over_champion: float | None = None
    """Instead of bounds: the paired difference to the champion must be at least this."""
    level: float = 0.95
    """The least confidence level of the interval."""
    reproduced: bool = False
    """Whether the server must have measured it itself."""
    max_age: timedelta | None = None
    """Evidence older than this is stale."""

    @property
    def area(self) -> Area:
        """The position of the poll it belongs to."""
        return area_of(self.check)

    @property
    def bounds(self) -> tuple[float, float]:
        """What the interval is held against, whichever way the condition was said."""
        if self.over_champion is not None:
            return self.over_champion, math.inf
        return self.at_least, self.at_most

    def to_json(self) -> dict[str, Json]:
        """The condition as it is stored and shown; what was not asked is left out."""
        found: dict[str, Json] = {"check": self.check, "level": self.level}
        if self.parameters:
            found["with"] = dict(self.parameters)
        if math.isfinite(self.at_least):
            found["at_least"] = self.at_least
        if math.isfinite(self.at_most):
            found["at_most"] = self.at_most
        if self.over_champion is not None:
            found["over_champion"] = self.over_champion
        if self.reproduced:
            found["reproduced"] = True
        if self.max_age is not None:
            found["max_age"] = f"{int(self.max_age.total_seconds() // 60)}m"
        return found

    @classmethod
    def from_json(cls, found: Mapping[str, Json]) -> Self:
        """The condition that was stored as `found`; raises `Invalid` where it is none.

        >>> asked = Condition("performance.roc_auc", at_least=0.7, max_age=timedelta(days=365))
        >>> Condition.from_json(asked.to_json()) == asked
        True
        """
        age, margin = found.get("max_age"), found.get("over_champion")
        return cls(
            check=str(found["check"]),
            parameters=parameters_from_json(found.get("with")),
            at_least=_number(found, "at_least", -math.inf),
            at_most=_number(found, "at_most", math.inf),
            over_champion=None if margin is None else _number(found, "over_champion", 0.0),
            level=_number(found, "level", 0.95),
            reproduced=bool(found.get("reproduced", False)),
            # Always written in minutes, however many: not held to what a person may write.
            max_age=None if age is None else timedelta(minutes=int(str(age).removesuffix("m"))),
        )

    @property
    def key(self) -> str:
        """A short name of the condition, equal exactly for equal conditions."""
        return digest(self.to_json())[:12]


@dataclass(frozen=True, slots=True)
class Cited:
    """Evidence together with the ledger entry that holds it."""

    digest: str
    """SHA-256 of the entry."""
    position: int
    """Place of the entry in the ledger."""
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Settled:
    """What evidence says of a condition."""

    condition: Condition
    verdict: Verdict
    reason: str
    """Why, in one sentence with the numbers."""
    cited: Cited | None = None
    """The evidence it rests on; none where there is no data."""
    more_needed: int | None = None
    """For a hold: how many more observations would settle it if the estimate stays where it is."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What the evidence must fit besides the condition itself."""

    now: datetime
    """The time at which age is reckoned."""
    data: frozenset[str] = frozenset()
    """Dataset versions a model's evidence may have been measured on; empty: any."""
    champion: Subject | None = None
    """Whom `over_champion` compares with."""
    champion_since: str | None = None
    """Since when it decides in production."""


def settle(condition: Condition, found: Iterable[Cited], situation: Situation) -> Settled:
    """Judge `condition` by the newest of the evidence `found` that fits it.

    `found` holds evidence of the subject, in any order. The verdict is go when the whole interval
    lies within the bounds, no-go when it lies outside, hold when it straddles one, no data when
    nothing fits.
    """
    if condition.over_champion is not None and situation.champion is None:
        return Settled(condition, Verdict.GO, "there is no champion yet to compare with")
    of_check = [c for c in found if c.evidence.check == condition.check]
    if condition.over_champion is not None and _uncompared(of_check, situation):
        return Settled(condition, Verdict.NO_DATA, _superseded(situation))
    fitting = [c for c in of_check if _fits(condition, c.evidence, situation)]
    if not fitting:
        return Settled(
            condition, Verdict.NO_DATA, _why_nothing_fits(condition, of_check, situation)
        )
    cited = max(fitting, key=lambda c: c.position)
    return _judge(condition, cited)


def _uncompared(of_check: Iterable[Cited], situation: Situation) -> bool:
    """Whether there is evidence of the check, and none of it compares with the champion."""
    versus = [cited.evidence.parameters.get("versus") for cited in of_check]
    return bool(versus) and str(situation.champion) not in versus


def _superseded(situation: Situation) -> str:
    """That nothing compares with the champion: it became one after all this was measured."""
    number = None if situation.champion is None else situation.champion.version
    since = situation.champion_since
    said = "which is champion now" if since is None else f"champion since {since[:10]}"
    return f"not compared with version {number}, {said}: measure again"


def _judge(condition: Condition, cited: Cited) -> Settled:
    at_least, at_most = condition.bounds
    match cited.evidence.measured:
        case Undefined(reason=reason):
            return Settled(condition, Verdict.NO_DATA, f"could not be measured: {reason}", cited)
        case Estimate(low=low, high=high) as estimate:
            if at_least <= low and high <= at_most:
                return Settled(condition, Verdict.GO, "the whole interval satisfies it", cited)
            if high < at_least or low > at_most:
                return Settled(condition, Verdict.NO_GO, "the whole interval violates it", cited)
            # Straddling holds: with a daily re-check a pass on the point estimate would come by
            # chance within a week.
            more = more_needed(estimate, at_least, at_most)
            return Settled(condition, Verdict.HOLD, _why_hold(estimate, more), cited, more)
        case never:
            assert_never(never)


def _fits(condition: Condition, evidence: Evidence, situation: Situation) -> bool:
    return _misfit(condition, evidence, situation) is None


def _misfit(condition: Condition, evidence: Evidence, situation: Situation) -> str | None:
    """Why `evidence` cannot settle `condition`, or None where it can."""
    versus = evidence.parameters.get("versus")
    wanted = condition.parameters.get("versus")
    if condition.over_champion is not None:
        # A value of its own must never be read as a margin over the champion.
        wanted = str(situation.champion)
    if versus != wanted:
        return f"a comparison with {versus}" if wanted is None else f"not compared with {wanted}"
    for name, value in condition.parameters.items():
        if evidence.parameters.get(name) != value:
            return f"measured with {name} = {evidence.parameters.get(name)}"
    if isinstance(evidence.measured, Estimate) and evidence.measured.level < condition.level:
        return f"measured at level {evidence.measured.level:g}"
    if condition.reproduced and not evidence.reproduced:
        return "reported by a client, not reproduced by the server"
    if condition.max_age is not None and situation.now - evidence.at > condition.max_age:
        return f"stale: measured {stamp(evidence.at)}"
    # Evidence about a dataset speaks of that dataset; only a model's depends on what it was fed.
    of_model = evidence.subject.kind is SubjectKind.MODEL
    if situation.data and of_model and evidence.data not in situation.data:
        return f"measured on other data: {evidence.data}"
    return None


def _why_nothing_fits(condition: Condition, of_check: list[Cited], situation: Situation) -> str:
    reasons = {
        reason: None
        for cited in sorted(of_check, key=lambda c: -c.position)
        if (reason := _misfit(condition, cited.evidence, situation)) is not None
    }
    return f"not usable: {'; '.join(list(reasons)[:3])}" if reasons else "not measured yet"


def _why_hold(estimate: Estimate, more: int | None) -> str:
    if estimate.resampled:
        return "the interval straddles the bound; more rows would narrow it, more folds hardly"
    if more is None:
        return "the interval straddles the bound"
    return f"the interval straddles the bound; about {more:,} more observations would settle it"


def more_needed(estimate: Estimate, at_least: float, at_most: float) -> int | None:
    """How many more observations would settle a straddling interval.

    Each half of an interval shrinks with the square root of n. The half that reaches over a bound
    must become as short as the distance from the value to that bound; when several bounds are
    straddled the largest need counts. None where the value lies on the bound or an end is open:
    no number of observations can be named then. None too where n counts resamplings of the same
    rows: their interval does not shrink as they become more.
    """
    if estimate.resampled:
        return None
    need = 0.0
    for bound in (at_least, at_most):
        if not estimate.low < bound <= estimate.high and not estimate.low <= bound < estimate.high:
            continue
        distance = abs(estimate.value - bound)
        reach = (
            estimate.value - estimate.low
            if estimate.value > bound
            else estimate.high - estimate.value
        )
        # Beyond a million times the distance the number would say nothing, nor fit a float.
        if distance == 0 or not reach / distance < 1e6:
            return None
        need = max(need, estimate.n * ((reach / distance) ** 2 - 1))
    return math.ceil(need) if 0 < need < 1e12 else None


def by_area(settled: Iterable[Settled]) -> Mapping[Area, Verdict]:
    """The poll by position: the worst verdict of each area that is asked for anything."""
    poll: dict[Area, Verdict] = {}
    for one in settled:
        area = one.condition.area
        poll[area] = max(poll.get(area, Verdict.GO), one.verdict)
    return poll


def _number(found: Mapping[str, Json], name: str, otherwise: float) -> float:
    value = found.get(name, otherwise)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Invalid(field=name, value=value, expected="a number")
    return float(value)
