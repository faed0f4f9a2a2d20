"""A/B tests: planned from the traffic in the log, read while they run, kept as evidence at the end.

What was read stands beside the sums of the guardrails, written with them or not at all: pages, the
rules and the evidence that a decision cites say the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from gonogo.checks.findings.finding import Finding
from gonogo.checks.operations.live_test import ab_effect
from gonogo.checks.operations.live_values import Looked
from gonogo.core.ab_tests import AbPlan, Reading, Wanted
from gonogo.core.errors import Invalid
from gonogo.core.releasing import Strategy
from gonogo.core.snapshot import Served
from gonogo.core.specs.live import SAMPLE
from gonogo.core.times import moment
from gonogo.domain.cases import tables as cases
from gonogo.domain.evidence import actions as evidence
from gonogo.domain.evidence.rules import of_finding
from gonogo.domain.policies.actions import in_force
from gonogo.domain.releases import rules, tables, tested, testing
from gonogo.domain.releases.actions import Order
from gonogo.domain.releases.route_settings import settings_of
from gonogo.domain.releases.routing import CHALLENGER, CHAMPION
from gonogo.domain.releases.rules import UNDER_WAY, Release
from gonogo.domain.releases.tested import Result
from gonogo.flows.watcher import WATCHER, about
from gonogo.records import ab_tests
from gonogo.records.ab_tests import AskedTest
from gonogo.records.arms import Mark
from gonogo.records.asked import Asked
from gonogo.stats.guardrails import Verdict
from gonogo.store.work import Work

GROWN = 1.02
"""While nothing is decided, a test is read anew once so many times as much was written: often at
first, and never much later than it matters."""


@dataclass(frozen=True, slots=True)
class ToPlan:
    """What a plan rests on besides the log."""

    case: str
    share: float
    """Of the entities that the last step gives the new version."""
    positive: str
    label_delay: timedelta
    now: datetime


def to_plan(work: Work, case: str) -> ToPlan:
    """What a test in a use case would be; raises `Invalid` where the policy allows none."""
    policy = in_force(work, cases.get(work, case).text.policy).version
    if policy.release is None:
        raise Invalid(field="policy", value=policy.name, expected="a policy with a section release")
    live = tables.live_of(work, case)
    return ToPlan(
        case,
        policy.release.steps_of(Strategy.AB)[-1].share,
        settings_of({} if live is None else live.settings).positive,
        policy.release.label_delay,
        work.now,
    )


def plan(log: Path, found: ToPlan, wanted: Wanted) -> AbPlan:
    """How large the test gets and how long it takes; reads the log, so outside of any Work."""
    since = found.now - testing.BACK
    seen = ab_tests.traffic(log, found.case, wanted.metric, found.positive, since, found.now)
    return testing.planned(wanted, found.share, seen, label_delay=found.label_delay)


def check_segments(work: Work, case: str, test: AbPlan, served: Served) -> None:
    """Raise `Invalid` for a segment that no request brings."""
    live = tables.live_of(work, case)
    noted = settings_of({} if live is None else live.settings).noted
    known = {*(one.name for one in served.features), *noted}
    for column in test.wanted.segments:
        if column not in known:
            raise Invalid(
                field="test.segments",
                value=column,
                expected=f"features that requests bring: {', '.join(sorted(known))}",
            )


def absorbed(
    log: Path,
    release: Release,
    asked: Asked,
    state: Mapping[str, Any],
    mark: Mark,
    *,
    deciding: bool = False,
) -> dict[str, Any]:
    """The numbers of a release, with the test read anew where enough was written since.

    `deciding`: a decision rests on it, so that everything counts that was written.
    """
    if release.test is None:
        return dict(state)
    before = state.get("test", {})
    written = _written(state, mark)
    base = before.get("base", written[1])
    grown = [written[0], written[1] - base]
    enough = 1.0 if deciding else GROWN
    if before and not any(
        now > enough * then for now, then in zip(grown, before["written"], strict=True)
    ):
        return dict(state)
    wanted = release.test.wanted
    summed = ab_tests.summed(
        log,
        AskedTest(
            case=release.case,
            release=release.id,
            metric=wanted.metric,
            positive=asked.positive,
            since=moment(release.started_at),
            first=asked.whole[0] if asked.whole is not None else 0,
            before=timedelta(days=wanted.covariate_days),
            arms=(CHAMPION, CHALLENGER),
            segments=wanted.segments,
        ),
    )
    if summed is None:
        return dict(state)
    kept = tested.kept(summed, release.test, before)
    return {**state, "test": {**kept, "written": grown, "base": base}}


def shown(release: Release, state: Mapping[str, Any], looks: Sequence[Looked]) -> Result | None:
    """The result of a release that is a test; `looks` are what its guardrails say."""
    if release.test is None:
        return None
    uneven = [one.reason for one in looks if one.guardrail.check == SAMPLE and _broken(one)]
    return tested.result(
        release.test, state.get("test", {}), mismatch=uneven[0] if uneven else None
    )


def waits(release: Release, state: Mapping[str, Any]) -> tuple[tuple[str, ...], str]:
    """What a test still waits for, in words, and what it says, in a sentence."""
    if release.test is None:
        return (), ""
    stored = state.get("test", {})
    return tested.lacks(release.test, stored), tested.result(release.test, stored).told


def findings(release: Release, state: Mapping[str, Any]) -> list[Finding]:
    """What a test found, each way it is read, to be kept as evidence."""
    if release.test is None:
        return []
    wanted = release.test.wanted
    found = tested.result(release.test, state.get("test", {}))
    detail = {
        "plan": release.test.to_json(),
        "says": str(found.says),
        "told": found.told,
        "planned_end": found.ended_at,
        "read_until": found.as_of,
        "segments": tested.told_segments(found),
    }
    ways = (
        (found.plain.sequential, Reading.SEQUENTIAL, False),
        (found.plain.fixed, Reading.FIXED, False),
        (found.less.sequential, Reading.SEQUENTIAL, True),
        (found.less.fixed, Reading.FIXED, True),
    )
    return [
        ab_effect(
            effect,
            about(release),
            metric=str(wanted.metric),
            reading=str(reading),
            adjusted=adjusted,
            alpha=wanted.alpha,
            detail=detail,
        )
        for effect, reading, adjusted in ways
    ]


def recorded(work: Work, case: str, wanted: Order) -> tuple[str, ...]:
    """Record what a test found, as the order `wanted` ends it; the digests that it then cites."""
    release = tables.latest(work, case)
    if release is None or release.test is None or release.state not in UNDER_WAY:
        return ()
    last = release.step == len(release.steps) - 1
    if wanted is not rules.rolled_back and not (wanted is rules.advanced and last):
        return ()
    _, state = tables.watch_of(work, release)
    drafts = [of_finding(one, subject=str(release.version)) for one in findings(release, state)]
    # Measured by gonogo itself, whoever gave the order: in the same transaction.
    measuring = Work(work.connection, WATCHER, work.now)
    entries = evidence.record(measuring, drafts, reproduced=True)
    return tuple(entry.digest for entry in entries)


def _broken(one: Looked) -> bool:
    return one.says is Verdict.HARMFUL


def _written(state: Mapping[str, Any], mark: Mark) -> tuple[int, int]:
    """Decisions of the arms, and how far outcomes were read, in bytes of the log."""
    n = sum(int(one["n"]) for one in state.get("arms", {}).values())
    return n, sum(mark.get("outcomes", {}).values())
