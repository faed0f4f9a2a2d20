"""Questions asked of benefit models."""

from collections.abc import Collection

from sqlalchemy import select

from gonogo.core.errors import NotFound
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
