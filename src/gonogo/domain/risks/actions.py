"""What can be done with risks: register, edit, review, accept, close one, say that it occurred."""

from dataclasses import replace

from gonogo.core.canonical import Json
from gonogo.core.decisions import Decision, Outcome
from gonogo.core.errors import Conflict, Invalid, NotFound
from gonogo.core.roles import Action
from gonogo.domain.risks import tables
from gonogo.domain.risks.reading import key_of
from gonogo.domain.risks.rules import (
    Risk,
    RiskText,
    Said,
    State,
    check_counts,
    check_due,
    parent_of,
    reason_of,
    subject_of,
)
from gonogo.store.work import Work

MOST = 2000
"""Risks of an installation."""


def register(work: Work, key: str, text: RiskText) -> Risk:
    """Put a risk on the register; raises `Conflict` for a name that is taken, `Invalid`."""
    parent = work.subjects.need(parent_of(text.case), field="case")
    work.allow(Action.RISK_KEEP, on=parent)
    key_of(key)
    if tables.find(work, key) is not None:
        raise Conflict(field="key", value=key, expected="a name that no other risk has")
    if tables.count(work) >= MOST:
        raise Invalid(field="key", value=key, expected=f"a register of at most {MOST:,} risks")
    check_due(text, None, work.now.date())
    subject = subject_of(key)
    work.subjects.add(subject, parent=parent, title=text.title)
    entry = work.append("risk", subject, {"v": 1, "said": dict(text.said)})
    noted = Said(str(work.caller.actor), work.at, "", entry.digest)
    made = Risk(key, text, entry.digest, noted)
    tables.put(work, made)
    return made


def edit(work: Work, key: str, text: RiskText) -> Risk:
    """Say something else of a risk; the ledger keeps what was said before.

    The same words as before are no edit. Raises `NotFound`, `Forbidden`, `Conflict` for a risk
    that has ended, `Invalid`.
    """
    found = _held(work, key)
    parent = work.subjects.need(parent_of(text.case), field="case")
    work.allow(Action.RISK_KEEP, on=parent)
    if dict(text.said) == dict(found.text.said):
        return found
    check_due(text, found.text, work.now.date())
    if text.case != found.text.case:
        work.subjects.move(found.subject, parent)
    said: dict[str, Json] = {"v": 1, "said": dict(text.said), "before": found.entry}
    entry = work.append("risk-edited", found.subject, said)
    edited = replace(found, text=text, entry=entry.digest)
    tables.replace(work, edited)
    return edited


def review(work: Work, key: str, *, note: str) -> Risk:
    """Say that one has looked at a risk and that it stands as it is written."""
    found = _held(work, key)
    words = note.strip()
    entry = work.append(
        "risk-reviewed", found.subject, {"v": 1, "risk": found.entry, "note": words}
    )
    reviewed = replace(found, reviewed=_said(work, words, entry.digest))
    tables.replace(work, reviewed)
    return reviewed


def accept(work: Work, key: str, *, reason: str) -> Risk:
    """Decide to live with a risk, and why; raises `Conflict` where that was decided already."""
    found = _held(work, key, Action.RISK_ACCEPT)
    if found.state is State.ACCEPTED:
        raise Conflict(field="risk", value=key, expected="a risk that was not accepted yet")
    words = reason_of(reason, "why one can live with it, in words")
    decision = Decision(Outcome.ACCEPTED, words, (found.entry,))
    entry = work.decide(found.subject, decision)
    accepted = replace(found, accepted=_said(work, words, entry.digest))
    tables.replace(work, accepted)
    return accepted


def close(work: Work, key: str, *, reason: str, evidence: str | None = None) -> Risk:
    """Say that it cannot come true any more; `evidence`: digest or position that shows it."""
    found = _held(work, key)
    words = reason_of(reason, "why it cannot come true any more, in words")
    shown = None if evidence is None else _shown(work, evidence)
    return _end(work, found, "risk-closed", words, shown)


def occur(work: Work, key: str, *, reason: str, evidence: str) -> Risk:
    """Say that it came true; `evidence`: digest or position of the entry that shows it."""
    found = _held(work, key)
    words = reason_of(reason, "what happened, in words")
    shown = _shown(work, evidence)
    return _end(work, replace(found, occurred=True), "risk-occurred", words, shown)


def _end(work: Work, found: Risk, kind: str, words: str, shown: str | None) -> Risk:
    cites = [found.entry, *([] if shown is None else [shown])]
    entry = work.append(kind, found.subject, {"v": 1, "reason": words, "cites": list(cites)})
    ended = replace(found, ended=_said(work, words, entry.digest), shown_by=shown)
    tables.replace(work, ended)
    return ended


def allowed(work: Work, key: str, action: Action = Action.RISK_KEEP) -> None:
    """Go on if the caller may do so with a risk; raises `Forbidden` whether or not there is one."""
    work.allow(action, on=subject_of(key))


def _held(work: Work, key: str, action: Action = Action.RISK_KEEP) -> Risk:
    """The risk as the last who wrote of it left it, for whoever may; raises."""
    allowed(work, key, action)
    work.subjects.hold(subject_of(key))
    found = tables.get(work, key)
    check_counts(found)
    return found


def _shown(work: Work, evidence: str) -> str:
    """The digest of the entry that is named; raises `NotFound` at `evidence`."""
    try:
        return work.ledger.entry(evidence).digest
    except NotFound as error:
        raise NotFound(field="evidence", value=evidence, expected=error.expected) from error


def _said(work: Work, words: str, entry: str) -> Said:
    return Said(str(work.caller.actor), work.at, words, entry)
