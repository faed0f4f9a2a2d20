"""Runs that test a hypothesis: an MLflow run, tagged, whose findings become evidence."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from gonogo.checks.findings import provenance
from gonogo.checks.findings.finding import Asked, Finding
from gonogo.core.canonical import Json
from gonogo.core.errors import Conflict, GonogoError
from gonogo.core.evidence import Parameters
from gonogo.core.tasks import Task, TaskKind
from gonogo.core.tracking import ENERGY, MACHINE_TAG
from gonogo.schemas import evidence as evidence_schemas
from gonogo.schemas import models as model_schemas
from gonogo.schemas import runs as schemas
from gonogo.sdk import tracked
from gonogo.sdk.datasets import DatasetVersion, origin
from gonogo.sdk.evidence import EvidenceList, of_findings
from gonogo.sdk.http import Http, part
from gonogo.sdk.models import ModelRef, VersionRef
from gonogo.sdk.run_data import address_of, frame_of
from gonogo.stats.estimate import Measured

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

    from gonogo.checks.inputs.forecasted import Classed, Forecast, Forecasted
    from gonogo.sdk.energy import Meter

MACHINE = "GONOGO_MACHINE"
"""The kind of machine that runs are made on, where a run does not say."""
SAMPLE = 5
"""Rows from which a model's signature is read."""


@dataclass(frozen=True, slots=True)
class Runs:
    """All runs gonogo knows."""

    http: Http = field(repr=False)

    def all(
        self, *, hypothesis: str | None = None, case: str | None = None
    ) -> Iterator[schemas.Run]:
        """Runs, newest first; `hypothesis` is case/name."""
        return self.http.all("/runs", schemas.Runs, hypothesis=hypothesis, case=case)

    def read(self, run_id: str) -> schemas.Run:
        """One run."""
        return self.http.get(f"/runs/{part(run_id)}", schemas.Run)

    def sync(self) -> schemas.Synced:
        """Have gonogo take up the runs of the tracking server."""
        return self.http.post("/runs/sync", schemas.Synced)


