"""What can be done with a hypothesis: register, settle, abandon. Never edit."""

from dataclasses import replace

from gonogo.core.canonical import Json
from gonogo.core.decisions import Decision, Outcome
from gonogo.core.errors import Conflict, Invalid
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.core.subjects import slug as checked_slug
from gonogo.domain.hypotheses import library, plan_tables, reads, tables
from gonogo.domain.hypotheses.rules import (
    Hypothesis,
    Settlement,
    State,
    Statement,
    check_open,
    check_statement,
    hypothesis_subject,
    judge,
    settled_json,
)
from gonogo.store.work import Work


def register(work: Work, case: str, slug: str, text: Statement) -> Hypothesis:
    """A new hypothesis of a use case; from now on runs may count for it."""
    parent = work.subjects.need(_case(case), field="case")
    work.allow(Action.HYPOTHESIS_REGISTER, on=parent)
    checked_slug("slug", slug)
    check_statement(text, work.now)
    _need_dataset(work, text.dataset)
    subject = hypothesis_subject(case, slug)
    if work.subjects.known(subject):
        raise Conflict(
            field="slug", value=slug, expected="a name that no other hypothesis of the case has"
        )
    work.subjects.add(subject, parent=parent, title=text.statement)
    entry = work.append("hypothesis", subject, text.body())
    hypothesis = Hypothesis(
        case=case,
        slug=slug,
        text=text,
        state=State.OPEN,
        learned="",
        registered_at=work.at,
        registered_by=str(work.caller.actor),
        sealed=entry.digest,
        entry=entry.digest,
    )
    tables.put(work, hypothesis)
    library.take_up(work, hypothesis)
    return hypothesis


def edited(work: Work, case: str, slug: str) -> Conflict:
    """What to raise for an edit: what was registered stays as it is."""
    hypothesis = tables.get(work, case, slug)
    work.allow(Action.HYPOTHESIS_REGISTER, on=hypothesis.subject)
    return Conflict(
        field="hypothesis",
        value=str(hypothesis.subject),
        expected="no edit: what is registered stays as it is; register a new one",
        message="A registered hypothesis cannot be edited",
    )


def settle(work: Work, subject: Subject, *, learned: str) -> tuple[Hypothesis, Settlement]:
    """Settle a hypothesis by its own criteria on the evidence there is.

    Raises `Conflict` where it is settled already, or where there is nothing to settle it by.
    """
    hypothesis = _of(work, subject)
    work.allow(Action.HYPOTHESIS_SETTLE, on=hypothesis.subject)
    check_open(hypothesis)
    said = _said("learned", learned)
    planned = plan_tables.in_force(work, [subject]).get(str(subject))
    settlement = judge(
        hypothesis,
        reads.counting(work, hypothesis, planned),
        registered=work.ledger.entry(hypothesis.sealed).position,
        now=work.now,
        planned=planned,
    )
    cited = [one.cited.digest for one in settlement.settled if one.cited is not None]
    plan = [] if planned is None else [planned.entry]
    decision = Decision(
        settlement.outcome,
        rationale=settlement.rationale,
        cites=tuple(dict.fromkeys([hypothesis.sealed, *plan, *cited])),
    )
    closed = _close(work, hypothesis, decision, said, settlement)
    return closed, settlement


def abandon(work: Work, subject: Subject, *, reason: str) -> Hypothesis:
    """Stop working on a hypothesis, and say why."""
    hypothesis = _of(work, subject)
    work.allow(Action.HYPOTHESIS_SETTLE, on=hypothesis.subject)
    check_open(hypothesis)
    said = _said("reason", reason)
    decision = Decision(Outcome.ABANDONED, rationale=said, cites=(hypothesis.sealed,))
    return _close(work, hypothesis, decision, said, None)


def _close(
    work: Work,
    hypothesis: Hypothesis,
    decision: Decision,
    learned: str,
    settlement: Settlement | None,
) -> Hypothesis:
    settled = () if settlement is None else settlement.settled
    more: dict[str, Json] = {"learned": learned, "settled": [settled_json(one) for one in settled]}
    entry = work.decide(hypothesis.subject, decision, more)
    closed = replace(hypothesis, state=State(decision.outcome), learned=learned, entry=entry.digest)
    tables.close(work, closed)
    library.take_up(work, closed)
    return closed


def _of(work: Work, subject: Subject) -> Hypothesis:
    case, _, slug = subject.name.partition("/")
    return tables.get(work, case, slug)


def _case(case: str) -> Subject:
    try:
        return Subject(SubjectKind.CASE, case)
    except Invalid as error:
        raise Invalid(field="case", value=case, expected=error.expected) from error


def _need_dataset(work: Work, dataset: str | None) -> None:
    if dataset is None:
        return
    try:
        subject = Subject.parse(dataset)
    except Invalid as error:
        raise Invalid(field="dataset", value=dataset, expected=error.expected) from error
    if subject.kind is not SubjectKind.DATASET or subject.version is None:
        raise Invalid(
            field="dataset", value=dataset, expected="a dataset version, dataset:name@version"
        )
    work.subjects.need(subject, field="dataset")


def _said(field: str, text: str) -> str:
    if not text.strip():
        raise Invalid(field=field, value=text, expected="a sentence for those who come after")
    return text.strip()
