"""Production: every use case with its route as it is in force, and what goes through it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from gonogo.core.snapshot import Arm, Route
from gonogo.domain.cases import reads as cases
from gonogo.domain.cases.rules import Case
from gonogo.domain.incidents import reads as incidents
from gonogo.domain.models import reads as models
from gonogo.domain.releases import reads, routing
from gonogo.domain.releases.route_settings import settings_of
from gonogo.domain.releases.rules import UNDER_WAY, Release
from gonogo.records import traffic
from gonogo.records.traffic import Flow, Traffic
from gonogo.store.work import Work
from gonogo.views.charts.values import Tone
from gonogo.views.refused import Refused
from gonogo.views.switching import Drilled, Switches, drilled, switches

ROWS = 25
LATEST = 200
"""Releases among which the last one of each use case is looked for."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TONES = {
    routing.CHAMPION: Tone.ACCENT,
    routing.CHALLENGER: Tone.SECOND,
    routing.HOLDOUT: Tone.QUIET,
}
SILENT = Traffic(traffic.NOTHING, traffic.NOTHING, ())


@dataclass(frozen=True, slots=True)
class ArmDrawn:
    """An arm as a piece of the bar that its route is drawn as."""

    name: str
    version: str | None
    """`name@number`; None for rules."""
    share: float
    """Of the entities, as the route means it."""
    start: float
    """Where its piece begins, from 0 to 1."""
    tone: Tone
    seen: int
    """What it answered in the last day."""
    seen_share: float | None
    """Of all answers of the last day; None without any."""


@dataclass(frozen=True, slots=True)
class ShadowSeen:
    """A shadow: it scores, and answers nobody."""

    name: str
    version: str | None
    seen: int


@dataclass(frozen=True, slots=True)
class RouteDrawn:
    """How requests of a use case are decided now."""

    killed: bool
    split: str
    """single, hash or bandit."""
    arms: tuple[ArmDrawn, ...]
    shadows: tuple[ShadowSeen, ...]
    otherwise: str
    """What the fallback answers where no model does."""
    decision: str | None
    """Digest of the decision that made it."""


@dataclass(frozen=True, slots=True)
class ReleaseSeen:
    """The last release of a use case."""

    id: str
    version: str
    strategy: str
    state: str
    under_way: bool
    step: int
    """From 1."""
    steps: int
    share: float
    reason: str


@dataclass(frozen=True, slots=True)
class Rates:
    """What went through in a stretch of time."""

    n: int
    error_share: float | None
    """Answered by the fallback because the model did not; None without decisions."""
    p50_ms: float | None
    p99_ms: float | None


@dataclass(frozen=True, slots=True)
class CaseSeen:
    """A use case in production, or on its way there."""

    slug: str
    title: str
    stage: str
    route: RouteDrawn | None
    """None where nothing was ever released."""
    release: ReleaseSeen | None
    hour: Rates
    day: Rates
    may: Switches
    """What the reader may switch here."""
    drilled: Drilled | None
    """The last rollback that was practised of what is live; None where none was."""
    champion: str | None
    """Where nothing decides yet: the version that could be released, `name@number`."""


@dataclass(frozen=True, slots=True)
class ProductionPage:
    """Everything that decides in production."""

    headline: str
    rows: tuple[CaseSeen, ...]
    next: str | None
    form: str = ""
    """The form that was refused, `case/kill`; "" for none."""
    values: Mapping[str, str] = field(default_factory=dict)
    refused: Refused | None = None
    incidents: int = 0
    """That are not resolved."""


def production(work: Work, log: Path, cursor: str | None = None) -> ProductionPage:
    """The use cases from `cursor` on, in a fixed number of questions."""
    page = cases.listed(work, cursor=cursor, limit=ROWS)
    found = reads.in_force(work, ())
    routes = {
        live.case: routing.route_of(live, settings_of(live.settings), found) for live in found.live
    }
    latest: dict[str, Release] = {}
    for one in reads.listed(work, limit=LATEST).items:
        latest.setdefault(one.case, one)
    latest |= found.releases
    flows = traffic.by_case(log, work.now - DAY, work.now - HOUR) if routes else {}
    lives = {live.case: live for live in found.live}
    work.subjects.load(case.subject for case in page.items)
    practised = drilled(work, lives.values())
    champions = _champions(work, [case.slug for case in page.items if case.slug not in routes])
    rows = tuple(
        _row(
            case,
            routes,
            latest,
            flows,
            switches(work, case.slug, lives.get(case.slug)),
            practised.get(case.slug),
            champions.get(case.slug),
        )
        for case in page.items
    )
    headline = _headline(routes, latest, flows)
    return ProductionPage(headline, rows, page.next, incidents=incidents.count(work))


