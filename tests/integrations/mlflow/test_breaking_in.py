"""The mounted application under attack: files of this machine, other hosts, bodies that unfold."""

import gzip
import tracemalloc
import zlib

import httpx
import pytest

from gonogo.core.errors import Conflict
from gonogo.integrations.mlflow.places import place_of
from tests.integrations.mlflow.serving import MOST_CALL, READER, WRITER, Sealed, Served

pytestmark = pytest.mark.filterwarnings(
    # MLflow's way to Flask makes tuples where Starlette has newer ones.
    "ignore::DeprecationWarning"
)

API = "/api/2.0/mlflow"
TRACES = "/v1/traces"
ELSEWHERE = (
    "/etc",
    "file:///etc",
    "FILE:///etc",
    "local:///etc",
    "C:/etc",
    "s3://bucket::file:///etc",
    "zip://x::file:///etc",
    "mlflow-artifacts:/9/../8",
    "dbfs:/etc",
    "git://host/etc",
    "http://169.254.169.254/latest",
    "sftp://host/etc",
    "file://[",
)
UNREAD = tuple(place for place in ELSEWHERE if not place.startswith("mlflow-artifacts"))
"""Without the folders of a server that looks after them itself."""


class TestLocation:
    @pytest.mark.parametrize("field", ["artifact_location", "artifactLocation"])
    @pytest.mark.parametrize("place", ELSEWHERE)
    def test_experiment_keeps_nothing_on_a_disk_or_a_host_of_the_callers_choice(
        self, served: Served, field: str, place: str
    ) -> None:
        """By either name that MLflow knows the field by."""
        asked = {"name": f"{field} {place}", field: place}
        answer = served.http(WRITER).post(f"{API}/experiments/create", json=asked)
        assert answer.status_code == 400
        assert answer.json()["error_code"] == "INVALID_PARAMETER_VALUE"

    @pytest.mark.parametrize("source", ELSEWHERE)
    def test_version_is_not_said_to_lie_there(self, served: Served, source: str) -> None:
        """Its files are served to whoever may read."""
        http = served.http(WRITER)
        http.post(f"{API}/registered-models/create", json={"name": "breaking-in"})
        asked = {"name": "breaking-in", "source": source}
        answer = http.post(f"{API}/model-versions/create", json=asked)
        assert answer.status_code == 400
        assert answer.json()["error_code"] == "INVALID_PARAMETER_VALUE"

    @pytest.mark.parametrize("source", [*UNREAD, "dir::/etc", "simplecache::s3://b/x", "smb://h/x"])
    def test_version_of_another_server_that_lies_there_is_not_read(self, source: str) -> None:
        """That server may believe anything of what it was told."""
        with (
            httpx.Client(base_url="http://mlflow.invalid") as http,
            pytest.raises(Conflict, match="does not read files"),
        ):
            place_of(source, http)


class TestTraversal:
    @pytest.mark.parametrize(
        "path", ["../gonogo.db", "/etc/passwd", "..%2fgonogo.db", "file:///etc"]
    )
    def test_nothing_above_the_artifacts_is_listed(self, served: Served, path: str) -> None:
        listing = f"{API.removesuffix('mlflow')}mlflow-artifacts/artifacts"
        answer = served.http(READER).get(listing, params={"path": path})
        assert answer.status_code == 400


class TestOthers:
    @pytest.mark.parametrize("field", ["run_id", "runId", "run_uuid", "runUuid"])
    @pytest.mark.parametrize("call", ["runs/set-tag", "runs/log-batch", "runs/delete"])
    def test_run_of_another_use_case_is_not_written_to(
        self, served: Served, sealed: Sealed, call: str, field: str
    ) -> None:
        """By whichever name the call says which run it means."""
        sealed.others.add("a" * 32)
        asked = {field: "a" * 32, "key": "k", "value": "v"}
        answer = served.http(WRITER).post(f"{API}/{call}", json=asked)
        assert answer.status_code == 403
        assert "a role there" in answer.json()["message"]

    @pytest.mark.parametrize("method", ["PUT", "DELETE"])
    def test_its_artifacts_neither(self, served: Served, sealed: Sealed, method: str) -> None:
        """They lie in the folder that is called as the run is."""
        sealed.others.add("b" * 32)
        path = f"/api/2.0/mlflow-artifacts/artifacts/1/{'b' * 32}/artifacts/file.txt"
        assert served.http(WRITER).request(method, path).status_code == 403

    def test_its_models_neither(self, served: Served, sealed: Sealed) -> None:
        """No version is added to them, and no alias."""
        sealed.others.add("theirs")
        for call in (
            "model-versions/create",
            "registered-models/alias",
            "registered-models/rename",
        ):
            asked = {"name": "theirs", "source": "s3://b/x", "alias": "mine", "version": "1"}
            assert served.http(WRITER).post(f"{API}/{call}", json=asked).status_code == 403


class TestUnfolding:
    @pytest.mark.parametrize(
        ("coding", "folded"),
        [
            ("gzip", gzip.compress(b"\0" * 100 * MOST_CALL)),
            ("deflate", zlib.compress(b"\0" * 100 * MOST_CALL)),
        ],
    )
    def test_small_body_that_unfolds_to_a_large_one_is_refused(
        self, served: Served, coding: str, folded: bytes
    ) -> None:
        """Before it fills the memory."""
        assert len(folded) < MOST_CALL
        http = served.http(WRITER)
        http.get("/health")
        tracemalloc.start()
        answer = http.post(TRACES, content=folded, headers=_coded(coding))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert answer.status_code == 413
        assert most < 16 * MOST_CALL

    @pytest.mark.parametrize(
        ("coding", "body"),
        [
            ("gzip", b"not compressed"),
            ("gzip", gzip.compress(b"cut off")[:-4]),
            ("gzip", gzip.compress(b"one") + gzip.compress(b"another")),
            ("br", b"anything"),
            ("gzip, gzip", b"anything"),
        ],
        ids=["no gzip", "cut off", "two of them", "a coding that is not taken", "two codings"],
    )
    def test_body_that_is_not_what_it_says_is_refused(
        self, served: Served, coding: str, body: bytes
    ) -> None:
        answer = served.http(WRITER).post(TRACES, content=body, headers=_coded(coding))
        assert answer.status_code == 400
        assert answer.json()["error_code"] == "INVALID_PARAMETER_VALUE"

    @pytest.mark.parametrize("coding", ["gzip", "GZIP", "deflate", "identity"])
    def test_honest_one_arrives_as_it_was(self, served: Served, coding: str) -> None:
        """MLflow takes it for what it is: traces, though none with a span."""
        with_no_span = b"\x0a\x00"
        folded = {
            "gzip": gzip.compress(with_no_span),
            "deflate": zlib.compress(with_no_span),
            "identity": with_no_span,
        }[coding.lower()]
        answer = served.http(WRITER).post(TRACES, content=folded, headers=_coded(coding))
        assert answer.status_code == 200


def _coded(coding: str) -> dict[str, str]:
    return {
        "Content-Encoding": coding,
        "Content-Type": "application/x-protobuf",
        "X-Mlflow-Experiment-Id": "0",
    }
