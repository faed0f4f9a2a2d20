"""MLflow seen from gonogo, in this process and over the network: both must say the same."""

import math
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from gonogo.core.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable
from gonogo.core.times import system_clock
from gonogo.core.tracking import Tracking
from gonogo.integrations.mlflow.keeping import Keeping
from gonogo.integrations.mlflow.tracking import MlflowTracking
from tests.integrations.mlflow.serving import READER, WRITER, Served

API = "/api/2.0/mlflow/"
WEIGHTS = b"weights\n" * 4000


@pytest.fixture(params=["embedded", "over the network"])
def tracking(request: pytest.FixtureRequest, served: Served) -> Iterator[Tracking]:
    if request.param == "embedded":
        made = MlflowTracking.embedded(served.keeping)
    else:
        made = MlflowTracking.at(served.url, READER)
    yield made
    made.close()


@pytest.fixture
def http(served: Served) -> httpx.Client:
    return served.http(WRITER)


def post(http: httpx.Client, call: str, **said: Any) -> Any:
    answer = http.post(API + call, json=said)
    assert answer.is_success, answer.text
    return answer.json()


def now() -> int:
    return int(system_clock().timestamp() * 1000)


def make_run(http: httpx.Client, start: int, **said: Any) -> str:
    made = post(http, "runs/create", experiment_id="0", start_time=start, **said)
    return str(made["run"]["info"]["run_id"])


@pytest.fixture
def registered(http: httpx.Client) -> tuple[str, str]:
    """A version of two files, one of them in a folder, and the run that made it."""
    run = make_run(http, now())
    folder = f"0/{run}/artifacts/model"
    for path, content in (("MLmodel", b"flavors: {}\n"), ("data/with space.bin", WEIGHTS)):
        sent = http.put(f"/api/2.0/mlflow-artifacts/artifacts/{folder}/{path}", content=content)
        assert sent.is_success
    name = f"tracked-{run[:8]}"
    post(http, "registered-models/create", name=name)
    source = f"mlflow-artifacts:/{folder}"
    post(http, "model-versions/create", name=name, source=source, run_id=run)
    return name, run


