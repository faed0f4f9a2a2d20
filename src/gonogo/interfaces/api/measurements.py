"""REST: what the server measures in the background, and how far it is."""

import re
from collections.abc import Mapping

from starlette.requests import Request

from gonogo.core.caller import Caller
from gonogo.core.canonical import Json
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject
from gonogo.domain.measurements import tables
from gonogo.domain.measurements.rules import Measurement, State
from gonogo.flows import measurements as flow
from gonogo.interfaces.api.kit import Reply, Routes
from gonogo.interfaces.api.needs import ApiNeeds
from gonogo.schemas import measurements as schemas
from gonogo.store.work import Work

routes = Routes("measurements")

WAIT = re.compile(r"(?:^|[,;\s])wait=([0-9]{1,4})(?:$|[,;\s])")
ASYNC = re.compile(r"(?:^|[,;\s])respond-async(?:$|[,;\s])")
USUAL_WAIT = 5.0
"""Seconds that an answer waits for the end, where the request does not say."""
LONGEST_WAIT = 30.0


@routes.get("/measurements/{number}")
def show(work: Work, number: str) -> schemas.Measurement:
    """How far a measurement is; once it is done, its evidence, or why there is none."""
    found = tables.get(work, number)
    work.allow(Action.READ, on=found.subject)
    return told(found)


def answered(
    needs: ApiNeeds, caller: Caller, request: Request, subject: Subject, asked: Mapping[str, Json]
) -> Reply[schemas.Measurement]:
    """Have it measured; 201 with its evidence where that is soon, else 202 and where to look.

    `Prefer: wait=SECONDS` (RFC 7240) says how long is soon, at most half a minute; with `Prefer:
    respond-async` nothing is waited for. Raises what the measurement was refused for.
    """
    with needs.open_work(caller) as work:
        made = flow.ask(work, subject, asked)
    needs.measure()
    patience = _patience(request.headers.get("prefer", ""))
    found = flow.soon(needs.open_work, caller, made, patience)
    if found.state is State.DONE:
        needs.wake()
        return Reply(told(found))
    return Reply(told(found), status=202)


def told(found: Measurement) -> schemas.Measurement:
    """A measurement as it travels."""
    problem = found.problem
    return schemas.Measurement(
        id=found.id,
        subject=str(found.subject),
        state=found.state.value,
        done=found.done,
        total=found.total,
        doing=found.doing,
        entries=list(found.entries),
        problem=None if problem is None else schemas.Refused.model_validate(problem),
        asked_at=found.asked_at,
        ended_at=found.ended_at,
        status=f"/api/v1/measurements/{found.id}",
    )


def _patience(preferred: str) -> float:
    if ASYNC.search(preferred):
        return 0.0
    said = WAIT.search(preferred)
    return USUAL_WAIT if said is None else min(float(said[1]), LONGEST_WAIT)
