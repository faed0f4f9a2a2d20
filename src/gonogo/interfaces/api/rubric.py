"""REST: the ML Test Score of a model version, and what people state of its points."""

from typing import Any

from gonogo.checks.engineering.rubric import BY_ID
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.domain.models import tables
from gonogo.flows import rubric
from gonogo.flows.rubric import Scored
from gonogo.interfaces.api.kit import Routes
from gonogo.schemas import rubric as schemas
from gonogo.store.work import Work

routes = Routes("test scores")


@routes.get("/models/{name}/versions/{version}/test-score")
def show(work: Work, name: str, version: str) -> schemas.RubricScore:
    """The ML Test Score as its evidence and statements stand now."""
    return told(rubric.score(work, name, version))


@routes.post("/models/{name}/versions/{version}/test-score", action=Action.EVIDENCE_REPRODUCE)
def record(work: Work, name: str, version: str) -> schemas.RubricScore:
    """Keep the score as evidence, so that a policy may ask for it."""
    found, entry = rubric.record(work, name, version)
    return told(found, entry.digest)


@routes.post("/models/{name}/versions/{version}/test-score/points", action=Action.EVIDENCE_RECORD)
def state(work: Work, name: str, version: str, asked: schemas.StatedPoint) -> schemas.Stated:
    """State how one test of the rubric is done, with a reference to where it can be seen."""
    found = tables.get(work, name, version)
    case = Subject(SubjectKind.CASE, found.registration.case)
    subject = case if asked.whole_case else found.subject
    entry = rubric.state(
        work,
        subject,
        point=asked.point,
        how=asked.how,
        reference=asked.reference,
        note=asked.note,
    )
    return schemas.Stated(subject=str(subject), entry=entry.digest)


def told(found: Scored, entry: str | None = None) -> schemas.RubricScore:
    """A score as it travels."""
    detail: dict[str, Any] = dict(found.finding.detail)
    return schemas.RubricScore(
        subject=str(found.subject),
        policy=found.policy,
        score=min(detail["sections"].values()),
        meaning=detail["meaning"],
        sections=detail["sections"],
        points=[_point(one) for one in detail["points"]],
        entry=entry,
    )


def _point(one: dict[str, Any]) -> schemas.RubricPoint:
    point = BY_ID[one["id"]]
    return schemas.RubricPoint(
        section=str(point.section),
        title=point.title,
        asks=point.asks,
        checks=list(point.checks),
        **one,
    )