class HypothesisRun:
    """An MLflow run that tests a hypothesis, for use in a `with` statement.

    Within it `mlflow.log_params`, `log_metrics` and all else of MLflow's client go into this run.
    """

    def __init__(
        self,
        http: Http,
        tracking: tracked.Tracking,
        case: str,
        slug: str,
        name: str | None,
        *,
        machine: str | None = None,
        metered: bool = False,
    ) -> None:
        """Nothing happens before the `with` statement begins."""
        self._machine = machine or os.environ.get(MACHINE) or None
        self._metered = metered
        self._meter: Meter | None = None
        self._http = http
        self._tracking = tracking
        self._case = case
        self._slug = slug
        self._name = name
        self._open = ExitStack()
        self._reading = ExitStack()
        self._sample: tuple[pd.DataFrame, Any] | None = None
        self._found: list[evidence_schemas.NewEvidence] = []
        self._code: str | None = None
        self._task: Task | None = None
        self._ended: str | None = None
        self.run_id = ""
        """MLflow's id of the run."""

    @property
    def subject(self) -> str:
        """Its address."""
        return f"run:{self.run_id}"

    def __enter__(self) -> Self:
        import mlflow

        self._open.enter_context(tracked.pointed(self._tracking))
        try:
            started = mlflow.start_run(
                experiment_id=tracked.experiment(self._case),
                run_name=self._name,
                tags={
                    tracked.TAG: f"{self._case}/{self._slug}",
                    tracked.CASE_TAG: self._case,
                    **({} if self._machine is None else {MACHINE_TAG: self._machine}),
                },
            )
            self.run_id = started.info.run_id
            commit = started.data.tags.get(tracked.COMMIT_TAG)
            # MLflow knows the commit of a script; a notebook's is that of the folder it works in.
            self._code = f"git:{commit[:12]}" if commit else provenance.revision(Path.cwd())
            self._adopt()
            if self._metered:
                # The checks that it reads with load numpy; see `evaluate`.
                from gonogo.sdk.energy import metered

                self._meter = self._reading.enter_context(metered())
        except BaseException:
            if self.run_id:
                mlflow.end_run("FAILED")
            self._open.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        import mlflow

        self._ended = "FINISHED" if error is None else "FAILED"
        with self._open:
            self._log_energy()
            mlflow.end_run(self._ended)
            if error is None:
                self._adopt()
            else:
                # What went wrong in the run is worth more than what goes wrong in telling of it.
                with suppress(GonogoError):
                    self._adopt()

    def _log_energy(self) -> None:
        """Say what the meter read, where there was one."""
        import mlflow

        if self._meter is None:
            return
        self._reading.close()
        taken = self._meter.reading.watt_hours
        if taken is not None:
            mlflow.log_metric(ENERGY, taken)

    def evaluate(
        self,
        model: object,
        test: "pd.DataFrame | DatasetVersion",
        *,
        label: str,
        groups: Sequence[str] = (),
        checks: Sequence[str | Asked] | None = None,
        threshold: float = 0.5,
        level: float = 0.95,
        seed: int = 7,
        versus: Mapping[str, object] | None = None,
        data: str | None = None,
        task: "Task | str | Mapping[str, Any] | None" = None,
        query: str | None = None,
        trained_on: "pd.DataFrame | DatasetVersion | None" = None,
        estimator: object | None = None,
    ) -> list[Finding]:
        """Measure `model` on the rows of `test` and record what was found as evidence on this run.

        `versus` holds models (or their scores of the same rows) to compare with, by address. `task`
        is "classification", "classes" (one of several), "regression" (numbers as labels), "ranking"
        (relevances as labels, `query` the column that tells queries apart) or "forecast", for which
        it says more: `{"kind": "forecast", "time": "month", "series": "shop"}`, and `quantiles`
        where the model answers with several; without it, what all of `checks` are of.
        `trained_on` are the rows it was trained on, which checks of membership compare with
        and errors of forecasts are scaled by;
        `estimator`, an estimator or a function of rows and a seed that returns a model, trains it
        anew, for checks that ask what another training would have said.
        Without `data` the evidence names the dataset version that `test` was read from, if all of
        its rows are there. Raises `Invalid` as the checks do; then nothing is recorded.
        """
        # Measuring loads numpy and SciPy; a client that only asks loads in a blink.
        from gonogo.checks.inputs.schema import schema_from_json
        from gonogo.sdk.scoring import declared, features, measured_of_all, outputs, unread
        from gonogo.sdk.training import trainer

        rows = frame_of(test)
        meant = None
        if task is not None or query is not None:
            meant = declared("ranking" if task is None else task, query)
        found = measured_of_all(
            model,
            rows,
            schema=schema_from_json(test.told.columns)
            if isinstance(test, DatasetVersion)
            else None,
            label=label,
            groups=groups,
            checks=checks,
            threshold=threshold,
            level=level,
            seed=seed,
            versus=versus,
            task=meant,
            training=None if trained_on is None else lambda: frame_of(trained_on),
            train=None if estimator is None else trainer(estimator, label, groups),
            estimator=estimator,
        )
        besides = unread(label, groups, meant or Task())
        head = features(model, rows.head(SAMPLE), besides=besides)
        self._task = meant or self._task
        self._sample = (head, _of_signature(outputs(model, head), self._task))
        self._record(found, data or origin(rows, whole=True))
        return found

    def evaluate_forecasts(
        self,
        rows: "Forecasted",
        *,
        checks: Sequence[Asked] | None = None,
        versus: "Mapping[str, Forecast] | None" = None,
        level: float = 0.95,
        data: str | None = None,
    ) -> list[Finding]:
        """Measure forecasts of `rows`, in their order in time, and record what was found.

        `versus` holds other models' forecasts of the same rows, by address. Raises `Invalid`.
        """
        from gonogo.checks.measure_forecasts import measure_forecasts

        found = measure_forecasts(rows, checks=checks, versus=versus, level=level)
        self._record(found, data)
        return found

    def evaluate_classes(
        self,
        rows: "Classed",
        *,
        checks: Sequence[Asked] | None = None,
        versus: "Mapping[str, ArrayLike] | None" = None,
        level: float = 0.95,
        data: str | None = None,
    ) -> list[Finding]:
        """Measure scores of several classes by `rows`, and record what was found.

        `versus` holds other models' scores of the same rows, by address. Raises `Invalid`.
        """
        from gonogo.checks.measure_forecasts import measure_classes

        found = measure_classes(rows, checks=checks, versus=versus, level=level)
        self._record(found, data)
        return found

    def record(
        self,
        check: str,
        measured: Measured,
        *,
        with_: Parameters | None = None,
        detail: Mapping[str, Json] | None = None,
        data: str | None = None,
    ) -> None:
        """Record one measurement that was made in some other way."""
        self._record([Finding(check, with_ or {}, measured, detail or {})], data)

    def register(
        self,
        model: object,
        name: str,
        *,
        data: "str | pd.DataFrame | DatasetVersion | None" = None,
        evaluation: "str | DatasetVersion | None" = None,
        card: Mapping[str, Any] | None = None,
        threshold: float = 0.5,
        environment: str | None = None,
        sample: "pd.DataFrame | None" = None,
        task: "Task | str | Mapping[str, Any] | None" = None,
        requirements: Sequence[str] | None = None,
    ) -> VersionRef:
        """Log `model` without pickle, register it, and have gonogo seal the version.

        Within the `with` statement or after it: the model belongs to this run either way.
        `data` is what it was trained on, `evaluation` what its evidence must be measured on. What
        this run measured is recorded on the version too. `sample` are rows of the columns it
        reads, `task` what it is for, by which the server measures it; without them those of the
        last `evaluate`. `requirements` are the packages that it takes to load the model, as pip
        writes them; without them those of its format, and of types that are not
        scikit-learn's, LightGBM's or ONNX MLflow loads it in a process of its own to find out,
        which takes seconds.
        """
        import mlflow

        from gonogo.sdk.scoring import declared

        if task is not None:
            self._task = declared(task)
        rows, said = self._signature(model, sample)
        with self._active():
            made = mlflow.register_model(tracked.log_model(model, rows, said, requirements), name)
        ModelRef(self._http, name).adopt(
            model_schemas.NewVersion(
                version=str(made.version),
                case=self._case,
                data=address_of(data),
                evaluation=address_of(evaluation),
                code=self._code,
                environment=environment or provenance.environment(),
                threshold=threshold,
                card=dict(card or {}),
                task=_sent(self._task),
            )
        )
        version = VersionRef(self._http, name, str(made.version))
        if self._found:
            again = [one.model_copy(update={"subject": version.subject}) for one in self._found]
            EvidenceList(self._http).record(again)
        return version

    def _signature(
        self, model: object, sample: "pd.DataFrame | None"
    ) -> "tuple[pd.DataFrame | None, Any]":
        from gonogo.sdk.scoring import features, outputs

        if sample is not None:
            head = features(model, sample.head(SAMPLE), besides=())
            return head, _of_signature(outputs(model, head), self._task)
        return (None, None) if self._sample is None else self._sample

    def _record(self, findings: Sequence[Finding], data: str | None) -> None:
        drafts = of_findings(findings, subject=self.subject, data=data, code=self._code)
        EvidenceList(self._http).record(drafts)
        self._found.extend(drafts)

    @contextmanager
    def _active(self) -> Iterator[None]:
        """The run as MLflow's active one; taken up again where its `with` statement has ended.

        Without that MLflow would begin another run, in a database in the working folder.
        """
        import mlflow

        if not self.run_id:
            raise Conflict(field="run", expected="a run that has begun: `with hypothesis.run()`")
        if self._ended is None:
            yield
            return
        with tracked.pointed(self._tracking), tracked.no_experiment_set():
            mlflow.start_run(run_id=self.run_id)
            try:
                yield
            finally:
                mlflow.end_run(self._ended)
        self._adopt()

    def _adopt(self) -> schemas.Run:
        path = f"/hypotheses/{part(self._case)}/{part(self._slug)}/runs"
        return self._http.post(path, schemas.Run, {"run_id": self.run_id})


def _of_signature(said: Any, task: Task | None) -> Any:
    """What a model is said to answer: one score, or all its numbers where the task reads them."""
    in_full = task is not None and task.kind in {TaskKind.CLASSES, TaskKind.FORECAST}
    several = getattr(said, "ndim", 1) == 2
    return said if in_full or not several else said[:, -1]


def _sent(task: Task | None) -> model_schemas.Task | None:
    return None if task is None else model_schemas.Task.model_validate(task.to_json())
