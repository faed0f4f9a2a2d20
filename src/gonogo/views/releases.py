"""One release: its steps with their decisions, its guardrails as looked at, its orders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec

from gonogo.checks.operations.live_values import Looked
from gonogo.core.chain import Entry
from gonogo.core.decisions import Outcome
from gonogo.core.errors import NotFound
from gonogo.core.releasing import JUDGED
from gonogo.core.roles import Action
from gonogo.core.specs.live import SAMPLE
from gonogo.core.times import stamp
from gonogo.core.verdicts import Verdict
from gonogo.core.wording import watched
from gonogo.domain.accounts import reads as accounts
from gonogo.domain.cases import tables as cases
from gonogo.domain.releases import reads, rules, tables
from gonogo.domain.releases.looks import kept_of
from gonogo.domain.releases.rules import UNDER_WAY, Release, Seen, State
from gonogo.stats.estimate import Measured, Undefined
from gonogo.stats.guardrails import Verdict as Said
from gonogo.store.work import Work
from gonogo.views.charts.values import Lines, Tone
from gonogo.views.decisions import DecisionLine, line
from gonogo.views.drawn.guardrails import chart
from gonogo.views.evidence import called
from gonogo.views.refused import Refused
from gonogo.views.release_labels import Labels, Next, labels, next_step
from gonogo.views.release_sureness import Sureness, sureness
from gonogo.views.switching import Switches, switches

MOST = 200
"""Decisions about the use case among which those of the release are found."""
DRILLS = 10
VERDICTS = {Said.SAFE: Verdict.GO, Said.HOLD: Verdict.HOLD, Said.HARMFUL: Verdict.NO_GO}
TONES = {
    Verdict.GO: Tone.GO,
    Verdict.HOLD: Tone.ACCENT,
    Verdict.NO_GO: Tone.NOGO,
    Verdict.NO_DATA: Tone.QUIET,
}
ORDERS = ("rollback", "hold", "resume", "advance")


@dataclass(frozen=True, slots=True)
class StepSeen:
    """A step of the plan, and what was decided while it was the one."""

    number: int
    """From 1."""
    share: float
    dwell: str
    """The least time, in words."""
    smallest: int
    """The fewest decisions of the new version."""
    place: str
    """done, here or ahead."""
    decisions: tuple[DecisionLine, ...]
    """Oldest first."""


@dataclass(frozen=True, slots=True)
class Guard:
    """A guardrail as it stands."""

    key: str
    check: str
    title: str
    margin: float
    alpha: float
    verdict: Verdict
    reason: str
    """In one sentence with the numbers."""
    measured: Measured
    more_needed: int | None
    """About how many more decisions would settle it, if things go on as they are."""
    chart: Lines | None
    """None before anything was seen."""


@dataclass(frozen=True, slots=True)
class ArmSeen:
    """What came of an arm since this round began."""

    arm: str
    decisions: int
    errors: int
    yes: int
    outcomes: int


@dataclass(frozen=True, slots=True)
class Drill:
    """A rollback that was practised."""

    decision: DecisionLine
    seconds: float | None
    """From the order until the route was in force; None where it was not measured."""
    evidence: str | None
    """Digest of that measurement."""


@dataclass(frozen=True, slots=True)
class Orders:
    """What the reader may order of the release now."""

    rollback: bool = False
    hold: bool = False
    resume: bool = False
    advance: bool = False


@dataclass(frozen=True, slots=True)
class ReleasePage:
    """One release."""

    id: str
    number: int
    case: str
    title: str
    """Of the use case."""
    headline: str
    version: str
    before: str | None
    strategy: str
    state: str
    step: int
    """From 1."""
    share: float
    started_at: str
    started_by: str
    policy: str
    policy_entry: str
    entry: str
    """Digest of the last decision; changes with every move."""
    reason: str
    decided: int
    """Decisions of the new version in this step."""
    due_at: str | None
    """The earliest time at which the step is over; None where none is going on."""
    next: Next | None
    """When it can be over, as far as can be told."""
    labels: Labels | None
    """How complete labels are; None where no guardrail rests on them."""
    sureness: Sureness | None
    """How sure its answers are, as measured when it began; None where nothing is on record."""
    lacks: tuple[str, ...]
    """What the step still waits for, in words."""
    judged: bool
    """Whether a person decides at its end."""
    steps: tuple[StepSeen, ...]
    guards: tuple[Guard, ...]
    sample: Guard | None
    """The sample ratio, of a test."""
    arms: tuple[ArmSeen, ...]
    drills: tuple[Drill, ...]
    others: tuple[str, ...]
    """Other releases of the use case, newest first."""
    may: Orders
    killed: bool
    """Whether the fallback answers everything for now."""
    switches: Switches
    """What the reader may switch of the use case's route; of the last release alone."""
    form: str
    """The order that was refused; "" for none."""
    values: Mapping[str, str]
    refused: Refused | None


