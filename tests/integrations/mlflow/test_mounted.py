"""The mounted application as HTTP: who gets in, what is served, how bodies travel."""

import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from html.parser import HTMLParser
from http.client import HTTPConnection

import pytest

from gonogo.integrations.mlflow.ports import Change
from tests.integrations.mlflow.serving import (
    MOST_ARTIFACT,
    MOST_CALL,
    NOBODY,
    READER,
    WRITER,
    Sealed,
    Served,
)

pytestmark = pytest.mark.filterwarnings(
    # MLflow's way to Flask makes tuples where Starlette has newer ones.
    "ignore::DeprecationWarning"
)

SEARCH = "/ajax-api/2.0/mlflow/experiments/search"
CREATE = "/ajax-api/2.0/mlflow/experiments/create"
ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts"
PIECE = b"x" * 65536


def pieces(size: int) -> Iterator[bytes]:
    for _ in range(size // len(PIECE)):
        yield PIECE


class TestAccess:
    @pytest.mark.parametrize("token", [None, "wrong"])
    def test_without_a_good_token_nothing_is_served(
        self, served: Served, token: str | None
    ) -> None:
        for path in (SEARCH, "/static-files/favicon.ico", "/get-artifact", "/nowhere"):
            answer = served.http(token).get(path)
            assert answer.status_code == 401
            assert answer.json()["error_code"] == "UNAUTHENTICATED"
            assert answer.headers["www-authenticate"] == "Bearer"

    def test_person_is_sent_to_sign_in_and_back(self, served: Served) -> None:
        answer = served.http().get("/?o=1")
        assert answer.status_code == 303
        assert answer.headers["location"] == "/sign-in?next=/mlflow/%3Fo%3D1"

    def test_without_a_role_even_reading_is_refused(self, served: Served) -> None:
        answer = served.http(NOBODY).post(SEARCH, json={"max_results": 1})
        assert answer.status_code == 403
        assert "may not read" in answer.json()["message"]

    @pytest.mark.parametrize(
        ("headers", "status"),
        [
            ({"Sec-Fetch-Site": "same-origin"}, 200),
            ({"Sec-Fetch-Site": "same-site"}, 403),
            ({"Sec-Fetch-Site": "cross-site"}, 403),
            ({"Origin": "http://127.0.0.1:1"}, 403),
            ({"Origin": "null"}, 403),
            ({}, 403),
        ],
    )
    def test_browser_writes_from_our_own_pages_alone(
        self, served: Served, headers: dict[str, str], status: int
    ) -> None:
        http = served.http(session=WRITER)
        name = f"from the browser {headers}"
        assert http.post(CREATE, json={"name": name}, headers=headers).status_code == status

    def test_browser_that_names_only_its_origin_may_write(self, served: Served) -> None:
        http = served.http(session=WRITER)
        origin = served.url.removesuffix("/mlflow")
        answer = http.post(CREATE, json={"name": "by origin"}, headers={"Origin": origin})
        assert answer.status_code == 200

    def test_answers_cannot_be_framed_elsewhere_nor_act_as_the_reader(self, served: Served) -> None:
        http = served.http(WRITER)
        http.put(f"{ARTIFACTS}/page.html", content=b"<script>alert(1)</script>")
        answer = http.get(f"{ARTIFACTS}/page.html")
        assert answer.headers["content-security-policy"] == "sandbox"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "SAMEORIGIN"


class TestServed:
    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", "/ajax-api/3.0/mlflow/assistant/config"),
            ("POST", "/ajax-api/3.0/mlflow/assistant/chat"),
            ("POST", "/api/3.0/mlflow/gateway/secrets/create"),
            ("POST", "/api/2.0/mlflow/webhooks"),
            ("POST", "/ajax-api/3.0/mlflow/jobs"),
            ("POST", "/api/3.0/mlflow/scorers/register"),
            ("POST", "/ajax-api/2.0/mlflow/upload-artifact"),
            ("POST", "/api/2.0/mlflow-artifacts/mpu/create/1/model"),
            ("GET", "/api/2.0/mlflow-artifacts/presigned/1/model"),
            ("POST", "/api/2.0/mlflow/artifacts/presigned-upload-url"),
            ("GET", "/gateway/x/mlflow/invocations"),
            ("GET", "/api/2.0/mlflow//runs/get"),
            ("GET", "/static-files/%2e%2e/__init__.py"),
        ],
    )
    def test_what_is_not_tracking_or_registry_is_not_there(
        self, served: Served, method: str, path: str
    ) -> None:
        answer = served.http(WRITER).request(method, path, json={} if method == "POST" else None)
        assert answer.status_code == 404
        assert answer.json()["error_code"] == "ENDPOINT_NOT_FOUND"

    def test_question_over_graphql_is_reading(self, served: Served) -> None:
        query = {"query": '{mlflowGetExperiment(input: {experimentId: "0"}) {experiment {name}}}'}
        answer = served.http(READER).post("/graphql", json=query)
        assert answer.json()["data"]["mlflowGetExperiment"]["experiment"]["name"] == "Default"

    def test_prefix_without_its_slash_leads_to_the_page(self, served: Served) -> None:
        answer = served.http(WRITER).get(served.url)
        assert answer.status_code == 307
        assert answer.headers["location"].endswith("/mlflow/")


