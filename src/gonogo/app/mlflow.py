"""MLflow wired in: who may use it, what is sealed, and what becomes of what is written there."""

import logging
from dataclasses import dataclass

from anyio import to_thread
from starlette.requests import Request

from gonogo.app.settings import Settings
from gonogo.core.caller import SYSTEM, Caller
from gonogo.core.errors import GonogoError, Invalid
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.core.tracking import Tracking
from gonogo.domain.experiments import actions as runs
from gonogo.domain.models import reads as models
from gonogo.integrations.mlflow import ports
from gonogo.integrations.mlflow.keeping import Keeping, keeping_of
from gonogo.integrations.mlflow.ports import Change, RequestScope, overlaps
from gonogo.integrations.mlflow.tracking import MlflowTracking
from gonogo.interfaces.api.authentication import Authentication
from gonogo.store.work import OpenWork

log = logging.getLogger("gonogo.mlflow")


@dataclass(frozen=True, slots=True)
class MlflowCaller:
    """A caller, as MLflow's door sees it."""

    caller: Caller

    @property
    def may_read(self) -> bool:
        """Whether it may look at runs and models."""
        return self.caller.refuses(Action.TRACKING_READ, None) is None

    @property
    def may_write(self) -> bool:
        """Whether it may write runs and models."""
        return self.caller.refuses(Action.TRACKING_WRITE, None) is None


@dataclass(frozen=True, slots=True)
class Door:
    """Finds who is asking MLflow for something."""

    authentication: Authentication

    async def __call__(self, scope: RequestScope) -> MlflowCaller | None:
        """The caller, or None where nobody is signed in."""
        try:
            # MLflow's own pages cannot send our token; `mounted` checks where they come from.
            found = await to_thread.run_sync(
                lambda: self.authentication(Request(dict(scope)), unsafe=False)
            )
        except GonogoError:
            return None
        return MlflowCaller(found)


@dataclass(frozen=True, slots=True)
class LedgerSeals:
    """What the ledger says may not change any more."""

    open_work: OpenWork

    async def artifact(self, path: str) -> bool:
        """Whether writing at `path` could change a registered version."""
        return await to_thread.run_sync(self._artifact, path)

    async def version(self, model: str, version: str | None) -> bool:
        """Whether the version, or any of the model, is registered."""
        return await to_thread.run_sync(self._version, model, version)

    async def refuses(
        self, caller: ports.Caller, run_ids: frozenset[str], model: str | None
    ) -> str | None:
        """Why the caller may not write to one of these, which belongs to a use case."""
        if not isinstance(caller, MlflowCaller):
            return None
        named = [subject for run_id in run_ids if (subject := _subject("run", run_id)) is not None]
        if model is not None and (of_model := _subject("model", model)) is not None:
            named.append(of_model)
        return await to_thread.run_sync(self._refuses, caller.caller, named) if named else None

    def _refuses(self, caller: Caller, named: list[Subject]) -> str | None:
        with self.open_work(SYSTEM, write=False) as work:
            for subject in named:
                # What belongs to no use case is everybody's who may write at all.
                if work.subjects.ancestor(subject, SubjectKind.CASE) is None:
                    continue
                refused = caller.refuses(Action.TRACKING_WRITE, work.subjects.lineage(subject))
                if refused is not None:
                    return refused
        return None

    def _artifact(self, path: str) -> bool:
        with self.open_work(SYSTEM, write=False) as work:
            return any(overlaps(path, place) for place in models.sealed_places(work))

    def _version(self, model: str, version: str | None) -> bool:
        with self.open_work(SYSTEM, write=False) as work:
            return models.is_sealed(work, model, version)


def _subject(kind: str, name: str) -> Subject | None:
    """The subject of that name, None where no subject could have it."""
    try:
        return Subject.parse(f"{kind}:{name}")
    except Invalid:
        return None


@dataclass(frozen=True, slots=True)
class Adopting:
    """Takes up what was written through MLflow's own interface."""

    open_work: OpenWork
    tracking: Tracking

    async def __call__(self, change: Change) -> None:
        """Take up the run that changed; what fails here is taken up by the next synchronisation."""
        if change.run_id is not None and isinstance(change.caller, MlflowCaller):
            await to_thread.run_sync(self._adopt, change.run_id, change.caller.caller)

    def _adopt(self, run_id: str, caller: Caller) -> None:
        try:
            run = self.tracking.run(run_id)
            with self.open_work(caller) as work:
                runs.adopt(work, run, author=caller.actor)
        except GonogoError as error:
            log.warning("run %s is not taken up yet: %s", run_id, error)


def tracking_of(settings: Settings) -> MlflowTracking:
    """The tracking server that `settings` name: the one that is there, else our own."""
    if settings.mlflow_url is not None:
        return MlflowTracking.at(settings.mlflow_url, settings.mlflow_token)
    return MlflowTracking.embedded(kept_at(settings))


def kept_at(settings: Settings) -> Keeping:
    """Where our own MLflow keeps what it is given."""
    return keeping_of(settings.home, settings.database_url, settings.files)
