"""What can be done with a benefit model: state it."""

from gonogo.core.errors import Invalid
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.domain.value import tables
from gonogo.domain.value.reading import parse
from gonogo.domain.value.rules import Stated
from gonogo.store.work import Work


def state(work: Work, case: str, text: str) -> Stated:
    """Say what a use case is expected to be worth; the ledger keeps what was said before.

    The same text again changes nothing. Raises `NotFound`, `Forbidden` and `Invalid` with field
    and line.
    """
    subject = work.subjects.need(Subject(SubjectKind.CASE, case), field="case")
    work.allow(Action.CASE_EDIT, on=subject)
    statement = parse(text)
    if case in statement.requires:
        raise Invalid(field="requires", value=case, expected="other use cases than itself")
    before = tables.find(work, case)
    if before is not None and before.statement.text == text:
        return before
    entry = work.append(
        "benefit-model",
        subject,
        {
            "v": 1,
            "currency": statement.currency,
            "text": text,
            "text_digest": statement.text_digest,
        },
    )
    stated = Stated(case, statement, work.at, str(work.caller.actor), entry.digest)
    tables.put(work, stated)
    return stated
