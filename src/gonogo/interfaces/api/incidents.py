"""REST: what went wrong in production, who looks after it, how it ended."""

from gonogo.core.roles import Action
from gonogo.domain.incidents import actions, reads, rules, tables
from gonogo.interfaces.api.kit import Routes
from gonogo.schemas import incidents as schemas
from gonogo.store.work import Work

routes = Routes("incidents")


@routes.get("/incidents")
def listed(
    work: Work,
    case: str | None = None,
    state: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> schemas.Incidents:
    """Incidents, newest first."""
    page = reads.listed(work, case=case, state=state, cursor=cursor, limit=limit)
    return schemas.Incidents(items=[told(one) for one in page.items], next=page.next)


@routes.get("/incidents/{number}")
def show(work: Work, number: int) -> schemas.Incident:
    """One incident."""
    return told(tables.get(work, number))


@routes.post("/incidents/{number}/acknowledge", action=Action.INCIDENT_HANDLE, status=200)
def acknowledge(work: Work, number: int, asked: schemas.Acknowledge) -> schemas.Incident:
    """Say that one looks after it."""
    return told(actions.acknowledge(work, number, note=asked.note))


@routes.post("/incidents/{number}/resolve", action=Action.INCIDENT_HANDLE, status=200)
def resolve(work: Work, number: int, asked: schemas.Resolve) -> schemas.Incident:
    """Say that it is over, and why; what happens again opens another one."""
    return told(actions.resolve(work, number, reason=asked.reason, evidence=asked.evidence))


def told(found: rules.Incident) -> schemas.Incident:
    """An incident as it travels."""
    looked, over = found.acknowledged, found.resolved
    return schemas.Incident(
        number=found.number,
        state=str(found.state),
        about=found.what.about,
        case=found.case,
        arm=found.what.arm,
        version=found.what.version,
        why=found.what.why,
        detail=found.detail,
        times=found.times,
        first_at=found.first_at,
        last_at=found.last_at,
        snapshot=found.snapshot,
        entry=found.entry,
        acknowledged_by=None if looked is None else looked.by,
        acknowledged_at=None if looked is None else looked.at,
        note=None if looked is None else looked.note,
        resolved_by=None if over is None else over.by,
        resolved_at=None if over is None else over.at,
        reason=None if over is None else over.note,
        evidence=found.evidence,
    )
