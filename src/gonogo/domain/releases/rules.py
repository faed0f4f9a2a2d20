"""Releases: how far one has come, and what is to be done next by what was seen; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from gonogo.core.ab_tests import AbPlan
from gonogo.core.canonical import Json
from gonogo.core.decisions import Outcome
from gonogo.core.errors import Conflict
from gonogo.core.releasing import JUDGED, ReleasePlan, Step, Strategy
from gonogo.core.specs.live import SAMPLE
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.core.times import moment, stamp
from gonogo.domain.releases.labels import LabelDelay, rests_on_labels


class State(StrEnum):
    """Where a release stands."""

    RUNNING = "running"
    HELD = "held"
    """It keeps its share and does not move on until a person says so; guardrails are watched."""
    ROLLED_BACK = "rolled-back"
    """The last good route is in force again, until a person decides."""
    FINISHED = "finished"
    """The version is what is live, or its shadow has seen enough."""
    STOPPED = "stopped"
    """It was ended without a verdict on the version."""


UNDER_WAY = frozenset({State.RUNNING, State.HELD})


class Said(StrEnum):
    """What watching says of a guardrail."""

    FINE = "fine"
    """The whole interval keeps the margin."""
    OPEN = "open"
    """The interval reaches over the margin, or there is none yet."""
    BROKEN = "broken"
    """The whole interval lies beyond the margin."""


@dataclass(frozen=True, slots=True)
class Release:
    """A version on its way to being what is live in a use case."""

    case: str
    number: int
    """1, 2, 3, ... within the use case."""
    version: Subject
    """The model version that is released."""
    before: Subject | None
    """What was live when it started; None: nothing but the fallback."""
    strategy: Strategy
    plan: ReleasePlan
    """As the policy read when it started."""
    policy: str
    """`name@digest` of that policy."""
    policy_entry: str
    started_at: str
    started_by: str
    state: State
    step: int
    """Index into the strategy's steps."""
    step_at: str
    """When that step began."""
    round: int
    """1 more each time it begins anew: what was watched before no longer counts."""
    reason: str
    """Of the last decision, in words."""
    entry: str
    """Digest of the last decision."""
    test: AbPlan | None = None
    """What an A/B test was to find out, as it was fixed when it started."""

    @property
    def id(self) -> str:
        """How it is called: `mortgage-approval-3`."""
        return f"{self.case}-{self.number}"

    @property
    def subject(self) -> Subject:
        """What its decisions are about."""
        return Subject(SubjectKind.CASE, self.case)

    @property
    def salt(self) -> str:
        """Of the hash by which entities find their arm: another one for each release and round."""
        return f"{self.id}/{self.round}"

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of its strategy."""
        return self.plan.steps[self.strategy]

    @property
    def share(self) -> float:
        """Of the entities that the version decides for now."""
        if self.state in UNDER_WAY:
            return self.steps[self.step].share
        live = self.state is State.FINISHED and self.strategy is not Strategy.SHADOW
        return 1.0 if live else 0.0


@dataclass(frozen=True, slots=True)
class Watch:
    """What a guardrail says now."""

    key: str
    check: str
    says: Said
    reason: str
    """In one sentence with the numbers."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of a release until now."""

    now: datetime
    decided: int
    """Decisions of the version in this step."""
    watches: tuple[Watch, ...] = ()
    lacking: tuple[str, ...] = ()
    """What the plan of a test still waits for, in words."""
    told: str = ""
    """What a test says, in a sentence."""
    reached: datetime | None = None
    """When the step had its smallest number of decisions; None where it has not yet."""
    labels: LabelDelay | None = None
    """How long labels take; None where nothing rests on them, or the policy's word holds."""


@dataclass(frozen=True, slots=True)
class Move:
    """What is to be done, and why."""

    outcome: Outcome
    state: State
    step: int
    reason: str
    watches: tuple[str, ...] = field(default_factory=tuple)
    """Keys of the guardrails that it rests on."""


def next_move(release: Release, seen: Seen) -> Move | None:
    """What is to be done by itself now; None: nothing.

    A broken guardrail rolls back from wherever the release is under way, also while it is held. A
    sample ratio that cannot be by chance stops it: what was measured compares nothing. It moves on
    when the step has lasted and has seen enough; at the end of a test a person decides.
    """
    if release.state not in UNDER_WAY:
        return None
    broken = [one for one in seen.watches if one.says is Said.BROKEN]
    harmed = [one for one in broken if one.check != SAMPLE]
    if harmed:
        reason = "; ".join(one.reason for one in harmed)
        keys = tuple(one.key for one in harmed)
        return Move(Outcome.ROLLED_BACK, State.ROLLED_BACK, release.step, reason, keys)
    if broken:
        keys = tuple(one.key for one in broken)
        return Move(Outcome.STOPPED, State.STOPPED, release.step, broken[0].reason, keys)
    if release.state is State.HELD or lacks(release, seen):
        return None
    return onward(release, seen.told)