class TestPing:
    def test_server_that_answers(self, tracking: Tracking) -> None:
        tracking.ping()

    def test_server_that_is_not_there_is_unavailable(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            port = listening.getsockname()[1]
        tracking = MlflowTracking.at(f"http://127.0.0.1:{port}")
        with pytest.raises(Unavailable, match="MLflow does not answer"):
            tracking.ping()
        tracking.close()

    def test_server_that_wants_another_token_says_so(self, served: Served) -> None:
        tracking = MlflowTracking.at(served.url, "wrong")
        with pytest.raises(Forbidden, match="GONOGO_MLFLOW_TOKEN"):
            tracking.ping()
        tracking.close()

    def test_something_that_is_no_mlflow_is_unavailable(self, served: Served) -> None:
        tracking = MlflowTracking.at(served.url.removesuffix("/mlflow"))
        with pytest.raises(Unavailable):
            tracking.ping()
        tracking.close()

    def test_database_that_cannot_be_opened_is_unavailable(self, tmp_path: Path) -> None:
        nowhere = Keeping(f"sqlite:///{tmp_path}/no/folder/mlflow.db", str(tmp_path))
        with pytest.raises(Unavailable, match="MLflow does not answer"):
            MlflowTracking.embedded(nowhere).ping()


class TestRuns:
    def test_run_is_told_with_all_it_logged(self, tracking: Tracking, http: httpx.Client) -> None:
        start = now()
        run_id = make_run(http, start, run_name="forest", user_id="someone")
        metrics = [
            {"key": "auc", "value": value, "timestamp": start + step, "step": step}
            for step, value in enumerate([0.6, 0.75])
        ]
        post(
            http,
            "runs/log-batch",
            run_id=run_id,
            metrics=[*metrics, {"key": "bad", "value": "NaN", "timestamp": start, "step": 0}],
            params=[{"key": "depth", "value": "3"}],
            tags=[{"key": "colour", "value": "red"}],
        )
        post(http, "runs/update", run_id=run_id, status="FINISHED", end_time=start + 5000)
        run = tracking.run(run_id)
        assert (run.name, run.experiment, run.status, run.user) == (
            "forest",
            "Default",
            "FINISHED",
            "someone",
        )
        assert run.started == datetime.fromtimestamp(start / 1000, UTC)
        assert run.ended == run.started + timedelta(seconds=5)
        assert run.params == {"depth": "3"}
        assert run.metrics == {"auc": 0.75}
        assert run.tags["colour"] == "red"
        assert run in tracking.runs()

    def test_since_keeps_what_started_or_ended_later(
        self, tracking: Tracking, http: httpx.Client
    ) -> None:
        future = now() + 10**9
        before = make_run(http, future - 5000)
        ended = make_run(http, future - 4000)
        started = make_run(http, future + 1000)
        post(http, "runs/update", run_id=ended, status="FINISHED", end_time=future + 500)
        since = datetime.fromtimestamp(future / 1000, UTC)
        found = [run.run_id for run in tracking.runs(since)]
        assert found == [started, ended]
        assert [run.run_id for run in tracking.runs(since, limit=1)] == [started]
        for run_id in (before, ended, started):
            post(http, "runs/delete", run_id=run_id)

    def test_unknown_run_is_not_found(self, tracking: Tracking) -> None:
        with pytest.raises(NotFound) as refused:
            tracking.run("0" * 32)
        assert refused.value.field == "run"


class TestVersions:
    def test_version_is_told_with_tags_and_aliases(
        self, tracking: Tracking, http: httpx.Client, registered: tuple[str, str]
    ) -> None:
        name, run = registered
        post(http, "model-versions/set-tag", name=name, version="1", key="team", value="credit")
        post(http, "registered-models/alias", name=name, alias="challenger", version="1")
        version = tracking.version(name, "1")
        assert (version.name, version.version, version.run_id) == (name, "1", run)
        assert version.tags == {"team": "credit"}
        assert version.aliases == ("challenger",)
        assert version.status == "READY"
        assert version in tracking.versions(version.created)

    def test_since_leaves_out_what_was_not_touched(
        self, tracking: Tracking, registered: tuple[str, str]
    ) -> None:
        later = tracking.version(registered[0], "1").updated + timedelta(milliseconds=1)
        assert tracking.versions(later) == []

    def test_logged_model_is_told_by_its_source(
        self, tracking: Tracking, http: httpx.Client
    ) -> None:
        made = post(http, "logged-models", experiment_id="0", name="trees")
        model_id = made["model"]["info"]["model_id"]
        place = made["model"]["info"]["artifact_uri"].removeprefix("mlflow-artifacts:/")
        sent = http.put(f"/api/2.0/mlflow-artifacts/artifacts/{place}/model.lgb", content=b"tree")
        assert sent.is_success
        name = f"logged-{model_id}"
        post(http, "registered-models/create", name=name)
        source = f"models:/{model_id}"
        post(http, "model-versions/create", name=name, source=source, model_id=model_id)
        version = tracking.version(name, "1")
        assert version.model_id == model_id
        assert tracking.place(version) == place
        assert [file.path for file in tracking.files(version)] == ["model.lgb"]

    def test_unknown_version_is_not_found(self, tracking: Tracking) -> None:
        with pytest.raises(NotFound):
            tracking.version("nothing-of-that-name", "1")

    def test_version_that_is_no_number_is_invalid_or_unknown(self, tracking: Tracking) -> None:
        with pytest.raises((Invalid, NotFound)):
            tracking.version("nothing-of-that-name", "one")


class TestFiles:
    def test_all_files_are_listed_with_their_size(
        self, tracking: Tracking, registered: tuple[str, str]
    ) -> None:
        version = tracking.version(registered[0], "1")
        assert [(file.path, file.size) for file in tracking.files(version)] == [
            ("MLmodel", 12),
            ("data/with space.bin", len(WEIGHTS)),
        ]

    def test_file_is_read_and_sought(self, tracking: Tracking, registered: tuple[str, str]) -> None:
        version = tracking.version(registered[0], "1")
        with tracking.open_file(version, "data/with space.bin") as file:
            assert file.read() == WEIGHTS
            file.seek(-8, 2)
            assert file.read() == b"weights\n"

    def test_version_is_downloaded_whole(
        self, tracking: Tracking, registered: tuple[str, str], tmp_path: Path
    ) -> None:
        version = tracking.version(registered[0], "1")
        files = tracking.download(version, tmp_path)
        assert files == tracking.files(version)
        assert (tmp_path / "data" / "with space.bin").read_bytes() == WEIGHTS

    @pytest.mark.parametrize("path", ["nothing.txt", "data/nothing.txt"])
    def test_missing_file_is_not_found(
        self, tracking: Tracking, registered: tuple[str, str], path: str
    ) -> None:
        version = tracking.version(registered[0], "1")
        with pytest.raises(NotFound), tracking.open_file(version, path):
            pass

    @pytest.mark.parametrize("path", ["../other", "/etc/hostname", "data/../../x", ""])
    def test_path_out_of_the_folder_is_refused(
        self, tracking: Tracking, registered: tuple[str, str], path: str
    ) -> None:
        version = tracking.version(registered[0], "1")
        with pytest.raises(Conflict), tracking.open_file(version, path):
            pass

    def test_version_without_files_is_not_found(
        self, tracking: Tracking, http: httpx.Client
    ) -> None:
        run = make_run(http, now())
        name = f"empty-{run[:8]}"
        post(http, "registered-models/create", name=name)
        source = f"mlflow-artifacts:/0/{run}/artifacts/model"
        post(http, "model-versions/create", name=name, source=source, run_id=run)
        with pytest.raises(NotFound, match="whose files MLflow still has"):
            tracking.files(tracking.version(name, "1"))


class TestSetAlias:
    def test_champion_is_set_from_within(self, served: Served, registered: tuple[str, str]) -> None:
        tracking = MlflowTracking.embedded(served.keeping)
        tracking.set_alias(registered[0], "champion", "1")
        assert tracking.version(registered[0], "1").aliases == ("champion",)

    def test_unknown_version_is_not_found(self, served: Served) -> None:
        with pytest.raises(NotFound):
            MlflowTracking.embedded(served.keeping).set_alias("nothing", "champion", "1")

    def test_what_is_dropped_names_nothing(
        self, served: Served, registered: tuple[str, str]
    ) -> None:
        tracking = MlflowTracking.embedded(served.keeping)
        tracking.set_alias(registered[0], "champion", "1")
        for _ in range(2):
            tracking.drop_alias(registered[0], "champion")
            assert tracking.version(registered[0], "1").aliases == ()
        tracking.drop_alias("nothing", "champion")


def test_metrics_never_carry_nan(served: Served, http: httpx.Client) -> None:
    """What is not a number is left out, not passed on."""
    run = make_run(http, now())
    for value in ("NaN", "Infinity", "-Infinity"):
        post(http, "runs/log-metric", run_id=run, key=f"m{value}", value=value, timestamp=1)
    found = MlflowTracking.embedded(served.keeping).run(run)
    assert all(math.isfinite(value) for value in found.metrics.values())
