"""Trials as MLflow runs of the hypothesis, under the run of their study; none is made twice."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gonogo.schemas import runs as schemas
from gonogo.sdk import tracked
from gonogo.sdk.http import Http, part
from gonogo.sdk.tuning.search import Trial

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

STUDY_TAG = "gonogo.study"
"""Tag of a run: the study it belongs to."""
TRIAL_TAG = "gonogo.trial"
"""Tag of a run: its number in the study; of the study's own run the word "study"."""
STATE_TAG = "gonogo.trial.state"
"""Tag of a run: complete, pruned or failed."""
PARENT_TAG = "mlflow.parentRunId"
TOLD_TAG = "gonogo.study.told"
"""Tag of the study's run: how many trials the evidence on it is of."""
OWN = "study"


@dataclass(slots=True)
class Recorder:
    """Writes a study and its trials as runs; a `Watcher`.

    A run is found again by its tags, so that what was killed between two writes goes on with it.
    """

    http: Http
    client: "MlflowClient"
    case: str
    hypothesis: str
    study: str
    code: str | None
    experiment: str = ""
    run_id: str = ""
    """Of the study's own run."""
    metric: str = ""
    _runs: dict[int, str] = field(default_factory=dict)

    def open(self, metric: str) -> None:
        """Begin the study's run, or take it up."""
        self.metric = metric
        self.experiment = tracked.experiment(self.case)
        run = self._run(OWN, self.study, {})
        self.run_id = run.info.run_id
        self._adopt(self.run_id)

    def close(self, status: str) -> None:
        """End the study's run: FINISHED or FAILED."""
        self.client.set_terminated(self.run_id, status)
        self._adopt(self.run_id)

    def began(self, number: int, parameters: Mapping[str, Any]) -> None:
        """Begin a trial's run, or take it up."""
        run = self._run(str(number), f"{self.study} {number}", {PARENT_TAG: self.run_id})
        self._runs[number] = run.info.run_id
        for name, value in parameters.items():
            self.client.log_param(run.info.run_id, name, value)

    def ended(self, trial: Trial) -> None:
        """Write its scores and end its run; a second time it writes the same."""
        run_id = self._runs[trial.number]
        for fold, score in enumerate(trial.folds):
            self.client.log_metric(run_id, f"fold.{self.metric}", score, step=fold)
        if trial.folds:
            self.client.log_metric(run_id, f"cv.{self.metric}", trial.score)
        self.client.set_tag(run_id, STATE_TAG, trial.state)
        self.client.set_terminated(run_id, "FAILED" if trial.state == "failed" else "FINISHED")
        self._adopt(run_id)

    def told(self) -> int:
        """How many trials the evidence on the study's run is of."""
        tags = self.client.get_run(self.run_id).data.tags
        return int(tags.get(TOLD_TAG, "0"))

    def tell(self, trials: int, metrics: Mapping[str, float], tags: Mapping[str, Any]) -> None:
        """Write on the study's run what came of it."""
        for name, value in metrics.items():
            self.client.log_metric(self.run_id, name, value)
        for name, value in {**tags, TOLD_TAG: trials}.items():
            self.client.set_tag(self.run_id, name, str(value))

    def _run(self, trial: str, name: str, more: Mapping[str, str]) -> "Run":
        """The run with these tags, taken up again or begun."""
        found = self.client.search_runs(
            [self.experiment],
            f"tags.`{STUDY_TAG}` = '{self.study}' and tags.`{TRIAL_TAG}` = '{trial}' "
            f"and tags.`{tracked.TAG}` = '{self.case}/{self.hypothesis}'",
            max_results=1,
        )
        if found:
            self.client.update_run(found[0].info.run_id, status="RUNNING")
            return found[0]
        tags = {
            tracked.TAG: f"{self.case}/{self.hypothesis}",
            tracked.CASE_TAG: self.case,
            STUDY_TAG: self.study,
            TRIAL_TAG: trial,
            **more,
        }
        if self.code is not None and self.code.startswith("git:"):
            tags[tracked.COMMIT_TAG] = self.code.removeprefix("git:")
        return self.client.create_run(self.experiment, tags=tags, run_name=name)

    def _adopt(self, run_id: str) -> None:
        path = f"/hypotheses/{part(self.case)}/{part(self.hypothesis)}/runs"
        self.http.post(path, schemas.Run, {"run_id": run_id})
