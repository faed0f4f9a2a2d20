"""REST: runs of the tracking server."""

from gonogo.core.caller import Caller
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject
from gonogo.domain.experiments import actions, reads, rules, tables
from gonogo.interfaces.api.kit import Reply, Routes
from gonogo.interfaces.api.needs import ApiNeeds
from gonogo.schemas import runs as schemas
from gonogo.store.work import Work

routes = Routes("runs")


@routes.post("/runs/sync", action=Action.RUN_RECORD, status=200)
def sync(needs: ApiNeeds, caller: Caller) -> schemas.Synced:
    """Adopt the runs of the tracking server, and what changed about those already known."""
    with needs.open_work(caller, write=False) as work:
        work.allow(Action.RUN_RECORD)
    tracked = needs.tracking.runs()
    changed = 0
    for run in tracked:
        # A Work each: one run that cannot be kept does not lose the others.
        with needs.open_work(caller) as work:
            before = tables.find(work, run.run_id)
            changed += actions.adopt(work, run) != before
    needs.wake()
    return schemas.Synced(runs=len(tracked), changed=changed)


@routes.get("/runs")
def listed(
    work: Work,
    hypothesis: str | None = None,
    case: str | None = None,
    counts: bool | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> schemas.Runs:
    """Runs, newest first; `hypothesis` is case/name."""
    subject = None if hypothesis is None else Subject.parse(f"hypothesis:{hypothesis}")
    page = reads.listed(
        work, hypothesis=subject, case=case, counts=counts, cursor=cursor, limit=limit
    )
    return schemas.Runs(items=[told(run) for run in page.items], next=page.next)


@routes.get("/runs/{run_id}")
def show(work: Work, run_id: str) -> Reply[schemas.Run]:
    """One run."""
    run = tables.get(work, run_id)
    return Reply(told(run), etag=run.entry)


def told(run: rules.Run) -> schemas.Run:
    """A run as it travels."""
    hypothesis = run.standing.hypothesis
    return schemas.Run(
        subject=str(run.subject),
        run_id=run.run_id,
        experiment=run.experiment,
        name=run.name,
        user=run.user,
        actor=run.actor,
        status=run.status,
        started_at=run.started_at,
        ended_at=run.ended_at,
        hypothesis=None if hypothesis is None else str(hypothesis),
        counts=run.standing.counts,
        why_not=run.standing.why_not,
        params=dict(run.params),
        metrics=dict(run.metrics),
        entry=run.entry,
    )
