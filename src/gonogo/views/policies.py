"""Policies: those in force, one in one exact wording, and the form in which one is written."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from gonogo.core.catalogue import CATALOGUE
from gonogo.core.conditions import Condition
from gonogo.core.errors import GonogoError
from gonogo.core.gates import STEPS, Gate, GateName
from gonogo.core.roles import Action
from gonogo.core.subjects import ORGANISATION
from gonogo.core.wording import asked, title
from gonogo.domain.accounts import reads as accounts
from gonogo.domain.cases import reads as cases
from gonogo.domain.policies import reads
from gonogo.domain.policies.rules import Policy
from gonogo.domain.policies.tables import Published
from gonogo.store.work import Work
from gonogo.views.evidence import called
from gonogo.views.refused import Refused

PAGE = 50
LINE = re.compile(r"\((?P<policy>[^()]*?)(?:, )?line (?P<line>\d+)")
"""Where an error says it is: `gates (line 3)`, or `gates (baseline, line 3)` in one below."""
USERS = 50
"""Use cases that are named on a policy's page."""
START = """policy: my-policy
extends: baseline
description: What is at stake, and what this policy asks for it.
gates:
  validation:
    conditions:
      - check: performance.roc_auc
        at_least: 0.70
    sign_off: [ml-engineer]
    waivable_by: [risk-officer]
"""
"""What a new form begins with."""


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
class ConditionLine:
    """What a gate asks of evidence, in words."""

    key: str
    check: str
    title: str
    answers: str
    """The question the check answers."""
    area: str
    asked: str
    """The bound: "at least 0.8"."""
    level: float
    reproduced: bool
    max_age: str | None
    """How old the evidence may be, in words."""
    below: bool
    """Whether it comes from the policy it extends, word for word."""


@dataclass(frozen=True, slots=True)
class GateBlock:
    """One gate with everything that it has from the policies below."""

    name: str
    before: str
    """Stage a version stands in before it."""
    after: str
    """Stage it moves to."""
    conditions: tuple[ConditionLine, ...]
    sign_off: tuple[str, ...]
    waivable_by: tuple[str, ...]


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


