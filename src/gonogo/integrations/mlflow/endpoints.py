"""Which of MLflow's endpoints are served, and which of them write; what is not named is not served.

MLflow's server has parts that run commands on its machine, call other servers or start jobs: its
assistant, gateway, webhooks, scorers, prompt optimisation. Tracking and registry need none of them.
"""

import re
from dataclasses import dataclass
from enum import Enum


class Effect(Enum):
    """What a call does."""

    READ = "read"
    WRITE = "write"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A call that is served."""

    effect: Effect
    call: str
    """Its name below the API's version, such as `runs/update`; "" outside the API."""
    artifact: str | None = None
    """The path of the proxied artifact it is about, as the URL has it."""
    page: bool = False
    """Whether a person's browser asks for it as a page."""


API = re.compile(r"/(?:ajax-)?api/(2\.0|3\.0)/mlflow/(.+)")
ARTIFACT = re.compile(r"/(?:ajax-)?api/2\.0/mlflow-artifacts/artifacts(?:/(.*))?", re.DOTALL)
SAFE = frozenset({"GET", "HEAD"})
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})

FAMILIES = {
    "2.0": frozenset(
        {
            "artifacts",
            "experiments",
            "get-online-trace-details",
            "get-trace-artifact",
            "logged-models",
            "metrics",
            "model-versions",
            "registered-models",
            "runs",
            "traces",
            "unified-traces",
        }
    ),
    "3.0": frozenset(
        {
            "datasets",
            "get-trace-artifact",
            "issues",
            "label-schemas",
            "review-queues",
            "server-info",
            "traces",
        }
    ),
}
"""First words below `/api/<version>/mlflow/` that are served, reading and writing."""

ONLY_READ = {"3.0": frozenset({"scorers", "ui-telemetry", "workspaces"})}
"""First words of which only reading is served: the pages ask for them."""

NOT_SERVED = frozenset(
    {
        # Their answers are URLs at which the object store takes writes that no seal guards.
        "artifacts/presigned-upload-url",
        "artifacts/presigned-download-url",
        # Calls a language model elsewhere.
        "runs/create-promptlab-run",
        "issues/invoke",
    }
)

READING_POSTS = frozenset(
    {
        "datasets/search",
        "experiments/search",
        "experiments/search-datasets",
        "issues/search",
        "logged-models/search",
        "registered-models/get-latest-versions",
        "runs/search",
        "traces/batchGetInfos",
        "traces/calculate-filter-correlation",
        "traces/metrics",
        "traces/search",
    }
)
"""Questions that come as POST because they are long."""

DOWNLOADS = frozenset({"/get-artifact", "/model-versions/get-artifact"})
PLAIN = frozenset({"/health", "/version"}) | DOWNLOADS


def endpoint(method: str, path: str) -> Endpoint | None:
    """What a request for `path` below `/mlflow` is; None where it is not served.

    >>> endpoint("POST", "/api/2.0/mlflow/runs/create").effect
    <Effect.WRITE: 'write'>
    >>> endpoint("POST", "/ajax-api/3.0/mlflow/assistant/chat") is None
    True
    """
    # A path that MLflow's router would first put right could mean something else to it than here.
    if "//" in path or "\\" in path or not _plain(path):
        return None
    if found := ARTIFACT.fullmatch(path):
        return _artifact(method, found[1])
    if found := API.fullmatch(path):
        return _api(method, found[1], found[2])
    if path == "/v1/traces":
        return Endpoint(Effect.WRITE, "") if method == "POST" else None
    if path == "/graphql":
        # Its only mutation echoes what it was sent.
        return Endpoint(Effect.READ, "graphql") if method in {"GET", "POST"} else None
    if method not in SAFE:
        return None
    if path in PLAIN or path.startswith("/static-files/"):
        return Endpoint(Effect.READ, "")
    return Endpoint(Effect.READ, "", page=True) if path == "/" else None


def _plain(path: str) -> bool:
    return all(segment not in {".", ".."} for segment in path.split("/"))


def _artifact(method: str, path: str | None) -> Endpoint | None:
    if method in SAFE:
        return Endpoint(Effect.READ, "", artifact=path or "")
    if method in {"PUT", "DELETE"} and path:
        return Endpoint(Effect.WRITE, "", artifact=path)
    return None


def _api(method: str, version: str, call: str) -> Endpoint | None:
    family = call.partition("/")[0]
    if call in NOT_SERVED:
        return None
    if family in FAMILIES[version]:
        reads = method in SAFE or (method == "POST" and call in READING_POSTS)
        if reads:
            return Endpoint(Effect.READ, call)
        return Endpoint(Effect.WRITE, call) if method in WRITES else None
    if family in ONLY_READ.get(version, ()) and method in SAFE:
        return Endpoint(Effect.READ, call)
    return None
