"""MLflow's own client against the mounted server: unchanged, but for what is refused."""

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from gonogo.integrations.mlflow.ports import Change
from gonogo.integrations.mlflow.tracking import MlflowTracking
from tests.integrations.mlflow.serving import READER, Sealed, Served

if TYPE_CHECKING:
    from mlflow import MlflowClient

pytestmark = [
    pytest.mark.usefixtures("tracking_as"),
    # What the client and the libraries below it warn of among themselves is not ours.
    pytest.mark.filterwarnings("ignore"),
]

FEATURES = pd.DataFrame(np.random.default_rng(3).normal(size=(40, 2)), columns=["income", "debt"])
LABEL = (FEATURES["income"] > FEATURES["debt"]).astype(int)


@pytest.fixture
def client() -> "MlflowClient":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from mlflow import MlflowClient
    return MlflowClient()


@pytest.fixture
def run_id(client: "MlflowClient") -> Iterator[str]:
    run = client.create_run("0", run_name="by hand")
    yield run.info.run_id
    client.set_terminated(run.info.run_id)


@pytest.fixture
def registered(client: "MlflowClient", run_id: str, tmp_path: Path) -> tuple[str, str, str]:
    """Name, version and folder of a model version with one file."""
    (tmp_path / "model.txt").write_text("weights")
    client.log_artifact(run_id, str(tmp_path / "model.txt"), "model")
    name = f"model-{run_id[:8]}"
    client.create_registered_model(name)
    folder = f"{client.get_run(run_id).info.artifact_uri}/model"
    version = client.create_model_version(name, folder, run_id)
    return name, str(version.version), folder.removeprefix("mlflow-artifacts:/")


