"""What can be done with a release: start it, move it, and say what is live; each is a decision."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from gonogo.core.ab_tests import AbPlan
from gonogo.core.canonical import Json
from gonogo.core.decisions import Decision, Outcome
from gonogo.core.errors import Conflict, Invalid, NotFound
from gonogo.core.gates import PolicyVersion
from gonogo.core.releasing import Strategy
from gonogo.core.roles import Action
from gonogo.core.snapshot import Served
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.domain.releases import reads, rules, tables
from gonogo.domain.releases.route_settings import RouteSettings, settings_of, to_json
from gonogo.domain.releases.routing import key_of, standings, unscaled
from gonogo.domain.releases.rules import UNDER_WAY, Live, Move, Release, State
from gonogo.store.work import Work

Order = Callable[[Release, str], Move]
"""What a person may order of a release, for a reason."""


@dataclass(frozen=True, slots=True)
class Ready:
    """That a version may be released, and what shows it."""

    version: Subject
    decision: str
    """Digest of the decision that its production gate is go."""
    served: Served
    """What a gateway must know of it."""
    threshold: float
    """Score from which it says yes."""
    evidence: tuple[str, ...] = ()
    """Digests of what was measured of its calibration and coverage."""


def start(
    work: Work,
    case: str,
    ready: Ready,
    strategy: Strategy,
    *,
    policy: PolicyVersion,
    rationale: str = "",
    test: AbPlan | None = None,
) -> Release:
    """Begin to release a version; raises `Conflict` where another release is under way.

    `Invalid` for a strategy that the policy does not allow, and for an A/B test without a plan of
    what it is to find out: chosen after looking, it would find something.
    """
    subject = _held(work, case, Action.RELEASE_START)
    plan = policy.release
    if plan is None:
        raise Invalid(
            field="policy",
            value=policy.name,
            expected="a policy with a section release: strategies, steps, guardrails",
        )
    plan.steps_of(strategy)
    _fixed_before(strategy, test)
    last = tables.latest(work, case)
    if last is not None and last.state in UNDER_WAY:
        raise Conflict(
            field="case",
            value=f"{last.id} is {last.state}",
            expected="no other release under way: finish it or roll it back first",
        )
    before = tables.live_of(work, case)
    if before is not None and before.version == ready.version and strategy is not Strategy.SHADOW:
        raise Conflict(field="version", value=str(ready.version), expected="one that is not live")
    if strategy is Strategy.BANDIT:
        _check_scaling(before, ready)
    tables.put_served(
        work, key_of(ready.version), msgspec.to_builtins(ready.served), ready.threshold
    )
    release = Release(
        case=case,
        number=1 if last is None else last.number + 1,
        version=ready.version,
        before=None if before is None else before.version,
        strategy=strategy,
        plan=plan,
        policy=f"{policy.name}@{policy.digest[:12]}",
        policy_entry=policy.entry,
        started_at=work.at,
        started_by=str(work.caller.actor),
        state=State.RUNNING,
        step=0,
        step_at=work.at,
        round=1,
        reason=rationale.strip() or f"production gate go: {strategy} of {ready.version}",
        entry="",
        test=test,
    )
    entry = _decide(
        work,
        subject,
        Decision(
            Outcome.STARTED,
            release.reason,
            cites=(ready.decision, policy.entry, *ready.evidence),
        ),
        release,
        before,
    )
    release = replace(release, entry=entry)
    tables.put(work, release)
    _now_live(work, before or _nothing(case, entry), release, entry)
    return release


def _fixed_before(strategy: Strategy, test: AbPlan | None) -> None:
    if (strategy is Strategy.AB) is (test is not None):
        return
    expected = "what the test is to find out: metric and smallest effect"
    if test is not None:
        expected = f"none: {strategy} is no A/B test"
    raise Invalid(field="test", value=None if test is None else "a plan", expected=expected)


def _check_scaling(live: Live | None, ready: Ready) -> None:
    """Raise `Invalid` where a bandit would read a feature of which nobody says how large it is."""
    bandit = settings_of({} if live is None else live.settings).bandit
    unknown = unscaled(bandit, ready.served.features)
    if unknown:
        raise Invalid(
            field="bandit.scaling",
            value=", ".join(unknown),
            expected="centre and unit in the route's settings, as the version declares no range",
        )


def order(
    work: Work,
    case: str,
    wanted: Order,
    *,
    action: Action,
    reason: str,
    cites: tuple[str, ...] = (),
) -> Release:
    """Move the release of a use case by a person's word; raises as the order does."""
    _held(work, case, action)
    if not reason.strip():
        raise Invalid(field="reason", value=reason, expected="a reason in words")
    release = _of_order(work, case, wanted)
    return take(work, release, wanted(release, reason.strip()), cites=cites)


def take(work: Work, release: Release, move: Move, *, cites: tuple[str, ...]) -> Release:
    """Do `move`, which rests on the entries `cites`, the policy and the decision before it.

    The route changes in the same Work as the release and the ledger.
    """
    live = tables.live_of(work, release.case) or _nothing(release.case, release.entry)
    unnamed = rules.moved(release, move, work.at, "")
    rests_on = tuple(dict.fromkeys((release.policy_entry, release.entry, *cites)))
    entry = _decide(
        work,
        release.subject,
        Decision(move.outcome, move.reason, cites=rests_on),
        unnamed,
        rules.after(live, unnamed, ""),
    )
    after = replace(unnamed, entry=entry)
    tables.replace(work, after)
    _now_live(work, live, after, entry)
    return after


