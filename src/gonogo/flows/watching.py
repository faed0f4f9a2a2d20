"""Moves releases on by what the decision log shows: each step one transaction with its decision.

How far the log was read, what was summed, the evidence, the decision and the route are written
together or not at all: killed anywhere, it goes on from there, and nothing is counted twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gonogo.checks.operations import live as checks
from gonogo.checks.operations.live_sample import sample_ratio
from gonogo.checks.operations.live_together import together
from gonogo.checks.operations.live_values import ArmSums, Looked
from gonogo.core.caller import SYSTEM, Caller
from gonogo.core.releasing import Guardrail, Strategy
from gonogo.core.roles import Action
from gonogo.core.specs.live import LATE, METRIC, PAYOFF, SAMPLE
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.core.times import moment, stamp
from gonogo.domain.evidence import actions as evidence
from gonogo.domain.evidence.rules import of_finding
from gonogo.domain.releases import rules, tables
from gonogo.domain.releases.looks import noted
from gonogo.domain.releases.route_settings import settings_of
from gonogo.domain.releases.routing import CHALLENGER, CHAMPION
from gonogo.domain.releases.rules import UNDER_WAY, Release, Said, Seen, Watch
from gonogo.flows import labelling, learning, returning, testing
from gonogo.flows import releases as flows
from gonogo.flows.watcher import WATCHER, about
from gonogo.records import arms
from gonogo.records.asked import Asked
from gonogo.stats.arms import Batch
from gonogo.stats.guardrails import Verdict
from gonogo.store.work import OpenWork, Work

SAYS = {Verdict.HARMFUL: Said.BROKEN, Verdict.SAFE: Said.FINE, Verdict.HOLD: Said.OPEN}
SAMPLE_ALPHA = 0.001
"""Chance that a split which is as meant is called wrong, over the whole rollout."""
TRIES = 5
"""Readings to the end of a test, where somebody else writes down theirs meanwhile."""
TOGETHER = "together"
"""What is said of all guardrails at once."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A release as it was found, with what was known of it."""

    release: Release
    mark: Mapping[str, Any]
    state: Mapping[str, Any]
    asked: Asked


def move_on(open_work: OpenWork, log: Path) -> int:
    """Read what came of every release under way, and do what is to be done; how many were moved."""
    with open_work(SYSTEM, write=False) as work:
        found = [_standing(work, release) for release in tables.under_way(work)]
        now = work.now
    return sum(_step(open_work, log, one, *_came(log, one, now)) for one in found)


def read_to_end(open_work: OpenWork, caller: Caller, log: Path, case: str, action: Action) -> None:
    """Read the A/B test under way as far as the log goes: an order is about to rest on it.

    Raises where `caller` may not do `action`. Whoever reads it at the same time is waited for.
    """
    with open_work(caller, write=False) as work:
        work.allow(action, on=work.subjects.need(Subject(SubjectKind.CASE, case), field="case"))
    for _ in range(TRIES):
        with open_work(SYSTEM, write=False) as work:
            release = tables.latest(work, case)
            if release is None or release.test is None or release.state not in UNDER_WAY:
                return
            standing, now = _standing(work, release), work.now
        came, labels = _came(log, standing, now)
        state = {**absorbed(release, standing.state, came), "labels": dict(labels)}
        state = testing.absorbed(log, release, standing.asked, state, came.mark, deciding=True)
        with open_work(WATCHER) as work:
            work.subjects.hold(release.subject)
            if _as_found(work, standing):
                tables.set_watch(work, release, came.mark, state)
                return


def looks(release: Release, state: Mapping[str, Any]) -> list[Looked]:
    """What every guardrail of a release says now."""
    told = about(release)
    guards: Mapping[str, Any] = state.get("guards", {})
    effects: Mapping[str, Any] = state.get("effects", {})
    found = [
        checks.look(one, guards.get(one.key, {}), told, effects.get(one.key, {}))
        for one in release.plan.guardrails
    ]
    ratio = _sample_ratio(release, state)
    return found if ratio is None else [*found, ratio]


