"""Rows of what is signed in: sessions, sign-in links, failed sign-ins."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Integer, Row, String, Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from gonogo.core.times import moment, stamp
from gonogo.domain.accounts.rules import FORGOTTEN_AFTER, Failures, Session, SignedInBy
from gonogo.store.schema import metadata
from gonogo.store.work import Work

sessions = Table(
    "sessions",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("user", Integer, ForeignKey("users.id"), nullable=False, index=True),
    Column("by", String(20), nullable=False),
    Column("created_at", String(24), nullable=False),
    Column("last_used", String(24), nullable=False),
    Column("expires_at", String(24), nullable=False, index=True),
)

links = Table(
    "sign_in_links",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("user", Integer, ForeignKey("users.id"), nullable=False, index=True),
    Column("expires_at", String(24), nullable=False),
    Column("used_at", String(24), nullable=True),
    Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
)

failures = Table(
    "sign_in_failures",
    metadata,
    # A digest of login or address: people type passwords where a login belongs.
    Column("key", String(64), primary_key=True),
    Column("failed", Integer, nullable=False),
    Column("at", String(24), nullable=False, index=True),
)


@dataclass(frozen=True, slots=True)
class Link:
    """A sign-in link as it is kept."""

    user: int
    expires_at: datetime
    used_at: datetime | None


# -- sessions --------------------------------------------------------------------------------


def put_session(work: Work, session: Session) -> None:
    """Write a new session, and forget those that are over."""
    work.connection.execute(delete(sessions).where(sessions.c.expires_at < work.at))
    work.connection.execute(
        sessions.insert().values(
            digest=session.digest,
            user=session.user,
            by=str(session.by),
            created_at=stamp(session.created_at),
            last_used=stamp(session.last_used),
            expires_at=stamp(session.expires_at),
        )
    )


def session_by_digest(work: Work, digest: str) -> Session | None:
    """The session with this digest of its cookie."""
    row = work.connection.execute(select(sessions).where(sessions.c.digest == digest)).one_or_none()
    return None if row is None else _to_session(row)


def end_session(work: Work, digest: str) -> None:
    """Forget a session."""
    work.connection.execute(delete(sessions).where(sessions.c.digest == digest))


def end_sessions_of(work: Work, user: int) -> None:
    """Forget all sessions of a user."""
    work.connection.execute(delete(sessions).where(sessions.c.user == user))


def mark_session_used(work: Work, digest: str) -> None:
    """Write that a session was used now."""
    work.connection.execute(
        sessions.update().where(sessions.c.digest == digest).values(last_used=work.at)
    )


def _to_session(row: Row[Any]) -> Session:
    return Session(
        digest=row.digest,
        user=row.user,
        by=SignedInBy(row.by),
        created_at=moment(row.created_at),
        last_used=moment(row.last_used),
        expires_at=moment(row.expires_at),
    )


# -- links -----------------------------------------------------------------------------------


def put_link(work: Work, digest: str, user: int, expires_at: datetime, entry: str) -> None:
    """Write a new link in place of those the user had not used."""
    drop_links_of(work, user)
    work.connection.execute(
        links.insert().values(
            digest=digest, user=user, expires_at=stamp(expires_at), used_at=None, entry=entry
        )
    )


def drop_links_of(work: Work, user: int) -> None:
    """Forget the links that a user has not used."""
    work.connection.execute(delete(links).where(links.c.user == user, links.c.used_at.is_(None)))


def link_by_digest(work: Work, digest: str) -> Link | None:
    """The link with this digest of its secret."""
    row = work.connection.execute(select(links).where(links.c.digest == digest)).one_or_none()
    if row is None:
        return None
    used = None if row.used_at is None else moment(row.used_at)
    return Link(row.user, moment(row.expires_at), used)


def use_link(work: Work, digest: str) -> bool:
    """Write that a link was used; False where somebody else was faster."""
    changed = work.connection.execute(
        links.update()
        .where(links.c.digest == digest, links.c.used_at.is_(None))
        .values(used_at=work.at)
    )
    return changed.rowcount == 1


# -- failures --------------------------------------------------------------------------------


def locked_failures(work: Work, keys: list[str]) -> dict[str, Failures]:
    """The failures under `keys`, locked until the Work ends; old ones are forgotten."""
    now = work.now
    work.connection.execute(delete(failures).where(failures.c.at < stamp(now - FORGOTTEN_AFTER)))
    dialect: Any = postgresql if work.connection.dialect.name == "postgresql" else sqlite
    ordered = sorted(keys)  # always in one order, so that two sign-ins cannot lock each other out
    work.connection.execute(
        dialect.insert(failures).on_conflict_do_nothing(),
        [{"key": key, "failed": 0, "at": work.at} for key in ordered],
    )
    query = select(failures).where(failures.c.key.in_(ordered)).order_by(failures.c.key)
    return {
        row.key: Failures(row.failed, moment(row.at))
        for row in work.connection.execute(query.with_for_update())
    }


def set_failures(work: Work, key: str, failed: int) -> None:
    """Write how often a sign-in has now failed."""
    work.connection.execute(
        failures.update().where(failures.c.key == key).values(failed=failed, at=work.at)
    )


def one_failure_less(work: Work, key: str) -> None:
    """Take back the failure that an attempt was counted as before it turned out right."""
    work.connection.execute(
        failures.update()
        .where(failures.c.key == key, failures.c.failed > 0)
        .values(failed=failures.c.failed - 1)
    )


def clear_failures(work: Work, key: str) -> None:
    """Forget the failures under `key`."""
    work.connection.execute(delete(failures).where(failures.c.key == key))
