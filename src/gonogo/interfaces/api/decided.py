"""REST: decisions of the gateway as they were taken, why, and what became of them."""

from typing import Any

from fastapi import Request

from gonogo.core.caller import Caller
from gonogo.core.errors import Invalid
from gonogo.core.roles import Action
from gonogo.core.times import moment, period
from gonogo.flows import erasing as flows
from gonogo.interfaces.api.kit import Routes
from gonogo.interfaces.api.needs import ApiNeeds
from gonogo.records.log import Period
from gonogo.records.reading import Seen, Told
from gonogo.records.searching import Wanted, newest
from gonogo.schemas import decided as schemas
from gonogo.store.paging import MOST, page_of, read_cursor
from gonogo.store.work import Work
from gonogo.views import decided as views

routes = Routes("decided")


@routes.get("/cases/{case}/decided", action=Action.DECIDED_READ)
def listed(
    needs: ApiNeeds,
    caller: Caller,
    case: str,
    entity: str | None = None,
    outcome: str | None = None,
    arm: str | None = None,
    model: str | None = None,
    since: str = "",
    until: str = "",
    cursor: str | None = None,
    limit: int = 50,
) -> schemas.DecidedPage:
    """Decisions of a use case that fit everything that is asked, newest first."""
    with needs.open_work(caller, write=False) as work:
        views.allow_case(work, case)
    limit = max(1, min(limit, MOST))
    begin, end = (None if text is None else moment(text) for text in period(since, until))
    wanted = Wanted(entity or None, outcome or None, arm or None, model or None)
    # No transaction is held open while files are read.
    found = newest(
        needs.log, Period(case, begin, end), wanted, before=_place(cursor), most=limit + 1
    )
    page = page_of(found, limit, lambda one: f"{one.decision.at}:{one.decision.id}")
    items = [schemas.DecidedLine(**_line(one)) for one in page.items]
    return schemas.DecidedPage(items=items, next=page.next)


@routes.get("/decided/{decision}", action=Action.DECIDED_READ)
def show(needs: ApiNeeds, work: Work, decision: str) -> schemas.Decided:
    """One decision: its inputs, reasons, version and route, and what came of it."""
    return _whole(work, views.read(work, needs.log, decision))


@routes.post("/cases/{case}/erasures", action=Action.DECIDED_ERASE)
def erase(
    needs: ApiNeeds, caller: Caller, request: Request, case: str, asked: schemas.NewErasure
) -> schemas.Erasure:
    """Take out what the decisions of a use case say of somebody; they stay and are counted."""
    if "idempotency-key" in request.headers:
        raise Invalid(
            field="Idempotency-Key",
            expected="none here: the salt is told once and never kept; erasing twice does no harm",
        )
    made = flows.erase(needs.open_work, caller, needs.log, case, asked.entity, reason=asked.reason)
    needs.wake()
    done = made.done
    return schemas.Erasure(
        case=case,
        decision=made.decision,
        who=made.who,
        salt=made.salt,
        decisions=done.decisions,
        exposures=done.exposures,
        notes=done.notes,
        files=done.files,
        waiting=done.waiting,
    )


def _place(cursor: str | None) -> tuple[int, str] | None:
    """Time and id of the last decision of the page before."""
    key = read_cursor(cursor, str)
    if key is None:
        return None
    at, _, id_ = key.partition(":")
    if not (at.isascii() and at.isdigit() and len(at) < 18):
        raise Invalid(field="cursor", value=cursor, expected="a cursor from the page before")
    return int(at), id_


def _line(seen: Seen) -> dict[str, Any]:
    one, came = seen.decision, seen.outcome
    return {
        "id": one.id,
        "case": one.case,
        "at": views.time_of(one.at),
        "entity": one.entity,
        "outcome": one.outcome,
        "score": one.score,
        "model": one.model,
        "arm": one.arm,
        "release": one.release,
        "reasons": list(one.reasons),
        "rule": one.rule,
        "error": one.error,
        "labelled": came is not None,
        "label": None if came is None else came.label,
        "corrections": seen.corrections,
        "erased": seen.erased,
    }


def _whole(work: Work, told: Told) -> schemas.Decided:
    one = told.seen.decision
    outcomes = [place for place, came in enumerate(told.outcomes) if came.kind == "outcome"]
    return schemas.Decided(
        **_line(told.seen),
        why=views.why(told.seen),
        kind=one.kind,
        threshold=views.threshold_of(work, one),
        features=one.features,
        defaulted=list(one.defaulted),
        propensity=one.propensity,
        snapshot=one.snapshot,
        route=views.route_of(work, one),
        code=one.code,
        token=one.token,
        latency_ms=one.latency_us / 1000,
        probability=one.probability,
        set=None if one.conformal_set is None else list(one.conformal_set),
        interval=None if one.conformal_interval is None else list(one.conformal_interval),
        coverage=one.coverage,
        shadows=[
            schemas.Shadow(
                arm=each.arm,
                model=each.model,
                outcome=each.outcome,
                score=each.score,
                error=each.error,
            )
            for each in told.shadows
        ],
        outcomes=[
            schemas.CameBack(
                at=views.time_of(came.at),
                received=views.time_of(came.received),
                label=came.label,
                value=came.value,
                kind=came.kind,
                note=came.note,
                token=came.token,
                counts=outcomes[-1:] == [place],
            )
            for place, came in enumerate(told.outcomes)
        ],
    )