def onward(release: Release, told: str = "") -> Move:
    """The next step, or the end where this was the last one; `told` is what a test says."""
    last = len(release.steps) - 1
    if release.step < last:
        share = release.steps[release.step + 1].share
        return Move(
            Outcome.ADVANCED,
            State.RUNNING,
            release.step + 1,
            f"step {release.step + 1} of {last + 1} has lasted and has seen enough, and no "
            f"guardrail is broken: on to a share of {share:g}",
        )
    if release.strategy in JUDGED:
        said = told or "The test has seen what was planned"
        reason = f"{said}: a person reads the result and decides"
        return Move(Outcome.HELD, State.HELD, release.step, reason)
    said = "the shadow has seen enough" if release.strategy is Strategy.SHADOW else "it is live"
    passed = f"all {last + 1} steps have passed" if last else "its one step has passed"
    reason = f"{passed} with no guardrail broken: {said}"
    return Move(Outcome.FINISHED, State.FINISHED, release.step, reason)


def lacks(release: Release, seen: Seen) -> tuple[str, ...]:
    """What a step still waits for, in words."""
    step = release.steps[release.step]
    found = []
    due = due_at(release, seen)
    if seen.now < due:
        found.append(f"the time until {stamp(due)}")
    if seen.decided < step.smallest:
        found.append(f"{step.smallest - seen.decided:,} more decisions of {step.smallest:,}")
    if release.step == len(release.steps) - 1:
        found.extend(seen.lacking)
    return tuple(found)


def due_at(release: Release, seen: Seen) -> datetime:
    """The earliest time at which the step is over.

    As long as it lasts by the policy; where guardrails rest on labels, until those of its smallest
    number of decisions are there, as far as is known.
    """
    begun = moment(release.step_at)
    lasts = begun + release.steps[release.step].dwell
    if not rests_on_labels(release.plan):
        return lasts
    span = release.plan.label_delay if seen.labels is None else seen.labels.span
    if not span:
        return lasts
    return max(lasts, max(begun, seen.reached or begun) + span)


def moved(release: Release, move: Move, at: str, entry: str) -> Release:
    """`release` after a move that the entry `entry` decided."""
    begins = move.outcome in {Outcome.ADVANCED, Outcome.RESUMED} and (
        move.step != release.step or release.state not in UNDER_WAY
    )
    return replace(
        release,
        state=move.state,
        step=move.step,
        step_at=at if begins else release.step_at,
        round=release.round + (release.state not in UNDER_WAY),
        reason=move.reason,
        entry=entry,
    )


# -- what a person may order ------------------------------------------------------------------


def held(release: Release, reason: str) -> Move:
    """Stay at this share; raises `Conflict` unless it is running."""
    _need(release, {State.RUNNING}, "a release that is running")
    return Move(Outcome.HELD, State.HELD, release.step, reason)


def resumed(release: Release, reason: str) -> Move:
    """Go on; one that was rolled back or stopped begins anew. Raises `Conflict`."""
    _need(release, {State.HELD, State.ROLLED_BACK, State.STOPPED}, "a release that does not run")
    step = release.step if release.state is State.HELD else 0
    return Move(Outcome.RESUMED, State.RUNNING, step, reason)


def advanced(release: Release, reason: str) -> Move:
    """On to the next step before its time, or to the end; raises `Conflict` unless under way."""
    _need(release, UNDER_WAY, "a release that is under way")
    if release.step < len(release.steps) - 1:
        return Move(Outcome.ADVANCED, State.RUNNING, release.step + 1, reason)
    return Move(Outcome.FINISHED, State.FINISHED, release.step, reason)


def rolled_back(release: Release, reason: str) -> Move:
    """Back to what was live before; raises `Conflict` where it changed nothing that is live."""
    _need(
        release, {*UNDER_WAY, State.FINISHED}, "a release that is under way, or what it made live"
    )
    return Move(Outcome.ROLLED_BACK, State.ROLLED_BACK, release.step, reason)


def _need(release: Release, states: Iterable[State], expected: str) -> None:
    if release.state not in set(states):
        raise Conflict(
            field="release",
            value=f"{release.id} is {release.state}",
            expected=expected,
        )


# -- what is live -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Live:
    """What answers in a use case, when no release is under way."""

    case: str
    version: Subject | None
    """What a finished release made live; None: nothing but the fallback."""
    killed: bool
    settings: Mapping[str, Any]
    """What the route has besides: rules, flags, windows, limits."""
    release: str | None
    """Id of the release that made it so."""
    decision: str
    """Digest of the decision that made the route as it is."""


@dataclass(frozen=True, slots=True)
class Standing:
    """An arm at a time: what `release at` tells."""

    arm: str
    version: str | None
    """`name@number`; None for rules."""
    share: float
    role: str
    """`live` or `shadow`."""

    def to_json(self) -> dict[str, Json]:
        """As it is stored."""
        return {
            "arm": self.arm,
            "version": self.version,
            "share": self.share,
            "role": self.role,
        }


def after(live: Live, release: Release, entry: str) -> Live:
    """What is live once `release` was moved to where it is by the decision `entry`."""
    version = live.version
    if release.state is State.FINISHED and release.strategy is not Strategy.SHADOW:
        version = release.version
    elif release.state in {State.ROLLED_BACK, State.STOPPED}:
        version = release.before
    return replace(live, version=version, release=release.id, decision=entry)


def longest(plan: ReleasePlan, strategy: Strategy) -> timedelta:
    """How long all steps last at least."""
    return sum((step.dwell for step in plan.steps[strategy]), timedelta())
