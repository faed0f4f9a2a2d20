"""Entries of the ledger as lines: what each says, in one sentence."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from gonogo.core.catalogue import CATALOGUE
from gonogo.core.chain import Entry
from gonogo.core.wording import number
from gonogo.domain.accounts import reads as accounts
from gonogo.store.work import Work
from gonogo.views.evidence import called

DIGEST = re.compile(r"[0-9a-f]{64}")
LONGEST = 200
"""Characters of a line; the entry itself is one click away."""

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry in one line."""

    position: int
    digest: str
    kind: str
    subject: str
    actor: str
    by: str
    """How that account is called."""
    at: str
    says: str
    """What it says, in words."""


def lines(work: Work, entries: Iterable[Entry]) -> tuple[EntryLine, ...]:
    """`entries` as lines, with the names of those who wrote them."""
    listed = list(entries)
    names = accounts.names(work, {entry.actor for entry in listed})
    return tuple(line(entry, names) for entry in listed)


def line(entry: Entry, names: Mapping[str, str]) -> EntryLine:
    """One entry as a line."""
    return EntryLine(
        position=entry.position,
        digest=entry.digest,
        kind=entry.kind,
        subject=entry.subject,
        actor=entry.actor,
        by=called(names, entry.actor),
        at=entry.at,
        says=says(entry),
    )


def says(entry: Entry) -> str:
    """What an entry says, in one sentence; its kind where nothing more is known."""
    body = msgspec.json.decode(entry.body)
    told = SAYS.get(entry.kind)
    if told is None or not isinstance(body, dict):
        return entry.kind
    try:
        text = told(body)
    except (KeyError, TypeError, ValueError):
        # An entry of another form is still shown, only without its sentence.
        return entry.kind
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def cited_in(body: str) -> tuple[str, ...]:
    """Whatever looks like a digest in the text of an entry, each once, in order."""
    return tuple(dict.fromkeys(DIGEST.findall(body)))


def _evidence(body: Body) -> str:
    spec = CATALOGUE.get(body["check"])
    title = body["check"] if spec is None else spec.title
    measured = body["measured"]
    narrowed = ", ".join(
        f"{name} {body['with'][name]}"
        for name in ("group", "column", "versus")
        if name in body["with"]
    )
    what = f"{title} ({narrowed})" if narrowed else title
    origin = "reproduced" if body["reproduced"] else "reported"
    if "undefined" in measured:
        return f"{what} undefined: {measured['undefined']}"
    low, high = measured["low"], measured["high"]
    if low == high:
        return f"{what} {number(measured['value'])}, {origin}"
    ends = ["open" if end is None else number(end) for end in (low, high)]
    return f"{what} {number(measured['value'])} [{ends[0]}, {ends[1]}], {origin}"


def _decision(body: Body) -> str:
    gate = f" at gate {body['gate']}" if body.get("gate") else ""
    return f"decided {body['outcome']}{gate}: {body['rationale']}"


def _run(body: Body) -> str:
    counts = "" if body["counts"] or not body["why_not"] else f", does not count: {body['why_not']}"
    return f"run {body['name'] or 'without a name'}, {str(body['status']).lower()}{counts}"


def _sign_off(body: Body) -> str:
    comment = f": {body['comment']}" if body["comment"] else ""
    return f"signed {body['outcome']} as {body['role']}{comment}"


def _waiver(body: Body) -> str:
    return (
        f"{body['condition']['check']} waived by {body['role']} until {body['expires'][:10]}: "
        f"{body['reason']}"
    )


def _plan(body: Body) -> str:
    plan, late = body["plan"], ""
    if body["measured"]:
        late = f", when {_count(body['measured'], 'measurement')} were in"
    what = f"plan amended{late}: {body['reason']};" if body["number"] > 1 else "planned:"
    return f"{what} {plan['total']:,} observations, {plan['analysis']} analysis"