def of_id(work: Work, id_: str) -> Release:
    """The release called `mortgage-approval-3`; raises `NotFound`."""
    case, _, number = id_.rpartition("-")
    if not number.isascii() or not number.isdigit() or len(number) > 10:
        raise NotFound(field="release", value=id_, expected="a release, such as CASE-1")
    return tables.get(work, case, int(number))


def release(
    work: Work,
    found: Release,
    seen: Seen,
    looks: Sequence[Looked],
    *,
    form: str = "",
    values: Mapping[str, str] | None = None,
    refused: Refused | None = None,
) -> ReleasePage:
    """The page of a release by what was `seen` of it."""
    _, state = tables.watch_of(work, found)
    guards = tuple(_guard(one, state) for one in looks)
    about = work.ledger.search(kind="decision", subject=str(found.subject), limit=MOST).items
    bodies = {entry.digest: _body(entry) for entry in about}
    names = accounts.names(work, {*(entry.actor for entry in about), found.started_by})
    under_way = found.state in UNDER_WAY
    live, last = tables.live_of(work, found.case), tables.latest(work, found.case)
    is_last = last is not None and last.id == found.id
    lacks = rules.lacks(found, seen) if found.state is State.RUNNING else ()
    return ReleasePage(
        id=found.id,
        number=found.number,
        case=found.case,
        title=cases.get(work, found.case).text.title,
        headline=_headline(found, guards, lacks),
        version=str(found.version),
        before=None if found.before is None else str(found.before),
        strategy=str(found.strategy),
        state=str(found.state),
        step=found.step + 1,
        share=found.share,
        started_at=found.started_at,
        started_by=called(names, found.started_by),
        policy=found.policy,
        policy_entry=found.policy_entry,
        entry=found.entry,
        reason=found.reason,
        decided=seen.decided,
        due_at=stamp(rules.due_at(found, seen)) if under_way else None,
        next=next_step(found, seen),
        labels=labels(seen),
        sureness=sureness(work, found, about, live),
        lacks=lacks,
        judged=found.strategy in JUDGED,
        steps=_steps(found, about, bodies, names),
        guards=tuple(one for one in guards if one.check != SAMPLE),
        sample=next((one for one in guards if one.check == SAMPLE), None),
        arms=_arms(state),
        drills=_drills(work, about, bodies, names),
        others=tuple(
            one.id
            for one in reads.listed(work, case=found.case, limit=DRILLS).items
            if one.id != found.id
        ),
        may=orders(work, found),
        killed=live is not None and live.killed,
        switches=switches(work, found.case, live) if is_last else Switches(),
        form=form,
        values=dict(values or {}),
        refused=refused,
    )


def orders(work: Work, found: Release) -> Orders:
    """What the caller may order of `found`: orders go to the last release, or to what is live."""
    last = tables.latest(work, found.case)
    stop = work.caller.refuses(Action.RELEASE_STOP, work.subjects.lineage(found.subject)) is None
    start = work.caller.refuses(Action.RELEASE_START, work.subjects.lineage(found.subject)) is None
    is_last = last is not None and last.id == found.id
    under_way = is_last and found.state in UNDER_WAY
    idle = {State.HELD, State.ROLLED_BACK, State.STOPPED}
    return Orders(
        rollback=stop and (under_way or _is_live(work, found, last)),
        hold=stop and is_last and found.state is State.RUNNING,
        resume=start and is_last and found.state in idle,
        advance=start and under_way,
    )