def drawn(route: Route, seen: Traffic) -> RouteDrawn:
    """A route as a bar of its arms, with what each answered."""
    return RouteDrawn(
        killed=route.killed,
        split=str(route.split),
        arms=tuple(_arms(route, seen)),
        shadows=tuple(
            ShadowSeen(arm.name, _version(arm), _count(seen, arm.name, "shadow"))
            for arm in route.shadows
        ),
        otherwise=route.fallback.otherwise or route.negative,
        decision=route.decided_by,
    )


def rates(flow: Flow) -> Rates:
    """Counts as shares, microseconds as milliseconds."""
    return Rates(
        n=flow.n,
        error_share=flow.errors / flow.n if flow.n else None,
        p50_ms=None if flow.p50 is None else flow.p50 / 1000,
        p99_ms=None if flow.p99 is None else flow.p99 / 1000,
    )


def _row(
    case: Case,
    routes: Mapping[str, Route],
    latest: Mapping[str, Release],
    flows: Mapping[str, Traffic],
    may: Switches,
    practised: Drilled | None,
    champion: str | None,
) -> CaseSeen:
    seen = flows.get(case.slug, SILENT)
    route, release = routes.get(case.slug), latest.get(case.slug)
    return CaseSeen(
        slug=case.slug,
        title=case.text.title,
        stage=str(case.stage),
        route=None if route is None else drawn(route, seen),
        release=None if release is None else _release(release),
        hour=rates(seen.recent),
        day=rates(seen.all),
        may=may,
        drilled=practised,
        champion=champion,
    )


def _champions(work: Work, slugs: Sequence[str]) -> dict[str, str]:
    """The version that each use case would release: its champion, else its newest version."""
    newest = models.latest_of_cases(work, slugs) if slugs else {}
    names = {slug: one.registration.model for slug, one in newest.items()}
    champions = models.champions_of(work, list(names.values()))
    return {
        slug: f"{name}@{champions.get(name) or newest[slug].registration.number}"
        for slug, name in names.items()
    }


def _arms(route: Route, seen: Traffic) -> list[ArmDrawn]:
    total = seen.all.n
    arms, start = [], 0.0
    for arm in route.arms:
        n = _count(seen, arm.name, "live")
        arms.append(
            ArmDrawn(
                name=arm.name,
                version=_version(arm),
                share=arm.share,
                start=start,
                tone=TONES.get(arm.name, Tone.ACCENT),
                seen=n,
                seen_share=n / total if total else None,
            )
        )
        start += arm.share
    return arms


def _count(seen: Traffic, name: str, role: str) -> int:
    return sum(one.n for one in seen.arms if (one.arm, one.role) == (name, role))


def _version(arm: Arm) -> str | None:
    return arm.members[0].model if arm.members else None


def _release(one: Release) -> ReleaseSeen:
    return ReleaseSeen(
        id=one.id,
        version=str(one.version),
        strategy=str(one.strategy),
        state=str(one.state),
        under_way=one.state in UNDER_WAY,
        step=one.step + 1,
        steps=len(one.steps),
        share=one.share,
        reason=one.reason,
    )


def _headline(
    routes: Mapping[str, Route], latest: Mapping[str, Release], flows: Mapping[str, Traffic]
) -> str:
    if not routes:
        return "Nothing decides in production yet."
    n = len(routes)
    said = [f"{n} use case{' decides' if n == 1 else 's decide'} in production."]
    killed = sorted(case for case, route in routes.items() if route.killed)
    if killed:
        said.append(f"Killed, so that the fallback answers everything: {', '.join(killed)}.")
    moving = [one for case, one in sorted(latest.items()) if one.state in UNDER_WAY]
    if moving:
        steps = ", ".join(
            f"{one.id} at step {one.step + 1} of {len(one.steps)}" for one in moving[:3]
        )
        more = f" and {len(moving) - 3} more" if len(moving) > 3 else ""
        said.append(f"Under way: {steps}{more}.")
    day = [one.all for one in flows.values()]
    total, errors = sum(one.n for one in day), sum(one.errors for one in day)
    if total:
        said.append(
            f"{total:,} decisions in the last day, {errors:,} answered for want of a model."
        )
    return " ".join(said)
