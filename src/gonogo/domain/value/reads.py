"""Questions asked of benefit models."""

from collections.abc import Collection

from sqlalchemy import select

from gonogo.core.conditions import Cited
from gonogo.core.errors import NotFound
from gonogo.core.specs.value import NPV
from gonogo.core.subjects import ORGANISATION, Subject, SubjectKind
from gonogo.domain.value.rules import Stated
from gonogo.domain.value.tables import benefit_models, find, to_stated
from gonogo.store.work import Work

MOST = 1_000
"""Benefit models that are looked at together."""


def of_case(work: Work, case: str) -> Stated:
    """The benefit model of a use case; raises `NotFound` where nobody stated one."""
    found = find(work, case)
    if found is None:
        raise NotFound(field="case", value=case, expected="a use case with a benefit model")
    return found


def stated(work: Work, cases: Collection[str] | None = None) -> list[Stated]:
    """All benefit models, or those of these use cases, by name."""
    query = select(benefit_models).order_by(benefit_models.c.case).limit(MOST)
    if cases is not None:
        query = query.where(benefit_models.c.case.in_(list(cases)))
    return [to_stated(row) for row in work.connection.execute(query)]


def any_stated(work: Work) -> bool:
    """Whether any use case has a benefit model."""
    return work.connection.scalar(select(benefit_models.c.case).limit(1)) is not None


def kept_worths(work: Work, cases: Collection[str]) -> dict[str, Cited]:
    """The newest worth that is kept of these use cases, by name, in one query."""
    subjects = [Subject(SubjectKind.CASE, case) for case in cases]
    by_subject = work.ledger.latest_of(subjects, [NPV]) if subjects else {}
    return {
        subject.name: mine[-1]
        for subject, found in by_subject.items()
        if (mine := [one for one in found if one.evidence.reproduced])
    }


def kept_worths_of_all(work: Work) -> dict[str, Cited]:
    """What all use cases together are worth, by currency."""
    return {
        str(one.evidence.parameters["currency"]): one
        for one in work.ledger.latest(ORGANISATION, [NPV])
        if one.evidence.reproduced
    }


def in_currency(work: Work, currency: str) -> list[str]:
    """The use cases with a benefit model in a currency, by name."""
    return [one.case for one in stated(work) if one.statement.currency == currency]
