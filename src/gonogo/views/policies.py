"""Policies: those in force, and one in one exact wording."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gonogo.domain.accounts import reads as accounts
from gonogo.domain.cases import reads as cases
from gonogo.domain.policies import reads
from gonogo.domain.policies.tables import Published
from gonogo.store.work import Work
from gonogo.views.evidence import called
from gonogo.views.policy_gates import GateBlock, below, can_publish, gates_in_words

PAGE = 50
USERS = 50
"""Use cases that are named on a policy's page."""


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """One policy in force."""

    name: str
    number: int
    digest: str
    extends: str | None
    description: str
    conditions: Mapping[str, int]
    """How many conditions each of its gates has."""
    cases: int
    """Use cases that are decided under it."""
    published_at: str
    by: str
    """How the account that published it is called."""
    entry: str


@dataclass(frozen=True, slots=True)
class PoliciesPage:
    """The policies in force."""

    headline: str
    rows: tuple[PolicyLine, ...]
    next: str | None
    can_publish: bool


@dataclass(frozen=True, slots=True)
class Publication:
    """One publication of a policy."""

    number: int
    digest: str
    at: str
    by: str
    entry: str
    in_force: bool


@dataclass(frozen=True, slots=True)
class CaseName:
    """A use case by name."""

    slug: str
    title: str


@dataclass(frozen=True, slots=True)
class PolicyPage:
    """One policy in one exact wording."""

    name: str
    number: int
    headline: str
    digest: str
    subject: str
    in_force: bool
    extends: str | None
    description: str
    gates: tuple[GateBlock, ...]
    text: str
    published_at: str
    by: str
    entry: str
    publications: tuple[Publication, ...]
    cases: tuple[CaseName, ...]
    """Use cases that are decided under it, as far as they are named here."""
    used: int
    """How many there are."""
    can_publish: bool


def listed(work: Work, cursor: str | None = None) -> PoliciesPage:
    """The policies in force, by name."""
    page = reads.listed(work, cursor=cursor, limit=PAGE)
    names = accounts.names(work, {one.published_by for one in page.items})
    users = cases.counted_by_policy(work)
    rows = tuple(_line(one, names, users.get(one.name, 0)) for one in page.items)
    return PoliciesPage(_headline(rows, page.next), rows, page.next, can_publish(work))


def policy(work: Work, name: str, digest: str | None = None) -> PolicyPage:
    """The policy in force, or the wording with this digest; raises `NotFound`."""
    published = reads.history(work, name)
    found = published[0] if digest is None else reads.by_digest(work, name, digest)
    names = accounts.names(work, {one.published_by for one in published})
    lower = below(work, found.extends)
    users = cases.of_policy(work, name, limit=USERS)
    used = cases.counted_by_policy(work).get(name, 0)
    in_force = found.digest == published[0].digest
    return PolicyPage(
        name=name,
        number=found.number,
        headline=_says(found, published[0], used),
        digest=found.digest,
        subject=found.subject,
        in_force=in_force,
        extends=found.extends,
        description=str(found.content["description"]),
        gates=gates_in_words(found.version.gates, lower),
        text=found.text,
        published_at=found.published_at,
        by=called(names, found.published_by),
        entry=found.entry,
        publications=tuple(_publication(one, names, published[0]) for one in published),
        cases=tuple(CaseName(one.slug, one.text.title) for one in users),
        used=used,
        can_publish=can_publish(work),
    )


def _line(found: Published, names: Mapping[str, str], users: int) -> PolicyLine:
    return PolicyLine(
        name=found.name,
        number=found.number,
        digest=found.digest,
        extends=found.extends,
        description=str(found.content["description"]),
        conditions={str(gate.name): len(gate.conditions) for gate in found.version.gates},
        cases=users,
        published_at=found.published_at,
        by=called(names, found.published_by),
        entry=found.entry,
    )


def _headline(rows: Sequence[PolicyLine], more: str | None) -> str:
    if not rows:
        return "No policy is published yet."
    used = sum(row.cases > 0 for row in rows)
    number = f"{len(rows)} or more" if more else str(len(rows))
    return f"{number} policies are in force; use cases are decided under {used} of them."


def _says(found: Published, newest: Published, used: int) -> str:
    gates = found.version.gates
    conditions = sum(len(gate.conditions) for gate in gates)
    asks = f"{conditions} conditions at {len(gates)} gate{'' if len(gates) == 1 else 's'}"
    if found.digest != newest.digest:
        return (
            f"No longer in force: publication {newest.number} took its place. "
            f"Decisions made under it cite it still. It asked {asks}."
        )
    under = "no use case" if used == 0 else f"{used} use case{'' if used == 1 else 's'}"
    return f"In force for {under}: {asks}, each held by the whole interval of its evidence."


def _publication(found: Published, names: Mapping[str, str], newest: Published) -> Publication:
    return Publication(
        number=found.number,
        digest=found.digest,
        at=found.published_at,
        by=called(names, found.published_by),
        entry=found.entry,
        in_force=found.number == newest.number,
    )