def seen(release: Release, state: Mapping[str, Any], work: Work) -> Seen:
    """What was seen of a release until now, for the rules."""
    decided = state.get("decided", {}).get(str(release.step), 0)
    found = looks(release, state)
    watched = [_watch(one) for one in found]
    if reason := together([one for one in found if one.guardrail.check != SAMPLE]):
        watched.append(Watch(TOGETHER, TOGETHER, Said.BROKEN, reason))
    lacking, told = testing.waits(release, state)
    reached = state.get("reached", {}).get(str(release.step))
    return Seen(
        work.now,
        int(decided),
        tuple(watched),
        lacking,
        told,
        reached=None if reached is None else moment(reached),
        labels=labelling.delay_of(release, state),
    )


def _came(log: Path, standing: Standing, now: datetime) -> tuple[arms.Came, dict[str, Any]]:
    """What the log tells since a release was found so, and how long labels take."""
    release = standing.release
    labels = labelling.refreshed(log, release, standing.state, now)
    asked = replace(standing.asked, ripe=labelling.ripe(release, labels, now))
    return arms.since(log, asked, standing.mark or arms.NOTHING), labels


def _as_found(work: Work, standing: Standing) -> bool:
    """Whether nobody moved it, or read the same of the log, since it was found so."""
    release = standing.release
    same = tables.get(work, release.case, release.number) == release
    return same and tables.watch_of(work, release) == (standing.mark, standing.state)


def _step(
    open_work: OpenWork,
    log: Path,
    standing: Standing,
    came: arms.Came,
    labels: Mapping[str, Any],
) -> int:
    release = standing.release
    state = absorbed(release, standing.state, came)
    learned_anew = labels != standing.state.get("labels", {})
    if learned_anew:
        state = {**state, "labels": dict(labels)}
    state = testing.absorbed(log, release, standing.asked, state, came.mark)
    with open_work(WATCHER, write=False) as work:
        move = rules.next_move(release, seen(release, state, work))
    if move is None and not came.sums and not learned_anew:
        return 0
    if move is not None:
        # What is decided now, or not after all, rests on everything that was written.
        state = testing.absorbed(log, release, standing.asked, state, came.mark, deciding=True)
    with open_work(WATCHER) as work:
        work.subjects.hold(release.subject)
        if not _as_found(work, standing):
            return 0  # the next look begins from there
        kept = noted(state.get("looks", {}), looks(release, state), work.at)
        state = {**state, "looks": kept}
        if release.strategy is Strategy.BANDIT:
            state = {**state, "path": learning.noted(state.get("path", ()), state, work.at)}
        tables.set_watch(work, release, came.mark, state)
        move = rules.next_move(release, seen(release, state, work))
        if move is None:
            return 0
        cites = _evidence(work, release, state, move.watches)
        flows.take(work, release, move, cites)
    return 1


def absorbed(release: Release, state: Mapping[str, Any], came: arms.Came) -> dict[str, Any]:
    """The numbers of a release with what came of its arms since this round began."""
    begun = _begun(state)
    first = min(begun.values(), default=0)
    fresh = [one for one in came.sums if one.snapshot >= first]
    if not fresh:
        return dict(state)
    before, new = _of_arm(fresh, CHAMPION), _of_arm(fresh, CHALLENGER)
    guards = dict(state.get("guards", {}))
    for guardrail in release.plan.guardrails:
        known = guards.get(guardrail.key, {})
        guards[guardrail.key] = checks.updated(guardrail, known, before, new)
    here = [one for one in fresh if one.snapshot >= begun.get(release.step, 0)]
    return {
        **state,
        "guards": guards,
        "decided": _counted(state, release, here),
        "reached": _reached(state, release, here),
        "split": {**state.get("split", {}), str(release.step): returning.split(came.returned)},
        "effects": returning.effects(release.plan.guardrails, came.returned),
        "arms": _totals(state.get("arms", {}), fresh),
        "learned": learning.learned(
            release,
            state.get("learned", {}),
            fresh,
            [one for one in came.learned if one.snapshot >= first],
            _bounds(release.plan.guardrails, METRIC),
        ),
    }


