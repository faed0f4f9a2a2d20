"""MLflow's REST API, asked over the network or in this process, its refusals told as ours."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx

from gonogo.core.errors import Conflict, Forbidden, GonogoError, Invalid, NotFound, Unavailable
from gonogo.integrations.mlflow.keeping import Keeping
from gonogo.integrations.mlflow.loading import load

API = "/api/2.0/mlflow/"
ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts"
SECONDS = 30.0


class InProcess(httpx.BaseTransport):
    """Asks MLflow's server in this process, without a network and past what guards it from people.

    It is started when first asked.
    """

    def __init__(self, keeping: Keeping) -> None:
        self._keeping = keeping

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The server's answer; the server is started by the first request."""
        try:
            server = load(self._keeping)
        except Exception as error:
            raise httpx.ConnectError(str(error), request=request) from error
        return httpx.WSGITransport(app=server.wsgi).handle_request(request)


def over_network(url: str, token: str | None) -> httpx.Client:
    """A client of the MLflow server at `url`."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.Client(base_url=url.rstrip("/"), headers=headers, timeout=SECONDS)


def in_process(keeping: Keeping) -> httpx.Client:
    """A client of the MLflow server in this process."""
    return httpx.Client(transport=InProcess(keeping), base_url="http://mlflow.invalid")


def ask(
    http: httpx.Client, method: str, call: str, said: Mapping[str, Any], *, field: str
) -> dict[str, Any]:
    """What MLflow answers to a call of its API; raises errors that name `field`."""
    with answering():
        if method == "GET":
            response = http.get(API + call, params=dict(said))
        else:
            response = http.request(method, API + call, json=dict(said))
        return read(response, field=field, value=_shortest(said))


def read(response: httpx.Response, *, field: str, value: object) -> dict[str, Any]:
    """The JSON object in an answer; raises the error it tells of."""
    try:
        body = response.json()
    except ValueError:
        body = {}
    if not isinstance(body, dict):
        body = {}
    if response.is_success:
        return body
    raise refusal(response.status_code, body, field=field, value=value)


@contextmanager
def answering() -> Iterator[None]:
    """Raise `Unavailable` where MLflow does not answer."""
    try:
        yield
    except httpx.HTTPError as error:
        raise Unavailable(
            field="mlflow",
            value=str(error) or type(error).__name__,
            expected="an MLflow server that answers; see GONOGO_MLFLOW_URL",
            message="MLflow does not answer",
        ) from error


def refusal(status: int, body: Mapping[str, Any], *, field: str, value: object) -> GonogoError:
    """The error of ours that an answer of MLflow's is."""
    code, said = str(body.get("error_code", "")), str(body.get("message", f"HTTP {status}"))
    if code in {"RESOURCE_DOES_NOT_EXIST", "NOT_FOUND"}:
        return NotFound(field=field, value=value, expected=f"something MLflow knows ({said})")
    if code in {"INVALID_PARAMETER_VALUE", "BAD_REQUEST"}:
        return Invalid(field=field, value=value, expected=f"what MLflow takes ({said})")
    if code in {"RESOURCE_ALREADY_EXISTS", "RESOURCE_CONFLICT", "INVALID_STATE"}:
        return Conflict(field=field, value=value, expected=f"what MLflow allows now ({said})")
    if status in {401, 403}:
        return Forbidden(
            field="GONOGO_MLFLOW_TOKEN",
            expected=f"a token that the MLflow server takes ({said})",
            message="The MLflow server did not let gonogo in",
        )
    return Unavailable(field="mlflow", value=status, expected=f"an answer of MLflow's API ({said})")


def _shortest(said: Mapping[str, Any]) -> object:
    names = {key: said[key] for key in ("name", "version", "run_id") if key in said}
    return " ".join(str(part) for part in names.values()) or None
