"""What happened, line by line: entries of the ledger in words."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from gonogo.core.catalogue import CATALOGUE
from gonogo.core.chain import Entry
from gonogo.domain.accounts import reads as accounts
from gonogo.store.work import Work

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry, as a line of a history."""

    position: int
    digest: str
    at: str
    kind: str
    subject: str
    by: str
    """How the account that acted is called."""
    says: str
    """What happened, in words."""


def history(
    work: Work, subjects: Iterable[str], *, most: int, kind: str | None = None
) -> tuple[Entry, ...]:
    """The newest entries about any of `subjects` and what stands below them, one query each."""
    found: dict[int, Entry] = {}
    for subject in subjects:
        page = work.ledger.search(subject=subject, kind=kind, limit=most)
        found |= {entry.position: entry for entry in page.items}
    return tuple(found[position] for position in sorted(found, reverse=True)[:most])


def lines(work: Work, entries: Sequence[Entry]) -> tuple[EntryLine, ...]:
    """`entries` as lines."""
    names = accounts.names(work, {entry.actor for entry in entries})
    return tuple(
        EntryLine(
            position=entry.position,
            digest=entry.digest,
            at=entry.at,
            kind=entry.kind,
            subject=entry.subject,
            by=names.get(entry.actor, entry.actor),
            says=said(entry),
        )
        for entry in entries
    )


def said(entry: Entry) -> str:
    """What an entry says, in a few words."""
    body: Body = msgspec.json.decode(entry.body)
    words = SAYS.get(entry.kind)
    return entry.kind if words is None else words(body)


def _evidence(body: Body) -> str:
    spec = CATALOGUE.get(body["check"])
    name = body["check"] if spec is None else spec.title
    how = "reproduced" if body["reproduced"] else "reported"
    measured = body["measured"]
    if "undefined" in measured:
        return f"{name} {how}: undefined, {measured['undefined']}"
    return f"{name} {how}: {measured['value']:.4g}"


def _decision(body: Body) -> str:
    gate = body.get("gate")
    return f"decided {body['outcome']}{f' at gate {gate}' if gate else ''}: {body['rationale']}"


def _run(body: Body) -> str:
    counts = "" if body["counts"] or not body["why_not"] else f", does not count: {body['why_not']}"
    return f"run {body['name'] or 'without a name'}, {str(body['status']).lower()}{counts}"


SAYS: Mapping[str, Callable[[Body], str]] = {
    "case": lambda body: f"use case created: {body['title']}",
    "case-edited": lambda body: f"use case edited: {', '.join(sorted(body['changes']))}",
    "hypothesis": lambda body: f"hypothesis registered: {body['statement']}",
    "dataset": lambda body: f"dataset version registered, {body['rows']:,} rows",
    "evidence": _evidence,
    "decision": _decision,
    "run": _run,
    "model-version": lambda body: f"model version registered, {body['format']}",
    "model-card": lambda _: "model card written",
    "model-refused": lambda body: f"model version refused: {body.get('reason', '')}",
    "review": lambda body: f"review opened at gate {body.get('gate', '')}",
    "sign-off": lambda body: f"signed {body.get('outcome', '')} as {body.get('role', '')}",
    "waiver": lambda body: f"waived by {body.get('role', '')}: {body.get('reason', '')}",
    "waiver-withdrawn": lambda _: "waiver withdrawn",
    "refusal": lambda body: f"refused: {body['action']}",
    "policy": lambda _: "policy published",
}
"""How each kind of entry reads; what is not here reads as its kind."""