def _standing(work: Work, release: Release) -> Standing:
    mark, state = tables.watch_of(work, release)
    live = tables.live_of(work, release.case)
    settings = settings_of({} if live is None else live.settings)
    guardrails = release.plan.guardrails
    labels = _bounds(guardrails, METRIC)
    if labels is None and release.strategy is Strategy.BANDIT:
        labels = learning.REWARDS
    asked = Asked(
        case=release.case,
        release=release.id,
        since=moment(release.started_at),
        positive=settings.positive,
        limits=tuple(float(one.parameters["limit_ms"]) for one in guardrails if one.check == LATE),
        groups=tuple(dict.fromkeys(one.group for one in guardrails if one.group is not None)),
        values=_bounds(guardrails, PAYOFF),
        labels=labels,
        whole=returning.whole(release, _begun(state)),
        contexts=learning.contexts(work, release, settings),
    )
    return Standing(release, mark, state, asked)


def _begun(state: Mapping[str, Any]) -> dict[int, int]:
    """By step: the route table from which on it holds."""
    return {int(step): int(number) for step, number in state.get("from", {}).items()}


def _bounds(guardrails: Sequence[Guardrail], check: str) -> tuple[float, float] | None:
    for one in guardrails:
        if one.check == check:
            return float(one.parameters["low"]), float(one.parameters["high"])
    return None


def _of_arm(came: Sequence[arms.Sums], name: str) -> ArmSums:
    total = ArmSums()
    for one in came:
        if one.arm == name:
            total = total + _sums(one)
    return total


def _sums(one: arms.Sums) -> ArmSums:
    return ArmSums(
        n=one.n,
        errors=one.errors,
        late=one.late,
        scores=Batch(*one.scores),
        yes=one.yes,
        values=one.became.values.came,
        labels=one.became.labels.came,
        values_revised=one.became.values.revision,
        labels_revised=one.became.labels.revision,
        groups=one.groups,
    )


def _counted(
    state: Mapping[str, Any], release: Release, here: Sequence[arms.Sums]
) -> dict[str, int]:
    known = dict(state.get("decided", {}))
    n = sum(one.n for one in here if one.arm == CHALLENGER)
    known[str(release.step)] = int(known.get(str(release.step), 0)) + n
    return known


def _reached(
    state: Mapping[str, Any], release: Release, here: Sequence[arms.Sums]
) -> dict[str, str]:
    """By step: when it had its smallest number of decisions, as of the look that saw it."""
    known, step = dict(state.get("reached", {})), str(release.step)
    newest = max((one.last for one in here if one.arm == CHALLENGER and one.n), default=None)
    enough = _counted(state, release, here)[step] >= release.steps[release.step].smallest
    if step not in known and enough and newest is not None:
        known[step] = stamp(datetime.fromtimestamp(newest / 1e6, UTC))
    return known


def _totals(known: Mapping[str, Any], came: Sequence[arms.Sums]) -> dict[str, Any]:
    """What came of each arm so far, for whoever looks at the release."""
    found = {name: dict(one) for name, one in known.items()}
    for one in came:
        total = found.setdefault(one.arm, {"n": 0, "errors": 0, "yes": 0, "labels": 0})
        total["n"] += one.n
        total["errors"] += one.errors
        total["yes"] += one.yes
        total["labels"] += one.values[0] or one.labels[0]
    return found


def _sample_ratio(release: Release, state: Mapping[str, Any]) -> Looked | None:
    """Of an A/B test alone: shares of a canary are small, and a bandit's follow what it learns."""
    if release.strategy is not Strategy.AB:
        return None
    new, both = state.get("split", {}).get(str(release.step), [0, 0])
    alpha = SAMPLE_ALPHA / len(release.steps)
    share = release.steps[release.step].share
    return sample_ratio(new, both, share, release.id, alpha=alpha)


def _watch(one: Looked) -> Watch:
    return Watch(_key(one), one.guardrail.check, SAYS[one.says], one.reason)


def _key(one: Looked) -> str:
    return SAMPLE if one.guardrail.check == SAMPLE else one.guardrail.key


def _evidence(
    work: Work, release: Release, state: Mapping[str, Any], keys: Sequence[str]
) -> tuple[str, ...]:
    """Record what the guardrails say, those first that a move rests on; the entries' digests."""
    found = looks(release, state)
    first = [one for one in found if _key(one) in keys]
    others = [one for one in found if _key(one) not in keys]
    told = [*(one.finding for one in (*first, *others)), *testing.findings(release, state)]
    drafts = [of_finding(one, subject=str(release.version)) for one in told]
    if not drafts:
        return ()
    return tuple(entry.digest for entry in evidence.record(work, drafts, reproduced=True))