SAYS: Mapping[str, Callable[[Body], str]] = {
    "board-columns": lambda body: (
        f"columns of the board: {', '.join(one['key'] for one in body['columns'])}"
    ),
    "card": lambda body: f"card {body['number']} added: {body['title']}",
    "card-blocked": lambda body: (
        f"card {body['card']} blocked, for {body['owner_role']}: {body['reason']}"
    ),
    "card-dropped": lambda body: f"card {body['number']} dropped: {body['reason']}",
    "card-moved": lambda body: (
        f"card {body['number']} moved from {body['from']} to {body['to']}"
        + (f", beyond its limit: {body['reason']}" if body["over_limit"] else "")
    ),
    "card-unblocked": lambda body: f"card {body['card']} unblocked: {body['how']}",
    "cards-imported": lambda body: (
        f"{_count(len(body['cards']), 'card')} imported, {len(body['done'])} done meanwhile"
    ),
    "week-goal": lambda body: f"goal of the week of {body['week']}: {body['text']}",
    "assessment": lambda body: f"assessed as {body['role']}: {', '.join(body['criteria'])}",
    "benefit-model": lambda body: f"benefit model stated, in {body['currency']}",
    "case": lambda body: f"use case created: {body['title']}",
    "case-edited": lambda body: f"use case edited: {', '.join(sorted(body['changes']))}",
    "case-plan": lambda body: f"plan {body['number']} in force: {body['name']}",
    "plan-comparison": lambda body: (
        f"{_count(len(body['evidence']), 'scenario')} compared with plan {body['plan']}"
    ),
    "plan-scenarios": lambda body: f"scenarios of the plan kept, wording {body['number']}",
    "plan-staffing": lambda body: f"staffing {body['number']} in force: {body['name']}",
    "plans-together": lambda body: (
        f"{_count(len(body['cases']), 'plan')} forecast together, forecast {body['number']}"
    ),
    "dataset": lambda body: f"dataset version registered, {body['rows']:,} rows",
    "data-rules": lambda body: f"rules {body['number']} proposed: {_asks(body)}",
    "data-rules-accepted": lambda body: f"rules {body['number']} in force{_because(body)}",
    "data-rules-declined": lambda body: f"rules {body['number']} declined{_because(body)}",
    "debt": lambda body: f"technical debt {body['number']} noted: {body['title']}",
    "incident": lambda body: f"incident {body['number']} opened: {body['why']}, {body['detail']}",
    "incident-acknowledged": lambda body: f"incident {body['number']} is looked after",
    "incident-resolved": lambda body: f"incident {body['number']} resolved: {body['reason']}",
    "debt-settled": lambda body: f"technical debt {body['number']} settled: {body['reason']}",
    "decision": _decision,
    "erasure": lambda body: (
        f"erased what {_count(body['rows']['decisions'] + body['rows']['waiting'], 'decision')} "
        "said of somebody"
    ),
    "evidence": _evidence,
    "grant": lambda body: f"role {body['role']} on {body['on']} {body['change']}",
    "hypothesis": lambda body: f"hypothesis registered: {body['statement']}",
    "model-card": lambda _: "model card written",
    "model-refused": lambda body: f"model version refused: {body.get('reason', '')}",
    "model-version": lambda body: (
        f"model version registered, {body['format']}, {_count(len(body['files']), 'file')} sealed"
    ),
    "paper": lambda body: f"paper linked: {body['title'] or body['key']}",
    "paper-unlinked": lambda body: f"link to a paper taken away: {body['key']}",
    "plan": _plan,
    "policy": lambda body: f"policy published: {body['name']}@{body['digest'][:12]}",
    "privacy-budget": lambda body: f"privacy budget set: ε {number(body['epsilon'])}",
    "private-statistic": lambda body: (
        f"private {body['query']['statistic']} released, ε {number(body['query']['epsilon'])}"
    ),
    "refusal": lambda body: f"refused: {body['reason']}",
    "retention": lambda body: (
        f"decisions of {body['first']} to {body['last']} deleted, past their {body['days']} days"
    ),
    "review": lambda body: f"review opened at gate {body['gate']} under {body['policy']['name']}",
    "risk": lambda body: f"risk on the register: {body['said']['title']}",
    "risk-closed": lambda body: f"risk closed: {body['reason']}",
    "risk-edited": lambda body: f"risk edited: {body['said']['title']}",
    "risk-occurred": lambda body: f"risk came true: {body['reason']}",
    "risk-reviewed": lambda body: f"risk reviewed{f': {note}' if (note := body['note']) else ''}",
    "run": _run,
    "priority-inputs": lambda body: (
        f"stated for RICE and WSJF: {', '.join(body['ranges']) or 'nothing'}"
    ),
    "scoring-rubric": lambda body: f"rubric {body['number']} in force: {body['name']}",
    "sign-in-link": lambda _: "sign-in link made",
    "sign-off": _sign_off,
    "token": lambda body: f"token made: {body['name']}",
    "token-revoked": lambda _: "token revoked",
    "user": lambda body: f"user {body['change']}",
    "waiver": _waiver,
    "waiver-withdrawn": lambda body: f"waiver withdrawn: {body['reason']}",
}
"""What each kind of entry says; what is not here reads as its kind."""


def _asks(body: Body) -> str:
    return _count(len(body["content"]["asked"]), "rule")


def _because(body: Body) -> str:
    return f": {body['reason']}" if body["reason"] else ""


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
