"""Questions asked of policies."""

from collections.abc import Iterable

from sqlalchemy import func, select

from gonogo.core.caller import SYSTEM
from gonogo.core.errors import NotFound
from gonogo.core.subjects import SLUG
from gonogo.domain.policies.packs import PACKS, pack
from gonogo.domain.policies.rules import parse, text_digest
from gonogo.domain.policies.tables import Published, policies, to_published
from gonogo.store.paging import MOST, Page, page_of, read_cursor
from gonogo.store.work import Work

LEAST_DIGEST = 12
"""Fewest digits of a digest that name a version."""


def find(work: Work, name: str) -> Published | None:
    """The policy with this name that is in force, or None."""
    # Other characters may be such as a database refuses to be asked.
    if not SLUG.fullmatch(name):
        return None
    row = work.connection.execute(
        select(policies).where(policies.c.name == name).order_by(policies.c.number.desc()).limit(1)
    ).one_or_none()
    return None if row is None else to_published(row)


def current(work: Work, name: str) -> Published:
    """The policy with this name that is in force; raises `NotFound`."""
    found = find(work, name)
    if found is None:
        raise NotFound(field="policy", value=name, expected="the name of a published policy")
    return found


def by_digest(work: Work, name: str, digest: str) -> Published:
    """The newest publication of this exact wording; `digest` in full or its first 12 digits."""
    if (
        len(digest) >= LEAST_DIGEST
        and digest.isascii()
        and digest.isalnum()
        and SLUG.fullmatch(name)
    ):
        row = work.connection.execute(
            select(policies)
            .where(policies.c.name == name, policies.c.digest.startswith(digest, autoescape=True))
            .order_by(policies.c.number.desc())
            .limit(1)
        ).one_or_none()
        if row is not None:
            return to_published(row)
    raise NotFound(
        field="policy", value=f"{name}@{digest}", expected="a version of a published policy"
    )


def history(work: Work, name: str) -> list[Published]:
    """Every publication of a name, newest first; raises `NotFound`."""
    current(work, name)
    rows = work.connection.execute(
        select(policies).where(policies.c.name == name).order_by(policies.c.number.desc())
    )
    return [to_published(row) for row in rows]


def listed(work: Work, *, cursor: str | None = None, limit: int = 50) -> Page[Published]:
    """The policies in force, by name."""
    limit = max(1, min(limit, MOST))
    newest = (
        select(policies.c.name, func.max(policies.c.number).label("number"))
        .group_by(policies.c.name)
        .subquery()
    )
    query = (
        select(policies)
        .join(
            newest,
            (newest.c.name == policies.c.name) & (newest.c.number == policies.c.number),
        )
        .order_by(policies.c.name)
        .limit(limit + 1)
    )
    after = read_cursor(cursor, str)
    if after is not None:
        query = query.where(policies.c.name > after)
    found = [to_published(row) for row in work.connection.execute(query)]
    return page_of(found, limit, lambda one: one.name)


def names(work: Work) -> list[str]:
    """Every name that a policy in force has, in their order."""
    rows = work.connection.execute(select(policies.c.name).distinct().order_by(policies.c.name))
    return list(rows.scalars())


def text_of(work: Work, name: str) -> str | None:
    """The text that `extends: name` stands for: what is in force, else the pack of that name."""
    found = find(work, name)
    return pack(name) if found is None else found.text


def missing_packs(work: Work) -> tuple[str, ...]:
    """Packs whose present wording is not in force and that nobody has put another one over.

    Compares digests of the files first, so that every start can afford to ask.
    """
    rows = work.connection.execute(
        select(policies.c.name, policies.c.text_digest, policies.c.digest, policies.c.published_by)
        .where(policies.c.name.in_(PACKS))
        .order_by(policies.c.number)
    ).all()
    newest = {row.name: row for row in rows}
    return tuple(
        name
        for name in PACKS
        if name not in newest
        or (
            newest[name].published_by == str(SYSTEM.actor)
            and newest[name].text_digest != text_digest(pack(name) or "")
            and newest[name].digest != parse(pack(name) or "", pack).digest
        )
    )


def in_force_of(work: Work, names: Iterable[str]) -> dict[str, Published]:
    """Those of the policies called `names` that are in force, by name, in one query."""
    rows = work.connection.execute(
        select(policies).where(policies.c.name.in_(set(names))).order_by(policies.c.number)
    )
    return {row.name: to_published(row) for row in rows}
