"""What can be done with technical debt: note it, settle it."""

from dataclasses import replace

from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.domain.debts import tables
from gonogo.domain.debts.reads import MOST
from gonogo.domain.debts.rules import Debt, DebtText, Settled, body, check_open, checked
from gonogo.store.work import Work


def note(work: Work, case: str, text: DebtText) -> Debt:
    """Put a debt on the register of a use case; raises `NotFound`, `Forbidden`, `Invalid`."""
    subject = _allowed(work, case)
    checked(text)
    number = tables.last(work, case) + 1
    if number > MOST:
        raise Invalid(field="case", value=case, expected=f"a use case with fewer than {MOST} debts")
    entry = work.append("debt", subject, {**body(text), "number": number})
    debt = Debt(case, number, text, work.at, str(work.caller.actor), entry.digest)
    tables.put(work, debt)
    return debt


def settle(work: Work, case: str, number: int, *, reason: str, evidence: str) -> Debt:
    """Say that a debt was paid off; `evidence` is the ledger entry that shows it.

    Its digest or position. Raises `NotFound`, `Forbidden`, `Conflict` where it was settled before,
    and `Invalid` for no reason.
    """
    subject = _allowed(work, case)
    debt = tables.get(work, case, number)
    check_open(debt)
    if not reason.strip():
        raise Invalid(field="reason", value=reason, expected="how it was paid off, in words")
    shown = work.ledger.entry(evidence).digest
    said: dict[str, Json] = {
        "v": 1,
        "number": number,
        "debt": debt.entry,
        "reason": reason,
        "cites": [shown],
    }
    entry = work.append("debt-settled", subject, said)
    settled = Settled(reason, shown, work.at, str(work.caller.actor), entry.digest)
    tables.settle(work, debt, settled)
    return replace(debt, settled=settled)


def _allowed(work: Work, case: str) -> Subject:
    """The use case, where the caller may keep its register."""
    subject = work.subjects.need(Subject(SubjectKind.CASE, case), field="case")
    work.allow(Action.DEBT_KEEP, on=subject)
    return subject