class TestPages:
    def test_page_and_all_it_refers_to_load_below_the_prefix(self, served: Served) -> None:
        http = served.http(session=READER)
        page = http.get("/")
        assert page.status_code == 200
        found = _References()
        found.feed(page.text)
        assert any(name.endswith(".js") for name in found.names)
        for name in found.names:
            url = page.url.join(name)
            assert url.path.startswith("/mlflow/static-files/")
            assert http.get(url).status_code == 200


class TestBodies:
    def test_large_artifact_streams_both_ways(self, served: Served) -> None:
        size = 64 * 1024 * 1024
        http = served.http(WRITER)
        http.get("/health")
        tracemalloc.start()
        sent = http.put(f"{ARTIFACTS}/large/file.bin", content=pieces(size))
        read = 0
        with http.stream("GET", f"{ARTIFACTS}/large/file.bin") as answer:
            for piece in answer.iter_raw():
                read += len(piece)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert sent.status_code == 200
        assert read == size
        assert most < 16 * 1024 * 1024

    def test_artifact_beyond_the_bound_is_refused_and_leaves_nothing(self, served: Served) -> None:
        http = served.http(WRITER)
        sent = http.put(
            f"{ARTIFACTS}/beyond/file.bin", content=pieces(MOST_ARTIFACT + 2 * len(PIECE))
        )
        assert sent.status_code == 413
        assert f"{MOST_ARTIFACT:,} bytes" in sent.json()["message"]
        listed = http.get(ARTIFACTS, params={"path": "beyond"}).json()
        assert listed.get("files", []) == []

    def test_declared_length_beyond_the_bound_is_refused_at_once(self, served: Served) -> None:
        with closing(HTTPConnection(served.url.split("/")[2], timeout=30)) as raw:
            raw.putrequest("PUT", f"/mlflow{ARTIFACTS}/file.bin")
            raw.putheader("Content-Length", str(MOST_ARTIFACT + 1))
            raw.putheader("Authorization", f"Bearer {WRITER}")
            raw.endheaders()
            assert raw.getresponse().status == 413

    @pytest.mark.parametrize("call", ["runs/log-batch", "traces/search", "runs/search"])
    def test_call_beyond_the_bound_is_refused(self, served: Served, call: str) -> None:
        body = {"filter": "x" * MOST_CALL}
        answer = served.http(WRITER).post(f"/api/2.0/mlflow/{call}", json=body)
        assert answer.status_code == 413

    @pytest.mark.parametrize("body", [b"[]", b"not json", b'"[1]"', b"\xff"])
    def test_guarded_call_that_is_no_object_is_refused(self, served: Served, body: bytes) -> None:
        answer = served.http(WRITER).post(
            "/api/2.0/mlflow/registered-models/alias",
            content=body,
            headers={"Content-Type": "application/json"},
        )
        assert answer.status_code == 400

    def test_alias_in_json_within_json_is_guarded_too(self, served: Served) -> None:
        answer = served.http(WRITER).post(
            "/api/2.0/mlflow/registered-models/alias",
            json='{"name": "m", "alias": "champion", "version": "1"}',
        )
        assert answer.status_code == 403


class TestSeals:
    @pytest.mark.parametrize(
        "spelling",
        [
            "9/models/m-1/artifacts/MLmodel",
            "9/models/m-1%2fartifacts/MLmodel",
            "9/models/m-1/%2561rtifacts/MLmodel",
            "9/models/m-1/artifacts/new/deep/file",
        ],
    )
    def test_sealed_folder_is_seen_in_every_spelling(
        self, served: Served, sealed: Sealed, spelling: str, told: list[Change]
    ) -> None:
        sealed.folders.add("9/models/m-1/artifacts")
        for version in ("api", "ajax-api"):
            answer = served.http(WRITER).put(
                f"/{version}/2.0/mlflow-artifacts/artifacts/{spelling}", content=b"changed"
            )
            assert answer.status_code == 409
            assert answer.json()["error_code"] == "RESOURCE_CONFLICT"

    @pytest.mark.parametrize("above", ["9", "9/models", "9/models/m-1"])
    def test_folder_above_a_sealed_one_is_not_deleted(
        self, served: Served, sealed: Sealed, above: str
    ) -> None:
        sealed.folders.add("9/models/m-1/artifacts")
        answer = served.http(WRITER).delete(f"{ARTIFACTS}/{above}")
        assert answer.status_code == 409

    @pytest.mark.parametrize(
        "path", ["file:9/models/x", "9/%2e%2e/x", "9/%5cx", "9/./x", "9/%00", "%2f9/x"]
    )
    def test_path_with_two_readings_is_refused(self, served: Served, path: str) -> None:
        # As it is: the client would put it right first.
        target = f"/mlflow{ARTIFACTS}/{path}".encode()
        answer = served.http(WRITER).put(ARTIFACTS, content=b"", extensions={"target": target})
        assert answer.status_code in {400, 404}


class _References(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        wanted = {"script": "src", "link": "href"}.get(tag)
        self.names += [value for name, value in attrs if name == wanted and value]
