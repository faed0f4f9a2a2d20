"""Rows of releases, of what is live in a use case, and of every route there was."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    func,
    select,
)

from gonogo.core.ab_tests import AbPlan
from gonogo.core.canonical import Json
from gonogo.core.errors import NotFound
from gonogo.core.releasing import ReleasePlan, Strategy
from gonogo.core.subjects import SLUG, Subject
from gonogo.domain.releases.rules import UNDER_WAY, Live, Release, Standing, State
from gonogo.store.schema import Document, metadata
from gonogo.store.work import Work

LARGEST = 2**31 - 1
"""Of a number in a database; what is larger cannot even be asked for."""

releases = Table(
    "releases",
    metadata,
    Column("case", String(64), ForeignKey("cases.slug"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("version", String(255), nullable=False, index=True),
    Column("before", String(255), nullable=True),
    Column("strategy", String(20), nullable=False),
    Column("plan", Document, nullable=False),
    Column("policy", String(160), nullable=False),
    Column("policy_entry", String(64), ForeignKey("ledger.digest"), nullable=False),
    Column("started_at", String(24), nullable=False),
    Column("started_by", String(255), nullable=False),
    Column("state", String(20), nullable=False, index=True),
    Column("step", Integer, nullable=False),
    Column("step_at", String(24), nullable=False),
    Column("round", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
)

live_routes = Table(
    "live_routes",
    metadata,
    Column("case", String(64), ForeignKey("cases.slug"), primary_key=True),
    Column("version", String(255), nullable=True),
    Column("killed", Boolean, nullable=False),
    Column("settings", Document, nullable=False),
    Column("release", String(80), nullable=True),
    Column("decision", String(64), ForeignKey("ledger.digest"), nullable=False),
)

route_history = Table(
    "route_history",
    metadata,
    Column("case", String(64), ForeignKey("cases.slug"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", String(24), nullable=False),
    Column("release", String(80), nullable=True),
    Column("decision", String(64), ForeignKey("ledger.digest"), nullable=False),
    Column("standings", Document, nullable=False),
    Index("ix_route_history_case_at", "case", "at"),
)

served_versions = Table(
    "served_versions",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("served", Document, nullable=False),
    Column("threshold", Float, nullable=False),
)
"""What a gateway must know of a version; worked out once, from sealed files and kept rows."""

watches = Table(
    "release_watches",
    metadata,
    Column("case", String(64), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("round", Integer, primary_key=True, autoincrement=False),
    Column("mark", Document, nullable=False),
    Column("state", Document, nullable=False),
    Column("at", String(24), nullable=False),
    ForeignKeyConstraint(["case", "number"], ["releases.case", "releases.number"]),
)
"""What was seen of a release: plain numbers, and how far the log was read for them."""


# -- releases ---------------------------------------------------------------------------------


def get(work: Work, case: str, number: int) -> Release:
    """The release with this number; raises `NotFound`."""
    query = select(releases).where(releases.c.case == case, releases.c.number == number)
    known = SLUG.fullmatch(case) and 0 < number <= LARGEST
    row = work.connection.execute(query).one_or_none() if known else None
    if row is None:
        raise NotFound(
            field="release", value=f"{case}-{number}", expected="a release of this use case"
        )
    return to_release(row)


def latest(work: Work, case: str) -> Release | None:
    """The release that started last, if there was any."""
    row = work.connection.execute(
        select(releases).where(releases.c.case == case).order_by(releases.c.number.desc()).limit(1)
    ).one_or_none()
    return None if row is None else to_release(row)


def under_way(work: Work) -> list[Release]:
    """All releases that are running or held, by use case."""
    rows = work.connection.execute(
        select(releases)
        .where(releases.c.state.in_([str(one) for one in UNDER_WAY]))
        .order_by(releases.c.case)
    )
    return [to_release(row) for row in rows]


def made_live(work: Work, case: str, version: Subject) -> Release | None:
    """The last release that made `version` what is live."""
    row = work.connection.execute(
        select(releases)
        .where(
            releases.c.case == case,
            releases.c.version == str(version),
            releases.c.state == str(State.FINISHED),
            releases.c.strategy != str(Strategy.SHADOW),
        )
        .order_by(releases.c.number.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else to_release(row)


def put(work: Work, release: Release) -> None:
    """Write a new release."""
    work.connection.execute(releases.insert().values(**_row(release)))


def replace(work: Work, release: Release) -> None:
    """Write over a release."""
    work.connection.execute(
        releases.update()
        .where(releases.c.case == release.case, releases.c.number == release.number)
        .values(**_row(release))
    )


def _row(release: Release) -> dict[str, Any]:
    return {
        "case": release.case,
        "number": release.number,
        "version": str(release.version),
        "before": None if release.before is None else str(release.before),
        "strategy": str(release.strategy),
        "plan": release.plan.to_json() | _test(release),
        "policy": release.policy,
        "policy_entry": release.policy_entry,
        "started_at": release.started_at,
        "started_by": release.started_by,
        "state": str(release.state),
        "step": release.step,
        "step_at": release.step_at,
        "round": release.round,
        "reason": release.reason,
        "entry": release.entry,
    }


def _test(release: Release) -> dict[str, Json]:
    """What a test was to find out, beside what the policy said."""
    return {} if release.test is None else {"test": release.test.to_json()}


def to_release(row: Row[Any]) -> Release:
    """The release in a row."""
    return Release(
        case=row.case,
        number=row.number,
        version=Subject.parse(row.version),
        before=None if row.before is None else Subject.parse(row.before),
        strategy=Strategy(row.strategy),
        plan=ReleasePlan.from_json(row.plan),
        test=AbPlan.from_json(row.plan["test"]) if "test" in row.plan else None,
        policy=row.policy,
        policy_entry=row.policy_entry,
        started_at=row.started_at,
        started_by=row.started_by,
        state=State(row.state),
        step=row.step,
        step_at=row.step_at,
        round=row.round,
        reason=row.reason,
        entry=row.entry,
    )


# -- what is live -----------------------------------------------------------------------------


def live_of(work: Work, case: str) -> Live | None:
    """What is live in a use case; None where nothing ever was released."""
    row = work.connection.execute(
        select(live_routes).where(live_routes.c.case == case)
    ).one_or_none()
    return None if row is None else to_live(row)


def all_live(work: Work) -> list[Live]:
    """What is live everywhere, by use case."""
    rows = work.connection.execute(select(live_routes).order_by(live_routes.c.case))
    return [to_live(row) for row in rows]


def set_live(work: Work, live: Live) -> None:
    """Write what is live from now on."""
    values = {
        "version": None if live.version is None else str(live.version),
        "killed": live.killed,
        "settings": dict(live.settings),
        "release": live.release,
        "decision": live.decision,
    }
    changed = work.connection.execute(
        live_routes.update().where(live_routes.c.case == live.case).values(**values)
    )
    if changed.rowcount == 0:
        work.connection.execute(live_routes.insert().values(case=live.case, **values))


def to_live(row: Row[Any]) -> Live:
    """What is live, in a row."""
    return Live(
        case=row.case,
        version=None if row.version is None else Subject.parse(row.version),
        killed=row.killed,
        settings=row.settings,
        release=row.release,
        decision=row.decision,
    )


# -- routes that were -------------------------------------------------------------------------


def note_route(
    work: Work, case: str, standings: Sequence[Standing], *, release: str | None, decision: str
) -> None:
    """Write that the arms of a use case are these from now on."""
    last = work.connection.scalar(
        select(func.max(route_history.c.number)).where(route_history.c.case == case)
    )
    work.connection.execute(
        route_history.insert().values(
            case=case,
            number=(last or 0) + 1,
            at=work.at,
            release=release,
            decision=decision,
            standings=[one.to_json() for one in standings],
        )
    )


# -- what is served ---------------------------------------------------------------------------


def served_of(work: Work, keys: Iterable[str] | None = None) -> dict[str, tuple[Any, float]]:
    """What a gateway must know of these versions (of all), and their thresholds, by key."""
    query = select(served_versions).order_by(served_versions.c.key)
    if keys is not None:
        query = query.where(served_versions.c.key.in_(list(keys)))
    return {row.key: (row.served, row.threshold) for row in work.connection.execute(query)}


def put_served(work: Work, key: str, served: Mapping[str, Any], threshold: float) -> None:
    """Keep what a gateway must know of a version; what is there stays as it is."""
    if key not in served_of(work, [key]):
        work.connection.execute(
            served_versions.insert().values(key=key, served=dict(served), threshold=threshold)
        )


def forget_served(work: Work, key: str) -> None:
    """Let a version no longer be served."""
    work.connection.execute(served_versions.delete().where(served_versions.c.key == key))


# -- what was seen ----------------------------------------------------------------------------


def watch_of(work: Work, release: Release) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """How far the log was read for this round of a release, and the numbers seen so far."""
    row = work.connection.execute(
        select(watches).where(
            watches.c.case == release.case,
            watches.c.number == release.number,
            watches.c.round == release.round,
        )
    ).one_or_none()
    return ({}, {}) if row is None else (row.mark, row.state)


def set_watch(
    work: Work, release: Release, mark: Mapping[str, Any], state: Mapping[str, Any]
) -> None:
    """Keep both, so that nothing is counted twice or left out."""
    changed = work.connection.execute(
        watches.update()
        .where(
            watches.c.case == release.case,
            watches.c.number == release.number,
            watches.c.round == release.round,
        )
        .values(mark=dict(mark), state=dict(state), at=work.at)
    )
    if changed.rowcount == 0:
        work.connection.execute(
            watches.insert().values(
                case=release.case,
                number=release.number,
                round=release.round,
                mark=dict(mark),
                state=dict(state),
                at=work.at,
            )
        )
