"""What can be done: set a dataset's privacy budget, and spend of it for one release."""

from collections.abc import Mapping

from gonogo.checks.privacy.statistics import Query
from gonogo.core.canonical import Json
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.domain.disclosures import tables
from gonogo.domain.disclosures.rules import (
    Account,
    Allowance,
    Budget,
    Release,
    check_allowed,
    check_change,
    check_rationale,
    key_of,
)
from gonogo.store.work import Work


def set_budget(work: Work, dataset: str, allowance: Allowance, *, rationale: str) -> Account:
    """How much may be told of a dataset in all; a lower one than was spent ends releases.

    Raises `NotFound`, `Forbidden`, `Invalid`, and `Conflict` for a change that would say something
    else of what was released already.
    """
    subject = work.subjects.need(Subject(SubjectKind.DATASET, dataset), field="dataset")
    work.allow(Action.PRIVACY_BUDGET, on=subject)
    reason = check_rationale(rationale)
    before = tables.account(work, dataset)
    check_change(before, allowance)
    if before is not None and (before.budget.allowance, before.budget.rationale) == (
        allowance,
        reason,
    ):
        return before
    body: dict[str, Json] = {"v": 1, **allowance.body(), "rationale": reason}
    entry = work.append("privacy-budget", subject, body)
    budget = Budget(dataset, allowance, reason, work.at, str(work.caller.actor), entry.digest)
    tables.put_budget(work, budget)
    return Account(budget, () if before is None else before.spent)


def allow_release(work: Work, subject: Subject, query: Query) -> Release | Account:
    """What was released before, or the account that one more release may be drawn on.

    Raises `Forbidden`, and `Conflict` with what is left.
    """
    work.allow(Action.PRIVACY_SPEND, on=subject)
    before = tables.find(work, key_of(subject, query))
    if before is not None:
        return before
    return check_allowed(tables.account(work, subject.name), subject, query)


def spend(
    work: Work, subject: Subject, query: Query, answer: Mapping[str, Json], rows_per_person: int
) -> Release:
    """Spend what `query` costs and keep its `answer`, in one: whoever sees it has paid.

    The answer was drawn before, for `rows_per_person`, and nobody has seen it. Where the same was
    released meanwhile, that release is returned and this answer is lost. Raises as `allow_release`.
    """
    found = allow_release(work, subject, query)
    if isinstance(found, Release):
        return found
    check_change(
        Account(found.budget, (query.epsilon,)),
        Allowance(found.budget.allowance.epsilon, found.budget.allowance.delta, rows_per_person),
    )
    left = Account(found.budget, (*found.spent, query.epsilon)).left
    body: dict[str, Json] = {
        "v": 1,
        "query": query.body(),
        "answer": dict(answer),
        "rows_per_person": rows_per_person,
        "budget": found.budget.entry,
        "left": left,
    }
    entry = work.append("private-statistic", subject, body)
    release = Release(subject, query, answer, work.at, str(work.caller.actor), entry.digest)
    tables.put(work, release)
    return release