@dataclass(frozen=True, slots=True)
class Change:
    """One thing in which a text differs from what is in force."""

    gate: str
    added: bool
    """Whether it comes, or goes."""
    says: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A text that is right, as it would be published."""

    name: str
    digest: str
    extends: str | None
    description: str
    gates: tuple[GateBlock, ...]
    replaces: int | None
    """Number of the publication in force under this name."""
    same: bool
    """Whether exactly this is in force already."""
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class PolicyFormPage:
    """The form in which a policy is written, checked and published."""

    text: str
    lines: tuple[str, ...]
    can_publish: bool
    checked: Checked | None = None
    refused: Refused | None = None
    line: int | None = None
    """The line of `text` that is wrong."""


def listed(work: Work, cursor: str | None = None) -> PoliciesPage:
    """The policies in force, by name."""
    page = reads.listed(work, cursor=cursor, limit=PAGE)
    names = accounts.names(work, {one.published_by for one in page.items})
    users = cases.counted_by_policy(work)
    rows = tuple(_line(one, names, users.get(one.name, 0)) for one in page.items)
    return PoliciesPage(_headline(rows, page.next), rows, page.next, _can_publish(work))


def policy(work: Work, name: str, digest: str | None = None) -> PolicyPage:
    """The policy in force, or the wording with this digest; raises `NotFound`."""
    published = reads.history(work, name)
    found = published[0] if digest is None else reads.by_digest(work, name, digest)
    names = accounts.names(work, {one.published_by for one in published})
    below = _below(work, found.extends)
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
        gates=_gates(found.version.gates, below),
        text=found.text,
        published_at=found.published_at,
        by=called(names, found.published_by),
        entry=found.entry,
        publications=tuple(_publication(one, names, published[0]) for one in published),
        cases=tuple(CaseName(one.slug, one.text.title) for one in users),
        used=used,
        can_publish=_can_publish(work),
    )


def form(
    work: Work,
    *,
    text: str | None = None,
    based_on: str | None = None,
    checked: Policy | None = None,
) -> PolicyFormPage:
    """The form with `text`, or with what `based_on` says now; raises `NotFound`."""
    if text is None:
        text = START if based_on is None else reads.current(work, based_on).text
    seen = None if checked is None else _checked(work, checked)
    return PolicyFormPage(text, tuple(text.splitlines()), _can_publish(work), checked=seen)


def refused_form(work: Work, text: str, error: GonogoError, shown: Refused) -> PolicyFormPage:
    """The form as it was filled in, and which line is wrong."""
    lines = tuple(text.splitlines())
    found = LINE.search(error.field)
    line = int(found["line"]) if found is not None and found["policy"] in {"", "text"} else None
    shown_line = line if line is not None and line <= len(lines) else None
    return PolicyFormPage(text, lines, _can_publish(work), refused=shown, line=shown_line)


def span(age: timedelta) -> str:
    """A length of time in the largest unit that says it exactly.

    >>> span(timedelta(days=30)), span(timedelta(hours=1)), span(timedelta(minutes=90))
    ('30 days', '1 hour', '90 minutes')
    """
    for unit, one in (("day", timedelta(days=1)), ("hour", timedelta(hours=1))):
        if not age % one:
            count = age // one
            return f"{count:,} {unit}{'' if count == 1 else 's'}"
    count = age // timedelta(minutes=1)
    return f"{count:,} minute{'' if count == 1 else 's'}"


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


def _below(work: Work, name: str | None) -> Mapping[GateName, frozenset[str]]:
    """Keys of what the policy called `name` asks at each gate."""
    found = None if name is None else reads.find(work, name)
    gates = () if found is None else found.version.gates
    return {gate.name: frozenset(one.key for one in gate.conditions) for gate in gates}


def _gates(
    gates: Sequence[Gate], below: Mapping[GateName, frozenset[str]]
) -> tuple[GateBlock, ...]:
    return tuple(_gate(gate, below.get(gate.name, frozenset())) for gate in gates)


def _gate(gate: Gate, below: frozenset[str]) -> GateBlock:
    step = STEPS[gate.name]
    return GateBlock(
        name=str(gate.name),
        before=step.before,
        after=step.after,
        conditions=tuple(_condition(one, below) for one in gate.conditions),
        sign_off=tuple(str(role) for role in gate.sign_off),
        waivable_by=tuple(str(role) for role in gate.waivable_by),
    )


def _condition(found: Condition, below: frozenset[str]) -> ConditionLine:
    return ConditionLine(
        key=found.key,
        check=found.check,
        title=title(found),
        answers=CATALOGUE[found.check].answers if found.check in CATALOGUE else "",
        area=str(found.area),
        asked=asked(found),
        level=found.level,
        reproduced=found.reproduced,
        max_age=None if found.max_age is None else span(found.max_age),
        below=found.key in below,
    )


def _checked(work: Work, policy: Policy) -> Checked:
    before = reads.find(work, policy.name)
    return Checked(
        name=policy.name,
        digest=policy.digest,
        extends=policy.extends,
        description=policy.description,
        gates=_gates(policy.gates, _below(work, policy.extends)),
        replaces=None if before is None else before.number,
        same=before is not None and before.digest == policy.digest,
        changes=() if before is None else _changes(before.version.gates, policy.gates),
    )


def _changes(before: Sequence[Gate], after: Sequence[Gate]) -> tuple[Change, ...]:
    """What goes and what comes, gate by gate."""
    old = {gate.name: _asks(gate) for gate in before}
    new = {gate.name: _asks(gate) for gate in after}
    changes = []
    for name in GateName:
        was, will = old.get(name, {}), new.get(name, {})
        changes += [Change(name, False, says) for key, says in was.items() if key not in will]
        changes += [Change(name, True, says) for key, says in will.items() if key not in was]
    return tuple(changes)


def _asks(gate: Gate) -> dict[str, str]:
    """Everything a gate asks, each in words by what it is."""
    found = {one.key: _in_words(one) for one in gate.conditions}
    found |= {f"sign {role}": f"signed by {role}" for role in gate.sign_off}
    return found | {f"waive {role}": f"waivable by {role}" for role in gate.waivable_by}


def _in_words(found: Condition) -> str:
    said = [f"{title(found)} {asked(found)}"]
    if found.reproduced:
        said.append("reproduced")
    if found.max_age is not None:
        said.append(f"at most {span(found.max_age)} old")
    return ", ".join(said)


def _can_publish(work: Work) -> bool:
    lineage = work.subjects.lineage(ORGANISATION)
    return work.caller.refuses(Action.POLICY_PUBLISH, lineage) is None
