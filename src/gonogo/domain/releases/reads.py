"""Questions asked of releases: what runs, what is live, what was live at a time."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import func, select

from gonogo.core.errors import Invalid, NotFound
from gonogo.core.snapshot import Route, Served, Token
from gonogo.core.subjects import SLUG
from gonogo.core.times import stamp
from gonogo.domain.releases import tables
from gonogo.domain.releases.route_settings import settings_of
from gonogo.domain.releases.routing import InForce, key_of, route_of
from gonogo.domain.releases.rules import UNDER_WAY, Live, Release, Standing, State
from gonogo.domain.releases.tables import live_routes, releases, route_history, to_release
from gonogo.store.paging import MOST, Page, page_of, read_cursor
from gonogo.store.work import Work


@dataclass(frozen=True, slots=True)
class WasLive:
    """What was live at a time, at which share, by which decision."""

    case: str
    at: str
    """The time that was asked for."""
    since: str
    """When the route began."""
    until: str | None
    """When the next one took its place; None: it is in force."""
    release: str | None
    decision: str
    """Digest of the decision that made it."""
    standings: tuple[Standing, ...]


def in_force(work: Work, tokens: tuple[Token, ...]) -> InForce:
    """All that a route table is made from, in a handful of queries."""
    kept = tables.served_of(work)
    under_way = tables.under_way(work)
    return InForce(
        live=tuple(tables.all_live(work)),
        releases={one.case: one for one in under_way},
        served={key: msgspec.convert(found, Served) for key, (found, _) in kept.items()},
        thresholds={key: threshold for key, (_, threshold) in kept.items()},
        tokens=tokens,
        learned={one.case: learned for one in under_way if (learned := learned_of(work, one))},
    )


def learned_of(work: Work, release: Release) -> Mapping[str, Mapping[str, Any]]:
    """What the bandit of a release has learned, by arm."""
    _, state = tables.watch_of(work, release)
    found: Mapping[str, Mapping[str, Any]] = state.get("learned", {})
    return found


def route_with(work: Work, live: Live, release: Release | None) -> Route:
    """The route of one use case with `live` and `release` as they are handed in."""
    named = [one for one in (live.version,) if one is not None]
    if release is not None:
        named += [one for one in (release.version, release.before) if one is not None]
    kept = tables.served_of(work, [key_of(one) for one in named])
    running = {} if release is None or release.state not in UNDER_WAY else {live.case: release}
    found = InForce(
        live=(live,),
        releases=running,
        served={key: msgspec.convert(one, Served) for key, (one, _) in kept.items()},
        thresholds={key: threshold for key, (_, threshold) in kept.items()},
        tokens=(),
    )
    return route_of(live, settings_of(live.settings), found)


def listed(
    work: Work,
    *,
    case: str | None = None,
    state: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[Release]:
    """Releases, newest first."""
    limit = max(1, min(limit, MOST))
    query = select(releases)
    if case is not None:
        query = query.where(releases.c.case == case)
    if state is not None:
        if state not in set(State):
            raise Invalid(field="state", value=state, expected=f"one of {', '.join(State)}")
        query = query.where(releases.c.state == state)
    before = read_cursor(cursor, str)
    if before is not None:
        at, _, last = before.partition(" ")
        same = (releases.c.started_at == at) & (releases.c.case < last)
        query = query.where((releases.c.started_at < at) | same)
    rows = work.connection.execute(
        query.order_by(releases.c.started_at.desc(), releases.c.case.desc()).limit(limit + 1)
    )
    return page_of(
        [to_release(row) for row in rows], limit, lambda one: f"{one.started_at} {one.case}"
    )


def of_version(work: Work, version: str) -> list[Release]:
    """The releases of a model version, and those it was live before, newest first."""
    rows = work.connection.execute(
        select(releases)
        .where((releases.c.version == version) | (releases.c.before == version))
        .order_by(releases.c.started_at.desc())
        .limit(MOST)
    )
    return [to_release(row) for row in rows]


def live_at(work: Work, case: str, at: datetime) -> WasLive:
    """What was live in a use case at a time; raises `NotFound` where there was no route yet."""
    asked = stamp(at)
    of_case = select(route_history).where(route_history.c.case == case)
    row = work.connection.execute(
        of_case.where(route_history.c.at <= asked).order_by(route_history.c.number.desc()).limit(1)
    ).one_or_none()
    if row is None:
        raise NotFound(field="at", value=asked, expected=f"a time at which {case} had a route")
    following = work.connection.scalar(
        select(route_history.c.at).where(
            route_history.c.case == case, route_history.c.number == row.number + 1
        )
    )
    return WasLive(
        case=case,
        at=asked,
        since=row.at,
        until=following,
        release=row.release,
        decision=row.decision,
        standings=tuple(Standing(**one) for one in row.standings),
    )


def in_service_since(work: Work, cases: Collection[str]) -> dict[str, str]:
    """When the first route of those of these use cases began that have one, in one query."""
    query = (
        select(route_history.c.case, func.min(route_history.c.at).label("at"))
        .join(live_routes, live_routes.c.case == route_history.c.case)
        .where(route_history.c.case.in_(list(cases)), live_routes.c.version.is_not(None))
        .group_by(route_history.c.case)
    )
    return {row.case: row.at for row in work.connection.execute(query)}


def rolled_back(work: Work, versions: Collection[str]) -> set[str]:
    """Those of these versions, by address, that a release was rolled back from; in one query."""
    query = select(releases.c.version).where(
        releases.c.version.in_(list(versions)), releases.c.state == str(State.ROLLED_BACK)
    )
    return set(work.connection.scalars(query))


def any_live(work: Work) -> bool:
    """Whether any use case has a route."""
    return work.connection.scalar(select(live_routes.c.case).limit(1)) is not None


def routes_with(work: Work, case: str, key: str) -> list[WasLive]:
    """Every route of a use case in which the version `name@number` had a part, oldest first."""
    rows = work.connection.execute(
        select(route_history).where(route_history.c.case == case).order_by(route_history.c.number)
    ).all()
    ends = [*(row.at for row in rows[1:]), None]
    return [
        WasLive(
            case=case,
            at=row.at,
            since=row.at,
            until=until,
            release=row.release,
            decision=row.decision,
            standings=tuple(Standing(**one) for one in row.standings),
        )
        for row, until in zip(rows, ends, strict=False)
        if any(one["version"] == key for one in row.standings)
    ]


def latest(work: Work, case: str) -> Release:
    """The release of a use case that started last; raises `NotFound`."""
    found = tables.latest(work, case) if SLUG.fullmatch(case) else None
    if found is None:
        raise NotFound(field="case", value=case, expected="a use case with a release")
    return found
