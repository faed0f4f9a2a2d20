"""REST: models, their versions, and what was champion when."""

import tempfile
from pathlib import Path

from starlette.requests import Request

from gonogo.core.caller import Caller
from gonogo.core.errors import NotFound
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject
from gonogo.core.tasks import Task
from gonogo.core.times import moment, stamp
from gonogo.domain.experiments import tables as runs
from gonogo.domain.models import actions, reads, rules, sealing, tables
from gonogo.flows import ensembles
from gonogo.interfaces.api import measurements
from gonogo.interfaces.api.kit import Reply, Routes
from gonogo.interfaces.api.needs import ApiNeeds
from gonogo.schemas import models as schemas
from gonogo.schemas.measurements import Measurement
from gonogo.store.work import Work

routes = Routes("models")


@routes.get("/models")
def listed(work: Work, cursor: str | None = None, limit: int = 50) -> schemas.Models:
    """Registered models by name."""
    page = reads.listed(work, cursor=cursor, limit=limit)
    items = [schemas.Model.model_validate(model) for model in page.items]
    return schemas.Models(items=items, next=page.next)


@routes.get("/models/{name}")
def versions(work: Work, name: str) -> schemas.Versions:
    """All versions of a model, newest first."""
    found = reads.versions_of(work, name)
    if not found:
        raise NotFound(field="model", value=name, expected="a registered model")
    return schemas.Versions(items=[told(version) for version in found])


@routes.post("/models/{name}/versions", action=Action.MODEL_REGISTER, also=(200,))
def register(
    needs: ApiNeeds, caller: Caller, name: str, asked: schemas.NewVersion
) -> Reply[schemas.Version]:
    """Seal a version of the tracking server's registry: its files are hashed, checked and kept."""
    said = {} if asked.task is None else asked.task.model_dump(exclude_none=True)
    task = Task.from_json(said)
    with needs.open_work(caller, write=False) as work:
        work.allow(Action.MODEL_REGISTER, on=_case(work, asked.case))
        before = tables.find(work, name, asked.version)
    tracked = needs.tracking.version(name, asked.version)
    with needs.open_work(caller, write=False) as work:
        author = _author(work, tracked.run_id)
    with tempfile.TemporaryDirectory() as folder:
        files = sealing.bring(needs.tracking, tracked, Path(folder))
        if before is not None:
            rules.check_unchanged(before.registration, files)
        made = sealing.inspect(Path(folder))
        registration = rules.Registration(
            model=name,
            number=asked.version,
            case=asked.case,
            run=tracked.run_id,
            place=needs.tracking.place(tracked),
            files=files,
            format=made.format,
            signature=made.signature,
            data=asked.data,
            evaluation=asked.evaluation,
            code=asked.code,
            environment=asked.environment,
            author=author or caller.actor,
            threshold=asked.threshold,
            card=asked.card,
            task=task,
        )
        # Before the files are put away: what is refused leaves none behind.
        with needs.open_work(caller, write=False) as work:
            actions.check_register(work, registration)
        sealing.keep(needs.files, Path(folder), files)
    with needs.open_work(caller) as work:
        version = actions.register(work, registration)
    needs.wake()
    return Reply(told(version), etag=version.entry, status=200 if before else 201)


@routes.post("/models/{name}/ensembles", action=Action.MODEL_REGISTER, also=(200,))
def ensemble(
    needs: ApiNeeds, caller: Caller, name: str, asked: schemas.NewEnsemble
) -> Reply[schemas.Version]:
    """Seal an ensemble of registered versions, as a version of the model `name`.

    Its files are those of its members. The same made again is answered with 200.
    """
    wanted = ensembles.Wanted(
        model=name,
        members=tuple((one.version, one.weight) for one in asked.members),
        stack=asked.stack,
        learn=asked.learn,
        evaluation=asked.evaluation,
        threshold=asked.threshold,
        card=asked.card,
    )
    with needs.open_work(caller, write=False) as work:
        plan = ensembles.planned(work, wanted)
    # Loading its members, and learning their weights, takes seconds: outside of any Work.
    built = ensembles.built(needs.files, plan)
    with needs.open_work(caller) as work:
        version, is_new = ensembles.register(work, built)
    needs.wake()
    return Reply(told(version), etag=version.entry, status=201 if is_new else 200)


