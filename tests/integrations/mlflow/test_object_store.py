"""Artifacts on an object store: through the server, and where clients wrote to the store itself."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import boto3
import pytest
import s3fs
from moto.server import ThreadedMotoServer

from gonogo.core.errors import NotFound
from gonogo.integrations.mlflow.keeping import keeping_of
from gonogo.integrations.mlflow.loading import unload
from gonogo.integrations.mlflow.tracking import MlflowTracking
from tests.integrations.mlflow.serving import WRITER, Served, serve

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

API = "/api/2.0/mlflow"


@pytest.fixture
def store_url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An object store with an empty bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "invented")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "invented")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    for name in ("AWS_ENDPOINT_URL", "MLFLOW_S3_ENDPOINT_URL"):
        monkeypatch.setenv(name, f"http://{host}:{port}")
    # One that was made for another server would go on asking there.
    s3fs.S3FileSystem.clear_instance_cache()
    boto3.client("s3").create_bucket(Bucket="bucket")
    yield "s3://bucket"
    s3fs.S3FileSystem.clear_instance_cache()
    server.stop()


def register(served: Served, experiment: str, content: bytes, *, through_us: bool) -> None:
    """Make the next version of `model`, with one file, of a new run."""
    http = served.http(WRITER)
    asked = {"experiment_id": experiment, "start_time": 1}
    run = http.post(f"{API}/runs/create", json=asked).json()["run"]["info"]
    source = f"{run['artifact_uri']}/model"
    path = f"{urlsplit(source).path.strip('/')}/data/file.txt"
    if through_us:
        sent = http.put(f"/api/2.0/mlflow-artifacts/artifacts/{path}", content=content)
        assert sent.is_success
    else:
        boto3.client("s3").put_object(Bucket="bucket", Key=path, Body=content)
    http.post(f"{API}/registered-models/create", json={"name": "model"})
    asked = {"name": "model", "source": source, "run_id": run["run_id"]}
    assert http.post(f"{API}/model-versions/create", json=asked).is_success


def test_files_are_found_on_the_store_whoever_wrote_them(store_url: str, tmp_path: Path) -> None:
    """Only what went through the server has a place that can be sealed."""
    keeping = keeping_of(tmp_path, f"sqlite:///{tmp_path}/gonogo.db", f"{store_url}/files")
    with serve(keeping) as served:
        register(served, "0", b"through the server", through_us=True)
        asked = {"name": "direct", "artifact_location": f"{store_url}/direct"}
        made = served.http(WRITER).post(f"{API}/experiments/create", json=asked).json()
        register(served, made["experiment_id"], b"past it", through_us=False)
        tracking = MlflowTracking.embedded(keeping)
        proxied, direct = (tracking.version("model", number) for number in "12")
        assert tracking.place(proxied) == f"0/{proxied.run_id}/artifacts/model"
        assert tracking.place(direct) is None
        for version, content in ((proxied, b"through the server"), (direct, b"past it")):
            assert [(f.path, f.size) for f in tracking.files(version)] == [
                ("data/file.txt", len(content))
            ]
            with tracking.open_file(version, "data/file.txt") as file:
                assert file.read() == content
            with pytest.raises(NotFound), tracking.open_file(version, "data/other.txt"):
                pass
    unload()
