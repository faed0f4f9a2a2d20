"""Releases where they touch several rooms: gate, policy, route table, the model's champion."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from gonogo.core.ab_tests import AbPlan
from gonogo.core.canonical import Json
from gonogo.core.decisions import Decision, Outcome
from gonogo.core.errors import Conflict, Invalid
from gonogo.core.releasing import Strategy
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.domain.cases import tables as cases
from gonogo.domain.evidence import actions as evidence
from gonogo.domain.models import actions as models
from gonogo.domain.models import reads as model_reads
from gonogo.domain.models import tables as versions
from gonogo.domain.models.rules import ModelStage, Version
from gonogo.domain.policies.actions import in_force
from gonogo.domain.releases import actions, rules, tables
from gonogo.domain.releases.actions import Order
from gonogo.domain.releases.route_settings import settings_of
from gonogo.domain.releases.routing import key_of
from gonogo.domain.releases.rules import UNDER_WAY, Live, Move, Release, State
from gonogo.flows import off_policy, testing
from gonogo.flows.publishing import publish
from gonogo.flows.serving import Prepared, ToServe, needed
from gonogo.store.work import Work

ENDED = frozenset({State.ROLLED_BACK, State.STOPPED})


def may_start(work: Work, case: str, subject: Subject, calibration: str | None = None) -> ToServe:
    """What would be released, for a caller who may; raises as `start` for want of a gate's go.

    `calibration`: the dataset version to calibrate by.
    """
    place = work.subjects.need(Subject(SubjectKind.CASE, case), field="case")
    work.allow(Action.RELEASE_START, on=place)
    return needed(work, case, subject, calibration)


def start(
    work: Work,
    case: str,
    prepared: Prepared,
    strategy: Strategy,
    *,
    rationale: str = "",
    test: AbPlan | None = None,
) -> Release:
    """Begin to release a version under the policy in force; raises as `actions.start`.

    What was measured of its calibration and coverage is kept with it, or not at all.
    """
    ready = prepared.ready
    # Asked again, where nobody else can change the answer any more.
    needed(work, case, ready.version)
    measured = evidence.measured_for(work, prepared.drafts)
    ready = replace(ready, evidence=tuple(one.digest for one in measured))
    if strategy is Strategy.BANDIT:
        judged = off_policy.of_case(work, Subject(SubjectKind.CASE, case))
        ready = replace(ready, evidence=(*ready.evidence, *judged))
    policy = in_force(work, cases.get(work, case).text.policy).version
    if test is not None:
        testing.check_segments(work, case, test, ready.served)
    release = actions.start(
        work, case, ready, strategy, policy=policy, rationale=rationale, test=test
    )
    return _published(work, release)


def order(work: Work, case: str, wanted: Order, *, action: Action, reason: str) -> Release:
    """Move a release by a person's word; raises as the order does."""
    if wanted is rules.resumed:
        _gate_still_go(work, case)
    cites = testing.recorded(work, case, wanted)
    release = actions.order(work, case, wanted, action=action, reason=reason, cites=cites)
    return _published(work, release)


def take(work: Work, release: Release, move: Move, cites: tuple[str, ...]) -> Release:
    """Do what the rules said is to be done, resting on the evidence `cites`."""
    return _published(work, actions.take(work, release, move, cites=cites))


def kill(work: Work, case: str, *, reason: str) -> Live:
    """The fallback answers everything from now on."""
    live = actions.kill(work, case, reason=reason)
    publish(work)
    return live


def revive(work: Work, case: str, *, reason: str) -> Live:
    """Models answer again."""
    live = actions.revive(work, case, reason=reason)
    publish(work)
    return live


def configure(work: Work, case: str, found: Mapping[str, Any], *, reason: str) -> Live:
    """Say which rules, flags and limits a route has."""
    known = cases.get(work, case)
    live = actions.configure(work, case, settings_of(found), reason=reason, cites=(known.entry,))
    publish(work)
    return live


def drill(work: Work, case: str) -> int:
    """Order what a rollback orders, but for the route that is there; the number it goes out with.

    The route stays as it is under a decision of its own, so that a new table goes the whole way of
    one that rolls back.
    """
    actions.drill(work, case)
    return publish(work).number


def retire(
    work: Work,
    subject: Subject,
    *,
    reason: str,
    dossier: str,
    asked_by: Sequence[str] = (),
    forced: bool = False,
) -> Version:
    """Take a version out for good; raises `Conflict` where it answers, or a release is about it.

    `dossier` is the digest of its archive. `asked_by` is who else needs it, in words: then it stays
    unless that is overruled, `forced`, which the decision says.
    """
    if subject.version is None:
        raise Invalid(field="version", value=str(subject), expected="a version, NAME@NUMBER")
    version = versions.get(work, subject.name, subject.version)
    work.allow(Action.VERSION_RETIRE, on=version.subject)
    work.subjects.hold(version.subject)
    if version.stage is ModelStage.RETIRED:
        raise Conflict(field="version", value=str(subject), expected="one that is not retired")
    if not reason.strip():
        raise Invalid(field="reason", value=reason, expected="a reason in words")
    held_by = depends(work, version.subject)
    if held_by:
        raise Conflict(
            field="version", value=str(subject), expected=f"nothing that needs it: {held_by[0]}"
        )
    if asked_by and not forced:
        raise Conflict(
            field="version",
            value=str(subject),
            expected=f"nobody who needs it, or that to be overruled: {asked_by[0]}",
        )
    decided = Decision(
        Outcome.RETIRED, reason.strip(), cites=tuple(dict.fromkeys((version.sealed, version.entry)))
    )
    told: dict[str, Json] = {"version": str(subject), "dossier": dossier}
    if asked_by:
        told["overruled"] = list(asked_by)
    entry = work.decide(version.subject, decided, told)
    tables.forget_served(work, key_of(version.subject))
    moved = models.move_stage(work, version.subject, ModelStage.RETIRED, entry.digest)
    publish(work)
    return moved


def depends(work: Work, version: Subject) -> tuple[str, ...]:
    """What would miss a version if it went, in words."""
    found = []
    for live in tables.all_live(work):
        if live.version == version:
            found.append(f"it is live in {live.case}")
        last = tables.latest(work, live.case)
        if last is None:
            continue
        if last.state in UNDER_WAY and version in {last.version, last.before}:
            found.append(f"the release {last.id} is {last.state}")
        elif last.state is State.FINISHED and last.before == version:
            found.append(f"a rollback of {last.id} goes back to it")
    champion = model_reads.champion(work, version.name)
    if champion is not None and champion.number == version.version:
        found.append(f"it is the champion of {version.name}")
    return tuple(found)


def _published(work: Work, release: Release) -> Release:
    """Publish the route, note from which table on this step holds, let the champion follow."""
    number = publish(work).number
    mark, state = tables.watch_of(work, release)
    begun = {**state.get("from", {})}
    begun.setdefault(str(release.step), number)
    tables.set_watch(work, release, mark, {**state, "from": begun})
    _champion(work, release)
    return release


def _champion(work: Work, release: Release) -> None:
    """The alias follows what is live: to the version at the end, back with a rollback."""
    subject = None
    if release.state is State.FINISHED and release.strategy is not Strategy.SHADOW:
        subject = release.version
    elif release.state in ENDED:
        subject = release.before
    if subject is None:
        return
    now = model_reads.champion(work, subject.name)
    if now is None or now.number != subject.version:
        models.move_stage(work, subject, ModelStage.PRODUCTION, release.entry)


def _gate_still_go(work: Work, case: str) -> None:
    last = tables.latest(work, case)
    if last is not None:
        needed(work, case, last.version)