class TestRuns:
    def test_run_with_everything_is_logged_found_and_read_back(
        self, client: "MlflowClient", tmp_path: Path
    ) -> None:
        import mlflow

        mlflow.set_experiment("everything")
        with mlflow.start_run(run_name="first") as run:
            mlflow.log_params({"depth": 3, "rate": 0.1})
            for step, value in enumerate([0.6, 0.7]):
                mlflow.log_metric("auc", value, step=step)
            mlflow.set_tag("stage", "try")
            mlflow.log_text("a note", "notes/with space & ümlaut.txt")
        found = mlflow.search_runs(experiment_names=["everything"], output_format="list")[0]
        assert found.data.params == {"depth": "3", "rate": "0.1"}
        assert found.data.tags["stage"] == "try"
        history = client.get_metric_history(run.info.run_id, "auc")
        assert [metric.value for metric in history] == [0.6, 0.7]
        path = mlflow.artifacts.download_artifacts(
            run_id=run.info.run_id, artifact_path="notes", dst_path=str(tmp_path)
        )
        assert Path(path, "with space & ümlaut.txt").read_text() == "a note"

    def test_trace_is_kept_and_found(self, client: "MlflowClient") -> None:
        import mlflow

        experiment = mlflow.set_experiment("traced")
        with mlflow.start_span("scoring") as span:
            span.set_inputs({"applicant": 7})
        mlflow.flush_trace_async_logging()
        traces = client.search_traces(locations=[experiment.experiment_id])
        assert [span.name for span in traces[0].data.spans] == ["scoring"]

    def test_each_change_is_told_with_run_and_caller(
        self, client: "MlflowClient", told: list[Change]
    ) -> None:
        run = client.create_run("0")
        client.set_tag(run.info.run_id, "colour", "red")
        client.set_terminated(run.info.run_id)
        assert [change.what for change in told] == ["runs/create", "runs/set-tag", "runs/update"]
        assert {change.run_id for change in told} == {run.info.run_id}
        assert {getattr(change.caller, "name", "") for change in told} == {"writer"}

    def test_refused_call_is_not_told(self, client: "MlflowClient", told: list[Change]) -> None:
        from mlflow.exceptions import MlflowException

        with pytest.raises(MlflowException, match="not found"):
            client.set_tag("0" * 32, "colour", "red")
        assert told == []

    def test_artifacts_on_the_clients_own_disk_are_refused(
        self, client: "MlflowClient", tmp_path: Path
    ) -> None:
        from mlflow.exceptions import MlflowException

        with pytest.raises(MlflowException, match="a folder that gonogo could not read"):
            client.create_experiment("mine", artifact_location=str(tmp_path))

    def test_reader_reads_but_is_told_that_writing_needs_another_role(
        self, client: "MlflowClient", run_id: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from mlflow.exceptions import MlflowException

        with monkeypatch.context() as reading:
            reading.setenv("MLFLOW_TRACKING_TOKEN", READER)
            assert client.get_run(run_id).info.run_name == "by hand"
            with pytest.raises(MlflowException, match="may read MLflow here, but not") as refused:
                client.log_param(run_id, "a", 1)
            assert refused.value.error_code == "PERMISSION_DENIED"
            with pytest.raises(Exception, match="403"):
                client.log_text(run_id, "text", "note.txt")


class TestModels:
    def test_scikit_learn_model_is_stored_without_pickle_and_loaded_again(self) -> None:
        import mlflow
        from sklearn.linear_model import LogisticRegression

        model = LogisticRegression().fit(FEATURES, LABEL)
        with mlflow.start_run():
            info = mlflow.sklearn.log_model(
                model,
                name="model",
                serialization_format="skops",
                signature=mlflow.models.infer_signature(FEATURES, model.predict_proba(FEATURES)),
                registered_model_name="scorecard",
                pip_requirements=["scikit-learn"],
            )
        loaded = mlflow.sklearn.load_model("models:/scorecard/1")
        assert loaded.predict_proba(FEATURES) == pytest.approx(model.predict_proba(FEATURES))
        names = {Path(file.path).name for file in _files(info.artifact_path)}
        assert names >= {"MLmodel", "model.skops"}
        assert not any(name.endswith(".pkl") for name in names)

    def test_booster_is_stored_as_its_own_text(self, served: Served) -> None:
        import lightgbm
        import mlflow

        data = lightgbm.Dataset(FEATURES, LABEL)
        booster = lightgbm.train({"objective": "binary", "verbose": -1}, data, 2)
        with mlflow.start_run():
            mlflow.lightgbm.log_model(
                booster,
                name="model",
                registered_model_name="trees",
                pip_requirements=["lightgbm"],
            )
        tracking = MlflowTracking.embedded(served.keeping)
        version = tracking.version("trees", "1")
        assert "model.lgb" in [file.path for file in tracking.files(version)]
        with tracking.open_file(version, "model.lgb") as file:
            assert file.readline() == b"tree\n"

    def test_new_version_is_told_with_its_number_and_run(
        self, registered: tuple[str, str, str], run_id: str, told: list[Change], client: Any
    ) -> None:
        name, _, folder = registered
        client.create_model_version(name, f"mlflow-artifacts:/{folder}", run_id)
        change = told[0]
        assert (change.what, change.model, change.version, change.run_id) == (
            "model-versions/create",
            name,
            "2",
            run_id,
        )


class TestAliases:
    def test_any_alias_but_champion_can_be_set(
        self, client: "MlflowClient", registered: tuple[str, str, str]
    ) -> None:
        name, version, _ = registered
        client.set_registered_model_alias(name, "challenger", version)
        assert str(client.get_model_version_by_alias(name, "challenger").version) == version

    @pytest.mark.parametrize("alias", ["champion", "Champion"])
    def test_champion_is_set_and_taken_by_a_decision_alone(
        self, client: "MlflowClient", registered: tuple[str, str, str], alias: str
    ) -> None:
        from mlflow.exceptions import MlflowException

        name, version, _ = registered
        with pytest.raises(MlflowException, match="set by a decision alone"):
            client.set_registered_model_alias(name, alias, version)
        with pytest.raises(MlflowException, match="set by a decision alone"):
            client.delete_registered_model_alias(name, alias)

    def test_decision_sets_champion_past_the_guard(
        self, client: "MlflowClient", registered: tuple[str, str, str], served: Served
    ) -> None:
        name, version, _ = registered
        MlflowTracking.embedded(served.keeping).set_alias(name, "champion", version)
        assert str(client.get_model_version_by_alias(name, "champion").version) == version


class TestSealed:
    def test_file_of_a_sealed_version_can_be_neither_changed_added_nor_removed(
        self,
        client: "MlflowClient",
        registered: tuple[str, str, str],
        run_id: str,
        sealed: Sealed,
        served: Served,
    ) -> None:
        from mlflow.artifacts import load_text
        from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

        sealed.folders.add(registered[2])
        for name in ("model/model.txt", "model/more.txt"):
            with pytest.raises(Exception, match="409"):
                client.log_text(run_id, "other weights", name)
        artifacts: Any = get_artifact_repository(client.get_run(run_id).info.artifact_uri)
        with pytest.raises(Exception, match="409"):
            artifacts.delete_artifacts("model")
        assert load_text(f"mlflow-artifacts:/{registered[2]}/model.txt") == "weights"
        client.log_text(run_id, "beside it", "notes.txt")

    def test_sealed_version_is_neither_deleted_renamed_nor_moved(
        self, client: "MlflowClient", registered: tuple[str, str, str], sealed: Sealed
    ) -> None:
        from mlflow.exceptions import MlflowException

        name, version, _ = registered
        sealed.versions.add((name, version))
        for refused in (
            lambda: client.delete_model_version(name, version),
            lambda: client.transition_model_version_stage(name, version, "Production"),
            lambda: client.delete_registered_model(name),
            lambda: client.rename_registered_model(name, "another"),
        ):
            with pytest.raises(MlflowException, match="registered with gonogo"):
                refused()

    def test_version_that_is_not_sealed_can_be_deleted(
        self, client: "MlflowClient", registered: tuple[str, str, str]
    ) -> None:
        name, version, _ = registered
        client.delete_model_version(name, version)
        assert client.search_model_versions(f"name = '{name}'") == []


def _files(uri: str) -> list[Any]:
    from mlflow.artifacts import list_artifacts

    return list(list_artifacts(artifact_uri=uri))
