"""What can be done with the plan of a hypothesis: fix it, and amend it with a reason."""

from gonogo.core.roles import Action
from gonogo.core.subjects import Subject
from gonogo.domain.hypotheses import plan_tables, plans, tables
from gonogo.domain.hypotheses.plans import Planned, Planning
from gonogo.domain.hypotheses.rules import check_open
from gonogo.store.work import Work


def plan(work: Work, case: str, slug: str, wanted: Planning) -> Planned:
    """Fix the plan of a hypothesis; the server works it out from what is asked.

    The first comes before any evidence about the hypothesis. With a reason it amends the one
    before, and says how much evidence was in. Raises `Conflict` for anything else, `Invalid` for
    what cannot be planned.
    """
    hypothesis = tables.get(work, case, slug)
    work.allow(Action.HYPOTHESIS_REGISTER, on=hypothesis.subject)
    check_open(hypothesis)
    asked, made = plans.made(wanted)
    plans.check_plan(
        made,
        criterion=wanted.criterion,
        criteria=len(hypothesis.text.criteria),
        significance=hypothesis.text.significance,
    )
    before = plan_tables.of(work, hypothesis.subject)
    measured = work.ledger.count(kind="evidence", subject=str(hypothesis.subject))
    reason = wanted.reason.strip()
    plans.check_place(before, measured=measured, reason=reason)
    planned = Planned(
        subject=hypothesis.subject,
        number=len(before) + 1,
        criterion=wanted.criterion,
        kind=wanted.kind,
        asked=asked,
        plan=made,
        reason=reason if before else "",
        measured=measured,
        at=work.at,
        by=str(work.caller.actor),
        entry="",
    )
    return _fixed(work, hypothesis.subject, planned)


def _fixed(work: Work, subject: Subject, planned: Planned) -> Planned:
    fixed = plans.sealed(planned, work.append("plan", subject, planned.body()).digest)
    plan_tables.put(work, fixed)
    return fixed
