"""The rules of a dataset as the page of a version shows them: what is asked, found and proposed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gonogo.checks.data.rule_violations import CHECK
from gonogo.checks.data.rules.document import Document, Rule
from gonogo.core.conditions import Cited
from gonogo.core.errors import Invalid
from gonogo.core.evidence import measured_from_json
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject
from gonogo.domain.accounts import reads as accounts
from gonogo.domain.data_rules import reads
from gonogo.domain.data_rules.rules import Proposal
from gonogo.stats.estimate import Measured
from gonogo.store.work import Work
from gonogo.views.evidence import called

RULES = 200
"""Rules that a page draws; a file may have more."""
WAITING = 5
"""Proposals that a page draws, the newest."""


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule, and what the newest measurement by this wording found of it."""

    asks: str
    reason: str
    severity: str
    violated: bool | None = None
    """None: not measured, or nothing to look at."""
    found: str = ""
    """In words; empty where nobody has measured."""
    share: Measured | None = None
    """The share of values that are otherwise."""


@dataclass(frozen=True, slots=True)
class InForce:
    """The rules that hold now."""

    number: int
    name: str
    """How evidence names this wording."""
    rules: tuple[RuleLine, ...]
    more: int
    """Rules that are not drawn."""
    by: str
    """Who accepted them."""
    at: str
    entry: str
    """Digest of the entry that accepted them."""
    evidence: str | None
    """Digest of the evidence that says how they are kept."""
    violated: int
    """Rules that are violated, by that evidence."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A proposal that nobody has answered."""

    number: int
    text: str
    says: str
    """How it differs from what is in force, in words."""
    by: str
    at: str
    entry: str
    own: bool
    """Whether the reader proposed it, and so cannot accept it."""


@dataclass(frozen=True, slots=True)
class RulesPart:
    """The rules of a dataset, seen from one of its versions."""

    in_force: InForce | None
    waiting: tuple[Waiting, ...]
    may_propose: bool
    may_answer: bool


def rules(work: Work, subject: Subject, current: Sequence[Cited]) -> RulesPart:
    """The rules of the dataset of version `subject`, of which `current` is the evidence."""
    now, waiting = reads.standing(work, subject.name)
    waiting = waiting[:WAITING]
    told = {one.proposed_by for one in waiting}
    if now is not None and now.settled is not None:
        told.add(now.settled.by)
    names = accounts.names(work, told)
    lineage = work.subjects.lineage(subject)
    document = None if now is None else now.document
    return RulesPart(
        in_force=None if now is None else _in_force(now, current, names),
        waiting=tuple(_waiting(work, one, document, names) for one in waiting),
        may_propose=work.caller.refuses(Action.RULES_PROPOSE, lineage) is None,
        may_answer=work.caller.refuses(Action.RULES_ACCEPT, lineage) is None,
    )


def _in_force(now: Proposal, current: Sequence[Cited], names: Mapping[str, str]) -> InForce:
    document = now.document
    cited = max(
        (
            one
            for one in current
            if one.evidence.check == CHECK and one.evidence.parameters.get("rules") == document.name
        ),
        key=lambda one: one.position,
        default=None,
    )
    found = {} if cited is None else _found(cited.evidence.detail.get("rules"))
    lines = [_line(rule, found.get(rule.key)) for rule in document.rules]
    # What is violated comes first; the rest stays as the file has it.
    lines.sort(key=lambda line: line.violated is not True)
    settled = now.settled
    return InForce(
        number=now.number,
        name=document.name,
        rules=tuple(lines[:RULES]),
        more=max(0, len(lines) - RULES),
        by="" if settled is None else called(names, settled.by),
        at="" if settled is None else settled.at,
        entry=now.entry if settled is None else settled.entry,
        evidence=None if cited is None else cited.digest,
        violated=sum(line.violated is True for line in lines),
    )


def _found(rows: Any) -> dict[str, Mapping[str, Any]]:
    """What evidence tells of each rule; a client may have told it in a form of its own."""
    if not isinstance(rows, list):
        return {}
    return {str(row.get("rule")): row for row in rows if isinstance(row, Mapping)}


def _line(rule: Rule, found: Mapping[str, Any] | None) -> RuleLine:
    line = RuleLine(str(rule), rule.reason, str(rule.severity))
    if found is None:
        return line
    violated, words = found.get("violated"), found.get("found")
    return RuleLine(
        asks=line.asks,
        reason=line.reason,
        severity=line.severity,
        violated=violated if isinstance(violated, bool) else None,
        found=words if isinstance(words, str) else "",
        share=_share(found.get("share")),
    )


def _share(found: Any) -> Measured | None:
    try:
        return measured_from_json(found) if isinstance(found, Mapping) else None
    except Invalid:
        return None


def _waiting(work: Work, one: Proposal, now: Document | None, names: Mapping[str, str]) -> Waiting:
    return Waiting(
        number=one.number,
        text=one.text,
        says=difference(one.document, now),
        by=called(names, one.proposed_by),
        at=one.proposed_at,
        entry=one.entry,
        own=one.proposed_by == str(work.caller.actor),
    )


def difference(proposed: Document, now: Document | None) -> str:
    """What accepting it would change.

    >>> from gonogo.checks.data.rules.reading import parse
    >>> one = parse("{rules: a, rows: [{at_least: 1, reason: x}]}")
    >>> (
    ...     difference(one, None),
    ...     difference(parse("{rules: a, rows: [{at_least: 2, reason: x}]}"), one),
    ... )
    ('1 rule', '1 rule; 1 is asked otherwise')
    """
    count = len(proposed.rules)
    said = f"{count:,} rule{'' if count == 1 else 's'}"
    if now is None:
        return said
    before = {rule.key: rule for rule in now.rules}
    after = {rule.key: rule for rule in proposed.rules}
    changes = {
        "more": len(after.keys() - before.keys()),
        "no longer asked": len(before.keys() - after.keys()),
        "asked otherwise": sum(before[key] != after[key] for key in before.keys() & after.keys()),
    }
    told = [
        f"{many:,} {'' if what == 'more' else 'is ' if many == 1 else 'are '}{what}"
        for what, many in changes.items()
        if many
    ]
    return "; ".join([said, ", ".join(told) or "nothing is asked otherwise"])