@routes.get("/models/{name}/versions/{version}")
def show(work: Work, name: str, version: str) -> Reply[schemas.Version]:
    """One version."""
    found = tables.get(work, name, version)
    return Reply(told(found), etag=found.entry)


@routes.put("/models/{name}/versions/{version}/card", action=Action.MODEL_REGISTER)
def write_card(work: Work, name: str, version: str, asked: schemas.Card) -> schemas.Version:
    """Say what the version's model card says."""
    return told(actions.write_card(work, name, version, asked.card))


@routes.post("/models/{name}/versions/{version}/verify", action=Action.READ, status=200)
def verify(needs: ApiNeeds, caller: Caller, name: str, version: str) -> schemas.Verified:
    """Bring the files from the tracking server again and compare them with what was sealed."""
    with needs.open_work(caller, write=False) as work:
        found = tables.get(work, name, version)
        work.allow(Action.READ, on=found.subject)
    sealing.verify(needs.files, needs.tracking, found.registration)
    return schemas.Verified(
        subject=str(found.subject),
        digest=found.registration.digest,
        files=len(found.registration.files),
    )


@routes.post(
    "/models/{name}/versions/{version}/reproduce", action=Action.EVIDENCE_REPRODUCE, also=(202,)
)
def reproduce(
    needs: ApiNeeds,
    caller: Caller,
    request: Request,
    name: str,
    version: str,
    asked: schemas.Reproduce,
) -> Reply[Measurement]:
    """Have the server measure a version itself, from its sealed files and kept data.

    201 where that is soon done, with its evidence; else 202 and where to look.
    """
    with needs.open_work(caller, write=False) as work:
        found = tables.get(work, name, version)
    said = asked.model_dump(mode="json", by_alias=True)
    return measurements.answered(needs, caller, request, found.subject, said)


@routes.get("/models/{name}/at")
def champion_at(work: Work, name: str, time: str) -> schemas.ChampionAt:
    """What was champion at a time, and by which decision."""
    asked = moment(time, "time")
    work.subjects.need(rules.model_subject(name), field="model")
    found = reads.champion(work, name, asked)
    number = None if found is None else found.number
    return schemas.ChampionAt(
        model=name,
        at=stamp(asked),
        version=number,
        subject=None if number is None else str(rules.version_subject(name, number)),
        since=None if found is None else found.at,
        decision=None if found is None else found.decision,
    )


def told(version: rules.Version) -> schemas.Version:
    """A version as it travels."""
    said = version.registration
    return schemas.Version(
        subject=str(said.subject),
        model=said.model,
        version=said.number,
        case=said.case,
        run=said.run,
        digest=said.digest,
        files=[schemas.ModelFile.model_validate(file) for file in said.files],
        format=said.format,
        signature=dict(said.signature),
        data=said.data,
        evaluation=said.evaluation,
        code=said.code,
        environment=said.environment,
        author=str(said.author),
        threshold=said.threshold,
        task=said.task.to_json(),
        ensemble=None if said.composition is None else said.composition.to_json(),
        card=dict(said.card),
        stage=version.stage,
        registered_at=version.registered_at,
        registered_by=version.registered_by,
        entry=version.entry,
    )


def _author(work: Work, run_id: str | None) -> Subject | None:
    """Who ran the run that made it, where that is known."""
    run = None if run_id is None else runs.find(work, run_id)
    return None if run is None or run.actor is None else Subject.parse(run.actor)


def _case(work: Work, slug: str) -> Subject:
    return work.subjects.need(Subject.parse(f"case:{slug}"), field="case")