def kill(work: Work, case: str, *, reason: str) -> Live:
    """Let the fallback answer everything from now on; what runs stays as it is behind it."""
    return _switch(work, case, Action.RELEASE_STOP, Outcome.KILLED, reason, killed=True)


def revive(work: Work, case: str, *, reason: str) -> Live:
    """Let models answer again."""
    return _switch(work, case, Action.RELEASE_START, Outcome.REVIVED, reason, killed=False)


def configure(
    work: Work, case: str, settings: RouteSettings, *, reason: str, cites: tuple[str, ...]
) -> Live:
    """Say which rules, flags and limits a route has; `cites` is what asks for a route at all."""
    subject = _held(work, case, Action.ROUTE_SET)
    before = tables.live_of(work, case)
    said = to_json(settings)
    _keep_learning(work, case, before, settings)
    if before is not None and to_json(settings_of(before.settings)) == said:
        return before
    body: dict[str, Json] = {"change": "route settings", "settings": said}
    rests_on = cites if before is None else tuple(dict.fromkeys((before.decision, *cites)))
    decided = Decision(Outcome.CONFIGURED, reason.strip() or "as stated", cites=rests_on)
    entry = work.decide(subject, decided, body).digest
    live = replace(before or _nothing(case, entry), settings=said, decision=entry)
    _written(work, live)
    return live


def _keep_learning(work: Work, case: str, before: Live | None, settings: RouteSettings) -> None:
    """Raise `Conflict` where a running bandit would read something else than it has learned by."""
    last = tables.latest(work, case)
    if last is None or last.state not in UNDER_WAY or last.strategy is not Strategy.BANDIT:
        return
    now = settings_of({} if before is None else before.settings).bandit
    if msgspec.structs.replace(settings.bandit, parameters={}) != msgspec.structs.replace(
        now, parameters={}
    ):
        raise Conflict(
            field="bandit",
            value=f"{last.id} is {last.state}",
            expected="kind, context and scaling as they are while a bandit learns",
        )


def drill(work: Work, case: str) -> Live:
    """Decide anew what is live as it is, so that a route goes all the way to the gateways."""
    subject = _held(work, case, Action.RELEASE_STOP)
    before = need_live(work, case)
    reason = "a rollback is practised: the route stays as it is"
    decided = Decision(Outcome.DRILLED, reason, cites=(before.decision,))
    live = replace(before, decision=work.decide(subject, decided, {"change": "drill"}).digest)
    tables.set_live(work, live)
    return live


def _switch(
    work: Work, case: str, action: Action, outcome: Outcome, reason: str, *, killed: bool
) -> Live:
    subject = _held(work, case, action)
    if not reason.strip():
        raise Invalid(field="reason", value=reason, expected="a reason in words")
    before = need_live(work, case)
    if before.killed is killed:
        there = "killed" if killed else "not killed"
        raise Conflict(field="case", value=case, expected=f"a route that is not {there} already")
    decided = Decision(outcome, reason.strip(), cites=(before.decision,))
    entry = work.decide(subject, decided, {"change": str(outcome)}).digest
    live = replace(before, killed=killed, decision=entry)
    _written(work, live)
    return live


def need_live(work: Work, case: str) -> Live:
    """What is live in a use case; raises `NotFound` where nothing ever was released."""
    found = tables.live_of(work, case)
    if found is None:
        raise NotFound(field="case", value=case, expected="a use case with a route")
    return found


def _of_order(work: Work, case: str, wanted: Order) -> Release:
    """The release an order is about: the last one, or for a rollback what is live."""
    last = tables.latest(work, case)
    if last is None:
        raise NotFound(field="case", value=case, expected="a use case with a release")
    if wanted is not rules.rolled_back or last.state in UNDER_WAY:
        return last
    live = tables.live_of(work, case)
    made = None
    if live is not None and live.version is not None:
        made = tables.made_live(work, case, live.version)
    return made or last


def _held(work: Work, case: str, action: Action) -> Subject:
    """The use case, if the caller may do `action` there; nobody else moves its route meanwhile."""
    subject = work.subjects.need(Subject(SubjectKind.CASE, case), field="case")
    work.allow(action, on=subject)
    work.subjects.hold(subject)
    return subject


def _nothing(case: str, decision: str) -> Live:
    """What is live where nothing was released before."""
    return Live(case, None, killed=False, settings={}, release=None, decision=decision)


def _decide(
    work: Work, subject: Subject, decision: Decision, release: Release, live: Live | None
) -> str:
    route = reads.route_with(work, live or _nothing(release.case, ""), release)
    more: dict[str, Any] = {
        "release": release.id,
        "version": str(release.version),
        "strategy": str(release.strategy),
        "state": str(release.state),
        "step": release.step + 1,
        "share": release.share,
        "route": [one.to_json() for one in standings(route)],
    }
    if decision.outcome is Outcome.STARTED and release.test is not None:
        more["test"] = release.test.to_json()
    return work.decide(subject, decision, more).digest


def _now_live(work: Work, live: Live, release: Release, entry: str) -> None:
    after = rules.after(live, release, entry)
    _written(work, after, release)


def _written(work: Work, live: Live, release: Release | None = None) -> None:
    """Keep what is live, and the route that it makes, for whoever asks what was live when."""
    tables.set_live(work, live)
    under_way = release or tables.latest(work, live.case)
    route = reads.route_with(work, live, under_way)
    tables.note_route(
        work, live.case, standings(route), release=route.release, decision=live.decision
    )


def told(live: Live) -> Mapping[str, Any]:
    """The settings of a route with all that holds where nothing was said."""
    return to_json(settings_of(live.settings))
