"""Refusals as the problem details (RFC 9457) that REST answers."""

from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from gonogo.core import shape_errors
from gonogo.core.errors import GonogoError, Invalid, Kind, TooMany
from gonogo.core.problems import PROBLEM_JSON, STATUS, told
from gonogo.interfaces.api.hardening import HEADERS
from gonogo.schemas.problems import Problem

RETRY_AFTER_SECONDS = 2

PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": HTTPStatus(status).phrase}
    for status in sorted(set(STATUS.values()))
}

KNOWN = frozenset(str(status) for status in PROBLEMS)
JSON = "application/json"


def problem(error: GonogoError, status: int | None = None) -> Response:
    """The answer that tells of `error`, with the status of its kind unless another is said."""
    headers: dict[str, str] = {}
    if error.kind is Kind.UNAUTHENTICATED:
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, TooMany):
        headers["Retry-After"] = str(error.retry_after)
    if error.kind is Kind.UNAVAILABLE:
        headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    telling = told(error, status)
    return Response(
        Problem(**asdict(telling)).model_dump_json(),
        status_code=telling.status,
        media_type=PROBLEM_JSON,
        headers=headers,
    )


def install(app: FastAPI) -> None:
    """Answer every refusal of `app` with a problem, and say so in its OpenAPI."""
    described = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _with_problems(described())
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way to extend it
    app.add_exception_handler(GonogoError, _of_ours)
    app.add_exception_handler(RequestValidationError, _of_the_request)
    app.add_exception_handler(HTTPException, _of_the_server)
    app.add_exception_handler(Exception, _unforeseen)


def _with_problems(schema: dict[str, Any]) -> dict[str, Any]:
    """FastAPI knows one media type for all answers of a route; refusals have their own."""
    for path in schema["paths"].values():
        for operation in path.values():
            for status, response in operation["responses"].items():
                if status in KNOWN and JSON in response.get("content", {}):
                    response["content"] = {PROBLEM_JSON: response["content"][JSON]}
    return schema


async def _of_ours(_: Request, error: Exception) -> Response:
    return problem(error)  # type: ignore[arg-type]  # registered for this class


async def _of_the_request(_: Request, error: Exception) -> Response:
    found = error.errors()  # type: ignore[attr-defined]  # registered for this class
    where = str(found[0]["loc"][0])
    root = error.body if where == "body" else None  # type: ignore[attr-defined]  # likewise
    inner = [
        {**one, "loc": one["loc"][1:]} for one in found if one["loc"][:1] == found[0]["loc"][:1]
    ]
    if found[0]["type"] == "json_invalid":
        inner = [{**found[0], "loc": ()}]
    return problem(shape_errors.invalid(inner, root, otherwise=where))


async def _of_the_server(request: Request, error: Exception) -> Response:
    status: int = error.status_code  # type: ignore[attr-defined]  # registered for this class
    if status == HTTPStatus.BAD_REQUEST:
        # Said of bodies that cannot be read: no JSON, too deep, no multipart.
        return problem(Invalid(field="body", expected="a body of the declared content type"))
    phrase = HTTPStatus(status).phrase
    body = Problem(
        type=f"urn:gonogo:problem:http-{status}",
        title=phrase,
        status=status,
        detail=f"{request.method} {request.url.path}: {phrase}",
        field="request",
        value=f"{request.method} {request.url.path}",
        expected="a path and method of /api/v1/openapi.json",
    )
    return Response(
        body.model_dump_json(),
        status_code=status,
        media_type=PROBLEM_JSON,
        headers=getattr(error, "headers", None),
    )


async def _unforeseen(request: Request, _: Exception) -> Response:
    body = Problem(
        type="urn:gonogo:problem:internal",
        title="This is our fault",
        status=500,
        detail="Nothing was written. The server's log has the details.",
        field="request",
        value=f"{request.method} {request.url.path}",
        expected="no error of ours",
    )
    # Made outside of everything else, so that nobody adds them.
    return Response(
        body.model_dump_json(), status_code=500, media_type=PROBLEM_JSON, headers=HEADERS
    )
