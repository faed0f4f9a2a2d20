"""REST: evidence."""

from gonogo.core.conditions import Cited
from gonogo.core.evidence import measured_to_json
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject
from gonogo.core.times import stamp
from gonogo.domain.evidence import actions, reads
from gonogo.domain.evidence.rules import EvidenceDraft
from gonogo.interfaces.api.kit import Routes
from gonogo.schemas import evidence as schemas
from gonogo.store.work import Work

routes = Routes("evidence")


@routes.post("/evidence", action=Action.EVIDENCE_RECORD)
def record(work: Work, asked: schemas.NewEvidences) -> schemas.Recorded:
    """Record what a client measured: up to 1,000 at once, all or nothing."""
    entries = actions.record(work, [draft(one) for one in asked.evidence])
    return schemas.Recorded(
        entries=[schemas.Place(position=e.position, digest=e.digest) for e in entries]
    )


@routes.get("/evidence")
def listed(
    work: Work,
    subject: str | None = None,
    check: str | None = None,
    current: bool = False,
    cursor: str | None = None,
    limit: int = 50,
) -> schemas.EvidencePage:
    """Evidence, newest first; `current` leaves out what newer evidence replaced."""
    page = reads.listed(
        work,
        subject=None if subject is None else Subject.parse(subject),
        check=check,
        only_current=current,
        cursor=cursor,
        limit=limit,
    )
    return schemas.EvidencePage(items=[told(cited) for cited in page.items], next=page.next)


@routes.get("/evidence/{entry}")
def show(work: Work, entry: str) -> schemas.Evidence:
    """One piece of evidence, by the digest or position of its entry."""
    return told(reads.one(work, entry))


def draft(asked: schemas.NewEvidence) -> EvidenceDraft:
    """What is asked, as the domain takes it."""
    measured = asked.measured.model_dump(exclude_unset=True)
    if measured.get("undefined") is None:
        measured.pop("undefined", None)
    return EvidenceDraft(
        subject=asked.subject,
        check=asked.check,
        measured=measured,
        parameters=asked.with_,
        detail=asked.detail,
        data=asked.data,
        code=asked.code,
        environment=asked.environment,
    )


def told(cited: Cited) -> schemas.Evidence:
    """Evidence as it travels."""
    found = cited.evidence
    return schemas.Evidence(
        position=cited.position,
        digest=cited.digest,
        subject=str(found.subject),
        check=found.check,
        with_=dict(found.parameters),
        measured=measured_to_json(found.measured),
        detail=dict(found.detail),
        data=found.data,
        code=found.code,
        environment=found.environment,
        reproduced=found.reproduced,
        actor=found.actor,
        at=stamp(found.at),
    )