def span(time: timedelta) -> str:
    """A time in words.

    >>> span(timedelta(days=2)), span(timedelta(minutes=90)), span(timedelta())
    ('2 days', '90 minutes', 'at once')
    """
    minutes = int(time.total_seconds() // 60)
    for size, name in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes and minutes % size == 0:
            n = minutes // size
            return f"{n:,} {name}{'' if n == 1 else 's'}"
    return "at once"


def _is_live(work: Work, found: Release, last: Release | None) -> bool:
    """Whether a rollback, ordered now, would be of `found` as what is live."""
    if last is None or last.state in UNDER_WAY or found.state is not State.FINISHED:
        return False
    live = tables.live_of(work, found.case)
    if live is None or live.version is None:
        return False
    return tables.made_live(work, found.case, live.version) == found


def _guard(one: Looked, state: Mapping[str, Any]) -> Guard:
    measured = one.finding.measured
    verdict = Verdict.NO_DATA if isinstance(measured, Undefined) else VERDICTS[one.says]
    key = one.guardrail.key
    drawn = None
    if one.guardrail.check != SAMPLE:
        drawn = chart(one, kept_of(state.get("looks", {}), key), TONES[verdict])
    return Guard(
        key=key,
        check=one.guardrail.check,
        title=watched(one.guardrail),
        margin=one.guardrail.margin,
        alpha=one.guardrail.alpha,
        verdict=verdict,
        reason=one.reason,
        measured=measured,
        more_needed=one.more_needed,
        chart=drawn,
    )


def _steps(
    found: Release,
    about: Sequence[Entry],
    bodies: Mapping[str, Mapping[str, Any]],
    names: Mapping[str, str],
) -> tuple[StepSeen, ...]:
    made: dict[int, list[DecisionLine]] = {}
    for entry in reversed(about):
        body = bodies[entry.digest]
        if body.get("release") == found.id:
            told = line(entry, called(names, entry.actor))
            made.setdefault(int(body.get("step", 1)), []).append(told)
    here = found.step + (found.state is State.FINISHED)
    return tuple(
        StepSeen(
            number=place + 1,
            share=step.share,
            dwell=span(step.dwell),
            smallest=step.smallest,
            place="done" if place < here else "here" if place == here else "ahead",
            decisions=tuple(made.get(place + 1, ())),
        )
        for place, step in enumerate(found.steps)
    )


def _arms(state: Mapping[str, Any]) -> tuple[ArmSeen, ...]:
    return tuple(
        ArmSeen(name, one["n"], one["errors"], one["yes"], one["labels"])
        for name, one in sorted(state.get("arms", {}).items())
    )


def _drills(
    work: Work,
    about: Sequence[Entry],
    bodies: Mapping[str, Mapping[str, Any]],
    names: Mapping[str, str],
) -> tuple[Drill, ...]:
    """The rollbacks that were practised in the use case, newest first, each with its duration."""
    made = [one for one in about if bodies[one.digest]["outcome"] == str(Outcome.DRILLED)][:DRILLS]
    return tuple(Drill(line(one, called(names, one.actor)), *_took(work, one)) for one in made)


def _took(work: Work, drill: Entry) -> tuple[float | None, str | None]:
    """How long it took, as the evidence says that was recorded right after it."""
    for entry in work.ledger.tail(drill.position, limit=5, kind="evidence"):
        body = _body(entry)
        if body.get("check") == "operations.rollback_seconds":
            return float(body["measured"]["value"]), entry.digest
    return None, None


def _body(entry: Entry) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(entry.body)
    return found


def _headline(found: Release, guards: Sequence[Guard], lacks: Sequence[str]) -> str:
    name = f"{found.version.name}@{found.version.version}"
    match found.state:
        case State.ROLLED_BACK:
            back = "the fallback" if found.before is None else found.before.name
            if found.before is not None:
                back += f"@{found.before.version}"
            return f"{name} was rolled back to {back}: {found.reason}."
        case State.STOPPED:
            return f"{name} was stopped: {found.reason}."
        case State.FINISHED:
            return f"{name} has passed: {found.reason}."
        case State.HELD:
            return f"{name} is held at a share of {found.share:g}: {found.reason}."
    broken = [one.title for one in guards if one.verdict is Verdict.NO_GO]
    if broken:
        return f"{name} will be rolled back: {', '.join(broken)}."
    waits = f"waits for {' and '.join(lacks)}" if lacks else "goes on with the next look"
    step = f"step {found.step + 1} of {len(found.steps)}"
    return f"{name} decides for a share of {found.share:g}, {step}; it {waits}."
