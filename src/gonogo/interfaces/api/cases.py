"""REST: use cases."""

from dataclasses import asdict

from fastapi import Request

from gonogo.core.roles import Action
from gonogo.domain.cases import reads, rules, tables
from gonogo.flows import cases as flows
from gonogo.interfaces.api.kit import Reply, Routes, unchanged
from gonogo.schemas import cases as schemas
from gonogo.store.work import Work

routes = Routes("cases")


@routes.get("/cases")
def listed(work: Work, cursor: str | None = None, limit: int = 50) -> schemas.Cases:
    """Use cases by name."""
    page = reads.listed(work, cursor=cursor, limit=limit)
    return schemas.Cases(items=[told(case) for case in page.items], next=page.next)


@routes.post("/cases", action=Action.CASE_CREATE)
def create(work: Work, asked: schemas.NewCase) -> Reply[schemas.Case]:
    """A new use case."""
    case = flows.create(work, asked.slug, text(asked))
    return Reply(told(case), etag=case.entry)


@routes.get("/cases/{case}")
def show(work: Work, case: str) -> Reply[schemas.Case]:
    """One use case."""
    found = tables.get(work, case)
    return Reply(told(found), etag=found.entry)


@routes.put("/cases/{case}", action=Action.CASE_EDIT, edits=True)
def edit(work: Work, request: Request, case: str, asked: schemas.CaseText) -> Reply[schemas.Case]:
    """Say something else of a use case; `If-Match` must name what was read."""
    unchanged(request, tables.get(work, case).entry)
    edited = flows.edit(work, case, text(asked))
    return Reply(told(edited), etag=edited.entry)


def text(asked: schemas.CaseText) -> rules.CaseText:
    """What is asked, as the domain takes it."""
    return rules.CaseText(
        title=asked.title,
        problem=asked.problem,
        risk_tier=rules.RiskTier(asked.risk_tier),
        risk_reason=asked.risk_reason,
        owner_role=asked.owner_role,
        policy=asked.policy,
        value=None if asked.value is None else rules.ValueModel(**asked.value.model_dump()),
        feasibility=asked.feasibility,
    )


def told(case: rules.Case) -> schemas.Case:
    """A use case as it travels."""
    return schemas.Case(
        subject=str(case.subject),
        slug=case.slug,
        stage=case.stage,
        entry=case.entry,
        **asdict(case.text),
    )
